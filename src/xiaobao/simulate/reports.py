"""A bank's report as bytes: the columns of the catalog's layout, in the bank's own way of writing."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from xiaobao.catalog.catalog import Catalog, CatalogError
from xiaobao.catalog.sources import ColumnType, Layout, LayoutColumn, Source
from xiaobao.lib.words import Words
from xiaobao.simulate.complaints import Complaint

Kind = Literal["regular", "supplementary", "nil"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One row of a report."""

    event: str
    complaint: Complaint
    overwritten: Mapping[str, str] = field(default_factory=dict)
    """Target column → text that stands there instead of the complaint's."""
    rule_id: str | None = None
    """The rule that must reject the row; None for a row that is in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One delivery of a bank before it is written."""

    at: datetime
    day: date
    kind: Kind
    revision: int
    rows: tuple[ReportRow, ...]
    stated_excess: int = 0
    """How many rows too many the bank says the file has."""

    @property
    def returned(self) -> bool:
        """True when the whole file must go back."""
        return self.stated_excess != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How one bank writes its files."""

    source: Source
    layout: Layout
    institution_name: str
    unit_name: str | None
    encoding: str
    with_trailer: bool
    format_choice: int
    """Which of a date column's formats the bank uses."""

    def file_bytes(self, report: Report) -> bytes:
        """The report as the bytes of its file."""
        text = io.StringIO(newline="")
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow([column.headers[0] for column in self.layout.columns])
        lines.writerows(self._cells(row) for row in report.rows)
        if self.with_trailer and self.layout.trailer is not None:
            lines.writerow(self._trailer(self.layout.trailer, len(report.rows) + report.stated_excess))
        return text.getvalue().encode(self.encoding)

    def _cells(self, row: ReportRow) -> list[str]:
        return [row.overwritten.get(column.target, self._cell(column, row)) for column in self.layout.columns]

    def _trailer(self, name: str, stated: int) -> list[str]:
        return [name, str(stated), *[""] * (len(self.layout.columns) - 2)]

    def _cell(self, column: LayoutColumn, row: ReportRow) -> str:
        match column.type:
            case ColumnType.INSTITUTION:
                named = self.unit_name if row.complaint.unit_code else self.institution_name
                return named or self.institution_name
            case ColumnType.EVENT:
                return _stated(column, row.event)
            case ColumnType.ENTRY_KIND:
                return _stated(column, row.complaint.entry_kind)
            case ColumnType.IDENTITY:
                return row.complaint.identity or ""
            case ColumnType.CONTACT:
                return row.complaint.contact
            case _:
                return self._plain(column, getattr(row.complaint, column.target))

    def _plain(self, column: LayoutColumn, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return value.strftime(column.formats[self.format_choice % len(column.formats)])
        return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _stated(column: LayoutColumn, value: str) -> str:
    for stated, meant in (column.lookup or {}).items():
        if stated and meant == value:
            return stated
    raise CatalogError(
        Words(
            zh=f"版式中 {column.headers[0]} 一列没有写法对应 {value}",
            en=f"column {column.headers[0]} of the layout has no word for {value}",
        )
    )


def writer_of(
    catalog: Catalog, source: Source, *, layout_id: str, encoding: str, with_trailer: bool
) -> Writer:
    """The way the simulated bank behind a source writes; CatalogError where its layout is missing."""
    layout = next((each for each in source.layouts if each.id == layout_id), None)
    if layout is None or source.institution_code is None:
        raise CatalogError(
            Words(
                zh=f"来源 {source.code} 没有版式 {layout_id} 或没有机构",
                en=f"source {source.code} lacks the layout {layout_id} or its institution",
            )
        )
    register = catalog.register(source.domain_id, simulated=source.simulated)
    unit_code = unit_code_of(catalog, source)
    return Writer(
        source=source,
        layout=layout,
        institution_name=register.label(source.institution_code).zh,
        unit_name=register.units[unit_code].zh if unit_code is not None else None,
        encoding=encoding,
        with_trailer=with_trailer,
        format_choice=sum(source.institution_code.encode()),
    )


def unit_code_of(catalog: Catalog, source: Source) -> str | None:
    """The first unit of the source's institution, None when it has none."""
    register = catalog.register(source.domain_id, simulated=source.simulated)
    units = {
        found.unit_code
        for found in register.aliases.values()
        if found.institution_code == source.institution_code and found.unit_code is not None
    }
    return min(units, default=None)


def rows_of(complaints: Sequence[Complaint], event: str) -> list[ReportRow]:
    """The complaints as rows of one event."""
    return [ReportRow(event=event, complaint=complaint) for complaint in complaints]
