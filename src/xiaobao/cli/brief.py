"""`xiaobao brief`: compose, issue, reprint, compare and list briefs."""

from datetime import date, datetime
from pathlib import Path

import click

from xiaobao.cli.brief_files import (
    draft_path,
    named_brief,
    page_path,
    read_draft,
    write_file,
    write_renderings,
)
from xiaobao.cli.brief_text import composed_words, diff_words, issued_words, list_words, rows_words
from xiaobao.cli.options import ENGINE_EPILOG, at_option, home_option, moment_in, required_day_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.words import Language, Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.compose import SERIES
from xiaobao.outputs.brief.document import encode
from xiaobao.submissions.home import business_now, open_home
from xiaobao.workflows.compose_brief import compose_brief
from xiaobao.workflows.diff_brief import diff_brief
from xiaobao.workflows.issue_brief import issue_brief
from xiaobao.workflows.rows_of_figure import rows_of_figure

language_option = click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    help=text(zh="简报语言；不写则依领域", en="Language of the brief; that of the domain without it."),
)
path_option = click.option(
    "--path",
    help=text(zh="统计路径；领域只有一条时可不写", en="Counting path; only needed where there are several."),
)
out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(
        zh="写到哪个文件；不写则在家目录的 briefs/ 下",
        en="File to write; below briefs/ of the home without it.",
    ),
)


@click.group(
    help=text(
        zh="由已日结的一日撰写简报；逐数复核后签发、编号、存原件；重印、比对",
        en="Write the brief of a closed day; issue it when every figure derives again; reprint and compare.",
    )
)
def brief() -> None:
    """The group of commands on briefs."""


@brief.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="撰写草稿：JSON 与同名 HTML、PDF、DOCX",
        en="Compose a draft: JSON, and HTML, PDF and DOCX of the same name.",
    ),
)
@home_option
@required_day_option
@language_option
@path_option
@out_option
@pass_session
def compose(
    session: Session,
    home_path: Path,
    day: date,
    language: Language | None,
    path: str | None,
    out: Path | None,
) -> None:
    """Parse, compose, write, show."""
    home = open_home(home_path)
    draft = compose_brief(home, day, language=language, path=path)
    file = out or draft_path(home, draft.brief)
    write_file(file, encode(draft.brief))
    page, pdf, docx = write_renderings(file.with_suffix(".html"), draft.renderings)
    session.give(
        {
            "draft": str(file),
            "page": str(page),
            "pdf": str(pdf),
            "docx": str(docx),
            "figures": len(draft.brief.figures),
        },
        words=composed_words(draft.brief, file),
    )


@brief.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="签发：每个数字由台账重推、每个升降用词核对，不符即拒；相同内容再次签发返回原件",
        en="Issue: every figure is derived again and every word of direction checked, or it is refused. "
        "Issuing the same again gives what was issued.",
    ),
)
@home_option
@required_day_option
@click.option("--by", required=True, help=text(zh="签发人", en="Who issues it."))
@click.option(
    "--draft",
    "draft_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=text(
        zh="草稿文件（JSON）；不写则当场撰写", en="Draft file (JSON); composed on the spot without it."
    ),
)
@language_option
@path_option
@out_option
@at_option
@pass_session
def issue(
    session: Session,
    home_path: Path,
    day: date,
    by: str,
    draft_file: Path | None,
    language: Language | None,
    path: str | None,
    out: Path | None,
    at: datetime | None,
) -> None:
    """Parse, issue, write, show."""
    home = open_home(home_path)
    moment = business_now(home, at=moment_in(home.domain, at), now=clock.now())
    if draft_file is not None:
        draft = read_draft(draft_file, day=day)
    else:
        draft = compose_brief(home, day, language=language, path=path).brief
    outcome = issue_brief(home, draft, by=by, at=moment)
    file = out or page_path(home, outcome.issued)
    _, pdf, docx = write_renderings(file, outcome.renderings)
    session.give(
        {
            "issued": outcome.issued,
            "repeated": outcome.repeated,
            "page": str(file),
            "pdf": str(pdf),
            "docx": str(docx),
        },
        words=issued_words(outcome, file),
    )


@brief.command(
    help=text(
        zh="重印：核对摘要后写出原件字节", en="Reprint: write the bytes that were issued, digest checked."
    )
)
@click.argument("number")
@home_option
@out_option
@pass_session
def reprint(session: Session, number: str, home_path: Path, out: Path | None) -> None:
    """Parse, find, write, show."""
    home = open_home(home_path)
    issued = register.find(number, series=SERIES)
    file = out or page_path(home, issued)
    _, pdf, docx = write_renderings(file, register.renderings_of(home, issued))
    session.give(
        {"issued": issued, "page": str(file), "pdf": str(pdf), "docx": str(docx)},
        words=Words(
            zh=f"第 {number} 期原件：{file}（同名 .pdf、.docx）",
            en=f"brief {number} as issued: {file} (.pdf and .docx beside it)",
        ),
    )


@brief.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="列出一个数字背后的台账行；NUMBER 为编号，或草稿文件（JSON）",
        en="List the rows of the ledger behind a figure; NUMBER is that of a brief, or a draft file (JSON).",
    ),
)
@click.argument("number")
@click.argument("figure")
@home_option
@pass_session
def rows(session: Session, number: str, figure: str, home_path: Path) -> None:
    """Parse, look up, show."""
    home = open_home(home_path)
    document = named_brief(home, number)
    found = rows_of_figure(home, document, figure)
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


@brief.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="比对：今天重印会不同的数字，分清台账所学与目录所改",
        en="Compare: figures that would print differently today, by what the ledger learnt and "
        "what the catalog changed.",
    ),
)
@click.argument("number")
@home_option
@pass_session
def diff(session: Session, number: str, home_path: Path) -> None:
    """Parse, compare, show."""
    home = open_home(home_path)
    found = diff_brief(home, register.find(number, series=SERIES))
    session.give(found, words=diff_words(found))


@brief.command("list", help=text(zh="已签发的简报", en="The briefs that were issued."))
@home_option
@pass_session
def list_issued(session: Session, home_path: Path) -> None:
    """Parse, read, show."""
    home = open_home(home_path)
    issued = register.every(series=SERIES)
    intact = {one.number: register.is_intact(home, one) for one in issued}
    session.give(
        [{"issued": one, "intact": intact[one.number]} for one in issued],
        words=list_words(issued, intact, domain=home.domain),
    )
