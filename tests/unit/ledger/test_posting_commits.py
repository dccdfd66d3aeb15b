"""Whole commits: columns, order, identity, and batches that cannot be posted."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from ledger_laws import WAYS
from ledger_rows import RECORDED_AT, Ledger, Report, amend, fates, frame, new, recode, signed, withdraw

from xiaobao.ledger import column_wise, posting
from xiaobao.ledger.entries import CONTENT, SCHEMA, complaint_key
from xiaobao.ledger.posting import BatchToPost, PostingError, complaint_keys, post

NOTHING = pl.DataFrame(schema=SCHEMA)


@pytest.fixture(autouse=True, params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commit is ruled so."""
    monkeypatch.setattr(posting, "COLUMN_WISE_FROM", WAYS[request.param])


def test_posted_rows_have_exactly_the_ledgers_columns_in_order_of_entry_id() -> None:
    ledger = Ledger()
    ledger.post(new("2", 1), new("1", 1), withdraw("3", 1))
    rows = ledger.commit([amend("1", 2, "B02")], [new("4", 1), withdraw("2", 2)])
    assert dict(rows.schema) == SCHEMA
    assert rows["entry_id"].to_list() == [
        (2 << 24) + 2,
        (2 << 24) + 3,
        (3 << 24) + 3,
        (3 << 24) + 4,
    ]
    assert rows["month"].to_list() == [202003] * 4
    assert rows["recorded_at"].to_list() == [RECORDED_AT] * 4
    assert rows["complaint_key"].to_list() == [complaint_key("bank-gy01", no) for no in ("1", "1", "4", "2")]


def test_a_reversal_lies_in_the_month_of_what_it_reverses_and_names_its_cause() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1))
    moved = replace(amend("1", 7), received_on=date(2020, 4, 1))
    reversal, restated = ledger.post(new("2", 7), moved).tail(2).iter_rows(named=True)
    assert (reversal["month"], reversal["received_on"]) == (202003, date(2020, 3, 1))
    assert (restated["month"], restated["received_on"]) == (202004, date(2020, 4, 1))
    for row in (reversal, restated):
        assert (row["posted_seq"], row["row_number"], row["revision"], row["event"]) == (2, 2, 7, "amend")


def test_state_carries_across_rows_and_batches_of_a_commit() -> None:
    ledger = Ledger()
    rows = ledger.commit([new("1", 1, "B01"), amend("1", 2, "B02")], [amend("1", 3, "B03"), withdraw("1", 4)])
    assert signed(rows) == [
        (1, "new", "B01"),
        (-1, "amend", "B01"),
        (1, "amend", "B02"),
        (-1, "amend", "B02"),
        (1, "amend", "B03"),
        (-1, "withdraw", "B03"),
    ]
    assert ledger.present() == {}


def test_rows_apply_in_order_of_their_numbers_whatever_the_order_of_the_frame() -> None:
    reports = frame([new("1", 1, "B01"), amend("1", 1, "B02"), new("2", 1)])
    backwards = BatchToPost(posted_seq=1, frame=reports.reverse())
    forwards = BatchToPost(posted_seq=1, frame=reports)
    posted = [
        post([batch], prior=NOTHING, recorded_at=RECORDED_AT, voided={}) for batch in (backwards, forwards)
    ]
    assert posted[0].rows.equals(posted[1].rows)
    assert posted[0].notes[0].posted == 3


def test_two_numbers_that_share_a_key_are_two_complaints() -> None:
    shared = pl.Series("complaint_key", [7, 7], dtype=pl.Int64)
    first = BatchToPost(posted_seq=1, frame=frame([new("1", 1, "B01"), new("2", 1, "B02")]), keys=shared)
    posted = post([first], prior=NOTHING, recorded_at=RECORDED_AT, voided={})
    assert signed(posted.rows) == [(1, "new", "B01"), (1, "new", "B02")]
    second = BatchToPost(posted_seq=2, frame=frame([amend("2", 2, "B03"), new("3", 2, "B04")]), keys=shared)
    later = post([second], prior=posted.rows, recorded_at=RECORDED_AT, voided={})
    assert signed(later.rows) == [(-1, "amend", "B02"), (1, "amend", "B03"), (1, "new", "B04")]


def test_the_same_number_of_two_sources_is_two_complaints() -> None:
    ledger = Ledger()
    other = replace(new("1", 1, "B02"), source="bank-gy02")
    rows = ledger.post(new("1", 1, "B01"), other)
    assert signed(rows) == [(1, "new", "B01"), (1, "new", "B02")]


