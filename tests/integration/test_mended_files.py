"""A file taken in part is mended and sent again whole: what stands counts once, what was mended is new."""

from datetime import UTC, date, datetime
from pathlib import Path

from bank_files import NOW, SOURCE, bank_file, deliver, row

from xiaobao.submissions.decisions import Recoding, recode
from xiaobao.submissions.home import Home
from xiaobao.submissions.poster import post_pending

DAY = date(2020, 3, 10)
NOON = datetime(2020, 3, 10, 4, 0, tzinfo=UTC)


def _row(number: str, *, narrative: str = "电话13800138000，要求退费") -> list[str]:
    cells = row(number, day=DAY, narrative=narrative)
    cells[13:15] = ["11010519491231002X", "13812345678"]
    return cells


def _rules(home: Home, path: Path, *, revision: int) -> tuple[str, int, dict[str, int]]:
    """The decision, the rows accepted, and the findings by rule."""
    receipt = deliver(home, path, revision=revision, day=DAY, at=NOON)
    return receipt.decision, receipt.accepted, {one.rule_id: one.findings for one in receipt.rule_counts}


def test_a_mended_file_sent_again_whole_is_accepted_and_counts_once(home: Home, tmp_path: Path) -> None:
    rows = [_row(f"T{number}") for number in range(9)]
    wrong = row("T9", day=DAY)
    wrong[3] = "2020-02-30"
    first = bank_file(tmp_path, [*rows, wrong])
    mended = bank_file(tmp_path, [*rows, _row("T9")], name="mended.csv")
    assert _rules(home, first, revision=1) == ("accepted_in_part", 9, {"type_date": 1})
    post_pending(home, at=NOON, now=NOW)
    recode(
        home,
        Recoding(source_code=SOURCE, complaint_no="T0", business_code="B02"),
        by="王某",
        reason="按内容",
        at=NOON,
    )
    post_pending(home, at=NOON, now=NOW)

    again = _rules(home, mended, revision=2)
    notes = post_pending(home, at=NOON, now=NOW)

    assert again == ("accepted", 10, {"known_unchanged": 9})
    assert [(note.posted, note.unchanged, note.refused.height) for note in notes] == [(1, 9, 0)]


def test_other_content_under_a_known_number_is_still_no_new_complaint(home: Home, tmp_path: Path) -> None:
    rows = [_row(f"T{number}") for number in range(9)]
    deliver(home, bank_file(tmp_path, rows), day=DAY, at=NOON)
    post_pending(home, at=NOON, now=NOW)
    other = bank_file(tmp_path, [*rows[:8], _row("T8", narrative="另一件事")], name="other.csv")

    assert _rules(home, other, revision=2) == (
        "accepted_in_part",
        8,
        {"known_as_new": 1, "known_unchanged": 8},
    )


def test_what_was_accepted_and_is_not_posted_yet_may_be_amended(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [_row("T1"), _row("T2")]), day=DAY, at=NOON)
    changes = [row("T1", day=DAY, event="更正", narrative="另一件事"), row("T2", day=DAY, event="撤销")]
    later = bank_file(tmp_path, changes, name="later.csv")
    back = bank_file(tmp_path, [row("T2", day=DAY, event="撤销后重报")], name="back.csv")

    assert _rules(home, later, revision=2) == ("accepted", 2, {})
    assert _rules(home, back, revision=3) == ("accepted", 1, {})
    notes = post_pending(home, at=NOON, now=NOW)

    assert [note.refused.height for note in notes] == [0, 0, 0]


def test_what_neither_the_ledger_nor_a_waiting_delivery_knows_is_no_amendment(
    home: Home, tmp_path: Path
) -> None:
    deliver(home, bank_file(tmp_path, [_row("T1")]), day=DAY, at=NOON)
    rows = [*(_row(f"N{number}") for number in range(9)), row("T9", day=DAY, event="更正")]

    told = _rules(home, bank_file(tmp_path, rows, name="more.csv"), revision=2)

    assert told == ("accepted_in_part", 9, {"unknown_amended": 1})
