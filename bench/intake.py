"""How fast is a file read and checked, against csv + pydantic row by row over the same rules?"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from bench.deliveries import LAST_DAY, SOURCE
from bench.timing import peak_mebibytes, seconds
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery

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


def ours(path: Path, catalog: Catalog) -> CheckResult:
    """Our reading, mapping and all rules that need no ledger."""
    delivery = Delivery(source_code=SOURCE, day=LAST_DAY, kind=DeliveryKind.REGULAR, revision=1)
    return check(path, delivery=delivery, catalog=catalog, simulated=True, history=None, keys=None)


def by_pydantic(path: Path, catalog: Catalog) -> tuple[int, int]:
    """The peer: each row parsed by a model, its codes looked up, its dates ordered, its number seen once."""
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
                row = Row.model_validate(values)
            except ValidationError:
                rejected += 1
                continue
            fits = row.channel in channels and row.business in businesses and row.cause in causes
            ordered = row.accepted_on is None or row.received_on <= row.accepted_on
            if fits and ordered and row.region in regions and row.complaint_no not in seen:
                accepted += 1
            else:
                rejected += 1
            seen.add(row.complaint_no)
    return accepted, rejected


def measure(path: Path, catalog: Catalog, rows: int) -> list[tuple[str, str]]:
    """Rows of the results table."""
    result = ours(path, catalog)
    assert (result.read, result.accepted) == (rows, rows), (result.read, result.accepted)
    own = seconds(lambda: ours(path, catalog), times=3)
    peak = peak_mebibytes()
    assert by_pydantic(path, catalog) == (rows, 0)
    peer = seconds(lambda: by_pydantic(path, catalog))
    return [
        ("read and check, no ledger", f"{own:.2f} s, {rows / own / 1e6:.2f} M rows/s"),
        ("the same by csv + pydantic, row by row", f"{peer:.2f} s, {rows / peer / 1e6:.2f} M rows/s"),
        ("ratio (goal ≥ 5)", f"{peer / own:.1f}"),
        ("highest memory while checking (goal ≤ 2 GiB)", f"{peak:.0f} MiB"),
    ]
