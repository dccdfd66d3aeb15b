"""`xiaobao search`: complaints by what their masked narratives say."""

from pathlib import Path

import click

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS, Scope
from xiaobao.analysis.names import member_words
from xiaobao.cli.options import home_option, limit_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import Home, open_home
from xiaobao.workflows.search import Answer, Hit, search_home

_MOST = 1000


@click.command(
    help=text(
        zh="在已遮盖号码与姓名的叙述中检索。相连的字即短语；括号最先，其次 字段:值、NOT（非）、"
        "AND（且，可省）、OR（或）。字段：institution business cause channel region path source number "
        "kind day，值为代码或名称，day:2020-03、day:2020-03-01..2020-03-27。"
        "答案注明索引所含记账序号与其后未含的批次",
        en="Search narratives whose numbers and names are masked. Units side by side are a phrase; brackets "
        "first, then field:value, NOT, AND (or nothing), OR. Fields: institution business cause channel "
        "region path source number kind day; by code or name, day:2020-03, day:2020-03-01..2020-03-27. "
        "The answer says up to which posting sequence the index holds and what came later.",
    )
)
@click.argument("question", nargs=-1, required=True, metavar=text(zh="检索式…", en="QUERY…"))
@home_option
@limit_option(_MOST)
@click.option(
    "--offset",
    type=click.IntRange(0, 100 * _MOST),
    default=0,
    show_default=True,
    help=text(zh="跳过前几件", en="How many are passed over."),
)
@pass_session
def search(session: Session, question: tuple[str, ...], home_path: Path, limit: int, offset: int) -> None:
    """Ask, show."""
    home = open_home(home_path)
    answer = search_home(home, " ".join(question), limit=limit, offset=offset)
    session.give(answer, words=_words(answer, home))


def _words(answer: Answer, home: Home) -> Words:
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    mark = Words(zh="〔模拟数据〕", en="[simulated data] ") if answer.simulated else Words(zh="", en="")
    head = Words(
        zh=f"{mark.zh}命中 {answer.count} 件（索引截至记账序号 {answer.posted_seq}）",
        en=f"{mark.en}{answer.count} found (index up to posting sequence {answer.posted_seq})",
    )
    return joined([head, *_notes(answer), *(_hit(one, scope) for one in answer.hits)])


def _notes(answer: Answer) -> list[Words]:
    notes = []
    if later := answer.head - answer.posted_seq:
        notes.append(
            Words(
                zh=f"其后记账 {later} 批（至 {answer.head}），未检索；执行 xiaobao search-index 可更新",
                en=f"{later} batches came later (up to {answer.head}) and were not searched; "
                "xiaobao search-index brings them in",
            )
        )
    if answer.unknown:
        named = ", ".join(answer.unknown)
        notes.append(
            Words(
                zh=f"没有任何一件属于 {named}；请核对写法",
                en=f"no complaint at all has {named}; is it right?",
            )
        )
    if answer.older_masking:
        notes.append(
            Words(
                zh="索引按较早的遮盖规则建立，下次更新时重建",
                en="the index was masked by earlier rules; the next renewal makes it anew",
            )
        )
    if answer.expired:
        months = ", ".join(answer.expired)
        notes.append(
            Words(
                zh=f"保存期满、叙述已销毁的月份不再检索：{months}",
                en=f"months whose narratives were destroyed are not searched: {months}",
            )
        )
    return notes


def _hit(one: Hit, scope: Scope) -> Words:
    bank = _name("institution", one.institution_code, one, scope)
    business = _name("business.1", one.business_code, one, scope)
    kind = _name("entry_kind", one.kind, one, scope)
    said = one.passage or ""
    key = f"{one.complaint_key}  {one.source_code} {one.complaint_no}"
    return Words(
        zh=f"{one.received_on}  {bank.zh} · {business.zh} · {kind.zh}  {key}\n    {said}",
        en=f"{one.received_on}  {bank.en} · {business.en} · {kind.en}  {key}\n    {said}",
    )


def _name(dimension: str, code: str, one: Hit, scope: Scope) -> Words:
    if dimension.startswith("business") and code not in SPECIAL_MEMBERS:
        return _business(code, scope)
    return member_words(dimension, code, scope=scope, on=one.received_on)


def _business(code: str, scope: Scope) -> Words:
    for standard in scope.standards():
        for table in standard.tables.values():
            if table.facet.value == "business" and code in table.codes:
                return table.codes[code].name
    return Words(zh=code, en=code)
