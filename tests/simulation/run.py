"""One run of the simulation: a home, its users, and a few power cuts, all of it drawn from a seed."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

from django.db import connections

from simulation.books import Books
from simulation.border import Border
from simulation.checks import adopt, check_all
from simulation.disk import Disk, Loss
from simulation.machine import CALM, Cut, Machine, Weather
from simulation.offices import Office
from simulation.plans import SOURCES, any_cut, any_loss, any_weather, any_works
from xiaobao.submissions import claims, compaction, lease
from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import Submission

CREATED_AT = datetime(2014, 9, 30, 16, tzinfo=UTC)
"""When the home was made: its business clock starts here."""
STARTS_AT = datetime(2031, 3, 3, 1, tzinfo=UTC)
"""What the machine's clock says at first."""
_FAST_FOLDER = Path("/dev/shm")
_SMALL = {"COMMITS_PER_MERGE": 3, "_FILES_PER_MERGE": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run that held."""

    seed: int
    cuts: int
    steps: int
    digest: str
    """Of every step: the same for the same seed and code."""
    syncs: frozenset[str]
    """The places that synced something."""
    trace: tuple[str, ...]


class BrokenError(AssertionError):
    """A run in which something did not hold; says which seed replays it."""

    def __init__(self, seed: int, error: BaseException, trace: list[str]) -> None:
        super().__init__(f"seed {seed}: {type(error).__name__}: {error}")
        self.seed = seed
        self.trace = trace


def make_template(folder: Path) -> Path:
    """A new home to run seeds on: the same every time, its keys included."""
    machine = Machine(draw=lambda name: Random(f"template/{name}"), now=STARTS_AT)
    with Border(machine).in_place():
        create_home(folder, domain_id="pbc", mark=Mark.SIMULATED, at=CREATED_AT)
    connections.close_all()
    return folder


def run(template: Path, seed: int, *, without: str | None = None, tracing: bool = False) -> Ran:
    """Run a seed on a copy of a home; BrokenError when something does not hold after a power cut.

    `without` names a sync that does nothing.
    """
    with _simulation(template, seed, without=without, tracing=tracing) as simulation:
        return simulation.run()


def run_race(template: Path, seed: int, *, hangs_at: str, without: str | None = None) -> None:
    """Two desks send one file at once, and the first to come to a step hangs there for good.

    What the other was told must hold after the power cut; else BrokenError.
    """
    with _simulation(template, seed, without=without, tracing=False) as simulation:
        simulation.race(hangs_at=hangs_at)


def run_day(
    template: Path, seed: int, *, cut: Cut, loss: Loss, acts: int = 3, without: str | None = None
) -> tuple[str, ...]:
    """One process takes in a file, posts and closes the day, or does the first of these; the power fails.

    The steps that were done; BrokenError when something does not hold after it.
    """
    with _simulation(template, seed, without=without, tracing=True) as simulation:
        return simulation.day(acts=acts, cut=cut, loss=loss)


@contextmanager
def _simulation(template: Path, seed: int, *, without: str | None, tracing: bool) -> Iterator["_Simulation"]:
    place = _FAST_FOLDER if _FAST_FOLDER.is_dir() else None
    with TemporaryDirectory(prefix="xiaobao-simulation-", dir=place) as folder:
        simulation = _Simulation(Path(folder), seed, without=without)
        simulation.machine.tracing = tracing
        shutil.copytree(template, simulation.home_folder)
        try:
            # Renewals come from threads that are no processes of the machine.
            with simulation.border.in_place(), patch.object(lease, "RENEWED_EVERY", timedelta(days=1)):
                yield simulation
        except Exception as error:
            raise BrokenError(seed, error, simulation.machine.trace) from error
        finally:
            connections.close_all()


class _Simulation:
    def __init__(self, folder: Path, seed: int, *, without: str | None) -> None:
        self.folder, self.seed = folder, seed
        self.boots = 0
        self.machine = Machine(draw=self.draw, now=STARTS_AT)
        self.border = Border(self.machine, without=without)
        self.machine.on_death = self.border.died
        self.books = Books()
        self.dice = self.draw("plan")
        self.reporters = folder / "reporters"
        self.reporters.mkdir()

    def draw(self, name: str) -> Random:
        """The dice for one decision: by its name, so that no decision depends on how many came before."""
        return Random(f"{self.seed}/{self.boots}/{name}")

    @property
    def home_folder(self) -> Path:
        """Where the home lies since power came back."""
        return self._folder_of(self.boots)

    def run(self) -> Ran:
        """Power up, work, cut; at last finish all work in peace."""
        cuts = self.dice.choice((2, 3, 4))
        claim = self.dice.choice((1, 2, 100))
        with patch.multiple(compaction, **_SMALL), patch.object(claims, "BATCHES_PER_CLAIM", claim):
            for _ in range(cuts):
                self._boot()
            self._finish()
        return Ran(
            seed=self.seed,
            cuts=cuts,
            steps=self.machine.steps,
            digest=self.machine.digest,
            syncs=frozenset(self.border.syncs),
            trace=tuple(self.machine.trace),
        )

    def race(self, *, hangs_at: str) -> None:
        """Power up, two desks, cut, and look."""
        office = self._recovered()
        desks = {name: lambda: office.report(SOURCES[0], 1) for name in ("desk-1", "desk-2")}
        self._work(desks, weather=Weather(stays=0.5, hangs_at=hangs_at), cut=Cut(after=4000))
        assert self.machine.losses is not None, f"nobody came to: {hangs_at}"
        self._next_boot(loss=Loss(dropped=1.0, torn=0.0))
        self._recovered()

    def day(self, *, acts: int, cut: Cut, loss: Loss) -> tuple[str, ...]:
        """Power up, one day's work, cut, and look."""
        office = self._recovered()
        before = len(self.machine.trace)

        def work() -> None:
            for act in (lambda times: office.report(SOURCES[0], times), office.post, office.close)[:acts]:
                act(1)

        self._work({"day": work}, weather=Weather(stays=1.0, loss=loss), cut=cut)
        steps = self.machine.trace[before:]
        self._next_boot(loss=loss)
        self._recovered()
        return tuple(steps)

    def _boot(self) -> None:
        office = self._recovered()
        weather = any_weather(self.dice, syncs=self.border.syncs)
        cut = any_cut(self.dice, idle=weather.hangs_at is None)
        self._work(any_works(office, self.dice), weather=weather, cut=cut)
        self._next_boot(loss=any_loss(self.dice))

    def _recovered(self) -> Office:
        """The home after power is back: opened, perhaps with another cut meanwhile, and checked."""
        for after in (self.dice.choice((None, None, 5, 20)), None):
            self.machine.disk = Disk(root=self.home_folder, cellar=self.folder / f"cellar-{self.boots}")
            self._work({"boot": self._open}, weather=CALM, cut=Cut(after=after))
            if self.machine.losses is None:
                break
            self._next_boot(loss=any_loss(self.dice))
        office = Office(
            machine=self.machine,
            home=self._open(),
            books=self.books,
            folder=self.reporters,
            dice=self.draw("office"),
        )
        check_all(office.home, office.books, scratch=self.folder / f"again-{self.boots}")
        connections.close_all()
        return office

    def _open(self) -> Home:
        return open_home(self.home_folder)

    def _work(self, works: Mapping[str, Callable[[], object]], *, weather: Weather, cut: Cut) -> None:
        into = self._folder_of(self.boots + 1)
        into.parent.mkdir(exist_ok=True)
        self.machine.run(works, weather=weather, cut=cut, into=into)

    def _next_boot(self, *, loss: Loss) -> None:
        """Where all work was done before the cut came, the power goes off now."""
        if self.machine.losses is None:
            assert self.machine.disk is not None
            self.machine.disk.cut(self._folder_of(self.boots + 1), loss=loss, draw=self.draw)
        connections.close_all()
        self.boots += 1

    def _folder_of(self, boot: int) -> Path:
        return self.folder / f"boot-{boot}" / "home"

    def _finish(self) -> None:
        """Without trouble all work comes to its end, and nothing is left lying about."""
        office = self._recovered()
        self.machine.now += timedelta(days=30)  # whatever the clock did: nothing was touched for a day
        for source in [one.source for one in self.books.sent if one.receipt is None]:
            office.report(source, 1)
        office.post(1)
        office.close(1)
        office.read(1)
        adopt(office.home, self.books)
        assert all(one.receipt is not None for one in self.books.sent), office.said
        assert self.books.head == self.books.batches(), office.said
        assert not Submission.objects.filter(state="received").exists()
        check_all(office.home, office.books, scratch=self.folder / "finished")
        litter = [*office.home.archive.incoming_folder.glob("*"), *office.home.work_folder.glob("*")]
        assert litter == []
