"""Cross-footing: what a file states of its rows, in all and by group, adds up to the rows read."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import polars as pl

from xiaobao.catalog.sources import ColumnType, LayoutColumn
from xiaobao.intake.findings import Findings
from xiaobao.intake.layouts import Bound
from xiaobao.intake.reading.head import Trailer
from xiaobao.intake.reading.records import LINE_NUMBER, PLACES
from xiaobao.lib.text import tidy

_SUMMED = {ColumnType.AMOUNT: "type_amount", ColumnType.INTEGER: "type_integer"}
_NAME, _COUNT = 0, 1  # places of the cells that say what a row of totals is, and how many rows it counts
_COUNT_FORM = re.compile(r"[0-9]{1,18}", re.ASCII)


def take_totals(rows: pl.DataFrame, name: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of data, and those of group totals by their first cell; all as read."""
    first = str(_NAME)
    if name is None or first not in rows.columns:
        return rows, rows.clear()
    is_total = rows[first].str.strip_chars() == name
    return (rows.filter(~is_total), rows.filter(is_total)) if is_total.any() else (rows, rows.clear())


def summed_places(bound: Bound) -> frozenset[int]:
    """The places of a row of totals under which it states sums."""
    summed = (column for column in bound.layout.columns if column.type in _SUMMED)
    places = (place for column in summed for place in bound.places.get(column.target, ()))
    return frozenset(places) - {_NAME, _COUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossfooting:
    """The rows of one file, typed, against what it states of them.

    Where records are no rows, which is told already, nobody can say what the others should add up to.
    """

    rows: pl.DataFrame
    read: int
    bound: Bound
    findings: Findings

    def check_trailer(self, trailer: Trailer) -> None:
        """`stated_sum`: sums that the last row states in columns of amounts or whole numbers."""
        self.findings.ran("stated_sum")
        if self.rows.height == self.read:
            self._check_sums(self.rows, trailer.cells, trailer.line_number)

    def check_groups(self, totals: pl.DataFrame, typed: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """`group_total`: how many rows each group has; `typed` reads the cells that name a group as rows are.

        All groups that one column names add up to the rows read, so that no group is left out.
        """
        if self.bound.layout.group_total is None:
            return
        self.findings.ran("group_total", "stated_sum")
        if self.rows.height != self.read:
            return
        meant = typed(totals)
        counted: dict[tuple[str, ...], int] = defaultdict(int)
        last_line = 1
        for place, cells in enumerate(totals.drop(*PLACES).iter_rows()):
            texts, last_line = tuple(map(tidy, cells)), int(totals[LINE_NUMBER][place])
            grouping = self._grouping(texts)
            targets = tuple(column.target for column in grouping)
            found = self.rows.filter(_same(meant.row(place, named=True), grouping))
            header = ", ".join(self.bound.printed[target] for target in targets) or None
            counted[targets] += self._check_count(found.height, texts, last_line, header)
            self._check_sums(found, texts, last_line)
        for targets, total in counted.items():
            if targets and total != self.read:
                header = ", ".join(self.bound.printed[target] for target in targets)
                self._report("group_total", last_line, header, self.read, str(total))

    def _check_count(self, found: int, texts: tuple[str, ...], line: int, header: str | None) -> int:
        stated = texts[_COUNT] if len(texts) > _COUNT else ""
        count = int(stated) if _COUNT_FORM.fullmatch(stated) else None
        if count != found:
            self._report("group_total", line, header, found, stated[:20] or "—")
        return count or 0

    def _check_sums(self, rows: pl.DataFrame, cells: tuple[str, ...], line: int) -> None:
        for column in self._columns:
            unread = _SUMMED.get(column.type)
            text = _cell(cells, self.bound.places[column.target])
            if unread is None or not text or self.findings.found(unread):
                continue  # what could not be read is told already, and has no sum
            total = rows[column.target].sum() or 0
            if _number(text) != Decimal(total):
                self._report("stated_sum", line, self.bound.printed[column.target], total, text[:20])

    def _report(self, rule_id: str, line: int, header: str | None, found: object, stated: str) -> None:
        self.findings.file(rule_id, line_number=line, column=header, value=str(found), expected=stated)

    @property
    def _columns(self) -> list[LayoutColumn]:
        """Those in the file, but for the two places that a row of totals uses itself."""
        used = {_NAME, _COUNT}
        return [
            column
            for column in self.bound.layout.columns
            if not used & set(self.bound.places.get(column.target, tuple(used)))
        ]

    def _grouping(self, texts: tuple[str, ...]) -> list[LayoutColumn]:
        """The columns whose cells name the group."""
        return [
            column
            for column in self._columns
            if column.type not in _SUMMED and _cell(texts, self.bound.places[column.target])
        ]


def _same(group: Mapping[str, object], grouping: list[LayoutColumn]) -> pl.Expr:
    targets = [column.target for column in grouping]
    if "institution_code" in targets:
        targets.append("unit_code")  # a card center is a group of its own
    return pl.all_horizontal(
        pl.lit(True), *(pl.col(target).eq_missing(pl.lit(group[target])) for target in targets)
    )


def _cell(texts: tuple[str, ...], places: tuple[int, ...]) -> str:
    return "".join(texts[place] for place in places if place < len(texts))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
