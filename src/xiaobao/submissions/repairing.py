"""Repair: what archive and journal still tell is made again; nothing is guessed or touched besides."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import transaction

from xiaobao.ledger.tables import FORMS, Table
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.files import make_folder
from xiaobao.lib.ids import new_token
from xiaobao.lib.progress import OnProgress, untold
from xiaobao.lib.words import Words
from xiaobao.submissions import closes, journal, lease
from xiaobao.submissions.comparison import Differences
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import JournalDamagedError
from xiaobao.submissions.lease import Lease, MomentSource, moment
from xiaobao.submissions.mending import mend_archive
from xiaobao.submissions.mending_notes import mend_notes
from xiaobao.submissions.models import LedgerHead, Segment
from xiaobao.submissions.rebuild import STEP
from xiaobao.submissions.remaking import Made, make_again
from xiaobao.submissions.replaying import read_history
from xiaobao.submissions.sealing import digest_of
from xiaobao.submissions.segment_files import enter
from xiaobao.submissions.verify_segments import segment_problems


class RepairError(UserError):
    """Archive and journal do not tell for sure what the damaged segments held; nothing was exchanged."""

    def __init__(self, words: Words) -> None:
        super().__init__(
            Words(
                zh=f"段不能由流水与批次修复：{words.zh}；台账未改动，请从备份恢复",
                en=f"the segments cannot be made again from journal and batches: {words.en}; "
                "the ledger is unchanged, restore from a backup",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What is whole again."""

    files: tuple[str, ...]
    """Files of the archive, by their path in the home."""
    segments: tuple[str, ...]
    """The damaged segments that others took the place of."""


def repair(home: Home, *, now: MomentSource, on_progress: OnProgress = untold) -> Repaired:
    """Make again the files and segments that are damaged or lost, as far as the rest tells what they held.

    `now` is the real clock. Raises RepairError where journal, batches, posting notes and closes do not agree
    on what a segment held, and LeaseHeldError while a poster is at work.
    """
    with lease.held(now=now) as mine:
        try:
            records = list(journal.records(home))
        except JournalDamagedError as error:
            raise RepairError(
                Words(zh=f"流水损坏（{error}）", en=f"the journal is damaged ({error})")
            ) from error
        files = tuple(mend_archive(home, records))
        damaged = tuple(problem.place for problem in segment_problems(home))
        if damaged:
            _exchange(home, mine, damaged, now=now, on_progress=on_progress)
        return Repaired(files=(*files, *mend_notes(home, records)), segments=damaged)


def _exchange(
    home: Home, mine: Lease, damaged: Sequence[str], *, now: MomentSource, on_progress: OnProgress
) -> None:
    """Put segments made from journal and batches in the place of all live ones."""
    folder = home.segments_folder
    make_folder(folder.absolute())
    made = Made(folder=folder)
    exchanged = False
    try:
        history = read_history(journal.records(home))
        differences = make_again(
            home, made, history, on_run=lambda last: on_progress(last, history.head, STEP)
        )
        _require_same(home, made, differences, head=history.head, damaged=damaged)
        _name(mine, made, now=now)
        exchanged = True
    finally:
        for name in damaged if exchanged else [one.name for one in made.written]:
            (folder / name).unlink(missing_ok=True)


def _require_same(
    home: Home, made: Made, differences: Differences, *, head: int, damaged: Sequence[str]
) -> None:
    """Raise RepairError unless everything that is whole says that these are the ledger's rows."""
    if differences.count:
        first = differences.first[0]
        where = f"{first.table} {first.place}"
        raise RepairError(Words(zh=f"{where} 已无法读取或不同", en=f"{where} is lost or comes out otherwise"))
    if head != LedgerHead.objects.get(id=1).posted_seq:
        raise RepairError(Words(zh="流水与数据库记到不同序号", en="journal and database end elsewhere"))
    live = list(Segment.objects.filter(replaced_by=None))
    for table in Table:
        ours = [one for one in live if one.table == table]
        facts = [one.facts for one in made.written if one.table == table]
        stated = (sum(one.rows for one in ours), sum(one.sum_sign for one in ours))
        found = (sum(one.rows for one in facts), sum(one.sum_sign for one in facts))
        if stated != found:
            raise RepairError(
                Words(
                    zh=f"行数与符号和应为 {stated}，重建为 {found}",
                    en=f"{found} rows and signs, not {stated}",
                )
            )
    for segment in live:
        if segment.name not in damaged and _strangers(home, made, segment):
            raise RepairError(
                Words(
                    zh=f"与完好的段 {segment.name} 不同",
                    en=f"they differ from {segment.name}, which is whole",
                )
            )
    _require_closes(home, made)


def _strangers(home: Home, made: Made, segment: Segment) -> int:
    """How many rows of a whole segment were not made again as they are."""
    table = Table(segment.table)
    columns = list(FORMS[table].schema)
    ours = pl.scan_parquet(home.segments_folder / segment.name, glob=False).select(columns)
    made_again = pl.scan_parquet(list(made.paths(table)), glob=False).select(columns)
    strange = ours.join(made_again, on=columns, how="anti", nulls_equal=True).select(pl.len())
    return int(strange.collect(engine="streaming").item())


def _require_closes(home: Home, made: Made) -> None:
    for row in closes.all_closes():
        sealed = closes.read(home, row).sealed
        snapshot = made.snapshot(as_of=sealed.posted.until)
        try:
            if digest_of(snapshot, after=sealed.posted.after) != sealed.posted:
                raise RepairError(
                    Words(zh=f"与 {row.day} 日结的摘要不符", en=f"the close of {row.day} digested other rows")
                )
        finally:
            snapshot.close()


def _name(mine: Lease, made: Made, *, now: MomentSource) -> None:
    at = moment(now)
    with transaction.atomic():
        lease.require(mine)
        Segment.objects.filter(replaced_by=None).update(replaced_by=f"repair-{new_token()}", replaced_at=at)
        for one in made.written:
            enter(one, at=at)
