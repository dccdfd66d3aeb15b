"""The seven questions of a dashboard: asked of the product, and of a peer in SQL over its current rows.

Four are counts by measure and dimensions, one is a change by measure, ranked; the rate is a count by measure
over denominators of the bench, divided by `analysis.rounding`. Distinct complainants and the page of a
drill-down are no measures yet: they are Ibis expressions here, over the Snapshot.

The SQL counts before it looks names up, in every engine, which is the fastest form there. Each question has
variants (other months, days, banks), so that no answer is a remembered one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import ibis
import numpy as np
import polars as pl

from bench.histories import DAYS, FIRST_DAY
from bench.peers import Peer, Row
from xiaobao.analysis.compare import period_on_period
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, Filter, Question, evaluate
from xiaobao.analysis.member_tables import level_frame
from xiaobao.analysis.rounding import quotient
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.engines.expressions import named_table
from xiaobao.ledger.snapshot import ENTRIES, Extent, Snapshot
from xiaobao.lib.periods import Period, days_before

VARIANTS = 4
RATIOS = {"answer_on_time_rate": ("region", "month"), "handling_days": ("institution", "month")}
"""Ratios over a year, and what they are grouped by; asked of the product alone."""
TOP = 20
PAGE_ROWS = 1_000
PER_CUSTOMERS = 10_000_000
PATH = ("path", "institution")
SHOWN = (
    *("complaint_no", "received_on", "status", "channel_code", "business_code", "cause_code"),
    *("region_code", "product"),
)
"""What a page of a drill-down shows."""

_SEEN_SCHEMA: dict[str, pl.DataType] = {"complaint_no": pl.String()}
_COUNTED = "path = 'institution' AND entry_kind = 'complaint'"


def _people() -> ibis.Table:
    """How many complainants have a complaint that stands.

    One stands while the signs of its rows add up to one, so those of a person add up to more than nothing.
    """
    named = ENTRIES.filter(ENTRIES.identity_key.notnull())
    people = named.group_by("identity_key").aggregate(standing=named.sign.sum())
    return people.filter(people.standing > 0).count().as_table()


def _page_after() -> ibis.Table:
    """The complaints that stand, in order of their number, after the last one seen."""
    seen = named_table("seen", _SEEN_SCHEMA)
    later = ENTRIES.inner_join(seen, ENTRIES.complaint_no > seen.complaint_no).select(*SHOWN, ENTRIES.sign)
    standing = later.group_by(*SHOWN).aggregate(count=later.sign.sum())
    return standing.filter(standing["count"] > 0).order_by("complaint_no").limit(PAGE_ROWS).select(*SHOWN)


_PEOPLE = _people()
_PAGE = _page_after()


def _extent(period: Period, **members: str) -> Extent:
    """Complaints of the institution path in a period, of members of columns."""
    held = {"entry_kind": "complaint", "path": "institution", **members}
    return Extent(
        first_on=period.from_on,
        last_on=period.last_on,
        members={name: (member,) for name, member in held.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Where the questions are asked: the scope of the home and the last day whose complaints are in."""

    scope: Scope
    last_day: date
    complaints: int
    """How many there are; their numbers ascend."""

    @property
    def catalog(self) -> Catalog:
        """The catalog of the home."""
        return self.scope.catalog

    @property
    def customers(self) -> dict[str, int]:
        """Invented denominators: personal customers by province."""
        draw = np.random.default_rng(7)
        regions = sorted(self.catalog.regions[self.scope.domain.region_standard])
        return {code: int(draw.integers(1_000_000, 90_000_000)) for code in regions}

    def months(self, count: int, *, back: int) -> Period:
        """`count` whole months that end `back` months before the month of the last day ends."""
        last = self.last_day.year * 12 + self.last_day.month - back
        first = max(last - count, FIRST_DAY.year * 12 + FIRST_DAY.month - 1)
        return Period(from_on=_month_start(first), to_on=_month_start(last))

    def bank(self, variant: int) -> str:
        """One of the larger banks."""
        return tuple(self.catalog.register("pbc", simulated=True).institutions)[variant]

    def tables(self) -> dict[str, pl.DataFrame]:
        """The small tables of the peers: code tables, provinces, denominators."""
        levels = {facet: level_frame(self.scope, facet, (1, 2)) for facet in (Facet.BUSINESS, Facet.CHANNEL)}
        codes = pl.concat(
            frame.select(
                pl.lit(facet.value).alias("facet"),
                pl.col("table_standard").alias("standard_id"),
                pl.col("table_code").alias("code"),
                pl.col("table_from").alias("from_on"),
                pl.col("table_to").alias("to_on"),
                pl.col("ancestor_1").alias("level_1"),
                pl.col("ancestor_2").alias("level_2"),
            )
            for facet, frame in levels.items()
        )
        customers = pl.DataFrame(list(self.customers.items()), schema=["code", "customers"], orient="row")
        return {"codes": codes, "regions": customers}

    def count(
        self,
        snapshot: Snapshot,
        period: Period,
        by: tuple[str, ...],
        where: Filter = (),
        *,
        measure: str = "complaints",
    ) -> Answer:
        """Complaints of the institution path, or another measure of them."""
        question = Question(
            measure=self.catalog.measure(measure),
            domain=self.scope.domain,
            simulated=self.scope.simulated,
            readings=(Reading(period=period, posted_seq=snapshot.posted_seq),),
            by=by,
            where=tuple(sorted((PATH, *where))),
        )
        return evaluate(question, snapshot=snapshot, catalog=self.catalog)


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardQuestion:
    """One question in both forms; `variant` is one of `range(VARIANTS)`. Rows come in one agreed order."""

    name: str
    how: str
    """By which way the product asks it."""
    ours: Callable[[Dashboard, Snapshot, int], list[Row]]
    sql: Callable[[Dashboard, Peer, int], str]


