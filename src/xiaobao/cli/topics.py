"""`xiaobao topics`: what people say the same about."""

from datetime import date
from pathlib import Path

import click

from xiaobao.analysis.topics.topics_file import TopicRow, TopicsFile
from xiaobao.catalog import reading
from xiaobao.cli.options import DayType, overlay_option, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words, joined
from xiaobao.workflows.detect_topics import detect_topics

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
@click.option(
    "--texts",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=text(zh="文本文件（CSV，UTF-8）", en="The file of texts (CSV in UTF-8)."),
)
@click.option("--text-column", required=True, help=text(zh="文本所在的列", en="The column of the texts."))
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
@click.option("--from", "from_day", required=True, type=DayType(), help=text(zh="第一天", en="First day."))
@click.option(
    "--to", "to_day", required=True, type=DayType(), help=text(zh="最后一天（含）", en="Last day, included.")
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(zh="写到哪里，如 topics.json", en="Where to write it, such as topics.json."),
)
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
        window=_window(from_day, to_day),
        on=clock.now().date(),
        out=out,
    )
    session.give(found, words=_words(found, out))


def _window(from_day: date, to_day: date) -> Period:
    if to_day < from_day:
        raise UserError(
            Words(zh="--to 早于 --from；最后一天含在内", en="--to is before --from; the last day is included")
        )
    return Period(from_on=from_day, to_on=to_day + ONE_DAY)


def _words(found: TopicsFile, out: Path) -> Words:
    head = Words(
        zh="{file}：{days} 共 {texts} 条，此前 {before} 条，话题 {topics} 个",
        en="{file}: {texts} texts of {days}, {before} before, {topics} topics",
    ).fill(
        file=str(out),
        days=f"{found.first_day} – {found.last_day}",
        texts=found.texts,
        before=found.texts_before,
        topics=len(found.topics),
    )
    lines = [head]
    if found.not_dated:
        lines.append(
            Words(
                zh="{rows} 行没有可读的日期，未计入",
                en="{rows} rows have no day that can be read and are left out",
            ).fill(rows=found.not_dated)
        )
    if not found.names_masked:
        lines.append(
            Words(
                zh='未安装识别姓名的部分（pip install "xiaobao[text]"）：摘录中的号码已脱敏，姓名未脱敏',
                en='names in excerpts are not masked, numbers are: pip install "xiaobao[text]" masks both',
            )
        )
    lines += [_topic_words(topic) for topic in found.topics[:_SHOWN]]
    return joined(lines)


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
