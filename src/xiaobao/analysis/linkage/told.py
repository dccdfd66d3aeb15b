"""What a linkage tells, as it is kept and shown; counts are of the path that their name says."""

from datetime import date

import msgspec

from xiaobao.analysis.amounts import Amount, Hotline
from xiaobao.analysis.linkage.conflicts import Conflict
from xiaobao.analysis.linkage.report import Linkage, OfBank
from xiaobao.lib.periods import Period


class ToldConflict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two linked entries that state different things."""

    kinds: tuple[str, ...]
    institution: str
    hotline_source: str
    hotline_no: str
    bank_source: str
    bank_no: str
    probability: float


class ToldBank(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What callers say of one bank; `absent_share` is null where it cannot be told."""

    institution: str
    callers: int
    linked: int
    said_first: int
    not_linked: int
    absent_share: float | None
    absent_low: float
    absent_high: float
    days_not_reported: int


class ToldLinkage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The linkage of a period; counts of the two paths are never added."""

    mark: str
    from_on: date
    to_on: date
    """The last day, included; likewise of the banks' entries."""
    bank_from_on: date
    bank_to_on: date
    bank_known_to: date | None = None
    """The last of the banks' days that was over; what follows is still to come. Null in older runs."""
    posted_seq: int
    catalog_digest: str
    decided_on: date
    hotline_matters: int
    hotline_called_again: int
    hotline_not_compared: int
    hotline_without_text: int
    institution_entries: int
    pairs_compared: int
    linked: int
    matched_share: float | None
    estimated_precision: float
    estimated_recall: float
    said_first_by: str
    conflicts: dict[str, int]
    conflicting: tuple[ToldConflict, ...]
    banks: tuple[ToldBank, ...]
    capture_recapture: int | None
    capture_recapture_basis: str


def told_linkage(
    of: Linkage,
    *,
    mark: str,
    period: Period,
    window: Period,
    known_to: date,
    posted_seq: int,
    catalog_digest: str,
    decided_on: date,
) -> ToldLinkage:
    """Everything that was found; `window` is that of the banks' entries, over up to `known_to`."""
    return ToldLinkage(
        mark=mark,
        from_on=period.from_on,
        to_on=period.last_on,
        bank_from_on=window.from_on,
        bank_to_on=window.last_on,
        bank_known_to=known_to,
        posted_seq=posted_seq,
        catalog_digest=catalog_digest,
        decided_on=decided_on,
        hotline_matters=int(of.callers.value),
        hotline_called_again=int(of.called_again.value),
        hotline_not_compared=int(of.not_compared.value),
        hotline_without_text=int(of.without_text.value),
        institution_entries=int(of.reported.value),
        pairs_compared=of.pairs_compared,
        linked=int(of.linked.value),
        matched_share=_share(of.linked, of.callers),
        estimated_precision=round(of.precision, 4),
        estimated_recall=round(of.recall, 4),
        said_first_by="words of the narrative",
        conflicts={kind.value: count for kind, count in of.conflicts.items()},
        conflicting=_conflicting(of),
        banks=tuple(map(_bank, of.of_banks)),
        capture_recapture=None if of.capture_recapture is None else round(of.capture_recapture),
        capture_recapture_basis="sensitivity only: the paths are dependent by rule",
    )


def encode(told: ToldLinkage) -> bytes:
    """The same bytes for the same linkage."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"


def decode(content: bytes) -> ToldLinkage:
    """A run as it was kept."""
    return msgspec.json.decode(content, type=ToldLinkage)


def _share(part: Amount[Hotline], whole: Amount[Hotline]) -> float | None:
    return float(round(part.value / whole.value, 4)) if whole.value else None


def _conflicting(of: Linkage) -> tuple[ToldConflict, ...]:
    return tuple(
        ToldConflict(
            kinds=tuple(kind.value for kind in Conflict if row[kind.value]),
            institution=row["institution_code"],
            hotline_source=row["hotline_source_code"],
            hotline_no=row["hotline_complaint_no"],
            bank_source=row["bank_source_code"],
            bank_no=row["bank_complaint_no"],
            probability=round(row["probability"], 4),
        )
        for row in of.pairs.iter_rows(named=True)
    )


def _bank(one: OfBank) -> ToldBank:
    absent = one.absent
    return ToldBank(
        institution=one.institution_code,
        callers=int(one.callers.value),
        linked=int(one.linked.value),
        said_first=absent.said,
        not_linked=absent.not_linked,
        absent_share=None if absent.share is None else round(absent.share, 4),
        absent_low=round(absent.low, 4),
        absent_high=round(absent.high, 4),
        days_not_reported=one.days_not_reported,
    )
