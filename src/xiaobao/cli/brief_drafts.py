"""`xiaobao brief compose|edit|review|issue|withdraw`: what is done to drafts."""

from datetime import date, datetime
from pathlib import Path

import click

from xiaobao.casework.briefs.drafts import Verdict
from xiaobao.cli.brief_files import (
    draft_path,
    page_path,
    read_words,
    words_path,
    write_draft,
    write_renderings,
)
from xiaobao.cli.brief_options import (
    draft_argument,
    moment_of,
    number_argument,
    out_option,
    series_option,
)
from xiaobao.cli.brief_text import composed_words, edited_words, issued_words, reviewed_words, withdrawn_words
from xiaobao.cli.options import ENGINE_EPILOG, at_option, by_option, home_option, required_day_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.words import Language, Words
from xiaobao.outputs import register
from xiaobao.submissions.home import open_home
from xiaobao.workflows.compose_brief import KeptDraft, compose_draft
from xiaobao.workflows.edit_brief import edit_brief
from xiaobao.workflows.issue_brief import issue_draft
from xiaobao.workflows.review_brief import review_brief
from xiaobao.workflows.withdraw_brief import withdraw_brief


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="撰写草稿并存档：得名（D1），写出 HTML、PDF、DOCX 与可改的文字（.txt）",
        en="Compose a draft and keep it: it gets a name (D1), and HTML, PDF, DOCX and its editable words "
        "(.txt) are written.",
    ),
)
@home_option
@required_day_option
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    help=text(zh="简报语言；不写则依领域", en="Language of the brief; that of the domain without it."),
)
@click.option(
    "--path",
    help=text(zh="统计路径；领域只有一条时可不写", en="Counting path; only needed where there are several."),
)
@series_option
@by_option
@out_option
@at_option
@pass_session
def compose(
    session: Session,
    home_path: Path,
    day: date,
    language: Language | None,
    path: str | None,
    series: str,
    by: str,
    out: Path | None,
    at: datetime | None,
) -> None:
    """Parse, compose, write, show."""
    home = open_home(home_path)
    kept = compose_draft(
        home, day, by=by, at=moment_of(home, at), language=language, path=path, series=series
    )
    file = out or draft_path(home, kept.life)
    _give(session, kept, file, words=composed_words(kept, file))


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="修改草稿的文字（compose 写出的 .txt）；删去、增添或改动数字即拒，并指明该数字",
        en="Edit the words of a draft (the .txt that compose wrote); an edit that drops, adds or alters a "
        "figure is refused, naming it.",
    ),
)
@draft_argument
@home_option
@click.option(
    "--words",
    "words_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(
        zh="改过的文字文件；不写则用 briefs/ 下的", en="The edited file; that below briefs/ without it."
    ),
)
@by_option
@out_option
@at_option
@pass_session
def edit(
    session: Session,
    draft: str,
    home_path: Path,
    words_file: Path | None,
    by: str,
    out: Path | None,
    at: datetime | None,
) -> None:
    """Parse, keep, write, show."""
    home = open_home(home_path)
    words = read_words(words_file or words_path(home, draft))
    kept = edit_brief(home, draft, words, by=by, at=moment_of(home, at))
    file = out or draft_path(home, kept.life)
    _give(session, kept, file, words=edited_words(kept, file))


@click.command(
    help=text(
        zh="审核草稿：意见、通过或退回；撰写或修改过的人不能通过或退回",
        en="Review a draft: comment, approve or return; whoever wrote it can only comment.",
    )
)
@draft_argument
@home_option
@click.option("--approve", "verdict", flag_value="approve", help=text(zh="通过", en="Approve it."))
@click.option(
    "--return", "verdict", flag_value="return", help=text(zh="退回", en="Return it to its authors.")
)
@click.option(
    "--comment",
    default="",
    help=text(zh="意见；只写意见则不作决定", en="What to say; alone it decides nothing."),
)
@by_option
@at_option
@pass_session
def review(
    session: Session,
    draft: str,
    home_path: Path,
    verdict: str | None,
    comment: str,
    by: str,
    at: datetime | None,
) -> None:
    """Parse, keep, show."""
    home = open_home(home_path)
    said = Verdict(verdict or "comment")
    life = review_brief(home, draft, verdict=said, comment=comment, by=by, at=moment_of(home, at))
    session.give(
        {"draft": life.name, "review": life.reviews[-1], "state": life.state}, words=reviewed_words(life)
    )


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="签发审核通过的草稿（须由撰写、修改之外的人）：每个数字由台账重推、每个升降用词核对，不符即拒；"
        "再次签发返回原件",
        en="Issue an approved draft, by another person than those who wrote it: every figure is derived "
        "again and every word of direction checked, or it is refused. Issuing again gives what was issued.",
    ),
)
@draft_argument
@home_option
@by_option
@out_option
@at_option
@pass_session
def issue(
    session: Session, draft: str, home_path: Path, by: str, out: Path | None, at: datetime | None
) -> None:
    """Parse, issue, write, show."""
    home = open_home(home_path)
    outcome = issue_draft(home, draft, by=by, at=moment_of(home, at))
    file = out or page_path(home, outcome.issued)
    _, pdf, docx = write_renderings(file, outcome.renderings)
    told = {"page": str(file), "pdf": str(pdf), "docx": str(docx)}
    session.give(
        {"issued": outcome.issued, "repeated": outcome.repeated, **told}, words=issued_words(outcome, file)
    )


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="撤回已签发的一期：撰写更正草稿，写明原期号与原因；更正经审核、由另一人签发，原期即告撤回",
        en="Withdraw an issued brief: a correction is composed that names it and says why; once that is "
        "approved and issued by another person, the old one is withdrawn.",
    ),
)
@number_argument
@home_option
@series_option
@click.option("--reason", required=True, help=text(zh="原因，印入更正", en="Why; printed in the correction."))
@by_option
@out_option
@at_option
@pass_session
def withdraw(
    session: Session,
    number: str,
    home_path: Path,
    series: str,
    reason: str,
    by: str,
    out: Path | None,
    at: datetime | None,
) -> None:
    """Parse, compose, write, show."""
    home = open_home(home_path)
    issued = register.find(number, series=series)
    kept = withdraw_brief(home, issued, reason=reason, by=by, at=moment_of(home, at))
    file = out or draft_path(home, kept.life)
    _give(session, kept, file, words=withdrawn_words(kept, issued, file))


COMMANDS = (compose, edit, review, issue, withdraw)


def _give(session: Session, kept: KeptDraft, file: Path, *, words: Words) -> None:
    page, pdf, docx, txt = write_draft(file, kept)
    told = {
        "draft": kept.life.name,
        "revision": kept.life.revision,
        "digest": kept.life.digest,
        "figures": [figure.id for figure in kept.brief.figures],
        "page": str(page),
        "pdf": str(pdf),
        "docx": str(docx),
        "words": str(txt),
    }
    session.give(told, words=words)
