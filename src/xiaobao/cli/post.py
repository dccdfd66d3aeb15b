"""`xiaobao post`: post accepted batches to the ledger."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.cli.options import at_option, home_option, moment_in
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.ledger.posting import BatchNote
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import open_home
from xiaobao.submissions.posting_notes import receipts_of
from xiaobao.workflows import post as workflow


@click.command(
    help=text(
        zh="把已接收的批次按到达顺序记入台账；先完成中断的认领。",
        en="Post accepted batches in order of arrival; an interrupted claim is completed first.",
    )
)
@home_option
@click.option(
    "--watch", is_flag=True, help=text(zh="持续记账，直到中断", en="Go on posting until interrupted.")
)
@at_option
@pass_session
def post(session: Session, home_path: Path, watch: bool, at: datetime | None) -> ExitCode:
    """Parse, post, show the notes."""
    home = open_home(home_path)
    if not watch:
        _give(session, workflow.post(home, at=moment_in(home.domain, at), now=clock.now))
        return ExitCode.FINE
    if at is not None:
        raise UserError(Words(zh="--watch 不与 --at 同用", en="--watch does not go with --at"))
    try:
        workflow.watch(home, now=clock.now, on_posted=lambda notes: _give(session, notes))
    except KeyboardInterrupt:
        session.show(Words(zh="已停止", en="stopped"))
    return ExitCode.FINE


def _give(session: Session, notes: tuple[BatchNote, ...]) -> None:
    told = [_counts(note) for note in notes]
    session.give(told, words=_words(notes))


def _counts(note: BatchNote) -> dict[str, int]:
    return {
        "posted_seq": note.posted_seq,
        "accepted": note.accepted,
        "posted": note.posted,
        "unchanged": note.unchanged,
        "superseded": note.superseded,
        "refused": note.refused.height,
        "warned": note.warnings.height,
    }


def _words(notes: tuple[BatchNote, ...]) -> Words:
    if not notes:
        return Words(zh="没有待记账的批次", en="nothing to post")
    told = [
        note.posted_seq for note in notes if note.superseded or note.refused.height or note.warnings.height
    ]
    receipts = receipts_of(told)
    lines = [_line(note) for note in notes]
    return joined([*lines, *(_more(receipts[each]) for each in told if each in receipts)])


def _more(receipt: int) -> Words:
    return Words(
        zh=f"回执 {receipt} 有未能记入或须核对的行，见 xiaobao status --note {receipt}",
        en=f"receipt {receipt} has rows that were not taken or are doubtful: xiaobao status --note {receipt}",
    )


def _line(note: BatchNote) -> Words:
    refused = note.refused.height
    return Words(
        zh=f"记账 {note.posted_seq}：接收 {note.accepted:,} = 记入 {note.posted:,} "
        f"+ 无变化 {note.unchanged:,} + 被取代 {note.superseded:,} + 不予记账 {refused:,}",
        en=f"posted as {note.posted_seq}: accepted {note.accepted:,} = posted {note.posted:,} "
        f"+ unchanged {note.unchanged:,} + superseded {note.superseded:,} + refused by state {refused:,}",
    )
