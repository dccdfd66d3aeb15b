"""`xiaobao brief circulate|read|reprint|rows|diff|list|show`: what is done with issued briefs."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.casework.briefs import queries
from xiaobao.cli.brief_files import named_brief, page_path, write_renderings
from xiaobao.cli.brief_options import moment_of, number_argument, out_option, series_option
from xiaobao.cli.brief_text import (
    circulated_words,
    diff_words,
    drafts_words,
    life_words,
    list_words,
    read_words,
    reprinted_words,
    rows_words,
)
from xiaobao.cli.options import ENGINE_EPILOG, at_option, by_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.outputs import circulation, register
from xiaobao.outputs.brief.series import SERIES
from xiaobao.submissions.home import open_home
from xiaobao.workflows.diff_brief import diff_brief
from xiaobao.workflows.life_of_brief import life_of_brief
from xiaobao.workflows.reprint_brief import reprint_brief
from xiaobao.workflows.rows_of_figure import rows_of_figure


@click.command(
    help=text(
        zh="传阅：记下交给谁、何时", en="Circulate an issued brief: note to whom it is given, and when."
    )
)
@number_argument
@home_option
@series_option
@click.option(
    "--to",
    "recipients",
    required=True,
    multiple=True,
    help=text(zh="传阅给谁；可写多次", en="To whom; may be given several times."),
)
@by_option
@at_option
@pass_session
def circulate(
    session: Session,
    number: str,
    home_path: Path,
    series: str,
    recipients: tuple[str, ...],
    by: str,
    at: datetime | None,
) -> None:
    """Parse, note, show."""
    home = open_home(home_path)
    issued = register.find(number, series=series)
    given = circulation.circulate(home, issued, recipients, by=by, at=moment_of(home, at))
    session.give(given, words=circulated_words(issued, given))


@click.command(
    help=text(zh="阅毕：记下谁已读、何时", en="Note that a recipient has read an issued brief, and when.")
)
@number_argument
@home_option
@series_option
@by_option
@at_option
@pass_session
def read(session: Session, number: str, home_path: Path, series: str, by: str, at: datetime | None) -> None:
    """Parse, note, show."""
    home = open_home(home_path)
    one = circulation.read(home, register.find(number, series=series), by=by, at=moment_of(home, at))
    session.give(one, words=read_words(one, domain=home.domain))


@click.command(
    help=text(
        zh="重印：核对摘要后写出原件字节；已撤回或被取代的一期，每页注明；--original 只写原件",
        en="Reprint the bytes that were issued, digest checked; a brief that was withdrawn or replaced says "
        "so on every sheet, unless --original.",
    )
)
@number_argument
@home_option
@series_option
@click.option(
    "--original",
    is_flag=True,
    help=text(zh="只写原件字节，不注明撤回", en="The bytes alone, also of a withdrawn brief."),
)
@out_option
@pass_session
def reprint(
    session: Session, number: str, home_path: Path, series: str, original: bool, out: Path | None
) -> None:
    """Parse, find, write, show."""
    home = open_home(home_path)
    issued = register.find(number, series=series)
    printed = reprint_brief(home, issued, original=original)
    file = out or page_path(home, issued)
    _, pdf, docx = write_renderings(file, printed.renderings)
    session.give(
        {"issued": issued, "notice": printed.notice, "page": str(file), "pdf": str(pdf), "docx": str(docx)},
        words=reprinted_words(issued, printed.notice, file),
    )


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="列出一个数字背后的台账行；NAME 为编号（2020-1）或草稿名（D1）",
        en="List the rows of the ledger behind a figure; NAME is a number (2020-1) or a draft (D1).",
    ),
)
@click.argument("name")
@click.argument("figure")
@home_option
@series_option
@pass_session
def rows(session: Session, name: str, figure: str, home_path: Path, series: str) -> None:
    """Parse, look up, show."""
    home = open_home(home_path)
    found = rows_of_figure(home, named_brief(home, name, series=series), figure)
    parts = [
        {
            "day": one.reading.period.from_on,
            "posted_seq": one.reading.posted_seq,
            "count": one.count,
            "rows": one.rows.to_dicts(),
        }
        for one in found
    ]
    session.give(parts, words=rows_words(found))


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="比对：今天重印会不同的数字，分清台账所学与目录所改",
        en="Compare: figures that would print differently today, by what the ledger learnt and "
        "what the catalog changed.",
    ),
)
@number_argument
@home_option
@series_option
@pass_session
def diff(session: Session, number: str, home_path: Path, series: str) -> None:
    """Parse, compare, show."""
    home = open_home(home_path)
    found = diff_brief(home, register.find(number, series=series))
    session.give(found, words=diff_words(found))


@click.command(
    "list",
    help=text(
        zh="已签发的简报；--drafts 列出草稿", en="The briefs that were issued; --drafts lists the drafts."
    ),
)
@home_option
@click.option(
    "--series",
    type=click.Choice(SERIES),
    help=text(zh="只列一个系列：daily 日报，weekly 周报", en="One series alone: daily or weekly."),
)
@click.option("--drafts", is_flag=True, help=text(zh="列出草稿", en="List the drafts."))
@pass_session
def list_issued(session: Session, home_path: Path, series: str | None, drafts: bool) -> None:
    """Parse, read, show."""
    home = open_home(home_path)
    wanted = SERIES if series is None else (series,)
    if drafts:
        lives = [life for life in queries.every() if life.draft.series in wanted]
        numbers = {life.name: register.issued_from(life.name) for life in lives}
        session.give(lives, words=drafts_words(lives, numbers))
        return
    entries = [entry for one in wanted for entry in register.entries(home, series=one)]
    session.give(entries, words=list_words(entries, domain=home.domain))


@click.command(
    help=text(
        zh="一份简报的全过程：撰写、修改、审核、签发、传阅、阅毕、撤回；NAME 为编号或草稿名",
        en="The life of a brief: composed, edited, reviewed, issued, circulated, read, withdrawn; "
        "NAME is a number or a draft.",
    )
)
@click.argument("name")
@home_option
@series_option
@pass_session
def show(session: Session, name: str, home_path: Path, series: str) -> None:
    """Parse, read, show."""
    home = open_home(home_path)
    found = life_of_brief(home, name, series=series)
    session.give(found, words=life_words(found, domain=home.domain))


COMMANDS = (circulate, read, reprint, rows, diff, list_issued, show)
