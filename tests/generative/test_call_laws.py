"""The laws of call counts, against a ledger of calls in plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xiaobao.ledger.calls import (
    CALL_BATCH_SCHEMA,
    CALL_CELL,
    CALL_SCHEMA,
    CALL_VALUES,
    CallsToPost,
    PostedCalls,
    post_calls,
    present,
)

RECORDED_AT = datetime(2020, 3, 2, 9, tzinfo=UTC)
DAYS = (date(2020, 3, 1), date(2020, 3, 2))
SOURCES = ("hotline-11", "hotline-42")
VOIDED = {SOURCES[0]: frozenset({3})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A delivery of one source: whole days, as slot of the day → calls offered."""

    source: str
    revision: int
    days: Mapping[date, Mapping[int, int]]


reports = st.builds(
    Report,
    source=st.sampled_from(SOURCES),
    revision=st.integers(min_value=1, max_value=4),
    days=st.dictionaries(
        st.sampled_from(DAYS),
        st.dictionaries(st.integers(0, 2), st.integers(0, 2), min_size=1),
        min_size=1,
    ),
)


def frame(report: Report) -> pl.DataFrame:
    cells = [(day, slot, offered) for day, slots in report.days.items() for slot, offered in slots.items()]
    return pl.DataFrame(
        [_row(report, day, slot, offered, number) for number, (day, slot, offered) in enumerate(cells, 1)],
        schema=CALL_BATCH_SCHEMA,
    )


def _row(report: Report, day: date, slot: int, offered: int, number: int) -> dict[str, object]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {
        "source_code": report.source,
        "day": day,
        "branch_code": report.source[-2:],
        "starts_at": midnight + timedelta(hours=slot),
        "minutes": 60,
        "seat_place": None if slot else "home",
        "offered": offered,
        "answered": offered,
        "abandoned": 0,
        "answered_in_time": None,
        "target_seconds": None,
        "answered_wait_seconds": None if offered else 0,
        "abandoned_wait_seconds": None,
        "talk_seconds": None,
        "revision": report.revision,
        "row_number": number,
    }


def posted(groups: Sequence[Sequence[Report]], *, voided: Mapping[str, frozenset[int]]) -> list[PostedCalls]:
    prior = pl.DataFrame(schema=CALL_SCHEMA)
    found = []
    number = 1
    for group in groups:
        batches = [CallsToPost(posted_seq=number + at, frame=frame(one)) for at, one in enumerate(group)]
        number += len(batches)
        one = post_calls(batches, prior=prior, recorded_at=RECORDED_AT, voided=voided)
        prior = pl.concat([prior, one.rows])
        found.append(one)
    return found


def rows_of(found: Sequence[PostedCalls]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=CALL_SCHEMA), *(one.rows for one in found)])


def oracle(
    history: Sequence[Report], *, voided: Mapping[str, frozenset[int]]
) -> set[tuple[str, date, int, int]]:
    """What is stated at the end: the last report of a day that was not older than the one before."""
    last: dict[tuple[str, date], tuple[int, Mapping[int, int]]] = {}
    for report in history:
        rank = -1 if report.revision in voided.get(report.source, ()) else report.revision
        for day, slots in report.days.items():
            known = last.get((report.source, day))
            if known is None or rank >= known[0]:
                last[report.source, day] = (rank, slots)
    return {
        (source, day, slot, offered)
        for (source, day), (_, slots) in last.items()
        for slot, offered in slots.items()
    }


def stated(rows: pl.DataFrame) -> set[tuple[str, date, int, int]]:
    found = present(rows).select(
        "source_code", "day", pl.col("starts_at").dt.hour().cast(pl.Int64), "offered"
    )
    assert found.is_unique().all()
    return set(found.iter_rows())


@given(st.lists(reports, max_size=8))
def test_what_is_stated_is_the_last_report_of_each_day(history: list[Report]) -> None:
    assert stated(rows_of(posted([[one] for one in history], voided={}))) == oracle(history, voided={})


@given(st.lists(reports, max_size=8))
def test_a_voided_revision_ranks_below_every_other(history: list[Report]) -> None:
    found = posted([[one] for one in history], voided=VOIDED)
    assert stated(rows_of(found)) == oracle(history, voided=VOIDED)


@given(st.lists(st.lists(reports, max_size=3), max_size=4))
def test_grouping_changes_no_row(groups: list[list[Report]]) -> None:
    alone = [[one] for group in groups for one in group]
    assert rows_of(posted(groups, voided={})).equals(rows_of(posted(alone, voided={})))


@given(st.lists(reports, max_size=6, unique_by=lambda one: (one.source, one.revision)), st.randoms())
def test_any_order_of_arrival_gives_the_same_present(history: list[Report], chance: object) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    in_order = stated(rows_of(posted([[one] for one in history], voided={})))
    assert stated(rows_of(posted([[one] for one in shuffled], voided={}))) == in_order


@given(st.lists(reports, min_size=1, max_size=6))
def test_a_delivery_twice_posts_no_count_and_every_row_has_a_fate(history: list[Report]) -> None:
    twice = [one for one in history for _ in range(2)]
    found = posted([[one] for one in twice], voided={})
    assert all((one.rows["sign"] == 0).all() for one in found[1::2])
    for report, one in zip(twice, found, strict=True):
        note = one.notes[0]
        assert note.posted + note.unchanged + note.superseded == frame(report).height


@given(st.lists(reports, max_size=6))
def test_at_every_sequence_a_cell_is_stated_once_at_most(history: list[Report]) -> None:
    rows = rows_of(posted([[one] for one in history], voided={}))
    for seq in range(1, len(history) + 1):
        cells = (
            rows.filter(pl.col("posted_seq") <= seq)
            .group_by(list(CALL_CELL))
            .agg(pl.col("sign").cast(pl.Int64).sum())
        )
        assert cells["sign"].is_in([0, 1]).all()
    assert set(CALL_VALUES) <= set(rows.columns)
