"""What a poster looks at before it starts: the journal's head, and sizes and footers of the live segments."""

from pathlib import Path

import pyarrow.parquet as pq
from django.db import transaction
from pyarrow import ArrowException

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import JournalDamagedError
from xiaobao.submissions.models import JournalHead, JournalRecord, LedgerHead, Segment
from xiaobao.submissions.segment_files import last_posted_seq_of


class UnsoundError(UserError):
    """The store is not what the database says; nothing is posted until it is mended."""

    def __init__(self, faults: tuple[Words, ...]) -> None:
        listed_zh = "\n".join(f"  · {fault.zh}" for fault in faults)
        listed_en = "\n".join(f"  - {fault.en}" for fault in faults)
        super().__init__(
            Words(
                zh=f"记账不能开始，存储与数据库不符：\n{listed_zh}\n"
                "请执行 xiaobao verify 看清损坏之处；段可用 xiaobao repair 修复，其余从备份恢复",
                en="posting does not start, the store is not what the database says:\n"
                f"{listed_en}\nrun xiaobao verify; xiaobao repair makes segments again, "
                "the rest is restored from a backup",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )
        self.faults = faults


def require_sound(home: Home) -> None:
    """Raise UnsoundError naming every file or record that is wrong."""
    with transaction.atomic():
        journal.lock_head()  # so that heads and what they are heads of are read at one moment
        faults = (*journal_faults(home), *head_faults())
    faults = (*faults, *segment_faults(home))
    if faults:
        raise UnsoundError(faults)


def journal_faults(home: Home) -> tuple[Words, ...]:
    """What is wrong with the end of the chain."""
    head = JournalHead.objects.get(id=1)
    last = JournalRecord.objects.order_by("-sequence").first()
    if last is None or (last.sequence, last.digest) != (head.sequence, head.digest):
        return (
            Words(
                zh=f"流水链首第 {head.sequence} 条不是最后一条记录",
                en=f"the journal's head, record {head.sequence}, is not its last record",
            ),
        )
    try:
        journal.read(home, last.sequence)
    except JournalDamagedError as error:
        return (Words(zh=f"流水损坏：{error}", en=f"the journal is damaged: {error}"),)
    return ()


def head_faults() -> tuple[Words, ...]:
    """What is wrong between the ledger's head and its segments."""
    head = LedgerHead.objects.get(id=1)
    beyond = Segment.objects.filter(last_posted_seq__gt=head.posted_seq, replaced_by=None)
    return tuple(
        Words(
            zh=f"段 {segment.name} 超出台账链首 {head.posted_seq}",
            en=f"segment {segment.name} reaches beyond the ledger's head {head.posted_seq}",
        )
        for segment in beyond
    )


def segment_faults(home: Home) -> tuple[Words, ...]:
    """Live segments that are missing, or whose size or footer is not what was written."""
    live = Segment.objects.filter(replaced_by=None).order_by("name")
    found = (segment_fault(home, segment) for segment in live)
    return tuple(fault for fault in found if fault is not None)


def segment_fault(home: Home, segment: Segment) -> Words | None:
    """How presence, size or footer of a live segment differ from what was written; None where they do not."""
    if last_posted_seq_of(segment.name) is None:
        return Words(
            zh=f"数据库写的段名 {segment.name!r} 不成立；请从备份恢复数据库",
            en=f"the database names a segment {segment.name!r}, which none is called; restore the database",
        )
    path = home.segments_folder / segment.name
    if not path.is_file():
        return Words(zh=f"段 {path.name} 不见了", en=f"segment {path.name} is missing")
    size = path.stat().st_size
    if size != segment.size_bytes:
        return Words(
            zh=f"段 {path.name} 应为 {segment.size_bytes} 字节，实为 {size} 字节",
            en=f"segment {path.name} has {size} bytes, not {segment.size_bytes}",
        )
    rows = _footer_rows(path)
    if rows != segment.rows:
        return Words(
            zh=f"段 {path.name} 的文件尾应记 {segment.rows} 行，实为 {'无法读取' if rows is None else rows}",
            en=f"the footer of segment {path.name} should tell of {segment.rows} rows; "
            f"it {'cannot be read' if rows is None else f'tells of {rows}'}",
        )
    return None


def _footer_rows(path: Path) -> int | None:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (ArrowException, OSError):
        return None
