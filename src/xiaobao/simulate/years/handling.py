"""What becomes of entries: the days on which they are accepted, answered, closed, coded anew, withdrawn."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws, Flags, Floats, Integers
from xiaobao.simulate.years.settings import Handling
from xiaobao.simulate.years.together import NONE

NEVER = 32_000
"""The day of what does not happen: later than any day of a course."""
_ACCEPTED_WITHIN = (1, 3)
_RECODED_WITHIN = (1, 20)
_WITHDRAWN_WITHIN = (1, 25)
_REINSTATED_WITHIN = (2, 20)
_CLOSED_AFTER_ANSWER = (0, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """Places in the days of a course, one element an entry; NEVER for what does not happen."""

    received: Integers
    accepted: Integers
    declined: Integers
    responded: Integers
    closed: Integers
    recoded: Integers
    withdrawn: Integers
    reinstated: Integers


def handled(course: Course, settings: Handling, draws: Draws) -> Handled:
    """How every entry of the course fares."""
    entries = course.entries
    number = entries["entry"].to_numpy()
    received = entries["day"].to_numpy().astype(np.int64)
    on_hotline = entries["on_hotline"].to_numpy()
    complaint = entries["kind"].to_numpy() == 0
    declined = complaint & on_hotline & _declined(entries, settings, draws)
    taken = complaint & ~declined
    at_once = draws.happens("accepted", number, settings.accepted_same_day)
    accepted = received + np.where(at_once, 0, draws.within("accepted:days", number, *_ACCEPTED_WITHIN))
    responded = accepted + _after(draws, "responded", number, settings.respond_days_median, settings)
    ends = taken & draws.happens("closed", number, settings.closed)
    answered = ends & on_hotline
    closed = np.where(
        on_hotline,
        responded + draws.within("closed:answer", number, *_CLOSED_AFTER_ANSWER),
        accepted + _after(draws, "closed:days", number, settings.closed_days_median, settings),
    )
    gone = complaint & ~declined & draws.happens("withdrawn", number, settings.withdrawn)
    gone &= (
        entries["injection"].to_numpy() == NONE
    )  # what was put in on purpose stays, so that its size is exact
    withdrawn = received + draws.within("withdrawn:days", number, *_WITHDRAWN_WITHIN)
    back = gone & draws.happens("reinstated", number, settings.reinstated)
    anew = taken & ~gone & draws.happens("recoded", number, settings.amended)
    anew &= entries["injection"].to_numpy() == NONE
    return Handled(
        received=received,
        accepted=_when(taken, accepted),
        declined=_when(declined, received),
        responded=_when(answered, responded),
        closed=np.where(complaint, _when(ends, closed), received),
        recoded=_when(anew, received + draws.within("recoded:days", number, *_RECODED_WITHIN)),
        withdrawn=_when(gone, withdrawn),
        reinstated=_when(back, withdrawn + draws.within("reinstated:days", number, *_REINSTATED_WITHIN)),
    )


def _declined(entries: pl.DataFrame, settings: Handling, draws: Draws) -> Flags:
    """Complaints about others than the 18 banks, and few of the rest."""
    number = entries["entry"].to_numpy()
    of_others = entries["bank"].to_numpy() < 0
    some = draws.happens("declined", number, settings.declined_listed)
    declined: Flags = of_others | (some & (entries["injection"].to_numpy() == NONE))
    return declined


def _after(draws: Draws, purpose: str, number: Integers, median: float, settings: Handling) -> Integers:
    """Days until something is done: log-normal, at least one."""
    normal = _normal(draws.units(f"{purpose}:1", number), draws.units(f"{purpose}:2", number))
    days = np.rint(median * np.exp(settings.closed_days_spread * normal))
    return days.clip(1, settings.closed_days_most).astype(np.int64)


def _normal(first: Floats, second: Floats) -> Floats:
    """Box and Muller (1958)."""
    radius: Floats = np.sqrt(-2 * np.log1p(-first))
    return radius * np.cos(2 * np.pi * second)


def _when(happens: Flags, day: Integers) -> Integers:
    return np.where(happens, day, NEVER)
