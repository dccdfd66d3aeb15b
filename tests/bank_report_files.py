"""Files as an invented bank would deliver them, for the tests of intake; the catalog is the real one."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.call_days import CALL_DAY_SCHEMA
from xiaobao.intake.check import check
from xiaobao.intake.day_counts import DAY_COUNT_SCHEMA
from xiaobao.intake.delivery import CheckResult, Delivery, History, PrivacyKeys
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.privacy.bridge import PEOPLE
from xiaobao.privacy.pseudonym_keys import PseudonymKey, PseudonymKeys

SOURCE = "bank-gy01"
DAY = date(2020, 3, 2)
KEYS = PrivacyKeys(
    narrative_key=b"n" * 32,
    pseudonyms=PseudonymKeys(chain=(PseudonymKey(id="p0001", secret=b"p" * 32),)),
)
HEADER = (
    "投诉编号",
    "事件",
    "类别",
    "收到日期",
    "受理日期",
    "办结日期",
    "被投诉机构",
    "业务办理渠道",
    "业务类别",
    "投诉原因",
    "地区",
    "产品",
    "金额",
    "证件号",
    "联系电话",
    "投诉内容",
)
_USUAL = {
    "事件": "新增",
    "类别": "投诉",
    "收到日期": "2020-03-01",
    "受理日期": "2020-03-02",
    "被投诉机构": "GY01",
    "业务办理渠道": "A0101",
    "业务类别": "B0302",
    "投诉原因": "C01",
    "地区": "110000",
    "金额": "12.50",
}


@cache
def catalog() -> Catalog:
    """The catalog of the repository."""
    return reading.load()


def row(number: str, **changed: str) -> dict[str, str]:
    """A row in order; what is changed is named by its header."""
    return dict.fromkeys(HEADER, "") | {"投诉编号": number} | _USUAL | changed


def content(rows: Sequence[Mapping[str, str]], *, header: Sequence[str] = HEADER) -> bytes:
    """The rows as CSV in UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([each.get(name, "") for name in header] for each in rows)
    return stream.getvalue().encode()


def checked(
    folder: Path,
    data: bytes,
    *,
    kind: DeliveryKind = DeliveryKind.REGULAR,
    revision: int | None = 1,
    total: int | None = None,
    source: str = SOURCE,
    day: date = DAY,
    simulated: bool | None = None,
    history: History | None = None,
    keys: PrivacyKeys | None = None,
    using: Catalog | None = None,
) -> CheckResult:
    """Check the bytes as a delivery, and that what must hold of every outcome does hold."""
    path = folder / "delivery.csv"
    path.write_bytes(data)
    known = using or catalog()
    delivery = Delivery(source_code=source, day=day, kind=kind, revision=revision, stated_total=total)
    mark = known.source(source).simulated if simulated is None else simulated
    result = check(path, delivery=delivery, catalog=known, simulated=mark, history=history, keys=keys)
    assert result.read == result.accepted + result.rejected
    assert result.batch.height == result.accepted
    assert dict(result.batch.schema) == BATCH_SCHEMA
    return result


def rules_of(result: CheckResult) -> list[str]:
    """The rules that found something, one a finding, in order."""
    return result.findings["rule_id"].to_list()


def only_finding(result: CheckResult) -> dict[str, object]:
    """The single finding."""
    assert result.findings.height == 1, result.findings
    return result.findings.row(0, named=True)


class StatedHistory:
    """A ledger's answers as a test states them: numbers known, whether withdrawn, at which revision."""

    def __init__(
        self,
        known: Mapping[str, bool] | None = None,
        *,
        last: int | None = None,
        revision: int | None = None,
        same: Collection[str] = (),
        recent: pl.DataFrame | None = None,
        calls: pl.DataFrame | None = None,
    ) -> None:
        self._known = dict(known or {})
        self._same = frozenset(same)
        self._recent = pl.DataFrame(schema=DAY_COUNT_SCHEMA) if recent is None else recent
        self._calls = pl.DataFrame(schema=CALL_DAY_SCHEMA) if calls is None else calls
        self._last = last
        self._revision = revision

    def last_revision(self) -> int | None:
        """The revision stated."""
        return self._last

    def unchanged(self, batch: pl.DataFrame, *, arrival: bool) -> pl.Series:
        """The rows whose numbers were stated as of the same content."""
        return batch.filter(pl.col("complaint_no").is_in(list(self._same)))["row_number"]

    def known(self, complaint_nos: pl.Series) -> pl.DataFrame:
        """The numbers stated, among those asked for."""
        asked = [number for number in complaint_nos.unique().to_list() if number in self._known]
        return pl.DataFrame(
            [(number, self._known[number], self._revision) for number in asked],
            schema={"complaint_no": pl.String, "withdrawn": pl.Boolean, "revision": pl.Int64},
            orient="row",
        )

    def waiting(self, complaint_nos: pl.Series) -> pl.Series:
        """None: whatever came is posted."""
        return complaint_nos.clear()

    def day_counts(self, *, first: date, last: date) -> pl.DataFrame:
        """The counts stated, of these days."""
        return self._recent.filter(pl.col("day").is_between(first, last))

    def call_days(self, *, first: date, last: date) -> pl.DataFrame:
        """The calls stated, of these days."""
        return self._calls.filter(pl.col("day").is_between(first, last))

    def people(self, complaint_nos: pl.Series) -> pl.DataFrame:
        """Nobody: no number stated here ever named anyone."""
        return pl.DataFrame(schema=dict.fromkeys(("complaint_no", *PEOPLE), pl.String))
