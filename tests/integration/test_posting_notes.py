"""Posting notes: each accepted row has one outcome, told with its place and what to do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bank_files import DAY, NOON, NOW, bank_file, deliver, row
from ledger_rows import Report, amend, new, withdraw
from store import AT, accept, post
from store import DAY as STORE_DAY

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.cli.main import run
from xiaobao.cli.status_text import status_words
from xiaobao.ledger.entries import Event
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions.decisions import void_revision
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch
from xiaobao.submissions.overview import day_overview
from xiaobao.submissions.posting_note_words import posting_note_words
from xiaobao.submissions.posting_notes import PostingNoteFacts, posting_note
from xiaobao.submissions.receipts import UnknownReceiptError
from xiaobao.workflows.close_day import close_day
from xiaobao.workflows.post import post as post_all


def _noted(home: Home, *deliveries: Sequence[Report]) -> list[PostingNoteFacts]:
    """The notes of deliveries that were posted together."""
    given = [
        accept(home, rows, revision=rows[0].revision, salt=str(place))
        for place, rows in enumerate(deliveries)
    ]
    post(home)
    return [posting_note(home, receipt.sequence) for receipt in given]


def _outcomes(note: PostingNoteFacts) -> dict[str, list[int]]:
    return {line.outcome: [place.row_number for place in line.first] for line in note.outcomes}


def test_every_row_has_an_outcome_and_its_place(home: Home) -> None:
    reinstate = replace(new("E", 3), event=Event.REINSTATE)
    first, second, third = _noted(
        home,
        [new("A", 1), new("B", 1), new("C", 1), new("D", 1), new("E", 1)],
        [
            *(withdraw("A", 3), amend("B", 3, "B02"), new("C", 3), new("D", 3, "B02"), withdraw("E", 3)),
            *(
                amend("X", 3),
                withdraw("Y", 3),
                new("Z", 3),
                reinstate,
                replace(new("D", 3), event=Event.REINSTATE),
            ),
        ],
        [amend("B", 2), new("V", 2)],
    )

    assert _outcomes(first) == {"new": [1, 2, 3, 4, 5]}
    assert _outcomes(second) == {
        "new": [8],
        "amended": [2],
        "withdrawn": [1, 5],
        "reinstated": [9],
        "unchanged": [3],
        "unknown_amended": [6],
        "known_with_other_content": [4],
        "reinstated_not_withdrawn": [10],
        "unknown_withdrawn": [7],
    }
    assert _outcomes(third) == {"new": [2], "superseded": [1]}
    for note in (first, second, third):
        assert note.accepted == sum(line.rows for line in note.outcomes)
        assert note.accepted == note.posted + note.unchanged + note.superseded + note.refused
    assert (second.posted, second.unchanged, second.refused) == (6, 1, 3)


def test_a_note_is_told_the_same_after_the_ledger_went_on(home: Home) -> None:
    (before,) = _noted(home, [new("A", 1), amend("B", 1)])
    _noted(home, [amend("A", 2, "B02"), new("B", 2)])
    void_revision(
        home, source_code="bank-gy01", revision=1, declared_by="甲", confirmed_by="乙", reason="误填", at=AT
    )

    assert posting_note(home, before.receipt) == before


def test_rows_of_a_closed_day_are_named_as_late(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("A1")]))
    close_day(home, DAY, at=home.domain.cutoff_at(DAY) + timedelta(minutes=1), now=lambda: NOW)
    following = DAY + ONE_DAY
    told = [row("A2"), row("A3", day=following), row("A4")]
    receipt = deliver(
        home, bank_file(tmp_path, told, name="2.csv"), day=following, revision=2, at=NOON + ONE_DAY
    )
    post_all(home, at=None, now=lambda: NOW)

    note = posting_note(home, receipt.sequence)

    assert note.late is not None
    assert [(place.row_number, place.complaint_no) for place in note.late.first] == [(1, "A2"), (3, "A4")]
    assert "其中迟到：2 行；第 1 (A2), 3 (A4) 行" in posting_note_words(note, domain=home.domain).zh
    assert "late among these: 2; rows 1 (A2), 3 (A4)" in posting_note_words(note, domain=home.domain).en


def test_posting_and_status_point_to_the_notes_of_rows_not_taken(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    fine, refused = (
        accept(home, rows, revision=1, salt=str(place))
        for place, rows in enumerate(([new("A", 1)], [amend("X", 1)]))
    )

    assert run(["--language", "en", "post", "--home", str(home.path)]) is ExitCode.FINE
    posting = capsys.readouterr().out
    status = status_words(day_overview(home, STORE_DAY, as_of=None), domain=home.domain)

    for said in (posting, status.en):
        assert f"xiaobao status --note {refused.sequence}" in said
        assert f"xiaobao status --note {fine.sequence}" not in said
    assert f"回执 {refused.sequence} 有未能记入的行" in status.zh


def test_what_is_not_posted_says_how_it_stands(home: Home, tmp_path: Path) -> None:
    returned = deliver(home, bank_file(tmp_path, [row("A1")]), total=9)
    nil = deliver(home, None, kind=DeliveryKind.NIL, source="bank-gy02")
    waiting = deliver(home, bank_file(tmp_path, [row("A2")], name="2.csv"))
    notes = [posting_note(home, each.sequence) for each in (returned, nil, waiting)]

    assert [note.state for note in notes] == ["nothing", "nothing", "waiting"]
    assert "waiting to be posted" in posting_note_words(notes[2], domain=home.domain).en
    with pytest.raises(UnknownReceiptError):
        posting_note(home, 99_999)


def test_a_batch_set_aside_is_told_with_its_reason(home: Home, tmp_path: Path) -> None:
    receipt = deliver(home, bank_file(tmp_path, [row("A1")]))
    batch = Batch.objects.get(sequence=receipt.sequence)
    home.archive.path_of(batch.batch_digest, room="batch").unlink()
    post_all(home, at=None, now=lambda: NOW)

    note = posting_note(home, receipt.sequence)

    assert note.state == "set_aside"
    assert note.why_set_aside
    assert "整批搁置" in posting_note_words(note, domain=home.domain).zh
