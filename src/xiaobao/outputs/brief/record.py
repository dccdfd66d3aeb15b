"""What the close recorded beside the ledger: who reported, what was rejected or refused; as figures too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.figures import Figure, Reading
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.periods import day_period
from xiaobao.lib.words import Words

BASIS = "record:close"
"""Figures counted from the journal's record of a close, not from the ledger's rows."""

RECORD_MEASURES: Mapping[str, Words] = {
    "record.due": Words(zh="应报来源数", en="sources due"),
    "record.reported": Words(zh="已报来源数", en="sources that reported"),
    "record.late": Words(zh="迟报来源数", en="sources that reported late"),
    "record.nil": Words(zh="零报告来源数", en="sources with a nil report"),
    "record.superseded": Words(zh="被取代来源数", en="sources superseded"),
    "record.missing": Words(zh="未报送来源数", en="sources missing"),
    "record.read": Words(zh="读入行数", en="rows read"),
    "record.accepted": Words(zh="接收行数", en="rows accepted"),
    "record.rejected": Words(zh="拒收行数", en="rows rejected"),
    "record.refused": Words(zh="未予记账行数", en="rows refused by state"),
    "record.set_aside": Words(zh="搁置行数", en="rows set aside"),
}
SEALED_DIMENSIONS = frozenset({"institution", "business.1", "cause.1"})
"""Dimensions whose counts a close seals."""
REPORTED = frozenset({"arrived", "late", "nil", "supplementary"})
"""Statuses that count as having reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a source that arrived for a business day, and what became of them."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    refused: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRecord:
    """One close with everything a brief says of it that is not a count of complaints."""

    day: date
    posted_seq: int
    close_head: str
    catalog_digest: str
    statuses: Mapping[str, str]
    """Source due on the day → reporting status as known at the close."""
    rows: Mapping[str, Rows]
    """Source → rows that arrived in the business day."""
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(dimension, member) → complaints of the day as sealed with the close; ("", "") for all of them."""

    def sealed_count(self, filters: Mapping[str, str]) -> int | None:
        """The count sealed with the close under at most one filter; None where it sealed nothing so fine."""
        if not self.counts or len(filters) > 1 or set(filters) - SEALED_DIMENSIONS:
            return None
        return self.counts.get(next(iter(filters.items()), ("", "")), 0)

    def reading(self) -> Reading:
        """The day as read at its close."""
        return Reading(period=day_period(self.day), posted_seq=self.posted_seq)

    def sources_with(self, statuses: Iterable[str]) -> tuple[str, ...]:
        """The sources due that have one of these statuses, in the order of the record."""
        wanted = frozenset(statuses)
        return tuple(source for source, status in self.statuses.items() if status in wanted)

    @property
    def missing(self) -> tuple[str, ...]:
        """The sources due of which nothing had arrived at the close, by code."""
        return self.sources_with({"missing", "pending"})


def value_of(record: CloseRecord, measure_id: str, where: Mapping[str, str]) -> Decimal:
    """The value of a record measure; XiaobaoError for one that does not exist."""
    if measure_id not in RECORD_MEASURES or set(where) - {"source"}:
        raise XiaobaoError(f"no record measure {measure_id} by {', '.join(where)}")
    name = measure_id.partition(".")[2]
    if name in Rows.__dataclass_fields__:
        sources = [where["source"]] if "source" in where else list(record.rows)
        return Decimal(sum(int(getattr(record.rows.get(source, Rows()), name)) for source in sources))
    match name:
        case "due":
            return Decimal(len(record.statuses))
        case "reported":
            return Decimal(len(record.sources_with(REPORTED)))
        case "missing":
            return Decimal(len(record.missing))
    return Decimal(len(record.sources_with({name})))


def record_figure(record: CloseRecord, measure_id: str, **where: str) -> Figure:
    """A figure of the record, still without its place in a document."""
    return Figure(
        id="",
        measure_id=measure_id,
        where=tuple(sorted(where.items())),
        of=(),
        readings=(record.reading(),),
        catalog_digest=record.catalog_digest,
        basis=BASIS,
        value=FigureValue(value_of(record, measure_id, where)),
    )
