"""`xiaobao topics`: what people say the same about."""

from datetime import date
from pathlib import Path

import click

from xiaobao.analysis.topics.topics_file import TopicRow, TopicsFile
from xiaobao.catalog import reading
from xiaobao.cli.day_options import closed_days_options, from_day_option, period_of, to_day_option
from xiaobao.cli.options import (
    ENGINE_EPILOG,
    DayType,
    as_of_option,
    each_path_option,
    home_option,
    overlay_option,
    refuse_existing,
)
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.text_options import new_file_option, texts_options
from xiaobao.cli.topics_decisions import COMMANDS
from xiaobao.cli.topics_text import as_json, as_words, found_json, found_words
from xiaobao.lib import clock
from xiaobao.lib.words import Words, counted, joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows.detect_topics import detect_topics
from xiaobao.workflows.find_surges import days_to_find
from xiaobao.workflows.find_topics import find_topics, scope_of, show_topics

_SHOWN = 5


@click.group(help=text(zh="找出热点话题", en="Find hot topics."))
def topics() -> None:
    """The group of the commands."""


@topics.command(
    help=text(
        zh="找出一个文件的文本在期间内新起的话题：与此前相比升得越突然，排名越前；期间之后的文本一概不看。"
        "先脱敏再分析。写出 JSON：每个话题的编号、名称、词、数量（全部与去重）、首末日、得分、行号、摘录，"
        "以及各组向消费者提出的条件。",
        en="Find the topics that emerge in the texts of a file in a window, ranked by how far they exceed "
        "what came before; nothing behind the window is looked at. Texts are masked first. Writes JSON: id, "
        "label, terms, size (all and distinct), first and last day, score, row ids, excerpts of each topic; "
        "what each group demands of consumers.",
    )
)
@texts_options
@click.option(
    "--time-column", required=True, help=text(zh="日期或时刻所在的列", en="The column of the days.")
)
@click.option(
    "--group-column",
    help=text(
        zh="分组所在的列（如机构）：话题在组内找",
        en="A column of groups, such as banks: topics are found within.",
    ),
)
@from_day_option(zh="第一天", en="First day.")
@to_day_option
@new_file_option("topics.json")
@overlay_option
@pass_session
def detect(
    session: Session,
    texts: Path,
    text_column: str,
    time_column: str,
    group_column: str | None,
    from_day: date,
    to_day: date,
    out: Path,
    overlay: Path | None,
) -> None:
    """Read, find, write, say the first ones."""
    refuse_existing(out)
    found = detect_topics(
        reading.load(overlay=overlay),
        texts=texts,
        text_column=text_column,
        time_column=time_column,
        group_column=group_column,
        window=period_of(from_day, to_day),
        on=clock.now().date(),
        out=out,
    )
    session.give(found, words=_words(found, out))


@topics.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="某日的热点问题：各机构、各业务类别的投诉在截至当日的期间内新起的话题，按日结时所知；"
        "件数（全部与去重）、机构、状态、已遮盖的个案与各机构提出的条件。日结后已有运行结果的取自该结果，否则现算",
        en="The hot issues of a day: topics that emerge in the complaints of an institution and category, in "
        "the days that end with it, as known at its close: number (all and distinct), institutions, state, a "
        "masked case, and what institutions demand. Taken from the run after the close where there is one.",
    ),
)
@home_option
@click.option(
    "--on",
    "on",
    required=True,
    type=DayType(),
    help=text(zh="业务日，如 2020-03-27", en="Business day, as 2020-03-27."),
)
@as_of_option
@each_path_option
@pass_session
def show(session: Session, home_path: Path, on: date, as_of: int | date | None, path: str | None) -> None:
    """Ask, show."""
    home = open_home(home_path)
    shown = show_topics(home, on, path=path, as_of=as_of)
    scope = scope_of(home, shown.told)
    session.give(
        as_json(shown.told, stored=shown.stored, simulated=home.simulated),
        words=as_words(shown.told, stored=shown.stored, scope=scope),
    )


@topics.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="重做已日结各日的热点问题：按各自日结时所知遮盖姓名、查找，结果写入家目录 runs/。"
        "同样的台账与此前结果给出同样的字节",
        en="Do the nightly look for hot issues again, for closed days as known at their closes: names are "
        "masked, issues found, and written to runs/ of the home. The same ledger and earlier runs give the "
        "same bytes.",
    ),
)
@home_option
@closed_days_options
@pass_session
def find(session: Session, home_path: Path, first_on: date, last_on: date | None) -> None:
    """Look, keep, say how many."""
    home = open_home(home_path)
    days = days_to_find(home, first_on, last_on or first_on)
    found = [find_topics(home, day) for day in days]
    session.give(
        [found_json(one) for one in found],
        words=joined([found_words(one, scope_of(home, one)) for one in found]),
    )


for command in COMMANDS:
    topics.add_command(command)


def _words(found: TopicsFile, out: Path) -> Words:
    days = f"{found.first_day} – {found.last_day}"
    topics = len(found.topics)
    head = Words(
        zh=f"{out}：{days} 共 {found.texts} 条，此前 {found.texts_before} 条，话题 {topics} 个",
        en=f"{out}: {counted(found.texts, 'text')} of {days}, {found.texts_before:,} before, "
        f"{counted(topics, 'topic')}",
    )
    lines = [head, *_not_judged(found)]
    if found.not_dated:
        lines.append(
            Words(
                zh=f"{found.not_dated} 行没有可读的日期，未计入（首见于第 {found.first_not_dated} 行数据）",
                en=f"left out, without a day that can be read: {counted(found.not_dated, 'row')} "
                f"(the first is row {found.first_not_dated} of the data)",
            )
        )
    if found.no_text:
        lines.append(
            Words(
                zh=f"{found.no_text} 行没有文本，未计入",
                en=f"left out, without a text: {counted(found.no_text, 'row')}",
            )
        )
    if not found.names_masked:
        lines.append(
            Words(
                zh='未安装识别姓名的部分（pip install "xiaobao[server]"）：摘录中的号码已脱敏，姓名未脱敏',
                en='names in excerpts are not masked, numbers are: pip install "xiaobao[server]" masks both',
            )
        )
    lines += [_topic_words(topic) for topic in found.topics[:_SHOWN]]
    return joined(lines)


def _not_judged(found: TopicsFile) -> list[Words]:
    """Why a file without topics says nothing of what people say."""
    if not found.texts:
        return [
            Words(
                zh="无法判断：期间内没有一条文本",
                en="cannot be judged: the window has no text",
            )
        ]
    if not found.texts_before:
        return [
            Words(
                zh="此前没有一条文本可比：是否新起只能与期间内部相比，请给出更早的文本",
                en="no text before the window: nothing to hold what is new against; give earlier texts too",
            )
        ]
    return []


def _topic_words(topic: TopicRow) -> Words:
    words = Words(
        zh="{rank}. {label}：全部 {all} 条，去重 {distinct} 条，{days}，得分 {score}",
        en="{rank}. {label}: {all} in all, {distinct} distinct, {days}, score {score}",
    )
    return words.fill(
        rank=topic.rank,
        label=topic.label + (f" [{topic.group}]" if topic.group else ""),
        all=topic.size.all,
        distinct=topic.size.distinct,
        days=f"{topic.first_day} – {topic.last_day}",
        score=f"{topic.score:.1f}",
    )
