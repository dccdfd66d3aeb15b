"""The worked example of docs/ledger.md is what the rules post."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from ledger_rows import Ledger, amend, fates, new, recode, withdraw

PAGE = Path(__file__).parents[3] / "docs/ledger.md"
MARCH, APRIL = date(2020, 3, 31), date(2020, 4, 1)
COLUMNS = (
    "posted_seq",
    "row_number",
    "sign",
    "revision",
    "event",
    "complaint_no",
    "month",
    "business_code",
    "submitted_codes",
)


def _example() -> Ledger:
    ledger = Ledger()
    ledger.post(replace(new("A-17", 1, "B0101"), received_on=MARCH))
    ledger.post(
        replace(amend("A-17", 3, "B0203"), received_on=MARCH),
        replace(new("A-18", 3, "B0101"), received_on=APRIL),
    )
    ledger.post(replace(amend("A-17", 2, "B0102"), received_on=MARCH))
    ledger.post(recode("A-17", "B0301"))
    ledger.post(replace(amend("A-17", 4, "B0204"), received_on=APRIL))
    ledger.post(withdraw("A-18", 5))
    return ledger


def _printed() -> list[list[str]]:
    text = PAGE.read_text(encoding="utf-8").replace("\\|", "\x00")
    lines = text.split("| posted_seq | row |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().replace("\x00", "|") for cell in line.split("|")[1:-1]] for line in lines]


def test_the_rows_of_the_page_are_the_rows_of_the_rules() -> None:
    rows = _example().rows.select(COLUMNS).rows()
    assert _printed() == [["" if value is None else str(value) for value in row] for row in rows]


def test_the_counts_of_the_page_are_the_sums_of_signs() -> None:
    ledger = _example()
    assert fates(ledger.notes[2]) == (0, 0, 1, 0)

    def count(month: int, as_of: int) -> int:
        wanted = (pl.col("month") == month) & (pl.col("posted_seq") <= as_of)
        return int(ledger.rows.filter(wanted)["sign"].sum())

    assert [count(202003, 4), count(202003, 5)] == [1, 0]
    assert [count(202004, 4), count(202004, 5), count(202004, 6)] == [1, 2, 1]
