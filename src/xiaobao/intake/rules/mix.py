"""`mix_unusual` and `code_vanished`: the codes of a delivery against those of the source's recent days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xiaobao.catalog.codes import Facet
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.chances import share_of
from xiaobao.intake.rules.days_alike import too_few_days
from xiaobao.intake.rules.recent import CodeDays, Recent
from xiaobao.lib.words import Words

SWOLLEN, VANISHED = "mix_unusual", "code_vanished"
_NEW_STANDARD = Words(zh="近期换了分类标准", en="the coding standard changed within the recent days")

_Day = Mapping[str, int]
"""Rows by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rise:
    """A code whose share rose far above what is usual."""

    code: str
    count: int
    rows: int
    usual: float

    @property
    def shown(self) -> str:
        """Code, rows and share."""
        return f"{self.code or '∅'}: {self.count} / {self.rows} = {100 * self.count / self.rows:.0f} %"


def check_mix(recent: Recent, printed: Mapping[str, str], findings: Findings) -> None:
    """A code whose share among the rows of the reporting day is far above what it usually is."""
    lag = recent.usual_lag
    days = recent.by_code(lag=lag) if lag is not None else {}
    known = len(days[Facet.CAUSE].keys() - {recent.day}) if days else 0
    obstacle = _obstacle_to_mix(recent, days=known, rows=recent.own_rows(lag))
    if obstacle is not None:
        findings.not_judged(SWOLLEN, obstacle)
        return
    findings.ran(SWOLLEN)
    tail = recent.limits.mix_tail / _codes(days.values())
    for facet, by_day in days.items():
        own = by_day.pop(recent.day)
        for rise in _rises(recent, facet, own, list(by_day.values()), tail=tail):
            findings.file(
                SWOLLEN,
                column=printed.get(facet.column, facet.column),
                value=rise.shown,
                expected=f"{100 * rise.usual:.1f} %",
            )


def check_vanished(recent: Recent, printed: Mapping[str, str], findings: Findings) -> None:
    """A code that stood in nearly every report and in none of the last few."""
    days = recent.by_code()
    obstacle = _obstacle_to_vanished(recent, days=len(days[Facet.CAUSE]))
    if obstacle is not None:
        findings.not_judged(VANISHED, obstacle)
        return
    findings.ran(VANISHED)
    tail = recent.limits.vanished_tail / _codes(days.values())
    for facet, by_day in days.items():
        for code in sorted({code for day in by_day.values() for code in day if code}):
            absent = _absence(recent, facet, code, list(by_day.values()), tail=tail)
            if absent:
                column = printed.get(facet.column, facet.column)
                findings.file(VANISHED, column=column, value=code, expected=str(absent))


def _codes(days: Iterable[CodeDays]) -> int:
    """How many codes are tried, so that one delivery has one chance of a false warning and not as many."""
    return sum(len({code for day in by_day.values() for code in day}) for by_day in days)


def _rises(recent: Recent, facet: Facet, own: _Day, days: Sequence[_Day], *, tail: float) -> Iterable[_Rise]:
    rows, before = sum(own.values()), sum(sum(day.values()) for day in days)
    for code, count in sorted(own.items()):
        usual = sum(day.get(code, 0) for day in days) / before
        if count < (usual + recent.limits.mix_rise) * rows:
            continue
        if not recent.is_in_force(facet, code, on=recent.first):
            continue  # it came into force meanwhile: its share could not but rise
        if share_of(code, days).at_least(count, rows, enough=tail) < tail:
            yield _Rise(code=code, count=count, rows=rows, usual=usual)


def _absence(recent: Recent, facet: Facet, code: str, days: Sequence[_Day], *, tail: float) -> int:
    """The reports that lack a code one after the other, where that is to be told; else 0."""
    limits = recent.limits
    last = max(place for place, day in enumerate(days) if code in day)
    used, absent = days[: last + 1], days[last + 1 :]
    # Told again after as many reports more, not in every one of them.
    if not absent or len(absent) % limits.vanished_reports or len(used) < limits.vanished_least_days:
        return 0
    if sum(code in day for day in used) < limits.vanished_steady_share * len(used):
        return 0
    if not recent.is_in_force(facet, code, on=recent.day):
        return 0
    rows = sum(sum(day.values()) for day in absent)
    return len(absent) if share_of(code, used).none_of(rows) < tail else 0


def _obstacle_to_mix(recent: Recent, *, days: int, rows: int) -> Words | None:
    limits = recent.limits
    if days < limits.mix_least_days:
        return too_few_days(days, needed=limits.mix_least_days)
    if recent.has_new_standard():
        return _NEW_STANDARD
    if rows < limits.mix_least_rows:
        return Words(
            zh=f"当日收到的只有 {rows} 行，不足 {limits.mix_least_rows} 行",
            en=f"{rows} rows of the reporting day, fewer than {limits.mix_least_rows}",
        )
    return None


def _obstacle_to_vanished(recent: Recent, *, days: int) -> Words | None:
    if not recent.own_rows():
        return Words(zh="没有新报的行", en="no row states a new number")
    needed = recent.limits.vanished_least_days + recent.limits.vanished_reports
    if days < needed:
        # The day itself is one of those that would lack a code.
        return too_few_days(days - 1, needed=needed - 1)
    return _NEW_STANDARD if recent.has_new_standard() else None
