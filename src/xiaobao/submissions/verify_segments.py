"""Verification of the segments, file by file: one that is damaged hides no other."""

from collections.abc import Iterator

from xiaobao.ledger.segments import totals_of
from xiaobao.lib.ids import sha256_hex_of_file
from xiaobao.submissions import health
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Segment
from xiaobao.submissions.problems import Problem, problem
from xiaobao.submissions.segment_files import month_of


def segment_problems(home: Home) -> Iterator[Problem]:
    """Live segments whose bytes, rows, sum of signs, sequences or month are not what was written."""
    for segment in Segment.objects.filter(replaced_by=None).order_by("name"):
        yield from _problems(home, segment)


def replaced_problems(home: Home) -> Iterator[Problem]:
    """Damaged files that a merge replaced and that still lie there for readers of before."""
    for segment in Segment.objects.exclude(replaced_by=None).order_by("name"):
        path = home.segments_folder / segment.name
        try:
            damaged = sha256_hex_of_file(path) != segment.digest
        except FileNotFoundError:  # swept, as it should be
            continue
        if damaged:
            yield problem(
                "segments",
                segment.name,
                zh="已被合并取代的旧文件损坏；台账不再用它，可以删除",
                en="it is damaged; a merge replaced it and the ledger needs it no more: delete it",
            )


def _problems(home: Home, segment: Segment) -> Iterator[Problem]:
    fault = health.segment_fault(home, segment)
    if fault is not None:
        yield problem(
            "segments",
            segment.name,
            zh=f"{fault.zh}；请执行 xiaobao repair，或从备份恢复",
            en=f"{fault.en}; run xiaobao repair, or restore it from a backup",
        )
        return
    path = home.segments_folder / segment.name
    if sha256_hex_of_file(path) != segment.digest:
        yield problem(
            "segments",
            segment.name,
            zh="文件字节与写入时不同；请执行 xiaobao repair，或从备份恢复",
            en="its bytes are not those that were written; run xiaobao repair, or restore it from a backup",
        )
        return
    found = totals_of(path)
    facts = (
        *(found.rows, found.sum_sign, found.first_posted_seq, found.last_posted_seq),
        month_of(segment.name),
    )
    stated = (
        *(segment.rows, segment.sum_sign, segment.first_posted_seq, segment.last_posted_seq),
        segment.month,
    )
    if facts != stated:
        yield problem(
            "segments",
            segment.name,
            zh=f"行数、符号和、序号与月份应为 {stated}，实为 {facts}；请从备份恢复数据库",
            en=f"rows, sum of signs, sequences and month should be {stated}, are {facts}; "
            "restore the database from a backup",
        )
