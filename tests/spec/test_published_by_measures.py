"""The golden test end to end: the counts of the notices as a ledger, their ratios by the measures."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from measure_cases import snapshot_of

from xiaobao.analysis.compare import period_on_period
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, Question, evaluate
from xiaobao.analysis.published.notice_file import NoticeLine, read_notices
from xiaobao.analysis.rounding import rounded
from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.institutions import Denominator
from xiaobao.ledger.entries import SCHEMA, entry_id
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period

FILE = Path(__file__).parents[2] / "samples" / "cbirc-notices" / "cbirc_notices.csv"
SECOND = Period(from_on=date(2020, 4, 1), to_on=date(2020, 7, 1))
THIRD = Period(from_on=date(2020, 7, 1), to_on=date(2020, 10, 1))
GROUPS = {
    "国有大型商业银行": "state_owned",
    "股份制商业银行": "joint_stock",
    "外资法人银行": "foreign",
    "其他银行业金融机构": "others",
    "城市商业银行(含民营银行)": "city",
    "农村中小金融机构": "rural",
}
PATH = (("path", "institution"),)


@pytest.fixture(scope="module")
def lines() -> list[NoticeLine]:
    return [line for line in read_notices([FILE]) if line.quoted and line.metric == "投诉量"]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The shipped catalog with the columns of the notices: the thirteenth joint-stock bank, and the others.

    Of the third quarter few banks are printed: what else a column has is one member of it, from then on.
    """
    files = dict(reading.read_files(reading.installed_root()))
    folder = "domains/pbc/register"
    made = [("BAIXIN", "百信银行", "joint_stock", "2018-09-04")]
    made += [(f"REST_{group}".upper(), f"其余{name}", group, "2020-07-01") for name, group in GROUPS.items()]
    made += [(group.upper(), name, group, "2018-09-04") for name, group in GROUPS.items()][2:]
    named = "".join(f"{code},{name},{code},{name},{code},{day},,test,test\n" for code, name, _, day in made)
    members = "".join(f"{code},{group},{day},,test,test\n" for code, _, group, day in made)
    groups = "".join(f"{group},{name},{group}\n" for name, group in list(GROUPS.items())[2:])
    for name, added in (("institutions", named), ("memberships", members), ("groups", groups)):
        files[f"{folder}/{name}.csv"] += added.encode()
    return reading.parse(files)


@pytest.fixture(scope="module")
def snapshot(lines: list[NoticeLine], catalog: Catalog) -> Iterator[Snapshot]:
    counts: list[tuple[str, date, int]] = []
    for quarter, period in (("2020Q2", SECOND), ("2020Q3", THIRD)):
        left = {line.entity: int(line.printed.value) for line in lines_of(lines, quarter, "group")}
        for line in lines_of(lines, quarter, "bank"):
            found = catalog.register("pbc", simulated=False).resolve(line.entity)
            assert found is not None
            counts.append((found.institution_code, period.from_on, int(line.printed.value)))
            (group,) = [one for one in left if GROUPS[one] == group_of(catalog, found.institution_code)]
            left[group] -= int(line.printed.value)
        rest = [(GROUPS[name].upper(), name, total) for name, total in left.items() if total]
        third = quarter == "2020Q3"
        counts += [(f"REST_{code}" if third else code, period.last_on, total) for code, _, total in rest]
    with snapshot_of(ledger(counts)) as found:
        yield found


def lines_of(lines: list[NoticeLine], quarter: str, entity_type: str) -> list[NoticeLine]:
    return [one for one in lines if str(one.quarter) == quarter and one.entity_type == entity_type]


def group_of(catalog: Catalog, code: str) -> str | None:
    return catalog.register("pbc", simulated=False).institutions[code].group_on(THIRD.from_on)


def ledger(counts: list[tuple[str, date, int]]) -> pl.DataFrame:
    """One row a complaint."""
    told = pl.DataFrame(counts, schema=["institution_code", "received_on", "n"], orient="row")
    rows = told.select(pl.col("institution_code", "received_on").repeat_by("n")).explode(
        "institution_code", "received_on"
    )
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return rows.select(
        pl.lit(entry_id(1, 1, 1), pl.Int64()).alias("first"),
        number.alias("complaint_key"),
        number.cast(pl.String).alias("complaint_no"),
        number.cast(pl.Int32).alias("row_number"),
        pl.col("institution_code", "received_on"),
        (pl.col("received_on").dt.year() * 100 + pl.col("received_on").dt.month()).alias("month"),
    ).select(
        (pl.col("first") + 2 * pl.col("complaint_key")).alias("entry_id")
        if name == "entry_id"
        else pl.col(name).cast(dtype)
        if name in ("complaint_key", "complaint_no", "row_number", "institution_code", "received_on", "month")
        else pl.lit(CONSTANT.get(name), dtype).alias(name)
        for name, dtype in SCHEMA.items()
    )


CONSTANT = {
    "posted_seq": 1,
    "sign": 1,
    "recorded_at": datetime(2020, 10, 8, tzinfo=UTC),
    "path": "institution",
    "source_code": "notices",
    "entry_kind": "complaint",
    "event": "new",
    "standard_id": "jrt0169-2018",
    "submitted_codes": "||",
}


def asked(
    snapshot: Snapshot, catalog: Catalog, measure_id: str, *readings: Reading, **more: object
) -> dict[tuple[str, ...], Decimal | str | None]:
    question = Question(
        measure=catalog.measure(measure_id),
        domain=catalog.domain("pbc"),
        simulated=False,
        readings=readings,
        **{"where": PATH, **more},  # type: ignore[arg-type]
    )
    answer: Answer = evaluate(question, snapshot=snapshot, catalog=catalog)
    return {row.members: row.value if row.why_none is None else row.why_none for row in answer.rows}


