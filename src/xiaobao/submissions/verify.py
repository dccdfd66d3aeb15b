"""Verification: is everything that was written still there, unchanged, and does one follow from the other?"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import Error as DatabaseFailure
from django.db import transaction

from xiaobao.lib.progress import OnProgress, untold
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.models import JournalHead
from xiaobao.submissions.problems import Problem
from xiaobao.submissions.pseudonym_rotation import pseudonym_key_problems
from xiaobao.submissions.replaying import PostingHistory, read_history
from xiaobao.submissions.reread import reread_problems
from xiaobao.submissions.verify_archive import archive_problems, expiry_problems, journal_problems
from xiaobao.submissions.verify_ledger import (
    anchor_problems,
    close_problems,
    law_problems,
    row_problems,
)
from xiaobao.submissions.verify_segments import replaced_problems, segment_problems
from xiaobao.submissions.verify_store import (
    damaged_database,
    database_problems,
    key_problems,
    submission_problems,
)
from xiaobao.submissions.verify_tables import note_problems, table_problems

Index = Callable[[Sequence[Record]], Iterable[Problem]]
"""Tells where a table disagrees with the records of the whole journal."""

_TRIES = 3
_STEPS = (
    Words(zh="流水", en="journal"),
    Words(zh="留存文件", en="archive"),
    Words(zh="数据库", en="database"),
    Words(zh="段", en="segments"),
    Words(zh="台账定律", en="laws"),
    Words(zh="日结链", en="closes"),
    Words(zh="重读原件", en="raw files"),
)


def verify(
    home: Home,
    *,
    reread: bool = False,
    anchors: Sequence[str] = (),
    indexes: Sequence[Index] = (),
    on_progress: OnProgress = untold,
) -> tuple[Problem, ...]:
    """Everything that is not as it was written; nothing where all is well. Changes nothing.

    `anchors` are close heads as printed on briefs; `indexes` look at the tables of other packages that
    index the journal. `reread` reads the raw files again under the catalog of their day and reports where
    they would be read differently now.
    """

    found: list[Problem] = []
    try:
        for problem in _problems(
            home, reread=reread, anchors=anchors, indexes=indexes, on_progress=on_progress
        ):
            found.append(problem)
    except (DatabaseFailure, ValueError) as error:  # a row may hold what no program of ours writes
        found.append(damaged_database(str(error)))
    return tuple(found)


def _problems(
    home: Home, *, reread: bool, anchors: Sequence[str], indexes: Sequence[Index], on_progress: OnProgress
) -> Iterator[Problem]:
    """The problems in the order of the steps; what needs something that is damaged is not looked at."""

    def step(number: int) -> None:
        on_progress(number, len(_STEPS), _STEPS[number])

    step(0)
    yield from database_problems()
    yield from key_problems(home)
    records, broken = journal_problems(home)
    yield from broken
    step(1)
    yield from archive_problems(home, records)
    yield from submission_problems(home)
    if broken:
        yield from segment_problems(home)
        return  # nothing else can be trusted before the journal is whole
    yield from expiry_problems(home)
    yield from pseudonym_key_problems(home, records)
    step(2)
    records, history, disagreements = _index(home, indexes)
    yield from disagreements
    step(3)
    damaged = list(segment_problems(home))
    yield from damaged
    yield from replaced_problems(home)
    yield from anchor_problems(anchors)
    if not damaged:  # what follows reads the segments
        step(4)
        yield from law_problems(home, history)
        until = min(history.head, manifest.read().head)
        yield from manifest.reading(
            home, lambda snapshot: tuple(row_problems(snapshot, history)), as_of=until
        )
    step(5)
    yield from close_problems(home, with_rows=not damaged)
    if reread:
        step(6)
        yield from reread_problems(home, records)


def _index(home: Home, indexes: Sequence[Index]) -> tuple[list[Record], PostingHistory, list[Problem]]:
    """The journal, what it says was posted, and where the database disagrees with it.

    Work goes on meanwhile: what disagrees is looked at again, at last with the journal locked.
    """
    for _ in range(_TRIES):
        before = JournalHead.objects.get(id=1).sequence
        found = _index_once(home, indexes)
        if not found[2] or JournalHead.objects.get(id=1).sequence == before:
            return found
    with transaction.atomic():
        journal.lock_head()
        return _index_once(home, indexes)


def _index_once(home: Home, indexes: Sequence[Index]) -> tuple[list[Record], PostingHistory, list[Problem]]:
    records = list(journal.records(home))
    history = read_history(records)
    problems = [*table_problems(records, history), *note_problems(records, history)]
    return records, history, [*problems, *(each for index in indexes for each in index(records))]
