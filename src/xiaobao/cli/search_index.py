"""`xiaobao search-index`: bring the full-text index of a home up to date."""

from pathlib import Path

import click

from xiaobao.cli.options import home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.workflows.renew_search import renew_search


@click.command(
    help=text(
        zh="把检索索引更新至台账当前的记账序号；每次日结后自动更新。只收已遮盖号码与姓名的叙述，可随时重建",
        en="Bring the search index up to the head of the ledger, as every close does. It holds narratives "
        "whose numbers and names are masked, and nothing else; it can be made again at any time.",
    )
)
@home_option
@click.option("--anew", is_flag=True, help=text(zh="从头重建", en="Make it from nothing."))
@pass_session
def search_index(session: Session, home_path: Path, anew: bool) -> None:
    """Renew, say what it holds."""
    renewed = renew_search(open_home(home_path), anew=anew)
    seq, written = renewed.state.posted_seq, renewed.written
    session.give(
        {"posted_seq": seq, "written": written, "masking_version": renewed.state.masking_version},
        words=Words(
            zh=f"检索索引截至记账序号 {seq}，写入 {written} 件",
            en=f"the search index holds up to posting sequence {seq}; {written} complaints were written",
        ),
    )
