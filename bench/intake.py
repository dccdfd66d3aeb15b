"""How fast is a file read and checked, beside pydantic, frictionless and a load without any rule?"""

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from bench import frictionless_peer
from bench.deliveries import LAST_DAY, SOURCE
from bench.duckdb_peer import creating_table
from bench.timing import peak_mebibytes, rate, seconds
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery

FRICTIONLESS_ROWS = 20_000
ERROR_EVERY = 200
ERRORS = (
    ("收到日期", "2019-02-30", "type_date"),
    ("受理日期", "2001-01-01", "date_order"),
    ("金额", "-1.00", "amount_negative"),
    ("事件", "删除", "event_unknown"),
    ("类别", "传闻", "entry_kind_unknown"),
)
"""Column, wrong cell, and the rule that finds it."""

Optional = BeforeValidator(lambda text: text or None)


class Row(BaseModel):
    """The peer's model of one row of the bank report."""

    complaint_no: Annotated[str, Field(alias="投诉编号", min_length=1)]
    event: Annotated[Literal["新增", "更正", "撤销", "撤销后重报"], Field(alias="事件")]
    entry_kind: Annotated[Literal["投诉", "咨询", "举报", "建议", "其他"], Field(alias="类别")]
    received_on: Annotated[date, Field(alias="收到日期")]
    accepted_on: Annotated[date | None, Field(alias="受理日期"), Optional]
    closed_on: Annotated[date | None, Field(alias="办结日期"), Optional]
    institution: Annotated[str, Field(alias="被投诉机构", min_length=1)]
    channel: Annotated[str, Field(alias="业务办理渠道")]
    business: Annotated[str, Field(alias="业务类别", min_length=1)]
    cause: Annotated[str, Field(alias="投诉原因", min_length=1)]
    region: Annotated[str, Field(alias="地区")]
    product: Annotated[str, Field(alias="产品")]
    amount: Annotated[Decimal | None, Field(alias="金额", ge=0), Optional]


DELIVERY = Delivery(source_code=SOURCE, day=LAST_DAY, kind=DeliveryKind.REGULAR, revision=1)


def ours(path: Path, catalog: Catalog, *, keep: bool = False) -> CheckResult:
    """Our reading, mapping and all rules that need no ledger."""
    return check(path, delivery=DELIVERY, catalog=catalog, simulated=True, history=None, keys=None, keep=keep)


def by_pydantic(
    path: Path, catalog: Catalog, *, model: type[Row] = Row, also: Callable[[Row], object] | None = None
) -> tuple[int, int]:
    """The peer: each row parsed by a model, its codes looked up, its dates ordered, its number seen once.

    What it does with a good row besides is in `also`.
    """
    tables = catalog.standards["jrt0169-2018"].tables
    channels, businesses, causes = (
        set(tables[f].codes) for f in (Facet.CHANNEL, Facet.BUSINESS, Facet.CAUSE)
    )
    regions = catalog.regions[catalog.domain("pbc").region_standard]
    seen: set[str] = set()
    accepted = rejected = 0
    with path.open(encoding="utf-8", newline="") as stream:
        for values in csv.DictReader(stream):
            try:
                row = model.model_validate(values)
            except ValidationError:
                rejected += 1
                continue
            fits = row.channel in channels and row.business in businesses and row.cause in causes
            ordered = row.accepted_on is None or row.received_on <= row.accepted_on
            if fits and ordered and row.region in regions and row.complaint_no not in seen:
                accepted += 1
                if also is not None:
                    also(row)
            else:
                rejected += 1
            seen.add(row.complaint_no)
    return accepted, rejected


def measure(path: Path, catalog: Catalog, rows: int) -> list[tuple[str, str]]:
    """Rows of the results table: our own time first, so that the highest memory is ours."""
    result = ours(path, catalog)
    assert (result.read, result.accepted) == (rows, rows), (result.read, result.accepted)
    own = seconds(lambda: ours(path, catalog), times=5)
    peak = peak_mebibytes()
    with creating_table(path, rows) as create:
        table = seconds(create, times=5)
    assert by_pydantic(path, catalog) == (rows, 0)
    pydantic = seconds(lambda: by_pydantic(path, catalog))
    return [
        ("read and check, all rules that need no ledger", rate(rows, own)),
        ("the same by csv + pydantic, row by row", rate(rows, pydantic)),
        ("times that rate (goal ≥ 5)", f"{pydantic / own:.1f}"),
        *_against_frictionless(path, catalog, own / rows),
        ("DuckDB `CREATE TABLE AS`, types given, no rules, 2 threads", rate(rows, table)),
        ("share of that rate (goal ≥ 25%)", f"{table / own:.0%}"),
        ("highest memory while checking (goal ≤ 2,048 MiB)", f"{peak:.0f} MiB"),
        *_with_errors(path, catalog, rows),
    ]


def _against_frictionless(path: Path, catalog: Catalog, own: float) -> list[tuple[str, str]]:
    """The peer that validates by a schema, against our seconds a row."""
    taken = frictionless_seconds(path, catalog)
    told = rate(FRICTIONLESS_ROWS, taken * FRICTIONLESS_ROWS)
    return [
        (f"types, lists and unique numbers by frictionless, {FRICTIONLESS_ROWS:,} rows", told),
        ("times that rate (goal ≥ 20)", f"{taken / own:.0f}"),
    ]


def frictionless_seconds(path: Path, catalog: Catalog) -> float:
    """Seconds a row, over the first rows of the file."""
    part = path.with_name("part-of-it.csv")
    rows = pl.scan_csv(path, infer_schema=False).head(FRICTIONLESS_ROWS).collect()
    rows.write_csv(part)
    return seconds(lambda: frictionless_peer.validate(part, catalog, rows.height)) / rows.height


def _with_errors(path: Path, catalog: Catalog, rows: int) -> list[tuple[str, str]]:
    """The same file with wrong cells in every two-hundredth row: each is found, at its place."""
    wrong = path.with_name("with-errors.csv")
    expected = planted(path, wrong)
    found = ours(wrong, catalog).findings.filter(pl.col("row_number").is_not_null())
    assert found.select("rule_id", "row_number").sort("row_number").equals(expected), found
    taken = seconds(lambda: ours(wrong, catalog), times=3)
    return [(f"the same with {expected.height:,} wrong rows, every one found", rate(rows, taken))]


def planted(path: Path, into: Path) -> pl.DataFrame:
    """A copy of the file with a wrong cell in every `ERROR_EVERY`-th row; the rule and number of each."""
    turn = pl.int_range(pl.len()) // ERROR_EVERY % len(ERRORS)
    wrong = pl.int_range(pl.len()) % ERROR_EVERY == 0
    rows = pl.read_csv(path, infer_schema=False)
    rows.with_columns(
        pl.when(wrong & (turn == place)).then(pl.lit(cell)).otherwise(pl.col(column)).alias(column)
        for place, (column, cell, _) in enumerate(ERRORS)
    ).write_csv(into)
    places = range(0, rows.height, ERROR_EVERY)
    return pl.DataFrame(
        {
            "rule_id": [ERRORS[number % len(ERRORS)][2] for number in range(len(places))],
            "row_number": [place + 1 for place in places],
        }
    )
