"""What reporters state in which delivery: first reports, amendments, withdrawals, reports anew."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xiaobao.lib.periods import ONE_DAY
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Flags, Integers
from xiaobao.simulate.years.handling import NEVER, Handled

EVENTS = ("new", "amend", "withdraw", "reinstate")
NEW, AMEND, WITHDRAW, REINSTATE = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """On which days a path's reporters deliver, and which days each delivery tells of."""

    delivery_of: Integers
    """Place of a day → place of the day about which its news is delivered."""
    next_start: Integers
    """Place of a day → first day that a later delivery tells of, NEVER after the last."""
    deliveries: tuple[int, ...]
    """Places of the days about which something is delivered, in order."""

    def about(self, days: Integers) -> Integers:
        """The delivery that tells of what happened on the days; NEVER for what lies after the course."""
        inside = days < len(self.delivery_of)
        return np.where(inside, self.delivery_of[np.where(inside, days, 0)], NEVER)


def rounds_of(course: Course, *, daily_from: date, on_hotline: bool) -> Rounds:
    """One delivery a month before `daily_from`, then one a day, of the hotline one a working day."""
    days = course.days.days
    delivery_of = np.empty(len(days), dtype=np.int64)
    following = len(days) - 1
    for place in range(len(days) - 1, -1, -1):
        if _delivers(course, place, daily_from, on_hotline=on_hotline):
            following = place
        delivery_of[place] = following
    after = np.minimum(delivery_of + 1, NEVER)
    return Rounds(
        delivery_of=delivery_of,
        next_start=np.where(after < len(days), after, NEVER),
        deliveries=tuple(np.unique(delivery_of).tolist()),
    )


def _delivers(course: Course, place: int, daily_from: date, *, on_hotline: bool) -> bool:
    day = course.days.days[place]
    if place == len(course.days.days) - 1:
        return True
    if day < daily_from:
        return (day + ONE_DAY).day == 1
    return not on_hotline or bool(course.days.working[place])


def statements_of(course: Course, fates: Handled, rounds: Rounds, *, on_hotline: bool) -> pl.DataFrame:
    """One row for each time an entry of the path is stated, by delivery and entry.

    `entry`, `about` (place of the day the delivery is about), `event` (place in EVENTS), and what is known by
    then: `accepted`, `responded`, `closed`, `recoded`.
    """
    chosen = np.flatnonzero(course.entries["on_hotline"].to_numpy() == on_hotline)
    new = rounds.about(fates.received[chosen])
    gone = _after(new, fates.withdrawn[chosen], rounds)
    back = _after(gone, fates.reinstated[chosen], rounds)
    coded, closed = rounds.about(fates.recoded[chosen]), rounds.about(fates.closed[chosen])
    told = (new, gone, back)
    amends_code = _amends(coded, told)
    amends_close = _amends(closed, told) & ((coded != closed) | ~amends_code)
    parts = [
        (new, NEW, new < NEVER),
        (coded, AMEND, amends_code),
        (closed, AMEND, amends_close),
        (gone, WITHDRAW, gone < NEVER),
        (back, REINSTATE, back < NEVER),
    ]
    rows = [
        pl.DataFrame(
            {
                "entry": chosen[keep],
                "about": pl.Series(about[keep], dtype=pl.Int16),
                "event": pl.Series(np.full(int(keep.sum()), event), dtype=pl.Int8),
                "accepted": rounds.about(fates.accepted[chosen[keep]]) <= about[keep],
                "responded": rounds.about(fates.responded[chosen[keep]]) <= about[keep],
                "closed": closed[keep] <= about[keep],
                "recoded": coded[keep] <= about[keep],
            }
        )
        for about, event, keep in parts
    ]
    return pl.concat(rows).sort("about", "entry")


def _after(earlier: Integers, days: Integers, rounds: Rounds) -> Integers:
    """The delivery about the days, moved to the one after `earlier` where it would be the same."""
    about = rounds.about(days)
    known = earlier < NEVER
    following = rounds.next_start[np.where(known, earlier, 0)]
    moved = rounds.about(np.where(known, following, NEVER))
    return np.where(about < NEVER, np.where(about <= earlier, moved, about), NEVER)


def _amends(about: Integers, told: tuple[Integers, Integers, Integers]) -> Flags:
    """Whether news is stated by itself: not with another statement, not while the entry is withdrawn."""
    new, gone, back = told
    alone = (about < NEVER) & (about != new) & (about != gone) & (about != back)
    stated: Flags = alone & ~((about > gone) & (about < back))
    return stated
