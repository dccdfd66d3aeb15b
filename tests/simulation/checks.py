"""What must hold of a home after every recovery; each check raises AssertionError with what it found."""

from pathlib import Path

import msgspec
import polars as pl

from simulation.books import Act, Books, EntryRow, Sent
from xiaobao.submissions import closes, journal, manifest, rebuild, receipts
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, LedgerHead, Receipt, Submission
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.workflows.verify import verify


def check_all(home: Home, books: Books, *, scratch: Path) -> None:
    """Everything that was acknowledged is there, once, and the ledger is what follows from it."""
    check_books(home, books)
    problems = verify(home, reread=False, anchors=[], on_progress=lambda *_: None)
    assert problems == (), [problem.words.en for problem in problems]
    rebuilt = rebuild.rebuild(home, scratch)
    assert rebuilt.differences.first == ()


def check_books(home: Home, books: Books) -> None:
    """What was told stands, and every row of the ledger is the oracle's."""
    acknowledged_stands(home, books)
    adopt(home, books)
    nothing_is_twice(home, books)
    answers_stand(home, books)
    ledger_is_the_oracles(home, books)


def acknowledged_stands(home: Home, books: Books) -> None:
    """Receipts, closes, decisions and the head that somebody was told of are as they were told."""
    for sent in books.sent:
        if sent.receipt is not None:
            row = Receipt.objects.filter(sequence=sent.receipt.sequence).first()
            assert row is not None, f"receipt {sent.receipt.sequence} is lost"
            assert receipts.read(home, row) == _first(sent.receipt)
    for act in books.acts:
        if act.sequence is not None:
            assert journal.read(home, act.sequence).kind == act.kind
    for day, facts in books.closes.items():
        assert closes.close_of(home, day) == facts, f"the close of {day} is another"
    head = LedgerHead.objects.get(id=1).posted_seq
    assert head >= books.head, f"posted up to {head}, told {books.head}"


def adopt(home: Home, books: Books) -> None:
    """Learn what was done and not told: whoever asks again is told now."""
    for sent in books.sent:
        if sent.receipt is None:
            sent.receipt = _answer(home, sent)
        elif not sent.receipt.is_accepted and _was_sent_again(sent):
            # Returned at one desk; at the other, that died, its rows may know the ledger by now.
            sent.receipt = _answer(home, sent) or sent.receipt
    open_acts = {act.reason: act for act in books.acts if act.sequence is None}
    for record in journal.records(home):
        match record.kind:
            case "decision" | "void_revision":
                act = open_acts.get(str(record.payload["reason"]))
                if act is not None:
                    act.sequence = record.sequence
            case "tags":
                _adopt_tags(books, record.sequence)


def nothing_is_twice(home: Home, books: Books) -> None:
    """Every accepted receipt is of one file that was sent, and every file has one at most."""
    sent = {(one.source, one.revision): one for one in books.sent}
    accepted = Receipt.objects.filter(decision__in=receipts.ACCEPTED).order_by("sequence")
    pairs = [(receipt.source_code, receipt.revision or 0) for receipt in accepted]
    assert len(pairs) == len(set(pairs)), f"accepted twice: {pairs}"
    for receipt in accepted:
        one = sent[receipt.source_code, receipt.revision or 0]
        assert one.receipt is not None
        assert one.receipt.sequence == receipt.sequence_id
    known = {act.sequence for act in books.acts} | {receipt.sequence_id for receipt in accepted}
    unknown = [batch.pk for batch in Batch.objects.all() if batch.pk not in known]
    assert unknown == [], f"batches that nobody sent: {unknown}"
    assert not Batch.objects.filter(set_aside=True).exists()


def answers_stand(home: Home, books: Books) -> None:
    """As of every sequence a reader was answered at, the same rows are given."""
    for posted_seq in sorted(books.seen):
        books.told(*answer(home, as_of=posted_seq))


def answer(home: Home, *, as_of: int | None = None) -> tuple[int, pl.DataFrame]:
    """What a reader is given: posting sequence, and all rows of the ledger as of it."""
    return manifest.reading(
        home,
        lambda snapshot: (snapshot.posted_seq, snapshot.run(snapshot.entries()).sort("entry_id")),
        as_of=as_of,
    )


def ledger_is_the_oracles(home: Home, books: Books) -> None:
    """Every row of the ledger is one the oracle has, and the other way round."""
    head = LedgerHead.objects.get(id=1).posted_seq
    rows = manifest.reading(home, lambda snapshot: snapshot.run(snapshot.entries()))
    columns = ("posted_seq", "row_number", "sign", "source_code", "complaint_no", "business_code")
    found: list[EntryRow] = [
        (*row[:5], row[5] if row[2] else None)  # type: ignore[misc]
        for row in rows.select(columns).iter_rows()
    ]
    found.sort(key=lambda row: row[:3])
    expected = books.expected(head)
    assert found == expected, (
        f"too much: {set(found) - set(expected)}; too little: {set(expected) - set(found)}"
    )


def _answer(home: Home, sent: Sent) -> ReceiptFacts | None:
    row = Receipt.objects.filter(
        source_code=sent.source, revision=sent.revision, decision__in=receipts.ACCEPTED
    ).first()
    return None if row is None else receipts.read(home, row)


def _was_sent_again(sent: Sent) -> bool:
    return Submission.objects.filter(source_code=sent.source, revision=sent.revision).count() > 1


def _adopt_tags(books: Books, sequence: int) -> None:
    runs = [act for act in books.acts if act.kind == "tags"]
    if all(act.sequence != sequence for act in runs):
        unknown: Act | None = next((act for act in runs if act.sequence is None), None)
        assert unknown is not None, f"nobody ran the tags of journal record {sequence}"
        unknown.sequence = sequence


def _first(facts: ReceiptFacts) -> ReceiptFacts:
    return msgspec.structs.replace(facts, repeated=False)
