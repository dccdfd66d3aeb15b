"""Each law of the ledger finds the row that breaks it, and nothing in a ledger that the rules made."""

from datetime import timedelta

import polars as pl
import pytest
from ledger_rows import RECORDED_AT, Ledger, amend, new, recode, reinstate, withdraw

from xiaobao.ledger import laws
from xiaobao.ledger.laws import check_laws


def _ledger() -> Ledger:
    ledger = Ledger()
    ledger.post(*(new(str(number), 1, f"B{number % 7:02}") for number in range(1, 9)))
    ledger.post(amend("1", 2, "B09"), amend("2", 2, "B02"), withdraw("3", 2), withdraw("99", 2))
    ledger.commit(
        [recode("1", "B11"), recode("2", "B02")],
        [amend("1", 3, "B12"), reinstate("3", 3, "B05"), withdraw("99", 3)],
        recorded_at=RECORDED_AT + timedelta(hours=1),
    )
    return ledger


def _changed(place: pl.Expr, **values: pl.Expr) -> pl.DataFrame:
    rows = _ledger().rows
    return rows.with_columns(
        pl.when(place).then(value.cast(rows.schema[name])).otherwise(name).alias(name)
        for name, value in values.items()
    )


def _found(rows: pl.DataFrame) -> set[str]:
    return {breach.law for breach in check_laws(rows)}


_of = pl.col("complaint_no")
_sign = pl.col("sign")
_batch = pl.col("posted_seq")


def test_what_the_rules_post_breaks_no_law() -> None:
    assert check_laws(_ledger().rows) == ()
    assert check_laws(_ledger().rows.clear()) == ()


@pytest.mark.parametrize(
    ("law", "place", "values"),
    [
        ("required", _of == "5", {"received_on": pl.lit(None)}),
        ("sign", _of == "5", {"sign": pl.lit(2)}),
        ("event", _of == "5", {"event": pl.lit("snapshot")}),
        ("entry_id_form", _of == "5", {"row_number": pl.lit(9)}),
        ("entry_id_unique", _of == "5", {"entry_id": pl.lit((1 << 24) + 3)}),
        ("month", _of == "5", {"month": pl.lit(202002)}),
        ("complaint_key", _of == "5", {"complaint_key": pl.lit(5)}),
        ("revision_stated", _of == "5", {"revision": pl.lit(None)}),
        ("revision_stated", pl.col("event") == "recode", {"revision": pl.lit(3)}),
        ("running_sum", (_of == "5"), {"sign": pl.lit(-1)}),
        ("reversal_repeats", (_of == "1") & (_batch == 2) & (_sign == -1), {"cause_code": pl.lit("C99")}),
        ("marker_repeats", (_of == "2") & (_batch == 2), {"product": pl.lit("x")}),
        ("sign_of_event", (_of == "3") & (_batch == 2), {"event": pl.lit("new")}),
        ("begins", _of == "5", {"event": pl.lit("amend")}),
        ("new_once", (_of == "3") & (_batch == 4), {"event": pl.lit("new")}),
        ("withdrawn_returns", (_of == "3") & (_batch == 4), {"event": pl.lit("new")}),
        ("reinstates_withdrawn", (_of == "3") & (_batch == 2), {"event": pl.lit("amend")}),
        ("revision_order", (_of == "1") & (_batch == 4), {"revision": pl.lit(1)}),
        ("bureau_codes", (_of == "1") & (_batch == 4) & (_sign == 1), {"business_code": pl.lit("B12")}),
        ("recorded_at", _of == "5", {"recorded_at": pl.lit(RECORDED_AT + timedelta(seconds=1))}),
        ("recorded_at", _batch == 4, {"recorded_at": pl.lit(RECORDED_AT - timedelta(hours=1))}),
        ("total_over_institution_code", _of == "5", {"sign": pl.lit(3)}),
    ],
)
def test_a_law_finds_the_row_that_breaks_it(law: str, place: pl.Expr, values: dict[str, pl.Expr]) -> None:
    assert law in _found(_changed(place, **values))


def test_a_replacement_with_one_of_its_rows_netted_away_is_found() -> None:
    rows = _ledger().rows
    lone_reversal = rows.filter(~((_of == "1") & (_batch == 4) & (_sign == 1)))
    lone_statement = rows.filter(~((_of == "1") & (_batch == 4) & (_sign == -1)))
    assert "replacement_pairs" in _found(lone_reversal)
    assert "replacement_pairs" in _found(lone_statement)


def test_a_breach_says_how_many_rows_and_names_some() -> None:
    rows = _changed(pl.lit(True), month=pl.lit(202002))
    breach = next(breach for breach in check_laws(rows) if breach.law == "month")
    assert breach.rows == rows.height
    assert breach.examples == tuple(rows["entry_id"].head(5).to_list())


def test_a_voided_revision_stands_outside_the_order_of_revisions() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    ledger.post(amend("1", 999, "B02"))
    ledger.voided = {"bank-gy01": frozenset({999})}
    ledger.post(amend("1", 2, "B03"))
    assert {breach.law for breach in check_laws(ledger.rows)} == {"revision_order"}
    assert check_laws(ledger.rows, voided=ledger.voided) == ()


def test_rows_read_in_parts_are_found_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = _changed((_of == "1") & (_sign == -1), cause_code=pl.lit("C99"), month=pl.lit(1))
    whole = check_laws(wrong)
    monkeypatch.setattr(laws, "_ROWS_AT_A_TIME", 3)
    parts = check_laws(wrong.lazy())
    assert {(breach.law, breach.rows) for breach in parts} == {(breach.law, breach.rows) for breach in whole}
    assert check_laws(_ledger().rows.lazy()) == ()