def test_many_complaints_are_ruled_in_parts_without_changing_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def history() -> Ledger:
        ledger = Ledger()
        numbers = [str(number) for number in range(20)]
        ledger.post(*(new(number, 1) for number in numbers))
        ledger.commit(
            [amend(number, 2, "B02") for number in numbers], [withdraw(number, 3) for number in numbers[:9]]
        )
        return ledger

    whole = history()
    monkeypatch.setattr(posting, "_RULED_ROWS_AT_A_TIME", 3)
    monkeypatch.setattr(column_wise, "_ROWS_AT_A_TIME", 3)
    assert history().rows.equals(whole.rows)


def test_every_accepted_row_has_one_fate() -> None:
    ledger = Ledger()
    ledger.post(new("1", 5), new("2", 5), new("3", 5))
    ledger.post(amend("1", 6, "B02"), amend("2", 6), amend("3", 4), amend("4", 6), new("5", 6))
    assert fates(ledger.notes[-1]) == (2, 1, 1, 1)
    assert ledger.notes[-1].accepted == 5


def test_a_batch_without_rows_posts_nothing() -> None:
    ledger = Ledger()
    assert ledger.commit([], [new("1", 1)], [])["posted_seq"].to_list() == [2]
    assert [note.accepted for note in ledger.notes] == [0, 1, 0]
    assert post([], prior=NOTHING, recorded_at=RECORDED_AT, voided={}).rows.equals(NOTHING)


def test_amounts_and_moments_are_posted_as_they_were_reported() -> None:
    reports = frame([new("1", 1), new("1", 1)]).with_columns(
        pl.Series("amount", ["12345678901234.56", "-0.05"]).str.to_decimal(scale=2).cast(pl.Decimal(18, 2)),
        pl.lit(RECORDED_AT.replace(microsecond=123_456), pl.Datetime("us", "UTC")).alias("registered_at"),
        pl.Series("event", ["new", "amend"]),
    )
    batch = BatchToPost(posted_seq=1, frame=reports)
    rows = post([batch], prior=NOTHING, recorded_at=RECORDED_AT, voided={}).rows
    assert [str(amount) for amount in rows["amount"]] == ["12345678901234.56", "12345678901234.56", "-0.05"]
    assert rows["registered_at"].dt.microsecond().to_list() == [123_456] * 3


def test_keys_are_those_of_the_identity() -> None:
    rows = frame([new("1", 1), new("二", 1)])
    assert complaint_keys(rows).to_list() == [
        complaint_key("bank-gy01", "1"),
        complaint_key("bank-gy01", "二"),
    ]
    assert complaint_keys(rows.clear()).dtype == pl.Int64()


def _broken(change: pl.Expr, *, report: Report | None = None) -> pl.DataFrame:
    return frame([report or new("1", 1), new("2", 1)]).with_columns(change)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (pl.lit(1, pl.Int32()).alias("row_number"), "two rows have one number"),
        (pl.col("row_number") - 1, "row numbers are out of range"),
        (pl.col("row_number") + (1 << 23) - 2, "row numbers are out of range"),
        (pl.lit("erase").alias("event"), "unknown event"),
        (pl.lit(None, pl.Int64()).alias("revision"), "no revision"),
        (pl.lit(None, pl.Date()).alias("received_on"), "no received_on"),
        (pl.lit(None, pl.String()).alias("complaint_no"), "no complaint_no"),
        (pl.lit(1).alias("surplus"), "columns"),
    ],
)
def test_a_batch_that_breaks_its_form_is_named_and_posts_nothing(change: pl.Expr, what: str) -> None:
    good = BatchToPost(posted_seq=1, frame=frame([new("0", 1)]))
    with pytest.raises(PostingError, match=what) as raised:
        post(
            [good, BatchToPost(posted_seq=2, frame=_broken(change))],
            prior=NOTHING,
            recorded_at=RECORDED_AT,
            voided={},
        )
    assert raised.value.posted_seq == 2


def test_a_decision_of_the_bureau_needs_the_codes_alone() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    bare = [name for name in CONTENT if not name.endswith("_code") or name == "region_code"]
    decision = frame([recode("1", "B09")]).with_columns(
        pl.lit(None).cast(SCHEMA[name]).alias(name) for name in bare
    )
    batch = BatchToPost(posted_seq=2, frame=decision)
    rows = post([batch], prior=ledger.rows, recorded_at=RECORDED_AT, voided={}).rows
    assert signed(rows) == [(-1, "recode", "B01"), (1, "recode", "B09")]
    assert rows["received_on"].to_list() == [date(2020, 3, 1)] * 2


def test_batches_of_a_commit_follow_one_another_and_come_after_the_ledger() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1))
    batches = [BatchToPost(posted_seq=number, frame=frame([new("2", 1)])) for number in (2, 4)]
    with pytest.raises(PostingError, match="does not follow"):
        post(batches, prior=NOTHING, recorded_at=RECORDED_AT, voided={})
    with pytest.raises(PostingError, match="already holds"):
        post([replace(batches[0], posted_seq=1)], prior=ledger.rows, recorded_at=RECORDED_AT, voided={})
