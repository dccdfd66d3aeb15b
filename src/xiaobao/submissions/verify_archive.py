"""Verification of what the journal names: its own chain, and every sealed file behind it."""

from collections.abc import Iterator

from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.submissions import journal
from xiaobao.submissions.archive import ArchiveDamagedError, narrative_room, raw_room
from xiaobao.submissions.expiry import expired_months, left_of_expired, rooms_of
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import JournalDamagedError, Record
from xiaobao.submissions.problems import Problem, problem

_ROOMS = {
    "receipt_digest": "receipt",
    "findings_digest": "receipt",
    "batch_digest": "batch",
    "catalog_digest": "catalog",
    "rows_digest": "note",
}
_ROOMS_OF_KIND = {
    "close": {"digest": "close", "catalog_digest": "catalog"},
    "skip": {"digest": "close", "catalog_digest": "catalog"},
    "catalog": {"digest": "catalog"},
    "brief_issued": dict.fromkeys(("digest", "pdf_digest", "docx_digest", "document_digest"), "document"),
    "brief_composed": {"digest": "document"},
    "brief_edited": {"digest": "document"},
}
"""Where the meaning of a payload's digest depends on the kind of record."""


def journal_problems(home: Home) -> tuple[list[Record], list[Problem]]:
    """The records up to the first that breaks the chain, and what is wrong with that one."""
    records: list[Record] = []
    try:
        records.extend(journal.records(home))
    except JournalDamagedError as error:
        return _readable(home), [
            problem(
                "journal",
                f"journal record {error.sequence}",
                zh=f"流水链断裂：{error}；请从备份恢复该记录的文件或数据库",
                en=f"the chain is broken: {error}; restore its file or the database from a backup",
            )
        ]
    return records, []


def archive_problems(home: Home, records: list[Record]) -> Iterator[Problem]:
    """Every file that the records name and the archive cannot give back as it was kept."""
    checked: set[tuple[str, str]] = set()
    for record in records:
        for room, digest in files_of(record):
            if (room, digest) in checked:
                continue
            checked.add((room, digest))
            try:
                home.archive.check(digest, room=room)
            except XiaobaoError as error:
                if (
                    room in destroyed_rooms()
                ):  # asked now: a month may have expired since the journal was read
                    continue
                yield _file_problem(record, room, digest, error)


def expiry_problems(home: Home) -> Iterator[Problem]:
    """Expired months of which something is still there."""
    for month in left_of_expired(home):
        yield problem(
            "archive",
            f"month {month}",
            zh="该月已按决定销毁，但密钥或文件仍有留存；请执行 xiaobao post 完成销毁",
            en="it has expired, and a key or file of it is still there; run xiaobao post, which finishes it",
        )


def destroyed_rooms() -> set[str]:
    """The rooms of months that have expired."""
    return {room for month in expired_months() for room in rooms_of(month)}


def files_of(record: Record) -> Iterator[tuple[str, str]]:
    """Room and digest of every sealed file that a record names."""
    payload = record.payload
    for name, room in _ROOMS_OF_KIND.get(record.kind, _ROOMS).items():
        if payload.get(name):
            yield room, str(payload[name])
    month = payload.get("raw_month")
    if month and payload.get("raw_digest"):
        yield raw_room(str(month)), str(payload["raw_digest"])
    if month and payload.get("narratives_digest"):
        yield narrative_room(str(month)), str(payload["narratives_digest"])


def _readable(home: Home) -> list[Record]:
    """As much of the journal as comes before its first break."""
    found: list[Record] = []
    try:
        for record in journal.records(home):
            found.append(record)
    except JournalDamagedError:
        return found
    return found


def _file_problem(record: Record, room: str, digest: str, error: XiaobaoError) -> Problem:
    damaged = isinstance(error, ArchiveDamagedError)
    state_zh, state_en = (
        ("损坏", "is damaged") if damaged else ("不见了或打不开", "is lost or cannot be opened")
    )
    way_out = _way_out(record, room)
    return problem(
        "archive",
        f"{room}/{digest}",
        zh=f"流水第 {record.sequence} 条（{record.kind}）所指文件{state_zh}：{error}；{way_out.zh}",
        en=f"named by journal record {record.sequence} ({record.kind}), it {state_en}: {error}; {way_out.en}",
    )


def _way_out(record: Record, room: str) -> Words:
    """What brings a file back whose bytes are known elsewhere, and what brings back the others."""
    if room.startswith("raw/"):
        return Words(
            zh="请把同一文件再报送一次，或从备份恢复",
            en="deliver the same file once more, or restore it from a backup",
        )
    if room == "catalog" or record.kind == "receipt":
        return Words(
            zh="请试 xiaobao repair；不成则从备份恢复该文件",
            en="try xiaobao repair; where that cannot make it again, restore the file from a backup",
        )
    return Words(zh="请从备份恢复该文件", en="restore the file from a backup")
