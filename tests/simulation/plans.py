"""What a boot is like: who is at work, what goes wrong, and when the power fails. All of it is drawn."""

from collections.abc import Callable, Collection
from random import Random

from simulation.disk import Loss
from simulation.machine import Cut, Weather
from simulation.offices import Office

SOURCES = ("bank-gy01", "bank-gy02")

_LOSSES = (
    Loss(dropped=1.0, torn=0.0),
    Loss(dropped=1.0, torn=0.0),
    Loss(dropped=0.5, torn=0.4),
    Loss(dropped=0.1, torn=0.6),
    Loss(dropped=0.0, torn=0.0),
)


def any_loss(dice: Random) -> Loss:
    """How a cut treats what was not synced."""
    return dice.choice(_LOSSES)


def any_weather(dice: Random, *, syncs: Collection[str]) -> Weather:
    """Few disturbances at a time, so that every kind of run is seen; `syncs` are where a process may hang."""
    return Weather(
        stays=dice.choice((0.5, 0.8, 0.95, 0.99)),
        fails=dice.choice((0, 0, 0.001, 0.01)),
        kills=dice.choice((0, 0, 0.0005)),
        stalls=dice.choice((0, 0.001, 0.004)),
        clock_steps=dice.choice((0, 0.001, 0.004)),
        slow_syncs=dice.choice((0, 0, 0.1, 0.5)),
        hangs_at=dice.choice((None, None, *sorted(syncs))),
        loss=any_loss(dice),
    )


def any_cut(dice: Random, *, idle: bool) -> Cut:
    """Early, late, at a sync, or where `idle` allows it when all is done."""
    match dice.choice(("early", "late", "at a sync", "idle" if idle else "late")):
        case "early":
            return Cut(after=int(10 ** dice.uniform(1.3, 3)))
        case "late":
            return Cut(after=dice.randrange(300, 4000))
        case "at a sync":
            return Cut(at=" sync", after=dice.randrange(1, 80))
    return Cut()


def any_works(office: Office, dice: Random) -> dict[str, Callable[[], None]]:
    """Some of those who use a home, side by side."""

    def several(work: Callable[[int], None], fewest: int, most: int) -> Callable[[], None]:
        times = dice.randint(fewest, most)
        return lambda: work(times)

    everybody = {
        **{
            source: several(lambda times, source=source: office.report(source, times), 1, 3)
            for source in SOURCES
        },  # type: ignore[misc]
        "second-desk": several(lambda times: office.report(SOURCES[0], times), 0, 1),
        "poster-1": several(office.post, 1, 4),
        "poster-2": several(office.post, 1, 3),
        "closer": several(office.close, 0, 2),
        "reader": several(office.read, 1, 3),
        "officer": several(office.decide, 0, 2),
    }
    share = dice.choice((0.3, 0.7, 1.0))
    present = {name: work for name, work in everybody.items() if dice.random() < share}
    return present or everybody
