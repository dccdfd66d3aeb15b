"""Decisions of the bureau about the record: the codes of one complaint, and revisions that are void."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import transaction

from xiaobao.catalog.catalog import UnknownKeyError
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import BATCH_SCHEMA, Event, complaint_key, normal_complaint_no
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest, own_batches
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, Receipt, RevisionVoid

DECISION = "decision"


class DecisionError(UserError):
    """A decision that cannot be recorded as asked."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoding:
    """Which codes a complaint gets; None keeps the present one."""

    source_code: str
    complaint_no: str
    channel_code: str | None = None
    business_code: str | None = None
    cause_code: str | None = None

    @property
    def codes(self) -> dict[str, str]:
        """The codes that are to change, by ledger column."""
        asked = {
            Facet.CHANNEL.column: self.channel_code,
            Facet.BUSINESS.column: self.business_code,
            Facet.CAUSE.column: self.cause_code,
        }
        return {column: code for column, code in asked.items() if code is not None}


def recode(home: Home, recoding: Recoding, *, by: str, reason: str, at: datetime) -> Batch:
    """Record that the bureau codes a complaint otherwise; the poster posts it like any batch.

    Raises DecisionError when the number is not stated at present, or a code is not in force on its day;
    UnknownKeyError for a source or code the catalog does not know. Confirming the present codes is a decision
    too: later amendments keep them.
    """
    _require_named(by=by, reason=reason)
    home.catalog().source(recoding.source_code)
    present = present_content(home, recoding.source_code, recoding.complaint_no)
    if present is None:
        raise _not_stated(recoding)
    if not recoding.codes:
        raise DecisionError(Words(zh="没有给出任何新代码", en="no new code was given"))
    for facet in Facet:
        _require_in_force(home, facet, recoding.codes.get(facet.column), day=present["received_on"][0])
    decided = present.with_columns(pl.lit(code).alias(column) for column, code in recoding.codes.items())
    return own_batches.add(
        home,
        decided.select(*BATCH_SCHEMA).cast(dict(BATCH_SCHEMA)),  # type: ignore[arg-type]
        kind="decision",
        batch_kind=DECISION,
        source_code=recoding.source_code,
        payload={
            "complaint_no": decided["complaint_no"][0],
            "codes": recoding.codes,
            "by": by,
            "reason": reason,
        },
        at=at,
    )


def present_content(home: Home, source_code: str, complaint_no: str) -> pl.DataFrame | None:
    """What a complaint is stated to be at present, as the row of a decision; None when it is not stated."""
    number = normal_complaint_no(complaint_no)
    keys = pl.Series("complaint_key", [complaint_key(source_code, number)], dtype=pl.Int64())
    rows = manifest.reading(home, lambda snapshot: snapshot.lookup(keys))
    rows = rows.filter(pl.col("source_code") == source_code, pl.col("complaint_no") == number)
    if rows.is_empty() or rows["sign"].cast(pl.Int64).sum() != 1:
        return None
    stated = rows.filter(pl.col("sign") == 1).sort("entry_id").tail(1)
    return stated.with_columns(
        pl.lit(Event.RECODE.value).alias("event"),
        pl.lit(None, pl.Int64()).alias("revision"),
        pl.lit(1, pl.Int32()).alias("row_number"),
    )


def void_revision(
    home: Home,
    *,
    source_code: str,
    revision: int,
    declared_by: str,
    confirmed_by: str,
    reason: str,
    at: datetime,
) -> RevisionVoid:
    """Declare a revision void: events that carry it rank below all others in every batch after this.

    Raises DecisionError unless two different people are named, a reason is given, and the source delivered
    that revision.
    """
    _require_named(by=declared_by, reason=reason)
    if not confirmed_by.strip() or declared_by.strip().casefold() == confirmed_by.strip().casefold():
        raise DecisionError(
            Words(zh="作废版次须由两名不同人员声明与确认", en="a revision is voided by two different people")
        )
    if not Receipt.objects.filter(source_code=source_code, revision=revision).exists():
        raise DecisionError(
            Words(
                zh=f"来源 {source_code} 没有报送过版次 {revision}",
                en=f"source {source_code} never delivered revision {revision}",
            )
        )
    names = {"declared_by": declared_by.strip(), "confirmed_by": confirmed_by.strip(), "reason": reason}
    payload = {"source_code": source_code, "revision": revision, **names}
    with transaction.atomic():
        journal.lock_head()
        if RevisionVoid.objects.filter(source_code=source_code, revision=revision).exists():
            raise DecisionError(
                Words(zh=f"版次 {revision} 已作废", en=f"revision {revision} is void already")
            )
        record = journal.append(home, kind="void_revision", payload=payload, at=at)
        return RevisionVoid.objects.create(
            sequence=record, source_code=source_code, revision=revision, **names
        )


def _require_named(*, by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise DecisionError(Words(zh="须写明决定人和理由", en="a decision names who took it, and why"))


def _require_in_force(home: Home, facet: Facet, code: str | None, *, day: date) -> None:
    if code is None:
        return
    standard = home.catalog().standard_on(home.domain_id, day)
    if standard is None:
        raise DecisionError(
            Words(zh=f"{day} 没有有效的分类标准", en=f"no coding standard was in force on {day}")
        )
    table = standard.tables.get(facet)
    known = () if table is None else tuple(table.codes)
    if table is None or code not in table.codes:
        raise UnknownKeyError(
            what=Words(zh=f"{standard.name.zh}代码", en=f"{facet.value} code of {standard.name.en}"),
            key=code,
            known=known,
        )
    if not table.codes[code].in_force_on(day):
        raise DecisionError(
            Words(zh=f"代码 {code} 在 {day} 无效", en=f"code {code} was not in force on {day}")
        )


def _not_stated(recoding: Recoding) -> DecisionError:
    return DecisionError(
        Words(
            zh=f"台账中现在没有 {recoding.source_code} 的投诉 {recoding.complaint_no}"
            "（未知或已撤销），不能改码",
            en=f"the ledger holds no complaint {recoding.complaint_no} of {recoding.source_code} at present "
            "(unknown or withdrawn); it cannot be recoded",
        )
    )
