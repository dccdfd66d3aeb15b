"""What the commands on briefs say."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from xiaobao.catalog.domains import Domain
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.rows import SHOWN, ReadingRows
from xiaobao.outputs.register import Issued
from xiaobao.workflows.diff_brief import BriefDiff, Difference
from xiaobao.workflows.issue_brief import IssueOutcome

_TITLES = (
    Words(zh="编号", en="number"),
    Words(zh="业务日", en="day"),
    Words(zh="语言", en="language"),
    Words(zh="签发人", en="issued by"),
    Words(zh="签发时间", en="issued at"),
    Words(zh="取代", en="replaces"),
    Words(zh="原件完好", en="intact"),
)


def composed_words(brief: Brief, file: Path) -> Words:
    """Where the draft lies and how to issue it."""
    page = file.with_suffix(".html")
    return Words(
        zh=f"{brief.header.day} 简报草稿：{page}（同名 .pdf、.docx；{len(brief.figures)} 个可追溯的数字）\n"
        f"签发：xiaobao brief issue --day {brief.header.day} --draft {file} --by 姓名",
        en=f"draft of the brief of {brief.header.day}: {page} (.pdf and .docx beside it; "
        f"{len(brief.figures)} traced figures)\n"
        f"to issue it: xiaobao brief issue --day {brief.header.day} --draft {file} --by NAME",
    )


def issued_words(outcome: IssueOutcome, file: Path) -> Words:
    """The number, where the page lies, its digest."""
    one = outcome.issued
    state = Words(zh="此前已签发，内容未变", en="was issued before, nothing changed")
    fresh = Words(zh="已签发", en="is issued")
    shown = state if outcome.repeated else fresh
    replaced = Words(
        zh=f"\n更正并取代第 {one.predecessor} 期", en=f"\ncorrects and replaces brief {one.predecessor}"
    )
    return Words(
        zh=f"{one.day} 简报第 {one.number} 期{shown.zh}：{file}（同名 .pdf、.docx）"
        f"{replaced.zh * bool(one.predecessor)}\n"
        f"摘要 {one.digest}\n重印：xiaobao brief reprint {one.number}；比对：xiaobao brief diff {one.number}",
        en=f"brief {one.number} of {one.day} {shown.en}: {file} (.pdf and .docx beside it)"
        f"{replaced.en * bool(one.predecessor)}\n"
        f"digest {one.digest}\nreprint it: xiaobao brief reprint {one.number}; "
        f"compare it: xiaobao brief diff {one.number}",
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
    title = f"{one.reading.period.from_on}@{one.reading.posted_seq}"
    rows = table([Words(zh=name, en=name) for name in SHOWN], one.rows.rows())
    return Words(
        zh=f"{title}：{one.rows.height} 行，正负相抵为 {one.count} 件\n{rows.zh}",
        en=f"{title}: {one.rows.height} rows, their signs add up to {one.count}\n{rows.en}",
    )


def list_words(issued: Sequence[Issued], intact: Mapping[str, bool], *, domain: Domain) -> Words:
    """The register as a table, times in the domain's time zone."""
    if not issued:
        return Words(zh="尚未签发简报", en="no brief has been issued")
    rows = [
        (
            one.number,
            one.day,
            one.language,
            one.issued_by,
            f"{one.issued_at.astimezone(domain.time_zone):%Y-%m-%d %H:%M}",
            one.predecessor,
            intact[one.number],
        )
        for one in issued
    ]
    return table(_TITLES, rows)


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
