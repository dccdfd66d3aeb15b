"""`xiaobao coder queue` and `decide`: the complaints of a home whose code an officer should decide."""

from datetime import date, datetime
from pathlib import Path

import click
import polars as pl

from xiaobao.analysis.coding.queue import Reason
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.topics.excerpts import passage
from xiaobao.catalog.codes import Facet
from xiaobao.cli.coder_quality_values import FACETS
from xiaobao.cli.first_coder import NoCoderError
from xiaobao.cli.options import DayType, at_option, home_option, limit_option, moment_in, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.text_options import facet_option, vectors_cache_option
from xiaobao.lib import clock
from xiaobao.lib.words import Words, joined
from xiaobao.privacy.placeholders import placeholders_said
from xiaobao.submissions.home import Home, open_home
from xiaobao.workflows.code_texts import VectorsWanted
from xiaobao.workflows.decide_codes import NUMBER, RIGHT_CODE, SOURCE, SheetDecision, decide_codes
from xiaobao.workflows.queue_coding import CodingQueue, QueueCall, Waiting, queue_codes
from xiaobao.workflows.table_files import write_sheet

_MOST = 10_000
_PASSAGE_CHARACTERS = 80
_IN_SET = "|"
_COLUMNS: dict[str, pl.DataType] = {
    "place": pl.Int64(),
    "reason": pl.String(),
    "complaint_key": pl.String(),
    SOURCE: pl.String(),
    NUMBER: pl.String(),
    "institution": pl.String(),
    "received_on": pl.Date(),
    "submitted": pl.String(),
    "label": pl.String(),
    "confidence": pl.Float64(),
    "set": pl.String(),
    "text": pl.String(),
    RIGHT_CODE: pl.String(),
}
_REASONS = {
    Reason.RESUBMITTED: Words(zh="决定后又报送他码", en="submitted otherwise since decided"),
    Reason.CONTRADICTED: Words(zh="文本读来不是报送之码", en="the text reads otherwise"),
    Reason.NOT_CODED: Words(zh="未报送标准代码", en="no code of the standard submitted"),
    Reason.NOT_LEARNED: Words(zh="模型未学过报送之码", en="a code the coder never learned"),
    Reason.UNSURE: Words(zh="读来不确定", en="not sure"),
    Reason.MUTE: Words(zh="文本无从读出", en="nothing read"),
}


@click.command(
    help=text(
        zh="用编码模型读一个家目录中的投诉，列出应由人员决定代码的，最值得先看的在前：报送之码与文本不符的、"
        "未报送的、模型未学过的、读来不确定的。读得有把握且与报送一致的只计数。"
        "用 xiaobao coder decide 或 xiaobao recode 决定后即离开队列",
        en="Read a home's complaints with a coder and list those whose code an officer should decide, the "
        "most useful first: submitted otherwise than the text reads, not coded, never learned, not sure. "
        "What is read surely and as submitted is only counted. Once decided (xiaobao coder decide, "
        "xiaobao recode) they leave the queue.",
    )
)
@home_option
@click.option(
    "--model",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=text(zh="编码模型的文件夹", en="The folder of the coder."),
)
@click.option(
    "--on",
    "last_on",
    required=True,
    type=DayType(),
    help=text(zh="收到的末日，如 2020-03-27", en="Received up to this day, as 2020-03-27."),
)
@click.option(
    "--from",
    "first_on",
    type=DayType(),
    help=text(
        zh="收到的首日；不给则与评价编码质量同长",
        en="Received from this day; without it as many days as the quality of coding is judged by.",
    ),
)
@facet_option(Facet.BUSINESS, Facet.CAUSE)
@limit_option(_MOST)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(
        zh="另写成 CSV，如 queue.csv：键、机构、代码、遮盖后的文本，及供填写的 right_code",
        en="Write them as CSV too, such as queue.csv: key, institution, codes, masked text, and right_code "
        "to fill in.",
    ),
)
@vectors_cache_option
@pass_session
def queue(
    session: Session,
    *,
    home_path: Path,
    model: Path,
    last_on: date,
    first_on: date | None,
    facet: str,
    limit: int,
    out: Path | None,
    vectors_cache: Path | None,
) -> None:
    """Read, queue, show."""
    if out is not None:
        refuse_existing(out)
    if not model.is_dir():
        raise NoCoderError(model)
    home = open_home(home_path)
    call = QueueCall(
        model=model,
        facet=Facet(facet),
        last_on=last_on,
        first_on=first_on,
        limit=limit,
        vectors=VectorsWanted(cache=vectors_cache),
    )
    told = queue_codes(home, call)
    if out is not None:
        write_sheet(_frame(told), out)
    session.give(told, words=_words(told, home))


