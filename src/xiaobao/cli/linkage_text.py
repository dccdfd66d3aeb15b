"""How the linkage of both paths is shown."""

from decimal import Decimal

import msgspec

from xiaobao.analysis.amounts import Amount, Hotline
from xiaobao.analysis.linkage.conflicts import Conflict
from xiaobao.analysis.linkage.report import OfBank
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home_file import Mark
from xiaobao.workflows.link_paths import LinkedPaths

_CONFLICTS = {
    Conflict.BUSINESS: Words(zh="业务类别不同", en="other business category"),
    Conflict.CAUSE: Words(zh="投诉原因不同", en="other cause"),
    Conflict.DATE: Words(zh="机构收到日期晚于热线", en="bank's date after the hotline's"),
    Conflict.STATUS: Words(zh="仅一方办结", en="closed by one alone"),
}
_SHOWN = 5


class ShownConflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two linked entries that state different things."""

    kinds: tuple[str, ...]
    institution: str
    hotline_source: str
    hotline_no: str
    bank_source: str
    bank_no: str
    probability: float


class ShownBank(msgspec.Struct, frozen=True, kw_only=True):
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


class ShownLinkage(msgspec.Struct, frozen=True, kw_only=True):
    """The linkage of a period; counts are of the path that their name says, and are never added."""

    mark: str
    from_on: str
    to_on: str
    bank_from_on: str
    bank_to_on: str
    posted_seq: int
    catalog_digest: str
    decided_on: str
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
    conflicting: tuple[ShownConflict, ...]
    banks: tuple[ShownBank, ...]
    capture_recapture: float | None
    capture_recapture_basis: str


def as_json(found: LinkedPaths, *, mark: Mark) -> ShownLinkage:
    """Everything that was found."""
    of = found.linkage
    return ShownLinkage(
        mark=mark.value,
        from_on=found.period.from_on.isoformat(),
        to_on=found.period.last_on.isoformat(),
        bank_from_on=found.window.from_on.isoformat(),
        bank_to_on=found.window.last_on.isoformat(),
        posted_seq=found.posted_seq,
        catalog_digest=found.scope.catalog.digest,
        decided_on=found.decided_on.isoformat(),
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
        conflicting=_conflicting(found),
        banks=tuple(map(_bank, of.of_banks)),
        capture_recapture=None if of.capture_recapture is None else round(of.capture_recapture),
        capture_recapture_basis="sensitivity only: the paths are dependent by rule",
    )


def _share(part: Amount[Hotline], whole: Amount[Hotline]) -> float | None:
    return float(round(part.value / whole.value, 4)) if whole.value else None


def _conflicting(found: LinkedPaths) -> tuple[ShownConflict, ...]:
    return tuple(
        ShownConflict(
            kinds=tuple(kind.value for kind in Conflict if row[kind.value]),
            institution=row["institution_code"],
            hotline_source=row["hotline_source_code"],
            hotline_no=row["hotline_complaint_no"],
            bank_source=row["bank_source_code"],
            bank_no=row["bank_complaint_no"],
            probability=round(row["probability"], 4),
        )
        for row in found.linkage.pairs.iter_rows(named=True)
    )


def _bank(one: OfBank) -> ShownBank:
    absent = one.absent
    return ShownBank(
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


def as_words(found: LinkedPaths, *, mark: Mark) -> Words:
    """The same for people; counts of either path stand side by side and have no sum."""
    lines = [_head(found, mark), *_left_out(found), _conflict_words(found), *_examples(found)]
    if found.linkage.of_banks:
        lines += [_of_banks(found), *_notes(found)]
    return joined([*lines, *_capture(found)])


def _head(found: LinkedPaths, mark: Mark) -> Words:
    of, period, window = found.linkage, found.period, found.window
    share = _per_cent(_share(of.linked, of.callers))
    marked = Words(zh=f"〔{mark.value}〕", en=f"[{mark.value}] ") if mark is not Mark.ORDINARY else None
    before = marked or Words(zh="", en="")
    return Words(
        zh=f"{before.zh}两路径关联 {period.from_on} 至 {period.last_on}（记账序号 {found.posted_seq}）\n"
        f"热线 {of.callers.value} 件，比对机构报送 {window.from_on} 至 {window.last_on} "
        f"{of.reported.value} 件（两者从不相加）：关联 {of.linked.value} 件，占热线 {share}\n"
        f"估计：关联中正确的占 {_per_cent(of.precision)}，两边都有的事项中已关联的占 {_per_cent(of.recall)}",
        en=f"{before.en}linkage of {period.from_on} to {period.last_on} (posting sequence "
        f"{found.posted_seq})\n{of.callers.value} of the hotline beside {of.reported.value} institution "
        f"reports of {window.from_on} to {window.last_on} (never added): {of.linked.value} linked, "
        f"{share} of the hotline's\n"
        f"estimated: {_per_cent(of.precision)} of the links are right, {_per_cent(of.recall)} of what is on "
        "both paths is linked",
    )


def _left_out(found: LinkedPaths) -> list[Words]:
    of = found.linkage
    if not (of.called_again.value or of.not_compared.value):
        return []
    return [
        Words(
            zh=f"未计入：重复来电 {of.called_again.value} 件，未写明名单内机构 {of.not_compared.value} 件",
            en=f"left out: {of.called_again.value} calls again, {of.not_compared.value} that name no "
            "institution of the list",
        )
    ]


def _conflict_words(found: LinkedPaths) -> Words:
    parts = [
        Words(zh=f"{_CONFLICTS[kind].zh} {count} 件", en=f"{_CONFLICTS[kind].en} {count}")
        for kind, count in found.linkage.conflicts.items()
    ]
    told = Words(zh="，".join(part.zh for part in parts), en=", ".join(part.en for part in parts))
    return Words(zh=f"关联中不一致：{told.zh}", en=f"conflicts among the linked: {told.en}")


def _examples(found: LinkedPaths) -> list[Words]:
    return [
        Words(
            zh=f"  {one.hotline_no} ↔ {one.bank_no}："
            + "，".join(_CONFLICTS[Conflict(kind)].zh for kind in one.kinds),
            en=f"  {one.hotline_no} ↔ {one.bank_no}: "
            + ", ".join(_CONFLICTS[Conflict(kind)].en for kind in one.kinds),
        )
        for one in _conflicting(found)[:_SHOWN]
    ]


def _of_banks(found: LinkedPaths) -> Words:
    scope = found.scope
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    titles = [
        Words(zh="机构", en="institution"),
        Words(zh="热线件数", en="hotline"),
        Words(zh="已关联", en="linked"),
        Words(zh="自述已先向银行投诉", en="say bank first"),
        Words(zh="其中未关联", en="not linked"),
        Words(zh="机构报送中没有的占比（修正）", en="absent, corrected"),
        Words(zh="95% 区间", en="95 % interval"),
        Words(zh="未报送天数", en="days not reported"),
    ]
    rows = [
        (
            register.label(one.institution_code),
            int(one.callers.value),
            int(one.linked.value),
            one.absent.said,
            one.absent.not_linked,
            "–" if one.absent.share is None else _per_cent(one.absent.share),
            "–" if one.absent.share is None else f"{_per_cent(one.absent.low)}–{_per_cent(one.absent.high)}",
            one.days_not_reported,
        )
        for one in found.linkage.of_banks
    ]
    return table(titles, rows)


def _notes(found: LinkedPaths) -> list[Words]:
    of = found.linkage
    notes = [
        Words(
            zh="“自述已先向银行投诉”据文本用词判断（catalog/linkage.toml），案件文件没有这一栏；"
            f"无文本 {of.without_text.value} 件",
            en="“say bank first” is told by words of the narrative (catalog/linkage.toml): no column of the "
            f"case file states it; {of.without_text.value} have no text",
        )
    ]
    if any(one.days_not_reported for one in of.of_banks):
        notes.append(
            Words(
                zh="有未报送天数的机构，“没有”可能只是尚未报送",
                en="where days are not reported, callers may be absent for that reason alone",
            )
        )
    return notes


def _capture(found: LinkedPaths) -> list[Words]:
    estimate = found.linkage.capture_recapture
    if estimate is None:
        return []
    told = Decimal(round(estimate))
    return [
        Words(
            zh=f"敏感性参考：若两路径独立，捕获—再捕获估计为 {told} 件；"
            "两路径按规则并不独立，此数不作统计数字使用",
            en=f"sensitivity only: capture-recapture would say {told} if the paths were independent; "
            "they are dependent by rule, and this is no figure",
        )
    ]


def _per_cent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"
