"""What linkage tells of a period: figures of the hotline, of the banks, and never a sum of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from xiaobao.analysis.amounts import Amount, Hotline, InstitutionReport
from xiaobao.analysis.linkage.absent import AbsentShare, LinkRates, absent_share
from xiaobao.analysis.linkage.conflicts import Conflict, with_conflicts
from xiaobao.analysis.linkage.linking import Linked, first_calls, link
from xiaobao.analysis.linkage.said_first import says_first
from xiaobao.analysis.linkage.settings import Settings
from xiaobao.catalog.institutions import OUT_OF_LIST


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBank:
    """What the hotline's callers say of one bank, beside its file."""

    institution_code: str
    callers: Amount[Hotline]
    linked: Amount[Hotline]
    absent: AbsentShare
    """Of those who say to have complained to the bank first."""
    days_not_reported: int
    """Days of the window of which the bank's report is not there: its callers may be absent for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """The linkage of a period."""

    callers: Amount[Hotline]
    """Matters told to the hotline about institutions of the list, called again or not."""
    called_again: Amount[Hotline]
    """Entries left out: they repeat another one of the period."""
    not_compared: Amount[Hotline]
    """Entries left out: no institution of the list is named."""
    reported: Amount[InstitutionReport]
    """Entries of the banks within the window, which is longer than the period."""
    linked: Amount[Hotline]
    precision: float
    """Estimated: of the links the share that is right; of the matters on both paths the share linked."""
    recall: float
    without_text: Amount[Hotline]
    """Matters whose narrative is not there, so that nobody knows what they say."""
    conflicts: Mapping[Conflict, int]
    pairs: pl.DataFrame
    """Links that conflict: see `conflicts.with_conflicts`."""
    pairs_compared: int
    of_banks: tuple[OfBank, ...]
    capture_recapture: float | None
    """Matters in all by Chapman (1951), as if the paths were independent. They are not: who calls the hotline
    is to have asked the bank first. None where nothing is linked."""


def linkage_of(
    hotline: pl.DataFrame, bank: pl.DataFrame, settings: Settings, *, not_reported: Mapping[str, int]
) -> Linkage:
    """Link complaints as they stand (`records.COLUMNS`) and tell what follows.

    `not_reported`: institution → days of the window of which its report is missing.
    """
    named = _of_list(hotline)
    matters = first_calls(named)
    found = link(matters, _of_list(bank), settings)
    said = says_first(found.hotline["text"], settings.said_first, unless=settings.unless_said)
    told = found.hotline.with_columns(said)
    links = found.links
    rates = LinkRates(recall=links.recall, false_share=links.false_share, linked=links.expected)
    pairs = with_conflicts(found.pairs)
    return Linkage(
        callers=_hotline(len(matters)),
        called_again=_hotline(len(named) - len(matters)),
        not_compared=_hotline(len(hotline) - len(named)),
        reported=Amount(Decimal(found.bank_entries), InstitutionReport),
        linked=_hotline(len(pairs)),
        precision=links.precision,
        recall=links.recall,
        without_text=_hotline(told["said_first"].null_count()),
        conflicts={kind: int(pairs[kind.value].sum()) for kind in Conflict},
        pairs=pairs.filter(pl.any_horizontal(kind.value for kind in Conflict)),
        pairs_compared=found.pairs_compared,
        of_banks=tuple(
            _of_bank(str(code), rows, rates, not_reported)
            for (code,), rows in told.sort("institution_code").group_by(
                "institution_code", maintain_order=True
            )
        ),
        capture_recapture=_chapman(found),
    )


def _of_list(rows: pl.DataFrame) -> pl.DataFrame:
    """Entries that name an institution of the list: the others have no file to be in."""
    return rows.drop_nulls("institution_code").filter(pl.col("institution_code") != OUT_OF_LIST)


def _of_bank(code: str, rows: pl.DataFrame, rates: LinkRates, not_reported: Mapping[str, int]) -> OfBank:
    said = rows.filter(pl.col("said_first"))
    return OfBank(
        institution_code=code,
        callers=_hotline(len(rows)),
        linked=_hotline(int(rows["linked"].sum())),
        absent=absent_share(said=len(said), not_linked=int((~said["linked"]).sum()), rates=rates),
        days_not_reported=not_reported.get(code, 0),
    )


def _chapman(found: Linked) -> float | None:
    both = len(found.pairs)
    return (len(found.hotline) + 1) * (found.bank_entries + 1) / (both + 1) - 1 if both else None


def _hotline(count: int) -> Amount[Hotline]:
    return Amount(Decimal(count), Hotline)
