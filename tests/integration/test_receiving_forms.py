"""Every form a file may have: kept as it came, read, posted, read again; or refused without a trace."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bank_files import DAY, EVENING, HEADER, NOW, bank_file, deliver, row
from workbook_files import gzipped, packed, workbook

from xiaobao.catalog.sources import FileFormat
from xiaobao.intake.form import Form
from xiaobao.submissions import journal, manifest
from xiaobao.submissions.archive import raw_room
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.receipt_words import receipt_words
from xiaobao.submissions.reread import reread_problems


def told(number: str) -> dict[str, str]:
    """A row by its headers."""
    return dict(zip(HEADER, row(number, narrative="多收年费，请退还"), strict=True))


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """A home on SQLite: nothing here depends on the database."""
    return sqlite_home_factory()


def _forms(folder: Path) -> dict[str, bytes]:
    csv = bank_file(folder, [row("T1", narrative="多收年费，请退还")]).read_bytes()
    return {
        "a.csv": csv,
        "b.csv": csv.replace(b"T1", b"T2").replace(b",", b";"),
        "c.xlsx": workbook([told("T3")]),
        "d.jsonl": json.dumps(told("T4"), ensure_ascii=False).encode(),
        "e.csv.gz": gzipped(csv.replace(b"T1", b"T5")),
        "f.zip": packed({"日报.xlsx": workbook([told("T6")])}),
        "g.csv": csv.replace(b"T1", b"T7").replace(b"\r\n", b"\r"),
    }


def test_every_form_is_kept_read_posted_and_read_again(home: Home, tmp_path: Path) -> None:
    forms = _forms(tmp_path)
    for revision, (name, data) in enumerate(forms.items(), start=1):
        path = tmp_path / name
        path.write_bytes(data)
        facts = deliver(home, path, revision=revision)
        assert (facts.decision, facts.accepted) == ("accepted", 1), facts
        assert home.archive.read(facts.raw_digest, room=raw_room("2014-10")) == data

    post_pending(home, at=EVENING, now=lambda: NOW)

    snapshot = manifest.open_snapshot(home)
    entries = snapshot.run(snapshot.entries())
    assert sorted(entries["complaint_no"]) == [f"T{number}" for number in range(1, 8)]
    assert entries["narrative_digest"].n_unique() == 1
    assert list(reread_problems(home, list(journal.records(home)))) == []
    assert list((home.path / "work").iterdir()) == []


def test_the_receipt_says_in_which_form_a_file_came(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    path.write_bytes(_forms(tmp_path)["f.zip"])

    facts = deliver(home, path)

    assert facts.form == Form(
        format=FileFormat.WORKBOOK, container="zip", member="日报.xlsx", sheet="投诉", header_line=1
    )
    words = receipt_words(facts, domain=home.domain)
    assert "zip 压缩包 日报.xlsx，XLSX 工作簿，工作表“投诉”，版式 daily）" in words.zh
    assert "zip 日报.xlsx, XLSX workbook, sheet “投诉”, layout daily)" in words.en


def test_a_refused_file_leaves_no_batch_no_number_and_no_copy(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T0")]))
    post_pending(home, at=EVENING, now=lambda: NOW)
    before = manifest.open_snapshot(home).posted_seq
    book = workbook([told("T1")])
    refused = {
        "cut.xlsx": book[:-200],
        "cut.gz": gzipped(book)[:-20],
        "two.zip": packed({"a.xlsx": book, "b.xlsx": book}),
        "nested.zip": packed({"a.zip": packed({"a.xlsx": book})}),
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000,
        "array.json": b"[{}]",
    }

    for revision, (name, data) in enumerate(refused.items(), start=2):
        path = tmp_path / name
        path.write_bytes(data)
        facts = deliver(home, path, revision=revision, day=DAY)
        assert (facts.decision, facts.read) == ("returned", 0)
        assert facts.reason is not None
    post_pending(home, at=EVENING, now=lambda: NOW)

    assert Batch.objects.count() == 1
    assert manifest.open_snapshot(home).posted_seq == before
    assert list((home.path / "work").iterdir()) == []
