"""From the bytes of a file to its rows, mapped and checked one by one; what stops it is a finding."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind, Source
from xiaobao.intake.choosing import Chosen, choose, header_rows
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.findings import Findings
from xiaobao.intake.form import Form
from xiaobao.intake.layouts import Bound
from xiaobao.intake.mapping import Mapper
from xiaobao.intake.reading.containers import Content, content_of, work_folder
from xiaobao.intake.reading.head import Trailer
from xiaobao.intake.reading.opening import CONTAINER_CHECKS, FORMATS, open_rows
from xiaobao.intake.reading.records import ROW_NUMBER, Block
from xiaobao.intake.reading.unreadable import Trouble, UnreadableError
from xiaobao.intake.rows_of_form import FormRow, FormRows
from xiaobao.intake.rules.crossfoot import take_totals
from xiaobao.intake.sent import Keeper, Sent
from xiaobao.intake.template.version import check_version
from xiaobao.lib.parallel import in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What was read of a file whose bytes and header are in order."""

    form: Form
    bound: Bound
    rows: pl.DataFrame
    """As `mapping.Mapper` gives them."""
    read: int
    trailer: Trailer | None
    group_totals: pl.DataFrame
    """Rows that state totals of groups, as read."""
    groups: Callable[[pl.DataFrame], pl.DataFrame]
    """Reads their cells as those of rows are read."""
    sent: Sent | None
    """The rows as they were sent, where they were to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mapped:
    """A block once it is mapped."""

    rows: pl.DataFrame
    read: int
    last_row: int
    """The highest number of a row or a record of the block; 0 where it has none."""
    group_totals: pl.DataFrame
    of_form: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file that is to be read."""

    path: Path
    work: Path | None
    """Where copies may lie meanwhile; None for a folder of the system."""
    keep: bool
    """True where the rows are kept as they were sent."""
    source: Source
    catalog: Catalog
    simulated: bool
    delivery: Delivery
    findings: Findings

    def read(self) -> tuple[Form, Table | None]:
        """The form of the file as far as it was recognised, and its rows; None where it has none."""
        self.findings.ran(*CONTAINER_CHECKS)
        form = Form()
        try:
            with work_folder(self.work) as work, content_of(self.path, work=work) as content:
                form = Form(format=FORMATS[content.kind], container=content.container, member=content.member)
                table = self._table(content, work)
                return (form if table is None else table.form), table
        except UnreadableError as error:
            # An empty nil report says all there is to say.
            if self.delivery.kind is not DeliveryKind.NIL or error.trouble.rule_id != "empty_file":
                self._tell(error.trouble)
            return form, None

    def _tell(self, trouble: Trouble) -> None:
        self.findings.file(
            trouble.rule_id,
            line_number=trouble.line_number,
            value=trouble.value,
            expected=trouble.expected,
        )

    def _table(self, content: Content, work: Path) -> Table | None:
        with open_rows(content, work=work, rows_limit=header_rows(self.source)) as opened:
            self.findings.ran(*opened.checks)
            chosen = choose(self.source, opened.heads, self.findings, known=self.catalog.sources.values())
            if chosen is None:
                return None
            check_version(
                opened.heads,
                layout_id=chosen.bound.layout.id,
                source=self.source,
                catalog=self.catalog,
                day=self.delivery.day,
                findings=self.findings,
            )
            form = replace(chosen.head.form, container=content.container, member=content.member)
            self.findings.placed(sheet=form.sheet, letters=chosen.letters)
            return self._mapped(form, chosen)

    def _mapped(self, form: Form, chosen: Chosen) -> Table:
        mapper = Mapper(
            bound=chosen.bound,
            source=self.source,
            catalog=self.catalog,
            simulated=self.simulated,
            delivery=self.delivery,
            findings=self.findings,
        )
        plausible = self.catalog.plausibility.get(self.source.domain_id)
        form_rows = FormRows.of(chosen.bound, chosen.head.cells, plausible, self.findings)
        mapped: list[pl.DataFrame] = []
        totals: list[pl.DataFrame] = []
        of_form: list[FormRow] = []
        read, last_row, trailer = 0, 0, None
        keeper = Keeper() if self.keep else None
        parts = chosen.head.parts(chosen.wanted)
        # Blocks are mapped while the next ones are read.
        for part in in_order(
            partial(_with_rows, mapper=mapper, form_rows=form_rows),
            parts if keeper is None else keeper.keep(parts),
            is_light=lambda part: not isinstance(part, Block),
        ):
            match part:
                case _Mapped():
                    mapped.append(part.rows)
                    read, last_row = read + part.read, max(last_row, part.last_row)
                    of_form.extend(part.of_form)
                    totals.append(part.group_totals)
                case Trailer():
                    trailer = part
                case Trouble():
                    self._tell(part)
        if trailer is None:
            total = form_rows.total_of_file(of_form, last_row=last_row)
            trailer = None if total is None else total.trailer
            of_form = [row for row in of_form if row is not total]
        form_rows.report(of_form, self.findings)
        if not mapped:
            mapped.append(mapper.map_nothing(width=len(chosen.head.cells)))
        return Table(
            form=form,
            bound=chosen.bound,
            rows=pl.concat(mapped),
            read=read,
            trailer=trailer,
            group_totals=pl.concat(totals) if totals else pl.DataFrame(),
            groups=mapper.map_groups,
            sent=None if keeper is None else keeper.sent(chosen.head.cells, chosen.places_printed),
        )


def _with_rows(
    part: Block | Trailer | Trouble, *, mapper: Mapper, form_rows: FormRows
) -> _Mapped | Trailer | Trouble:
    if not isinstance(part, Block):
        return part
    rows, totals = take_totals(part.rows, mapper.bound.layout.group_total)
    block = part if totals.is_empty() else replace(part, rows=rows, read=part.read - totals.height)
    data, of_form = form_rows.take(block)
    last = pl.concat([data.rows[ROW_NUMBER], data.irregular[ROW_NUMBER]]).max()
    return _Mapped(
        rows=mapper.map(data),
        read=data.read,
        last_row=last if isinstance(last, int) else 0,
        group_totals=totals,
        of_form=of_form,
    )