def _business_by_channel(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    answer = board.count(snapshot, board.months(12, back=variant), ("business.1", "channel.1"))
    return _rows(answer)


def _business_by_channel_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    period = board.months(12, back=variant)
    return f"""WITH counted AS (
        SELECT standard_id, business_code, channel_code, count(*) AS total FROM entries
        WHERE {_COUNTED} AND {_received(period)} GROUP BY 1, 2, 3)
        SELECT {_level("business", "b.level_1")}, {_level("channel", "c.level_1")}, {_sum(peer)} FROM counted
        {_join("business", "b", period)} {_join("channel", "c", period)} GROUP BY 1, 2 ORDER BY 1, 2"""


def _month_by_bank(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    return _rows(board.count(snapshot, board.months(24, back=variant), ("month", "institution")))


def _month_by_bank_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    return f"""WITH counted AS (
        SELECT received_on, institution_code, count(*) AS total FROM entries
        WHERE {_COUNTED} AND {_received(board.months(24, back=variant))} GROUP BY 1, 2)
        SELECT {peer.month}, institution_code, {_sum(peer)} FROM counted GROUP BY 1, 2 ORDER BY 1, 2"""


def _top_changes(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    period = _thirty_days(board, variant)
    measure = board.catalog.measure("complaints_change_30")
    question = Question(
        measure=measure,
        domain=board.scope.domain,
        simulated=board.scope.simulated,
        readings=period_on_period(period, compared_days=30, posted_seq=snapshot.posted_seq),
        by=("institution", "business.2"),
        where=(PATH,),
    )
    answer = evaluate(question, snapshot=snapshot, catalog=board.catalog)
    changes = [(row.value, row.members) for row in answer.rows if row.value is not None]
    top = sorted(changes, key=lambda change: (-change[0], change[1]))[:TOP]
    return [(*members, int(value * 10)) for value, members in top]


def _top_changes_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    period = _thirty_days(board, variant)
    before = Period(from_on=period.from_on - timedelta(days=30), to_on=period.from_on)
    both = Period(from_on=before.from_on, to_on=period.to_on)
    slash = "//" if peer.name.startswith("DuckDB") else "/"
    return f"""WITH counted AS (
        SELECT institution_code, standard_id, business_code,
            sum(CASE WHEN received_on >= '{period.from_on}' THEN 1 ELSE 0 END) AS present,
            sum(CASE WHEN received_on < '{period.from_on}' THEN 1 ELSE 0 END) AS compared
        FROM entries WHERE {_COUNTED} AND {_received(both)} GROUP BY 1, 2, 3),
        grouped AS (
        SELECT institution_code, {_level("business", "b.level_2")} AS business,
            CAST(sum(present) AS BIGINT) AS present, CAST(sum(compared) AS BIGINT) AS compared
        FROM counted {_join("business", "b", both)} GROUP BY 1, 2)
        SELECT institution_code, business,
            (2000 * (present - compared) + compared) {slash} (2 * compared) AS tenths
        FROM grouped WHERE present >= compared AND compared > 0
        ORDER BY tenths DESC, institution_code, business LIMIT {TOP}"""


def _complainants(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    extent = _extent(board.months(12, back=0), institution_code=board.bank(variant), cause_code="C12")
    return list(snapshot.run(_PEOPLE, extent=extent, summed_by=("identity_key",)).iter_rows())


def _complainants_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    return f"""SELECT count(DISTINCT identity_key) FROM entries WHERE {_COUNTED}
        AND institution_code = '{board.bank(variant)}' AND cause_code = 'C12'
        AND {_received(board.months(12, back=0))}"""


def _page(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    period, bank = board.months(1, back=1), board.bank(variant)
    seen = pl.DataFrame({"complaint_no": [_last_seen(board, bank, period)]}, schema=_SEEN_SCHEMA)
    # Not by kept rows (`summed_by=SHOWN`): the same four months are asked again and again here.
    rows = snapshot.run(_PAGE, given={"seen": seen}, extent=_extent(period, institution_code=bank))
    return [tuple(map(_plain, row)) for row in rows.iter_rows()]


def _page_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    period, bank = board.months(1, back=1), board.bank(variant)
    return f"""SELECT {", ".join(SHOWN)} FROM entries WHERE {_COUNTED} AND institution_code = '{bank}'
        AND {_received(period)} AND complaint_no > '{_last_seen(board, bank, period)}'
        ORDER BY complaint_no LIMIT {PAGE_ROWS}"""


def _rates(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    answer = board.count(snapshot, board.months(12, back=variant), ("region", "month"))
    customers = board.customers
    return [
        (*row.members, _tenths(row.value, customers[row.members[0]]))
        for row in answer.rows
        if row.value is not None and row.members[0] in customers
    ]


def _rates_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    slash = "//" if peer.name.startswith("DuckDB") else "/"
    return f"""WITH counted AS (
        SELECT received_on, region_code, count(*) AS total FROM entries
        WHERE {_COUNTED} AND {_received(board.months(12, back=variant))} GROUP BY 1, 2),
        grouped AS (
        SELECT region_code, {peer.month} AS month, {_sum(peer)} AS total FROM counted GROUP BY 1, 2)
        SELECT region_code, month, (total * {20 * PER_CUSTOMERS} + customers) {slash} (2 * customers)
        FROM grouped JOIN regions ON regions.code = region_code ORDER BY 1, 2"""


def _last_week(board: Dashboard, snapshot: Snapshot, variant: int) -> list[Row]:
    return _rows(board.count(snapshot, _week(board, variant), ("day", "institution")))


def _last_week_sql(board: Dashboard, peer: Peer, variant: int) -> str:
    return f"""SELECT CAST(received_on AS TEXT), institution_code, count(*) FROM entries
        WHERE {_COUNTED} AND {_received(_week(board, variant))} GROUP BY 1, 2 ORDER BY 1, 2"""


QUESTIONS = (
    DashboardQuestion(
        name="business × channel over a year",
        how="`complaints` by `business.1`, `channel.1`",
        ours=_business_by_channel,
        sql=_business_by_channel_sql,
    ),
    DashboardQuestion(
        name="month × bank over 24 months",
        how="`complaints` by `month`, `institution`",
        ours=_month_by_bank,
        sql=_month_by_bank_sql,
    ),
    DashboardQuestion(
        name="top changes against the previous 30 days",
        how="`complaints_change_30` by `institution`, `business.2`, ranked",
        ours=_top_changes,
        sql=_top_changes_sql,
    ),
    DashboardQuestion(
        name="distinct complainants, filtered",
        how="an Ibis expression over the Snapshot",
        ours=_complainants,
        sql=_complainants_sql,
    ),
    DashboardQuestion(
        name="drill-down, a page by key",
        how="an Ibis expression over the Snapshot",
        ours=_page,
        sql=_page_sql,
    ),
    DashboardQuestion(
        name="rate by province and month",
        how="`complaints` by `region`, `month`, divided",
        ours=_rates,
        sql=_rates_sql,
    ),
    DashboardQuestion(
        name="last 7 days",
        how="`complaints` by `day`, `institution`",
        ours=_last_week,
        sql=_last_week_sql,
    ),
)


def _rows(answer: Answer) -> list[Row]:
    return [(*row.members, int(row.value)) for row in answer.rows if row.value is not None]


def _month_start(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _thirty_days(board: Dashboard, variant: int) -> Period:
    return days_before(board.last_day + timedelta(days=1 - variant), 30)


def _week(board: Dashboard, variant: int) -> Period:
    return days_before(board.last_day + timedelta(days=1 - variant), 7)


def _last_seen(board: Dashboard, bank: str, period: Period) -> str:
    """A number of about the middle of the month: the reader has paged so far."""
    share = ((period.from_on - FIRST_DAY).days + len(period) / 2) / DAYS
    return f"{bank}-{int(board.complaints * share):010}"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _tenths(count: Decimal, customers: int) -> int:
    return int(quotient(int(count) * PER_CUSTOMERS, customers, decimals=1) * 10)


def _received(period: Period) -> str:
    return f"received_on >= '{period.from_on}' AND received_on < '{period.to_on}'"


def _level(facet: str, level: str) -> str:
    return f"CASE WHEN {facet}_code IS NULL THEN 'not_stated' ELSE coalesce({level}, 'unmapped') END"


def _join(facet: str, table: str, period: Period) -> str:
    # No code changes within the periods asked about, so a code in force on the first day is so on the last.
    return (
        f"LEFT JOIN codes {table} ON {table}.facet = '{facet}' AND {table}.standard_id = counted.standard_id"
        f" AND {table}.code = {facet}_code AND {table}.from_on <= '{period.from_on}'"
        f" AND {table}.to_on > '{period.last_on}'"
    )


def _sum(peer: Peer) -> str:
    return "CAST(sum(total) AS BIGINT)"
