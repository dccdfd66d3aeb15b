"""Rows of the database held against the journal records they are an index of."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from xiaobao.submissions.journal import Record
from xiaobao.submissions.problems import Problem, problem

Row = tuple[object, ...]
"""Values as the journal writes them, in an order both sides agree on."""


def stated(records: Iterable[Record], kinds: tuple[str, ...], names: tuple[str, ...]) -> dict[int, Row]:
    """What the records of some kinds say under some names, by their place in the journal."""
    return {
        record.sequence: tuple(_plain(record.payload.get(name)) for name in names)
        for record in records
        if record.kind in kinds
    }


def indexed(rows: Iterable[tuple[object, ...]]) -> dict[int, Row]:
    """Rows of a table whose first column is their place in the journal, by that place."""
    return {int(str(sequence)): tuple(_plain(value) for value in row) for sequence, *row in rows}


def compared(what: str, journaled: dict[int, Row], in_use: dict[int, Row]) -> Iterator[Problem]:
    """Records without their row, rows without a record, and rows that say other than their record."""
    for sequence in sorted(journaled.keys() | in_use.keys()):
        ours, theirs = journaled.get(sequence), in_use.get(sequence)
        if ours == theirs:
            continue
        place = f"{what} of journal record {sequence}"
        if theirs is None:
            yield problem(
                "tables",
                place,
                zh="流水中有，数据库中没有；请从备份恢复数据库",
                en="the journal has it, the database does not; restore the database from a backup",
            )
        elif ours is None:
            yield problem(
                "tables",
                place,
                zh="数据库中有，流水中没有；请从备份恢复数据库",
                en="the database has it, the journal does not; restore the database from a backup",
            )
        else:
            yield problem(
                "tables",
                place,
                zh=f"数据库与流水不符：{_difference(ours, theirs)}；请从备份恢复数据库",
                en=f"the database says other than the journal: {_difference(ours, theirs)}; "
                "restore the database from a backup",
            )


def _difference(ours: Row, theirs: Row) -> str:
    return "; ".join(f"{one!r} / {other!r}" for one, other in zip(ours, theirs, strict=True) if one != other)


def _plain(value: object) -> object:
    """A value as the journal writes it, so that database and journal compare alike."""
    if isinstance(value, str | int | None):
        return _moment(value) if isinstance(value, str) else value
    return _moment(str(msgspec.to_builtins(value)))


def _moment(text: str) -> object:
    try:
        return datetime.fromisoformat(text) if "T" in text else text
    except ValueError:
        return text
