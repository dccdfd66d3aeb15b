"""What the commands on briefs say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from xiaobao.casework.briefs.drafts import DraftState, Life
from xiaobao.catalog.domains import Domain
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.outputs.brief.annex import reading_text
from xiaobao.outputs.brief.rows import SHOWN, ReadingRows
from xiaobao.outputs.brief.series import DAILY, WEEKLY, series_words
from xiaobao.outputs.circulation import Circulated, Read
from xiaobao.outputs.register import Entry, Issued
from xiaobao.workflows.compose_brief import KeptDraft
from xiaobao.workflows.diff_brief import BriefDiff, Difference
from xiaobao.workflows.issue_brief import IssueOutcome
from xiaobao.workflows.life_of_brief import LifeOfBrief

_SERIES = {DAILY: Words(zh="日报", en="daily"), WEEKLY: Words(zh="周报", en="weekly")}
_TITLES = (
    Words(zh="系列", en="series"),
    Words(zh="编号", en="number"),
    Words(zh="业务日", en="day"),
    Words(zh="语言", en="language"),
    Words(zh="签发人", en="issued by"),
    Words(zh="签发时间", en="issued at"),
    Words(zh="取代", en="replaces"),
    Words(zh="状态", en="state"),
    Words(zh="原件完好", en="intact"),
)
_DRAFT_TITLES = (
    Words(zh="草稿", en="draft"),
    Words(zh="系列", en="series"),
    Words(zh="业务日", en="day"),
    Words(zh="语言", en="language"),
    Words(zh="稿次", en="revision"),
    Words(zh="状态", en="state"),
    Words(zh="撰写与修改", en="authors"),
)
_STATES: Mapping[DraftState, Words] = {
    DraftState.COMPOSED: Words(zh="已撰写，待审核", en="composed, to be reviewed"),
    DraftState.EDITED: Words(zh="已修改，待审核", en="edited, to be reviewed"),
    DraftState.RETURNED: Words(zh="已退回", en="returned"),
    DraftState.APPROVED: Words(zh="审核通过，待签发", en="approved, to be issued"),
}


def composed_words(kept: KeptDraft, file: Path) -> Words:
    """Where the draft lies and what comes next."""
    name, words = kept.life.name, file.with_suffix(".txt")
    return Words(
        zh=f"{kept.brief.header.day} 简报草稿 {name}：{file}（同名 .pdf、.docx；"
        f"{len(kept.brief.figures)} 个可追溯的数字）\n"
        f"改文字：编辑 {words}，再执行 xiaobao brief edit {name} --words {words} --by 姓名\n"
        f"审核（须另一人）：xiaobao brief review {name} --approve --by 姓名",
        en=f"draft {name} of the brief of {kept.brief.header.day}: {file} (.pdf and .docx beside it; "
        f"{len(kept.brief.figures)} traced figures)\n"
        f"to edit its words: edit {words}, then xiaobao brief edit {name} --words {words} --by NAME\n"
        f"to review it, by another person: xiaobao brief review {name} --approve --by NAME",
    )


def edited_words(kept: KeptDraft, file: Path) -> Words:
    """Which revision it is now; an earlier approval does not count for it."""
    name = kept.life.name
    return Words(
        zh=f"草稿 {name} 第 {kept.life.revision} 稿：{file}（同名 .pdf、.docx）；此前的审核不适用于本稿\n"
        f"审核（须另一人）：xiaobao brief review {name} --approve --by 姓名",
        en=f"draft {name}, revision {kept.life.revision}: {file} (.pdf and .docx beside it); "
        "earlier reviews do not count for it\n"
        f"to review it, by another person: xiaobao brief review {name} --approve --by NAME",
    )


def withdrawn_words(kept: KeptDraft, issued: Issued, file: Path) -> Words:
    """The correction is a draft; the old brief stands until it is issued."""
    first = composed_words(kept, file)
    return Words(
        zh=f"更正草稿已撰写；签发之后，第 {issued.number} 期即告撤回\n{first.zh}",
        en=f"the correction is drafted; once it is issued, brief {issued.number} is withdrawn\n{first.en}",
    )


def reviewed_words(life: Life) -> Words:
    """How the draft stands after a review."""
    state = _STATES[life.state]
    return Words(
        zh=f"草稿 {life.name} 第 {life.revision} 稿：{state.zh}",
        en=f"draft {life.name}, revision {life.revision}: {state.en}",
    )


def circulated_words(issued: Issued, given: Sequence[Circulated]) -> Words:
    """Who has it now."""
    if not given:
        return Words(
            zh=f"第 {issued.number} 期此前已传阅给所列各人",
            en=f"brief {issued.number} had been given to all of them",
        )
    names = [one.recipient for one in given]
    return Words(
        zh=f"第 {issued.number} 期已传阅给{'、'.join(names)}",
        en=f"brief {issued.number} is circulated to {', '.join(names)}",
    )


def read_words(one: Read, *, domain: Domain) -> Words:
    """Who has read it, since when."""
    moment = _moment(one.read_at, domain)
    return Words(
        zh=f"{one.reader} 已于 {moment} 阅毕第 {one.number} 期",
        en=f"{one.reader} has read brief {one.number}, {moment}",
    )


def reprinted_words(issued: Issued, notice: Words | None, file: Path) -> Words:
    """Where the reprint lies, and whether the brief still stands."""
    number = issued.number
    if notice is None:
        return Words(
            zh=f"第 {number} 期原件：{file}（同名 .pdf、.docx）",
            en=f"brief {number} as issued: {file} (.pdf and .docx beside it)",
        )
    return Words(
        zh=f"第 {number} 期重印，每页注明：{notice.zh}\n"
        f"{file}（同名 .pdf、.docx；只要原件字节用 --original）",
        en=f"brief {number} reprinted, every sheet says: {notice.en}\n"
        f"{file} (.pdf and .docx beside it; --original for the bytes alone)",
    )


def drafts_words(lives: Sequence[Life], numbers: Mapping[str, Issued | None]) -> Words:
    """The drafts as a table."""
    if not lives:
        return Words(zh="尚无草稿", en="there is no draft")
    rows = [
        (
            life.name,
            _SERIES[life.draft.series],
            life.draft.day,
            life.draft.language,
            life.revision,
            _STATES[life.state] if issued is None else _issued_as(issued),
            "、".join(life.authors),
        )
        for life in lives
        for issued in [numbers[life.name]]
    ]
    return table(_DRAFT_TITLES, rows)


def life_words(found: LifeOfBrief, *, domain: Domain) -> Words:
    """What happened to a brief, a line each, in order."""
    lines: list[Words] = []
    for event in found.events:
        moment = _moment(event.at, domain)
        lines.append(
            Words(zh=f"{moment}  {event.by}  {event.act.zh}", en=f"{moment}  {event.by}  {event.act.en}")
        )
        lines += [Words(zh=f"    {told.zh}", en=f"    {told.en}") for told in event.told]
    if found.draft is not None and found.issued is None:
        lines.append(_STATES[found.draft.state])
    return joined(lines)


def issued_words(outcome: IssueOutcome, file: Path) -> Words:
    """The number, where the page lies, its digest."""
    one = outcome.issued
    state = Words(zh="此前已签发，内容未变", en="was issued before, nothing changed")
    fresh = Words(zh="已签发", en="is issued")
    shown = state if outcome.repeated else fresh
    name = one.number + series_words(one.series)
    replaced = Words(
        zh=f"\n更正并取代第 {one.predecessor} 期", en=f"\ncorrects and replaces brief {one.predecessor}"
    )
    return Words(
        zh=f"{one.day} 简报第 {one.number} 期{shown.zh}：{file}（同名 .pdf、.docx）"
        f"{replaced.zh * bool(one.predecessor)}\n"
        f"摘要 {one.digest}\n重印：xiaobao brief reprint {name}；比对：xiaobao brief diff {name}",
        en=f"brief {one.number} of {one.day} {shown.en}: {file} (.pdf and .docx beside it)"
        f"{replaced.en * bool(one.predecessor)}\n"
        f"digest {one.digest}\nreprint it: xiaobao brief reprint {name}; "
        f"compare it: xiaobao brief diff {name}",
    )


def diff_words(found: BriefDiff) -> Words:
    """What would print differently, by its cause."""
    learnt = _section(
        found.ledger,
        Words(
            zh=f"台账所学（签发时的目录，记账至 {found.head}）",
            en=f"learnt by the ledger (catalog of the brief, posted up to {found.head})",
        ),
    )
    unchanged = Words(zh="目录未变", en="the catalog is the same")
    changed = _section(
        found.catalog,
        Words(
            zh=f"目录所改（今日目录 {found.catalog_digest[:12]}，台账如签发时）",
            en=f"changed by the catalog (today's {found.catalog_digest[:12]}, ledger as of the brief)",
        ),
    )
    second = changed if found.catalog_changed else unchanged
    number, day = found.issued.number, found.issued.day
    return Words(
        zh=f"第 {number} 期（{day}）与今日比对；原件不变\n{learnt.zh}\n{second.zh}",
        en=f"brief {number} ({day}) against today; what was issued stays as it is\n{learnt.en}\n{second.en}",
    )


def rows_words(found: Sequence[ReadingRows]) -> Words:
    """The rows of every reading under the count their signs add up to."""
    parts = [_reading_words(one) for one in found]
    return joined(parts)


def _reading_words(one: ReadingRows) -> Words:
    title = reading_text(one.reading)
    rows = table([Words(zh=name, en=name) for name in SHOWN], one.rows.rows())
    return Words(
        zh=f"{title}：{one.rows.height} 行，正负相抵为 {one.count} 件\n{rows.zh}",
        en=f"{title}: {one.rows.height} rows, their signs add up to {one.count}\n{rows.en}",
    )


def list_words(entries: Sequence[Entry], *, domain: Domain) -> Words:
    """The register as a table, times in the domain's time zone."""
    if not entries:
        return Words(zh="尚未签发简报", en="no brief has been issued")
    rows = [
        (
            _SERIES[entry.issued.series],
            entry.issued.number,
            entry.issued.day,
            entry.issued.language,
            entry.issued.issued_by,
            _moment(entry.issued.issued_at, domain),
            entry.issued.predecessor,
            _standing(entry),
            entry.intact,
        )
        for entry in entries
    ]
    return table(_TITLES, rows)


def _standing(entry: Entry) -> Words:
    if entry.successor is None:
        return Words(zh="有效", en="stands")
    if entry.withdrawn:
        return Words(zh=f"已撤回，见 {entry.successor}", en=f"withdrawn, see {entry.successor}")
    return Words(zh=f"已被 {entry.successor} 取代", en=f"replaced by {entry.successor}")


def _issued_as(issued: Issued) -> Words:
    return Words(zh=f"已签发为 {issued.number}", en=f"issued as {issued.number}")


def _moment(at: datetime, domain: Domain) -> str:
    return f"{at.astimezone(domain.time_zone):%Y-%m-%d %H:%M}"


def _section(differences: Sequence[Difference], title: Words) -> Words:
    if not differences:
        return Words(zh=f"{title.zh}：没有变化", en=f"{title.en}: nothing")
    count = len(differences)
    heading = Words(zh=f"{title.zh}：{count} 个数字", en=f"{title.en}: {count} figures")
    return joined([heading, *map(_changed, differences)])


def _changed(one: Difference) -> Words:
    return Words(
        zh=f"  {one.description.zh}：{one.printed.zh} → {one.now.zh}",
        en=f"  {one.description.en}: {one.printed.en} → {one.now.en}",
    )
