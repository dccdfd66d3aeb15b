"""A report that an other, of a higher revision, has overtaken on its way."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.bank_files import NOON, NOW, bank_file, deliver, row
from xiaobao.submissions.home import Home
from xiaobao.submissions.poster import post_pending

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _post(home: Home, at: datetime) -> list[tuple[int, int, int, int]]:
    notes = post_pending(home, at=at.astimezone(SHANGHAI), now=NOW)
    return [(note.accepted, note.posted, note.superseded, note.refused.height) for note in notes]


def test_an_overtaken_original_is_accepted_and_found_superseded(home: Home, tmp_path: Path) -> None:
    withdrawal = bank_file(tmp_path, [row("A1", event="撤销")], name="second.csv")
    original = bank_file(tmp_path, [row("A1"), row("A2")], name="first.csv")
    deliver(home, withdrawal, revision=2)
    _post(home, NOON)

    receipt = deliver(home, original, revision=1, at=NOON + timedelta(minutes=1))

    assert (receipt.accepted, receipt.rejected) == (2, 0)
    assert _post(home, NOON + timedelta(minutes=2)) == [(2, 1, 1, 0)]


def test_a_newer_report_of_a_withdrawn_number_as_new_is_rejected(home: Home, tmp_path: Path) -> None:
    first = bank_file(tmp_path, [row("A1"), *(row(f"B{n}") for n in range(9))], name="first.csv")
    withdrawal = bank_file(tmp_path, [row("A1", event="撤销")], name="second.csv")
    again = bank_file(tmp_path, [row("A1"), *(row(f"C{n}") for n in range(9))], name="third.csv")
    deliver(home, first, revision=1)
    deliver(home, withdrawal, revision=2, at=NOON + timedelta(minutes=1))
    _post(home, NOON + timedelta(minutes=2))

    receipt = deliver(home, again, revision=3, at=NOON + timedelta(minutes=3))

    assert (receipt.accepted, receipt.rejected) == (9, 1)