@click.command(
    help=text(
        zh="把填好的队列记为消保局的改码决定并记账：有 right_code 的每一行一项决定；有一行不能记则都不记。"
        "照报送之码填写也是决定，此后报送方的更正保留该码。",
        en="Record a queue that was filled in as decisions of the bureau, and post them: one of every row "
        "with a right_code; where a row cannot be recorded none is. Confirming the submitted code is a "
        "decision too: later amendments keep it.",
    )
)
@home_option
@facet_option(Facet.BUSINESS, Facet.CAUSE)
@click.option(
    "--decisions",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=text(
        zh="填好的队列（CSV）：source、number、right_code 三列",
        en="The queue, filled in (CSV): columns source, number and right_code.",
    ),
)
@click.option("--by", required=True, help=text(zh="决定人", en="Who decided."))
@click.option("--reason", required=True, help=text(zh="理由", en="Why."))
@at_option
@pass_session
def decide(
    session: Session,
    home_path: Path,
    facet: str,
    decisions: Path,
    by: str,
    reason: str,
    at: datetime | None,
) -> None:
    """Read, record, post, say how many."""
    home = open_home(home_path)
    asked = SheetDecision(path=decisions, facet=Facet(facet), by=by, reason=reason)
    told = decide_codes(home, asked, at=moment_in(home.domain, at), now=clock.now)
    value = {"decided": told.decided, "changed": told.changed, "left_open": told.left_open}
    words = Words(
        zh="已决定 {decided} 件并记账，其中 {changed} 件改了代码；{left_open} 行未填，未记",
        en="{decided} decided and posted, {changed} of them with another code than before; {left_open} rows "
        "without a right_code are left open",
    )
    session.give(value, words=words.fill(**value))


def _frame(told: CodingQueue) -> pl.DataFrame:
    rows = [
        (
            *(one.place, one.reason.value, str(one.complaint_key), one.source_code, one.complaint_no),
            *(one.institution_code, one.received_on, one.submitted, one.label, one.confidence),
            *(_IN_SET.join(each.label for each in one.within), one.text, ""),
        )
        for one in told.queue
    ]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _words(told: CodingQueue, home: Home) -> Words:
    names = _names(home, told.facet)
    return joined([*_head(told), *(_entry(one, names) for one in told.queue)])


def _head(told: CodingQueue) -> list[Words]:
    mark = Words(zh="〔模拟数据〕", en="[simulated data] ") if told.simulated else Words(zh="", en="")
    facet, waiting = FACETS[told.facet.value], sum(told.waiting.values())
    by_reason = [_REASONS[reason] for reason, count in told.waiting.items() if count]
    counts = [count for count in told.waiting.values() if count]
    reasons = joined(
        [
            Words(zh=f"{one.zh} {count}", en=f"{one.en} {count}")
            for one, count in zip(by_reason, counts, strict=True)
        ],
        "; ",
    )
    return [
        Words(
            zh=f"{mark.zh}{facet.zh}待定队列：{told.first_on} 至 {told.last_on} 收到的投诉 {told.complaints} "
            f"件（记账序号 {told.posted_seq}）：已决定 {told.decided}，无文本 {told.without_text}，"
            f"读得有把握且与报送一致 {told.accepted}（不必看），待决定 {waiting}",
            en=f"{mark.en}{facet.en}, queue of {told.complaints} complaints received {told.first_on} to "
            f"{told.last_on} (posting sequence {told.posted_seq}): {told.decided} decided, "
            f"{told.without_text} without a text, {told.accepted} read surely and as submitted (nobody need "
            f"look), {waiting} wait",
        ),
        *([Words(zh=f"其中：{reasons.zh}", en=f"of these: {reasons.en}")] if waiting else []),
    ]


def _entry(one: Waiting, names: dict[str, Words]) -> Words:
    key = f"{one.place}. {one.source_code} {one.complaint_no}"
    bank, reason = names.get(one.institution_code, _as_is(one.institution_code)), _REASONS[one.reason]
    submitted = _code(one.submitted, names)
    read = [_code(each.label, names) for each in one.within] or [_code(one.label, names)]
    shares = [each.probability for each in one.within] or [one.confidence]
    zh = " | ".join(f"{code.zh} {share:.2f}" for code, share in zip(read, shares, strict=True))
    en = " | ".join(f"{code.en} {share:.2f}" for code, share in zip(read, shares, strict=True))
    said = placeholders_said(passage(one.text, (), length=_PASSAGE_CHARACTERS))
    return Words(
        zh=f"{key}  {bank.zh}  {one.received_on}  {reason.zh}\n"
        f"    报送 {submitted.zh}；读出 {zh}\n    {said.zh}",
        en=f"{key}  {bank.en}  {one.received_on}  {reason.en}\n"
        f"    submitted {submitted.en}; read {en}\n    {said.en}",
    )


def _names(home: Home, facet: Facet) -> dict[str, Words]:
    """What codes and institutions are called."""
    catalog = home.catalog()
    register = catalog.register(home.domain_id, simulated=home.simulated)
    standards = Scope(domain=home.domain, simulated=home.simulated, catalog=catalog).standards()
    codes = [one.tables[facet].codes for one in standards if facet in one.tables]
    return {
        **{code: register.label(code) for code in register.institutions},
        **{code: row.name for table in codes for code, row in table.items()},
    }


def _code(path: str | None, names: dict[str, Words]) -> Words:
    """The last code of a path with its name."""
    if path is None:
        return Words(zh="无", en="none")
    code = path.rpartition("›")[-1]
    name = names.get(code, _as_is(""))
    return Words(zh=f"{code} {name.zh}".strip(), en=f"{code} {name.en}".strip())


def _as_is(told: str) -> Words:
    return Words(zh=told, en=told)
