"""The law of call counts on the real store: real files, any order of arrival, merges, rebuild."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from bank_files import NOW, deliver
from call_files import AT, DAY, SOURCE, call_file, counts_row, offered
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.ledger.tables import Table
from xiaobao.submissions import compaction, lease
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.rebuild import rebuild
from xiaobao.submissions.verify import verify

BEGINS = ("09:00", "09:30", "10:00")
Day = Mapping[str, int]
"""Begin of the interval → calls offered; empty for a nil report."""

days = st.dictionaries(st.sampled_from(BEGINS), st.integers(0, 3))
histories = st.lists(
    st.tuples(st.integers(1, 30), days, st.booleans()), min_size=2, max_size=5, unique_by=lambda one: one[0]
)
"""Deliveries as (revision, the day, whether the poster runs after it)."""


def _deliver(home: Home, folder: Path, day: Day, *, revision: int) -> bool:
    rows = [_row(begins, count) for begins, count in day.items()]
    facts = deliver(
        home,
        call_file(folder, rows) if rows else None,
        source=SOURCE,
        day=DAY,
        kind=DeliveryKind.REGULAR if rows else DeliveryKind.NIL,
        revision=revision,
        at=AT,
    )
    return facts.is_accepted and not facts.repeated


def _row(begins: str, count: int) -> dict[str, str]:
    empty = dict.fromkeys(("及时接听量", "及时秒数", "接听等待秒数", "放弃等待秒数", "通话秒数"), "")
    return counts_row(时段开始=f"{DAY} {begins}", 来电量=str(count), 接听量=str(count), 放弃量="0", **empty)


def _stated(day: Day) -> dict[tuple[object, str], int]:
    return {(DAY, begins): count for begins, count in day.items()}


def _hold(home: Home, folder: Path, history: Sequence[tuple[int, Day, bool]]) -> None:
    """Deliver a history; at every posting sequence the day is that of the highest revision so far."""
    expected: list[Day] = []
    highest: tuple[int, Day] = (0, {})
    for revision, day, posts in history:
        if _deliver(home, folder, day, revision=revision):
            highest = max(highest, (revision, day), key=lambda one: one[0])
            expected.append(highest[1])
        if posts:
            post_pending(home, at=AT, now=NOW)
    post_pending(home, at=AT, now=NOW)
    segments = compaction._live(Table.CALLS)
    if len(segments) > 1:
        with lease.held(now=NOW) as mine:
            compaction._merge(home, mine, segments, now=NOW)
    for sequence, then in enumerate(expected, start=1):
        assert offered(home, as_of=sequence) == _stated(then)
    assert verify(home, reread=True) == ()


@pytest.mark.parametrize(
    "examples",
    [{"sqlite": 4, "postgresql": 2}, pytest.param({"sqlite": 8, "postgresql": 3}, marks=pytest.mark.long)],
    ids=["short", "long"],
)
def test_any_history_of_files_of_calls_keeps_the_law(
    home_factory: Callable[..., Home], engine: str, tmp_path: Path, examples: dict[str, int]
) -> None:
    @settings(
        max_examples=examples[engine],
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories)
    def any_history(history: list[tuple[int, Day, bool]]) -> None:
        home, twin = home_factory(), home_factory()
        open_home(home.path)
        _hold(home, tmp_path, history)
        present = offered(home)
        assert rebuild(home, tmp_path / f"again-{home.path.name}").differences.first == ()
        open_home(twin.path)
        _hold(twin, tmp_path, sorted(history, key=lambda one: one[0]))
        assert offered(twin) == present

    any_history()
