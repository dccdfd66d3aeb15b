"""Tables that are an index of one kind of journal record: written with it, compared with it, made again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

import msgspec
from django.db import transaction
from django.db.models import Field, Model

from xiaobao.submissions import journal
from xiaobao.submissions.comparison import Difference
from xiaobao.submissions.home import Home
from xiaobao.submissions.indexes import Row, compared, indexed, stated
from xiaobao.submissions.journal import Record
from xiaobao.submissions.problems import Problem

Payload = Mapping[str, object]


class _Indexed(Protocol):
    sequence: int


def _nothing(payload: Payload) -> Payload:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class JournaledTable:
    """A table with a row for every record of one kind; the row says what the record says."""

    what: str
    """The word for a row, in messages and differences."""
    kind: str
    """The kind of journal record."""
    model: type[Model]
    """Its rows carry the `sequence` of their record."""
    names: tuple[str, ...]
    """What a record says of a row, each an attribute of the row."""
    derived: Callable[[Payload], Payload] = _nothing
    """Columns beside those, as they follow from the record."""

    def record(self, home: Home, facts: object, *, at: datetime) -> None:
        """Journal the facts and add their row, inside the transaction that acts on them."""
        payload = cast("dict[str, object]", msgspec.to_builtins(facts))
        record = journal.append(home, kind=self.kind, payload=payload, at=at)
        self._enter(record.sequence, payload)

    def problems(self, records: Iterable[Record]) -> Iterator[Problem]:
        """Rows that are in journal or table only, or that the table tells otherwise."""
        yield from compared(self.what, self._stated(records), self._in_use())

    def differences(self, records: Iterable[Record]) -> Iterator[Difference]:
        """The same, column by column, beside the differences of a rebuilt ledger."""
        rebuilt, in_use = self._stated(records), self._in_use()
        for sequence in sorted(rebuilt.keys() | in_use.keys()):
            yield from self._differing(sequence, rebuilt.get(sequence), in_use.get(sequence))

    def restore(self, records: Iterable[Record]) -> int:
        """Make rows again that are lost or say other than the journal; how many. Strange rows stay."""
        records = [record for record in records if record.kind == self.kind]
        rows, in_use = self._stated(records), self._in_use()
        wrong = [record for record in records if rows[record.sequence] != in_use.get(record.sequence)]
        with transaction.atomic():
            self.model._default_manager.filter(sequence__in=[record.sequence for record in wrong]).delete()
            for record in wrong:
                self._enter(record.sequence, record.payload)
        return len(wrong)

    def _enter(self, sequence: int, payload: Payload) -> None:
        fields = {field.name: field for field in self.model._meta.get_fields() if isinstance(field, Field)}
        told = {name: payload.get(name) for name in self.names if name in fields}
        columns = {**told, **self.derived(payload)}
        values = {name: fields[name].to_python(value) for name, value in columns.items()}
        self.model._default_manager.create(sequence=sequence, **values)

    def _stated(self, records: Iterable[Record]) -> dict[int, Row]:
        return stated(records, (self.kind,), self.names)

    def _in_use(self) -> dict[int, Row]:
        rows = self.model._default_manager.all()
        return indexed(
            (cast("_Indexed", row).sequence, *(getattr(row, name) for name in self.names)) for row in rows
        )

    def _differing(self, sequence: int, rebuilt: Row | None, in_use: Row | None) -> Iterator[Difference]:
        place = f"of journal record {sequence}"
        if rebuilt is None or in_use is None:
            told = [None if row is None else str(row[0]) for row in (in_use, rebuilt)]
            yield Difference(table=self.what, place=place, column=None, in_use=told[0], rebuilt=told[1])
            return
        for name, ours, theirs in zip(self.names, in_use, rebuilt, strict=True):
            if ours != theirs:
                yield Difference(
                    table=self.what, place=place, column=name, in_use=str(ours), rebuilt=str(theirs)
                )
