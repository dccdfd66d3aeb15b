"""Verification: is everything that was written still there, unchanged, and does one follow from the other?"""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from xiaobao.lib.progress import OnProgress, untold
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.models import JournalHead
from xiaobao.submissions.problems import Problem
from xiaobao.submissions.replaying import PostingHistory, read_history
from xiaobao.submissions.reread import reread_problems
from xiaobao.submissions.verify_archive import archive_problems, expiry_problems, journal_problems
from xiaobao.submissions.verify_ledger import (
    anchor_problems,
    close_problems,
    law_problems,
    row_problems,
    segment_problems,
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

    def step(number: int) -> None:
        on_progress(number, len(_STEPS), _STEPS[number])

    step(0)
    records, problems = journal_problems(home)
    if problems:
        return tuple(problems)  # nothing else can be trusted before the journal is whole
    step(1)
    problems += archive_problems(home, records)
    problems += expiry_problems(home)
    step(2)
    records, history, disagreements = _index(home, indexes)
    problems += disagreements
    step(3)
    damaged = list(segment_problems(home))
    problems += damaged
    problems += anchor_problems(anchors)
    if not damaged:  # what follows reads the segments
        step(4)
        problems += law_problems(home, history)
        until = min(history.head, manifest.read().head)
        problems += manifest.reading(
            home, lambda snapshot: tuple(row_problems(snapshot, history)), as_of=until
        )
        step(5)
        problems += close_problems(home)
    if reread:
        step(6)
        problems += reread_problems(home, records)
    return tuple(problems)


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
