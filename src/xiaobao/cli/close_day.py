"""`xiaobao close-day`: close a business day."""

from datetime import date, datetime
from pathlib import Path

import click

from xiaobao.cli.options import DayType, at_option, home_option, moment_in, required_day_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.periods import ONE_DAY
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.closes import CloseFacts
from xiaobao.submissions.home import open_home
from xiaobao.submissions.reporting import ReportingStatus
from xiaobao.workflows import close_day as workflow


@click.command(
    help=text(
        zh="日结：记完截点前到达的批次，封存当日所知并接入链。再次日结返回第一次的结果。",
        en="Close a day: post what arrived before its cut-off, seal what is known of it, chain it. "
        "Closing again gives the first close.",
    )
)
@home_option
@required_day_option
@click.option(
    "--skip-from",
    type=DayType(),
    help=text(
        zh="自该日起至前一日声明跳过（不日结）",
        en="Declare the days from this one to the day before skipped.",
    ),
)
@at_option
@pass_session
def close_day(
    session: Session, home_path: Path, day: date, skip_from: date | None, at: datetime | None
) -> ExitCode:
    """Parse, close, show the close."""
    home = open_home(home_path)
    moment = moment_in(home.domain, at)
    facts = workflow.close_day(home, day, skip_from=skip_from, at=moment, now=clock.now)
    session.give(
        {"digest": facts.digest, "close_head": facts.close_head, "close": facts.sealed}, words=_words(facts)
    )
    return ExitCode.FINE


def _words(facts: CloseFacts) -> Words:
    lines = [_title(facts), *_skipped(facts), *_totals(facts), *_missing(facts), *_set_aside(facts)]
    lines.append(_head(facts))
    return joined(lines)


def _title(facts: CloseFacts) -> Words:
    rows = facts.sealed.posted.rows
    return Words(
        zh=f"{facts.day} 已日结，数据截至记账序号 {facts.posted_seq}（上次日结以来 {rows:,} 行）",
        en=f"{facts.day} is closed as of posting sequence {facts.posted_seq} "
        f"({rows:,} rows since the close before)",
    )


def _skipped(facts: CloseFacts) -> list[Words]:
    first, last = facts.sealed.skipped_from, facts.day - ONE_DAY
    if first is None:
        return []
    return [Words(zh=f"  跳过 {first} 至 {last}", en=f"  {first} to {last} are skipped")]


def _totals(facts: CloseFacts) -> list[Words]:
    totals = [one for one in facts.counts if one.dimension == "total"]
    return [
        Words(
            zh=f"  当日收到 {one.path or '—'} · {one.entry_kind}：{one.count:,}",
            en=f"  received on the day, {one.path or 'no path'}, {one.entry_kind}: {one.count:,}",
        )
        for one in totals
    ] or [Words(zh="  当日没有收到", en="  nothing received on the day")]


def _missing(facts: CloseFacts) -> list[Words]:
    missing = [code for code, status in facts.reporting.items() if status == ReportingStatus.MISSING.value]
    if not missing:
        return []
    return [Words(zh=f"  漏报：{'、'.join(missing)}", en=f"  missing: {', '.join(missing)}")]


def _set_aside(facts: CloseFacts) -> list[Words]:
    return [
        Words(
            zh=f"  未能记账：第 {one.batch} 号回执（{one.source_code}）：{one.why}",
            en=f"  could not be posted: receipt {one.batch} of {one.source_code}: {one.why}",
        )
        for one in facts.set_aside
    ]


def _head(facts: CloseFacts) -> Words:
    return Words(zh=f"  日结链首 {facts.close_head}", en=f"  close head {facts.close_head}")
