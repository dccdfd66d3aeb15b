"""`xiaobao trace`: follow rows of the ledger to the rows of files behind them."""

from pathlib import Path

import click

from xiaobao.cli.options import ENGINE_EPILOG, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.ledger.entries import Event
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows import trace as workflow
from xiaobao.workflows.trace import Origin, TracedRow

_EVENTS = {
    Event.NEW: Words(zh="新增", en="new"),
    Event.AMEND: Words(zh="更正", en="amendment"),
    Event.WITHDRAW: Words(zh="撤销", en="withdrawal"),
    Event.REINSTATE: Words(zh="撤销后重报", en="reinstatement"),
    Event.RECODE: Words(zh="消保局改码", en="recode by the bureau"),
}


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="由一件投诉或一行台账追到批次、回执、文件和行。",
        en="From a complaint or a row of the ledger to batch, receipt, file and row.",
    ),
)
@home_option
@click.option(
    "--complaint",
    nargs=2,
    metavar=text(zh="来源 编号", en="SOURCE NUMBER"),
    help=text(zh="一件投诉的全部版本", en="All versions of a complaint."),
)
@click.option(
    "--entry",
    type=int,
    metavar=text(zh="编号", en="ID"),
    help=text(zh="台账的一行", en="One row of the ledger."),
)
@pass_session
def trace(
    session: Session, home_path: Path, complaint: tuple[str, str] | None, entry: int | None
) -> ExitCode:
    """Parse, look up, show the rows."""
    if (complaint is None) == (entry is None):
        raise UserError(Words(zh="请给出 --complaint 或 --entry 之一", en="give --complaint or --entry"))
    home = open_home(home_path)
    if complaint is not None:
        rows = workflow.trace_complaint(home, *complaint)
    else:
        assert entry is not None
        rows = workflow.trace_entry(home, entry)
    lines = [_line(row) for row in rows]
    words = joined(lines)
    session.give(rows, words=words)
    return ExitCode.FINE


def _line(row: TracedRow) -> Words:
    codes = " ".join(code or "—" for code in (row.channel_code, row.business_code, row.cause_code))
    origin = _origin(row.origin)
    head = f"{row.sign:+d}  {row.entry_id}  {row.source_code} {row.complaint_no}  {row.received_on}  {codes}"
    event = _EVENTS[Event(row.event)]
    revision = "—" if row.revision is None else row.revision
    return Words(
        zh=f"{head}\n    {event.zh}，记账 {row.posted_seq}，版次 {revision}；{origin.zh}，"
        f"第 {row.row_number} 行",
        en=f"{head}\n    {event.en}, posted as {row.posted_seq}, revision {revision}; {origin.en}, "
        f"row {row.row_number}",
    )


def _origin(origin: Origin) -> Words:
    if origin.receipt is None:
        return Words(
            zh=f"消保局决定（流水第 {origin.journal_record} 条）",
            en=f"decision of the bureau (journal record {origin.journal_record})",
        )
    return Words(
        zh=f"回执 {origin.receipt}（{origin.day}），文件 {origin.file_name}（SHA-256 {origin.raw_digest}）",
        en=f"receipt {origin.receipt} ({origin.day}), file {origin.file_name} (SHA-256 {origin.raw_digest})",
    )