def read(period: Period) -> Reading:
    return Reading(period=period, posted_seq=1)


def test_totals_and_group_totals_are_the_printed_ones(
    snapshot: Snapshot, catalog: Catalog, lines: list[NoticeLine]
) -> None:
    for quarter, period in (("2020Q2", SECOND), ("2020Q3", THIRD)):
        (total,) = lines_of(lines, quarter, "total")
        assert asked(snapshot, catalog, "complaints", read(period)) == {(): total.printed.value}
        groups = asked(snapshot, catalog, "complaints", read(period), by=("group",))
        printed = {(GROUPS[one.entity],): one.printed.value for one in lines_of(lines, quarter, "group")}
        assert groups == printed


def test_shares_of_groups_and_of_banks_are_the_printed_ones(
    snapshot: Snapshot, catalog: Catalog, lines: list[NoticeLine]
) -> None:
    register = catalog.register("pbc", simulated=False)
    for quarter, period in (("2020Q2", SECOND), ("2020Q3", THIRD)):
        shares = asked(snapshot, catalog, "complaint_share", read(period), by=("group",), of=PATH)
        for line in lines_of(lines, quarter, "group"):
            assert shares[(GROUPS[line.entity],)] == line.share_per_cent
        for line in lines_of(lines, quarter, "bank"):
            found = register.resolve(line.entity)
            assert found is not None
            group = (*PATH, ("group", GROUPS[line.share_of.removesuffix("投诉总量")]))
            where = (*group, ("institution", found.institution_code))
            share = asked(snapshot, catalog, "complaint_share", read(period), where=where, of=group)
            assert share == {(): line.share_per_cent}, line.entity


def test_medians_go_over_six_and_over_thirteen_banks(snapshot: Snapshot, catalog: Catalog) -> None:
    medians = asked(snapshot, catalog, "complaints_median", read(SECOND), by=("group",))
    assert medians[("state_owned",)] == Decimal("3182.0")
    assert medians[("joint_stock",)] == Decimal("2302.0")
    assert medians[("foreign",)] == "group_of_one"


def test_changes_on_the_quarter_before_are_the_printed_ones_but_for_the_explained(
    snapshot: Snapshot, catalog: Catalog, lines: list[NoticeLine]
) -> None:
    readings = period_on_period(THIRD, compared_months=3, posted_seq=1)
    changes = asked(snapshot, catalog, "complaints_qoq", *readings, by=("group",))
    (total,) = lines_of(lines, "2020Q3", "total")
    assert asked(snapshot, catalog, "complaints_qoq", *readings) == {(): total.change_per_cent}
    for line in lines_of(lines, "2020Q3", "group"):
        match GROUPS[line.entity]:
            case "city" | "rural":  # not printed apart in the first notice
                assert changes[(GROUPS[line.entity],)] == "zero_base"
            case "others":  # its base holds city banks and rural institutions: catalog/published/cbirc.toml
                assert changes[("others",)] == Decimal("-45.4")
            case group:
                assert changes[(group,)] == line.change_per_cent


def test_rates_over_the_derived_denominators_are_the_printed_ones(
    snapshot: Snapshot, catalog: Catalog
) -> None:
    for measure_id, printed in (
        ("per_1k_outlets", {"BCM": "1439.4", "CCB": "376.3", "ICBC": "370.9"}),
        ("per_10m_customers", {"BCM": "256.2", "CCB": "82.2", "ICBC": "90.1"}),
    ):
        rates = asked(snapshot, catalog, measure_id, read(THIRD), by=("institution",))
        assert {code: str(rates[(code,)]) for code in printed} == printed
        assert rates[("CITIC",)] == "no_denominator"


def test_every_derived_denominator_gives_back_the_printed_rate_it_comes_from(catalog: Catalog) -> None:
    """`N complaints … in M months at R`: the count over the denominator, half up to the places of R, is R."""
    of_unit = {"outlets": 1_000, "customers": 10_000_000}
    files = reading.read_files(reading.installed_root())
    checked = 0
    for name, times in of_unit.items():
        for row in csv.DictReader(files[f"domains/pbc/register/{name}.csv"].decode().splitlines()):
            stated = re.search(r"(\d+) complaints.*? (?:in (\d+) months )?at ([0-9.]+)", row["source"])
            assert stated is not None and row["confidence"] == "derived", row
            count, months, rate = stated.groups()
            each = Fraction(int(count), int(months)) if months else Fraction(int(count) * times)
            decimals = len(rate.partition(".")[2])
            assert str(rounded(each / int(row["value"]), decimals=decimals)) == rate, row
            checked += 1
    assert checked == sum(len(held) for held in _held(catalog))


def _held(catalog: Catalog) -> list[tuple[Denominator, ...]]:
    register = catalog.register("pbc", simulated=False)
    return [numbers for by_bank in register.denominators.values() for numbers in by_bank.values()]


def test_ranks_are_those_of_the_notice(snapshot: Snapshot, catalog: Catalog) -> None:
    where = (*PATH, ("group", "state_owned"))
    ranks = asked(snapshot, catalog, "complaint_rank", read(SECOND), by=("institution",), where=where)
    ordered = sorted(ranks, key=lambda members: int(str(ranks[members])))
    assert [code for (code,) in ordered] == ["BOC", "ICBC", "CCB", "BCM", "ABC", "PSBC"]
