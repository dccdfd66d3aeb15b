"""Rows of a file as its layout describes them → typed columns of the ledger; nothing is guessed.

What a cell cannot be read as becomes a finding of the rules under `rules/`; the mapper only decides which
rule looks at which column, and joins what they return.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.plausibility import Plausibility
from xiaobao.catalog.regions import NO_DIVISIONS
from xiaobao.catalog.sources import ColumnType, Events, LayoutColumn, Source, Subject
from xiaobao.intake.coded import Coded
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.findings import Findings
from xiaobao.intake.layouts import Bound
from xiaobao.intake.reading.records import IRREGULAR_SCHEMA, LINE_NUMBER, PLACES, ROW_NUMBER, Block
from xiaobao.intake.rules import amounts, codes, persons, regions, shape, timing, unread, wording
from xiaobao.intake.rules.calls import SEAT_PLACES
from xiaobao.intake.rules.cells import Cells
from xiaobao.ledger.entries import BATCH_SCHEMA, EntryKind, Event
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.text import tidy
from xiaobao.privacy.pseudonym_keys import Kind

PRIVATE = ("narrative", "identity", "contact")
"""Columns of the mapped rows that never enter a batch: digests and pseudonyms take their place."""

_CELL_SEPARATOR = "\x1f"
_OF_A_DAY = (ColumnType.CODE, ColumnType.REGION)  # what they mean depends on the day of receipt
_WORDED = (ColumnType.TEXT, ColumnType.NARRATIVE)
_EVENTS = tuple(event.value for event in Event if event not in (Event.SNAPSHOT, Event.RECODE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapper:
    """Maps the blocks of one file."""

    bound: Bound
    source: Source
    catalog: Catalog
    simulated: bool
    delivery: Delivery
    findings: Findings

    def map(self, block: Block) -> pl.DataFrame:
        """row_number, line_number, the columns of the batch the file states, and `PRIVATE` texts.

        Of a file of calls, all columns of its layout that the file states.
        """
        unread.report(block, bound=self.bound, findings=self.findings)
        # In one piece: where the columns of all blocks lie alike, none is copied to put them together.
        block = replace(block, rows=block.rows.rechunk())
        places = block.rows.select(ROW_NUMBER, LINE_NUMBER)
        columns = self._mapped(block, places)
        rows = places.hstack([column.alias(name) for name, column in columns.items()])
        if self.source.subject is not Subject.CALLS:
            self._check_rows(rows)
        return rows

    def _check_rows(self, rows: pl.DataFrame) -> None:
        """The predicates over the typed columns of a block."""
        printed, findings = self.bound.printed, self.findings
        timing.check_dates(
            rows,
            delivery=self.delivery,
            source=self.source,
            earliest_on=self._domain.earliest_on,
            printed=printed,
            findings=findings,
        )
        plausible = self._plausible
        if plausible is not None:
            amounts.check_amounts(rows, plausible=plausible, printed=printed, findings=findings)
            texts = [column.target for column in self.bound.layout.columns if column.type in _WORDED]
            stated = [name for name in texts if name in printed and name != "complaint_no"]
            wording.check_wording(rows, texts=stated, plausible=plausible, printed=printed, findings=findings)

    def map_nothing(self, *, width: int) -> pl.DataFrame:
        """The mapped rows of a file that has a header alone."""
        texts: dict[str, pl.DataType] = {str(place): pl.String() for place in range(width)}
        return self.map(
            Block(
                rows=pl.DataFrame(schema=PLACES | texts),
                irregular=pl.DataFrame(schema=IRREGULAR_SCHEMA),
                read=0,
                lines=0,
            )
        )

    def map_groups(self, totals: pl.DataFrame) -> pl.DataFrame:
        """The mapped cells of rows that name groups, codes as of the business day; they tell nothing."""
        silent = replace(self, findings=Findings(self.catalog.rules, day=self.delivery.day))
        dated = totals
        for column in self.bound.layout.columns:
            if column.target == "received_on":
                day = pl.lit(self.delivery.day.strftime(column.formats[0]))
                dated = totals.with_columns(
                    pl.when(pl.col(str(place)) == "").then(day).otherwise(str(place)).alias(str(place))
                    for place in self.bound.places["received_on"]
                )
        nothing = pl.DataFrame(schema=IRREGULAR_SCHEMA)
        return silent.map(Block(rows=dated, irregular=nothing, read=totals.height, lines=0))

    @property
    def _plausible(self) -> Plausibility | None:
        return self.catalog.plausibility.get(self.source.domain_id)

    @property
    def _domain(self) -> Domain:
        return self.catalog.domain(self.source.domain_id)

    def _mapped(self, block: Block, places: pl.DataFrame) -> dict[str, pl.Series]:
        stated = [column for column in self.bound.layout.columns if column.target in self.bound.places]
        columns: dict[str, pl.Series] = {}
        for column in stated:
            if column.type not in _OF_A_DAY:
                columns |= self._plain(self._cells(column, block, places))
        if self.source.subject is Subject.CALLS:
            return columns | self._branches(stated, block, places)
        received_on = columns["received_on"]
        columns["standard_id"] = codes.standards_on(self.catalog, self._domain.id, received_on)
        submitted: dict[str, pl.Series] = {}
        for column in stated:
            if column.type is ColumnType.REGION:
                cells = self._cells(column, block, places)
                columns[column.target] = self._regions(cells, received_on)
            if column.type is ColumnType.CODE:
                facet = Facet(column.target.removesuffix("_code"))
                cells = self._cells(column, block, places)
                coded = Coded.of(cells.text, form=_path_by(column.separator))
                submitted[column.target] = coded.text()
                columns[column.target] = codes.facet_codes(
                    cells,
                    coded,
                    facet=facet,
                    catalog=self.catalog,
                    domain=self._domain,
                    received_on=received_on,
                    standard_id=columns["standard_id"],
                )
        columns["submitted_codes"] = _submitted(submitted, block.rows.height)
        return columns

    def _cells(self, column: LayoutColumn, block: Block, places: pl.DataFrame) -> Cells:
        names = [str(place) for place in self.bound.places[column.target]]
        text = (
            block.rows[names[0]]
            if len(names) == 1
            else block.rows.select(pl.concat_str(names, separator=_CELL_SEPARATOR)).to_series()
        )
        return Cells(
            column=column,
            header=self.bound.printed[column.target],
            text=text,
            places=places,
            findings=self.findings,
        )

    def _plain(self, cells: Cells) -> dict[str, pl.Series]:
        """The columns made of one column of the file, codes aside."""
        target = cells.column.target
        match cells.column.type:
            case ColumnType.INSTITUTION:
                return self._institutions(cells)
            case ColumnType.EVENT:
                return {target: shape.choices(cells, rule_id="event_unknown", allowed=_EVENTS)}
            case ColumnType.ENTRY_KIND:
                kinds = tuple(kind.value for kind in EntryKind)
                return {target: shape.choices(cells, rule_id="entry_kind_unknown", allowed=kinds)}
            case ColumnType.SEAT_PLACE:
                return {target: shape.choices(cells, rule_id="seat_place_unknown", allowed=SEAT_PLACES)}
            case ColumnType.MOMENT if BATCH_SCHEMA.get(target) == pl.Date:
                return {target: shape.days_of_moments(cells, self._domain)}
            case ColumnType.MOMENT:
                return {target: shape.moments(cells, self._domain)}
            case ColumnType.DATE:
                return {target: shape.dates(cells)}
            case ColumnType.AMOUNT:
                return {target: shape.amounts(cells)}
            case ColumnType.INTEGER:
                return {target: shape.integers(cells).cast(BATCH_SCHEMA.get(target, pl.Int64()))}
            case ColumnType.NARRATIVE:
                return {target: shape.narratives(cells)}
            case ColumnType.IDENTITY | ColumnType.CONTACT:
                kind = Kind.IDENTITY if cells.column.type is ColumnType.IDENTITY else Kind.CONTACT
                text = shape.narratives(cells)
                return {target: persons.numbers(cells, text, kind=kind, plausible=self._plausible)}
            case ColumnType.TEXT if target == "complaint_no":
                return {target: shape.complaint_numbers(cells)}
            case ColumnType.TEXT:
                return {target: shape.texts(cells)}
        raise XiaobaoError(f"no rule reads a column of type {cells.column.type}")

    def _branches(
        self, stated: Sequence[LayoutColumn], block: Block, places: pl.DataFrame
    ) -> dict[str, pl.Series]:
        """The regions of a file of calls, as they are on the business day."""
        day = pl.repeat(self.delivery.day, block.rows.height, dtype=pl.Date(), eager=True)
        return {
            column.target: self._regions(self._cells(column, block, places), day)
            for column in stated
            if column.type is ColumnType.REGION
        }

    def _regions(self, cells: Cells, received_on: pl.Series) -> pl.Series:
        standard = self._domain.region_standard
        names = regions.RegionNames(
            regions=self.catalog.regions.get(standard, {}),
            aliases=self.catalog.region_aliases.get(standard, {}),
            divisions=self.catalog.divisions.get(standard, NO_DIVISIONS),
        )
        return regions.regions(cells, names=names, received_on=received_on, level_separator=_CELL_SEPARATOR)

    def _institutions(self, cells: Cells) -> dict[str, pl.Series]:
        register = self.catalog.register(self.source.domain_id, simulated=self.simulated)
        found = codes.institutions(cells, register=register, reporter=self.source.institution_code)
        return {
            "institution_code": found.institution_code,
            "institution_stated": found.institution_stated,
            "unit_code": found.unit_code,
        }


def with_constants(rows: pl.DataFrame, *, bound: Bound, source: Source, revision: int | None) -> pl.DataFrame:
    """The mapped rows with what the file does not state: constants, source, path, revision."""
    given: dict[str, object] = dict(bound.layout.constants)
    given |= {"source_code": source.code, "path": source.path, "revision": revision}
    if source.events is Events.SNAPSHOT:
        given["event"] = Event.SNAPSHOT.value
    stated = [
        pl.lit(value).cast(BATCH_SCHEMA[name]).alias(name)
        for name, value in given.items()
        if name in BATCH_SCHEMA
    ]
    absent = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in BATCH_SCHEMA.items()
        if name not in rows.columns and name not in given
    ]
    texts = [pl.lit(None, dtype=pl.String).alias(name) for name in PRIVATE if name not in rows.columns]
    return rows.with_columns(*stated, *absent, *texts)


def _path_by(separator: str) -> Callable[[str], str]:
    """The levels of a tree in one text, empty ones at the end left out: `Debt collection › Medical`."""

    def path(text: str) -> str:
        levels = [tidy(level) for level in text.split(_CELL_SEPARATOR)]
        while levels and not levels[-1]:
            levels.pop()
        return separator.join(levels)

    return path


def _submitted(codes_stated: dict[str, pl.Series], height: int) -> pl.Series:
    empty = pl.repeat("", height, dtype=pl.String, eager=True)
    parts = [codes_stated.get(facet.column, empty).alias(facet.value) for facet in Facet]
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="|")).to_series()
