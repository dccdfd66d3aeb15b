"""Verification of real homes: silent where all is well, a sentence with a name for each kind of damage."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from ledger_rows import amend, new, withdraw
from store import AT, DAY, NOW, accept, post, rewrite, rows

from xiaobao.ledger.segments import write_segment
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions import closing, decisions, journal, tagging
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, JournalRecord, PostingNote, Receipt, Segment
from xiaobao.submissions.problems import Problem
from xiaobao.submissions.verify import verify


def busy(home: Home) -> None:
    """Two closed days with amendments, a decision, tags, a set-aside batch and a rewrite."""
    accept(home, [new("1", 1), new("2", 1), amend("9", 1)], revision=1)
    accept(home, [amend("1", 50, "B03026"), withdraw("8", 50)], revision=50)
    post(home)
    decisions.recode(
        home,
        decisions.Recoding(source_code="bank-gy01", complaint_no="1", business_code="B0301"),
        by="an officer",
        reason="the text says so",
        at=AT,
    )
    accept(home, [amend("2", 51, "B03026")], revision=51)
    post(home)
    tagging.run(home, "epidemic", at=AT)
    close(home, 0)
    rewrite(home)
    decisions.void_revision(
        home,
        source_code="bank-gy01",
        revision=51,
        declared_by="Li",
        confirmed_by="Wang",
        reason="typed wrongly",
        at=AT + ONE_DAY,
    )
    accept(home, [withdraw("2", 3)], revision=3, at=AT + ONE_DAY)
    close(home, 1)


def close(home: Home, days: int) -> str:
    day = DAY + days * ONE_DAY
    at = home.domain.cutoff_at(day) + timedelta(minutes=1)
    return closing.close_day(home, day, at=at, now=NOW).close_head


def places(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.check, problem.place) for problem in problems]


def test_a_busy_home_is_clean(home: Home) -> None:
    busy(home)

    assert verify(home) == ()


def test_an_empty_home_is_clean(home: Home) -> None:
    assert verify(home) == ()


@pytest.fixture
def posted(sqlite_home_factory: Callable[..., Home]) -> Home:
    """A home with two rows posted and their day closed."""
    home = sqlite_home_factory()
    accept(home, [new("1", 1), amend("9", 1)], revision=1)
    accept(home, [new("2", 2)], revision=2)
    post(home)
    close(home, 0)
    return home


def segment_of(home: Home) -> Path:
    return home.segments_folder / Segment.objects.get(replaced_by=None).name


def falsify(home: Home, change: pl.Expr) -> None:
    """Other rows in the place of the live segment, with facts that fit: what a careful forger would leave."""
    path = segment_of(home)
    facts = write_segment(pl.read_parquet(path).with_columns(change), path)
    Segment.objects.update(digest=facts.digest, size_bytes=facts.size_bytes)


def test_a_changed_byte_of_a_segment_is_found(posted: Home) -> None:
    path = segment_of(posted)
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)

    assert places(verify(posted)) == [("segments", path.name)]


def test_a_segment_entered_under_another_month_is_found(posted: Home) -> None:
    Segment.objects.update(month=200001)

    assert places(verify(posted)) == [("segments", segment_of(posted).name)]


def test_a_missing_segment_is_found(posted: Home) -> None:
    segment_of(posted).unlink()

    problems = verify(posted)

    assert [problem.check for problem in problems] == ["segments"]
    assert "missing" in problems[0].words.en


def test_a_forged_code_is_found_by_the_close(posted: Home) -> None:
    falsify(posted, pl.lit("B09").alias("business_code"))

    found = verify(posted)

    assert places(found) == [("closes", f"close {DAY}")]


def test_rows_moved_to_another_batch_are_found_by_the_facts_of_the_segment(posted: Home) -> None:
    falsify(posted, pl.lit(2, pl.Int64()).alias("posted_seq"))

    assert [problem.check for problem in verify(posted)] == ["segments"]


def test_a_forged_row_number_is_found_by_laws_and_close(posted: Home) -> None:
    falsify(posted, (pl.col("row_number") + 1).alias("row_number"))

    assert {problem.check for problem in verify(posted)} == {"laws", "closes"}


def test_a_lost_archive_file_is_named_with_its_record(posted: Home) -> None:
    batch = Batch.objects.order_by("sequence")[0]
    posted.archive.path_of(batch.batch_digest, room="batch").unlink()

    (problem,) = verify(posted)

    assert (problem.check, problem.place) == ("archive", f"batch/{batch.batch_digest}")
    assert f"record {batch.pk}" in problem.words.en


def test_a_damaged_archive_file_is_named(posted: Home) -> None:
    receipt = Receipt.objects.order_by("sequence")[0]
    path = posted.archive.path_of(receipt.raw_digest, room="raw/2020-03")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    assert places(verify(posted)) == [("archive", f"raw/2020-03/{receipt.raw_digest}")]


def test_a_broken_journal_is_named_and_nothing_else_is_trusted(posted: Home) -> None:
    JournalRecord.objects.filter(sequence=3).update(digest="0" * 64)

    assert [problem.check for problem in verify(posted)] == ["journal"]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Receipt, {"accepted": 1, "read": 1, "rejected": 0}),
        (Batch, {"source_code": "bank-gy02"}),
        (PostingNote, {"accepted": 7, "unchanged": 7, "posted": 0, "refused": 0}),
        (DayClose, {"posted_seq": 1}),
    ],
)
def test_a_changed_row_of_the_database_is_found(posted: Home, table: type, change: dict[str, object]) -> None:
    table.objects.filter(pk=table.objects.order_by("pk")[0].pk).update(**change)  # type: ignore[attr-defined]

    assert {problem.check for problem in verify(posted)} == {"tables"}


def test_a_deleted_row_of_the_database_is_found(posted: Home) -> None:
    PostingNote.objects.all().delete()

    problems = verify(posted)

    assert [problem.check for problem in problems] == ["tables", "tables"]


def test_a_head_printed_on_a_brief_is_looked_for(posted: Home) -> None:
    head = DayClose.objects.get().close_head

    assert verify(posted, anchors=[head]) == ()
    assert places(verify(posted, anchors=["f" * 64])) == [("closes", f"close head {'f' * 64}")]


def test_a_sealed_close_that_was_exchanged_is_found(posted: Home) -> None:
    record = next(journal.records(posted, kind="close"))
    path = posted.archive.path_of(str(record.payload["digest"]), room="close")
    path.write_bytes(b"")

    assert {problem.check for problem in verify(posted)} == {"archive", "closes"}


def test_a_changed_number_of_a_row_is_found(posted: Home) -> None:
    before = rows(posted)
    falsify(posted, pl.lit("7").alias("complaint_no"))

    checks = {problem.check for problem in verify(posted)}

    assert before.height == 2
    assert "laws" in checks
