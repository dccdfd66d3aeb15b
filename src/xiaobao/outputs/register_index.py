"""The register of issued briefs held against the journal, whose index it is."""

from collections.abc import Iterable, Iterator

from xiaobao.outputs.models import IssuedBrief
from xiaobao.outputs.register import KIND, Issued
from xiaobao.submissions.comparison import Difference
from xiaobao.submissions.indexes import Row, compared, indexed, stated
from xiaobao.submissions.journal import Record
from xiaobao.submissions.problems import Problem

_NAMES = Issued.__slots__


def register_problems(records: Iterable[Record]) -> Iterator[Problem]:
    """Briefs that are in journal or register only, or that the register tells otherwise."""
    yield from compared("brief", stated(records, (KIND,), _NAMES), _register())


def register_differences(records: Iterable[Record]) -> Iterator[Difference]:
    """The same, column by column, beside the differences of a rebuilt ledger."""
    rebuilt, in_use = stated(records, (KIND,), _NAMES), _register()
    for sequence in sorted(rebuilt.keys() | in_use.keys()):
        yield from _differing(sequence, rebuilt.get(sequence), in_use.get(sequence))


def _differing(sequence: int, rebuilt: Row | None, in_use: Row | None) -> Iterator[Difference]:
    place = f"of journal record {sequence}"
    if rebuilt is None or in_use is None:
        told = [None if row is None else str(row[_NAMES.index("number")]) for row in (in_use, rebuilt)]
        yield Difference(table="brief", place=place, column=None, in_use=told[0], rebuilt=told[1])
        return
    for name, ours, theirs in zip(_NAMES, in_use, rebuilt, strict=True):
        if ours != theirs:
            yield Difference(table="brief", place=place, column=name, in_use=str(ours), rebuilt=str(theirs))


def _register() -> dict[int, Row]:
    return indexed(
        (brief.sequence, *(getattr(brief, name) for name in _NAMES)) for brief in IssuedBrief.objects.all()
    )
