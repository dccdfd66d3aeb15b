"""Rows that are no data but belong to the form: totals, feet and notes, the header again (decision 0147).

They are taken out before the rows are mapped, and each is told. A row is taken for one by how its first
filled cell begins, and only where what is required of a row of data is missing in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import polars as pl

from xiaobao.catalog.plausibility import Plausibility
from xiaobao.catalog.sources import ColumnType
from xiaobao.intake.findings import Findings
from xiaobao.intake.layouts import Bound
from xiaobao.intake.reading.head import Trailer
from xiaobao.intake.reading.records import LINE_NUMBER, PLACES, ROW_NUMBER, Block
from xiaobao.lib.text import name_key, tidy

TOTALS, FORM, HEADER = "row_of_totals", "row_of_form", "header_repeated"

_WORDED = (ColumnType.TEXT, ColumnType.NARRATIVE)  # any words might be meant there
_NEVER = re.compile(r"[^\s\S]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One row that is no data."""

    rule_id: str
    row_number: int
    line_number: int
    begins: str
    """Its first filled cell."""
    cells: tuple[str, ...]
    """By their place under the header; cells that only repeat the first, as merged ones do, are empty."""

    @property
    def trailer(self) -> Trailer:
        """The row as what states the total of the file."""
        return Trailer(cells=self.cells, line_number=self.line_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRows:
    """Tells the rows of the form of one file from its data."""

    bound: Bound
    header: tuple[str, ...]
    beginnings: dict[str, re.Pattern[str]]
    """Rule → how the first filled cell of its rows begins."""

    @classmethod
    def of(
        cls, bound: Bound, header: tuple[str, ...], plausible: Plausibility | None, findings: Findings
    ) -> Self:
        """For a file with that header; rules not in force and words the catalog lacks find nothing."""
        words = {} if plausible is None else {TOTALS: plausible.totals_begin, FORM: plausible.form_begins}
        beginnings = {rule_id: _beginning(each) for rule_id, each in words.items() if each}
        beginnings[HEADER] = re.compile(rf"(?i)^\s*{re.escape(header[0])}\s*$") if header else _NEVER
        applied = {rule_id: each for rule_id, each in beginnings.items() if findings.applies(rule_id)}
        findings.ran(*applied)
        return cls(bound=bound, header=tuple(map(_key, header)), beginnings=applied)

    def take(self, block: Block) -> tuple[Block, tuple[FormRow, ...]]:
        """The block without its rows of the form, and those; the others keep their numbers."""
        found = (*self._among_rows(block), *self._among_records(block)) if self.beginnings else ()
        if not found:
            return block, ()
        kept = ~pl.col(ROW_NUMBER).is_in([row.row_number for row in found])
        without = replace(
            block,
            rows=block.rows.filter(kept),
            irregular=block.irregular.filter(kept),
            doubtful=block.doubtful.filter(kept),
            read=block.read - len(found),
        )
        return without, found

    def total_of_file(self, found: Sequence[FormRow], *, last_row: int) -> FormRow | None:
        """The one row of totals below all data, where it begins as the layout has the total of the file."""
        name = name_key(self.bound.layout.trailer or "")
        below = [row for row in found if row.rule_id == TOTALS and row.row_number > last_row]
        if len(below) != 1 or not name or name_key(below[0].cells[0]) != name:
            return None
        return below[0]

    def report(self, rows: Sequence[FormRow], findings: Findings) -> None:
        """A finding for each."""
        for rule_id in self.beginnings:
            found = [row for row in rows if row.rule_id == rule_id]
            frame = pl.DataFrame(
                [(row.row_number, row.line_number, row.begins) for row in found],
                schema={**PLACES, "begins": pl.String()},
                orient="row",
            )
            trailer = pl.lit(self.bound.layout.trailer) if rule_id == TOTALS else None
            findings.rows(rule_id, frame, column=None, value=pl.col("begins"), expected=trailer)

    def _among_rows(self, block: Block) -> Iterator[FormRow]:
        if block.rows.is_empty():
            return
        # A look at the first column alone: rows of data have something there that begins otherwise.
        patterns = "|".join(f"(?:{each.pattern})" for each in self.beginnings.values())
        suspects = block.rows.filter(pl.col("0").str.contains(rf"^\s*$|{patterns}"))
        places = suspects.select(ROW_NUMBER, LINE_NUMBER).iter_rows()
        for (number, line), cells in zip(places, suspects.drop(*PLACES).iter_rows(), strict=True):
            texts = tuple(map(tidy, cells))
            if (rule_id := self._rule_of(texts)) is not None:
                yield _row(rule_id, number, line, texts)

    def _among_records(self, block: Block) -> Iterator[FormRow]:
        """Records with less than half the fields of a row, where nothing was put below the other columns."""
        for row in block.irregular.filter(pl.col("begins").is_not_null()).iter_rows(named=True):
            texts = tuple(map(tidy, row["begins"].split(",")))
            rule_id = next(
                (each for each in (TOTALS, FORM) if self._begins(each, texts[0])),
                None,
            )
            if rule_id is not None and 2 * int(row["value"]) < len(self.header):
                yield _row(rule_id, row[ROW_NUMBER], row[LINE_NUMBER], texts)

    def _rule_of(self, texts: tuple[str, ...]) -> str | None:
        stated = [(place, text) for place, text in enumerate(texts) if text]
        if not stated:
            return None
        place, begins = stated[0]
        if self._is_header(stated):
            return HEADER
        required, missing = self._missing(texts, place)
        if self._begins(TOTALS, begins) and (missing or not self._worded(place)):
            return TOTALS
        return FORM if self._begins(FORM, begins) and 2 * missing > required else None

    def _is_header(self, stated: Sequence[tuple[int, str]]) -> bool:
        most = HEADER in self.beginnings and 2 * len(stated) > len(self.header) > 1
        return most and all(_key(text) == self.header[place] for place, text in stated)

    def _begins(self, rule_id: str, text: str) -> bool:
        return rule_id in self.beginnings and self.beginnings[rule_id].match(text) is not None

    def _missing(self, texts: tuple[str, ...], first: int) -> tuple[int, int]:
        """How many columns beside that of the first filled cell are required, and how many of them empty."""
        required = [
            self.bound.places[column.target]
            for column in self.bound.layout.columns
            if column.required and first not in self.bound.places.get(column.target, (first,))
        ]
        empty = [places for places in required if all(texts[at] in ("", texts[first]) for at in places)]
        return len(required), len(empty)

    def _worded(self, place: int) -> bool:
        return any(
            place in self.bound.places.get(column.target, ()) and column.type in _WORDED
            for column in self.bound.layout.columns
        )


def _row(rule_id: str, number: int, line: int, texts: tuple[str, ...]) -> FormRow:
    begins = next(filter(None, texts))
    first = texts.index(begins)
    own = tuple("" if text == begins and place != first else text for place, text in enumerate(texts))
    return FormRow(rule_id=rule_id, row_number=number, line_number=line, begins=begins, cells=own)


def _key(cell: str) -> str:
    return tidy(cell).casefold()


def _beginning(words: Sequence[str]) -> re.Pattern[str]:
    """Signs, then one of the words, blanks between its letters or not, and no further letter."""
    spaced = (r"\s*".join(map(re.escape, word.replace(" ", ""))) for word in words)
    return re.compile(rf"(?i)^\W*(?:{'|'.join(spaced)})(?:[\W\d_]|$)")
