"""How the linkage of both paths is shown."""

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.linkage.conflicts import Conflict
from xiaobao.analysis.linkage.told import ToldLinkage
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home_file import Mark

_CONFLICTS = {
    Conflict.BUSINESS: Words(zh="业务类别不同", en="other business category"),
    Conflict.CAUSE: Words(zh="投诉原因不同", en="other cause"),
    Conflict.DATE: Words(zh="机构收到日期晚于热线", en="bank's date after the hotline's"),
    Conflict.STATUS: Words(zh="仅一方办结", en="closed by one alone"),
}
_SHOWN = 5


def as_words(of: ToldLinkage, *, scope: Scope, stored: bool) -> Words:
    """For people; counts of either path stand side by side and have no sum."""
    lines = [_head(of, stored=stored), *_left_out(of), _conflict_words(of), *_examples(of)]
    if of.banks:
        lines += [_of_banks(of, scope), *_notes(of)]
    return joined([*lines, *_capture(of)])


def _head(of: ToldLinkage, *, stored: bool) -> Words:
    share, told = _per_cent(of.matched_share), _estimated(of)
    is_simulated = of.mark == Mark.SIMULATED
    before = Words(zh="〔模拟数据〕", en="[simulated data] ") if is_simulated else Words(zh="", en="")
    source = Words(zh="取自日结后的运行结果", en="from the run after the close") if stored else None
    source = source or Words(zh="现算", en="worked out now")
    return Words(
        zh=f"{before.zh}两路径关联 {of.from_on} 至 {of.to_on}（记账序号 {of.posted_seq}，{source.zh}）\n"
        f"热线 {of.hotline_matters} 件，比对机构报送 {of.bank_from_on} 至 {of.bank_to_on} "
        f"{of.institution_entries} 件（两者从不相加）：关联 {of.linked} 件，占热线 {share}\n"
        f"{told.zh}",
        en=f"{before.en}linkage of {of.from_on} to {of.to_on} (posting sequence "
        f"{of.posted_seq}, {source.en})\n{of.hotline_matters} of the hotline beside {of.institution_entries} "
        f"institution reports of {of.bank_from_on} to {of.bank_to_on} (never added): {of.linked} linked, "
        f"{share} of the hotline's\n"
        f"{told.en}",
    )


def _estimated(of: ToldLinkage) -> Words:
    """How good the links are; of none nothing can be said."""
    if not (of.hotline_matters and of.institution_entries):
        return Words(
            zh="无法关联：期间内有一条路径没有投诉",
            en="nothing can be linked: one of the paths has no complaint in the period",
        )
    precision, recall = _per_cent(of.estimated_precision), _per_cent(of.estimated_recall)
    return Words(
        zh=f"估计：关联中正确的占 {precision}，两边都有的事项中已关联的占 {recall}",
        en=f"estimated: {precision} of the links are right, {recall} of what is on both paths is linked",
    )


def _left_out(of: ToldLinkage) -> list[Words]:
    if not (of.hotline_called_again or of.hotline_not_compared):
        return []
    return [
        Words(
            zh=f"未计入：重复来电 {of.hotline_called_again} 件，"
            f"未写明名单内机构 {of.hotline_not_compared} 件",
            en=f"left out: {of.hotline_called_again} calls again, {of.hotline_not_compared} that name no "
            "institution of the list",
        )
    ]


def _conflict_words(of: ToldLinkage) -> Words:
    parts = [
        Words(zh=f"{_CONFLICTS[Conflict(kind)].zh} {count} 件", en=f"{_CONFLICTS[Conflict(kind)].en} {count}")
        for kind, count in of.conflicts.items()
    ]
    told = Words(zh="，".join(part.zh for part in parts), en=", ".join(part.en for part in parts))
    return Words(zh=f"关联中不一致：{told.zh}", en=f"conflicts among the linked: {told.en}")


def _examples(of: ToldLinkage) -> list[Words]:
    return [
        Words(
            zh=f"  {one.hotline_no} ↔ {one.bank_no}："
            + "，".join(_CONFLICTS[Conflict(kind)].zh for kind in one.kinds),
            en=f"  {one.hotline_no} ↔ {one.bank_no}: "
            + ", ".join(_CONFLICTS[Conflict(kind)].en for kind in one.kinds),
        )
        for one in of.conflicting[:_SHOWN]
    ]


def _of_banks(of: ToldLinkage, scope: Scope) -> Words:
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
            register.label(one.institution),
            one.callers,
            one.linked,
            one.said_first,
            one.not_linked,
            _per_cent(one.absent_share),
            "–" if one.absent_share is None else f"{_per_cent(one.absent_low)}–{_per_cent(one.absent_high)}",
            one.days_not_reported,
        )
        for one in of.banks
    ]
    return table(titles, rows)


def _notes(of: ToldLinkage) -> list[Words]:
    notes = [
        Words(
            zh="“自述已先向银行投诉”据文本用词判断（catalog/linkage.toml），案件文件没有这一栏；"
            f"无文本 {of.hotline_without_text} 件",
            en="“say bank first” is told by words of the narrative (catalog/linkage.toml): no column of the "
            f"case file states it; {of.hotline_without_text} have no text",
        )
    ]
    if any(one.days_not_reported for one in of.banks):
        notes.append(
            Words(
                zh="有未报送天数的机构，“没有”可能只是尚未报送",
                en="where days are not reported, callers may be absent for that reason alone",
            )
        )
    if of.bank_known_to is not None and of.bank_known_to < of.bank_to_on:
        to_come = (of.bank_to_on - of.bank_known_to).days
        notes.append(
            Words(
                zh=f"比对期中 {of.bank_known_to} 之后的 {to_come} 天尚未到：机构可能还会报送",
                en=f"of the days compared {to_come} after {of.bank_known_to} are still to come: "
                "a bank may report callers yet",
            )
        )
    return notes


def _capture(of: ToldLinkage) -> list[Words]:
    told = of.capture_recapture
    if told is None:
        return []
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
