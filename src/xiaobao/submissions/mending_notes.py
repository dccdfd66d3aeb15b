"""Files of posting notes that were damaged or lost, made again from the batches of their commit."""

from collections.abc import Iterator, Sequence

import msgspec

from xiaobao.submissions import manifest, notes
from xiaobao.submissions.commits import Prior, Wanted, prior_rows, rows_of
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.mending import is_whole, mended
from xiaobao.submissions.replaying import PostedPayload, PostingHistory, read_history


def mend_notes(home: Home, records: Sequence[Record]) -> Iterator[str]:
    """Make again what can be made of the rows that were refused or warned about; yields each file's name.

    The segments must be whole: a commit is held against what the ledger was before it.
    """
    history = read_history(records)
    for record in records:
        if record.kind != "posted":
            continue
        posted = msgspec.convert(record.payload, PostedPayload)
        digest = posted.rows_digest
        if digest is None or is_whole(home, notes.ROOM, digest):
            continue
        if mended(home, notes.ROOM, digest, _made(home, posted, history)):
            yield f"archive/{notes.ROOM}/{digest}"


def _made(home: Home, posted: PostedPayload, history: PostingHistory) -> Iterator[bytes]:
    def prior(wanted: Wanted) -> Prior:
        return manifest.reading(home, lambda snapshot: prior_rows(snapshot, wanted), as_of=posted.first - 1)

    numbered, voided = history.run(home, first=posted.first, last=posted.last)
    content = notes.encode_rows(rows_of(numbered, prior=prior, voided=voided).notes)
    if content is not None:
        yield content
