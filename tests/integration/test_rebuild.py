"""The rebuild on real homes: from journal, batch files and decisions, equal in every column."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from ledger_rows import amend, new, reinstate, withdraw
from store import AT, NOW, accept, post, rewrite, rows

from xiaobao.ledger.segments import write_segment
from xiaobao.submissions import claims, decisions, lease, rebuild, tagging
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Segment


def busy(home: Home) -> None:
    """A ledger with everything in it: rules, a void, a decision, tags, a batch set aside, a merge."""
    accept(home, [new("1", 1), new("2", 1), amend("9", 1)], revision=1)
    accept(home, [amend("1", 50, "B03026"), withdraw("2", 50)], revision=50)
    post(home)
    decisions.recode(
        home,
        decisions.Recoding(source_code="bank-gy01", complaint_no="1", business_code="B0301"),
        by="an officer",
        reason="the text says so",
        at=AT,
    )
    decisions.void_revision(
        home,
        source_code="bank-gy01",
        revision=50,
        declared_by="Li",
        confirmed_by="Wang",
        reason="typed wrongly",
        at=AT,
    )
    accept(home, [reinstate("2", 3, "B03026"), amend("1", 3, "B02")], revision=3)
    lost = accept(home, [new("3", 4)], revision=4)
    accept(home, [new("4", 5, "B03026")], revision=5)
    assert lost.batch_digest is not None
    home.archive.path_of(lost.batch_digest, room="batch").unlink()
    post(home)
    tagging.run(home, "epidemic", at=AT)
    post(home)
    rewrite(home)
    accept(home, [withdraw("4", 6)], revision=6)
    post(home)
    tagging.run(home, "epidemic", at=AT)
    post(home)


def test_a_rebuilt_ledger_is_equal_in_every_column(home: Home, tmp_path: Path) -> None:
    busy(home)

    made = rebuild.rebuild(home, tmp_path / "again")

    assert made.differences.first == ()
    assert made.differences.count == 0
    assert made.entries == rows(home).height
    assert made.tags == 3
    assert made.posted_seq == 8


def test_an_empty_ledger_is_rebuilt_empty(home: Home, tmp_path: Path) -> None:
    made = rebuild.rebuild(home, tmp_path / "again")

    assert (made.posted_seq, made.entries, made.differences.count) == (0, 0, 0)


def test_a_batch_set_aside_after_its_claim_is_rebuilt_as_it_was_posted(home: Home, tmp_path: Path) -> None:
    lost = accept(home, [new("1", 1)], revision=1)
    accept(home, [new("2", 2)], revision=2)
    with lease.held(now=NOW) as mine:
        claims.claim_pending(home, mine, at=AT)
    assert lost.batch_digest is not None
    home.archive.path_of(lost.batch_digest, room="batch").unlink()
    post(home)

    made = rebuild.rebuild(home, tmp_path / "again")

    assert made.differences.first == ()
    assert made.entries == 1


def falsified(home: Home, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Put other rows in the place of a live segment, with facts that fit."""
    segment = Segment.objects.get(table="entries")
    path = home.segments_folder / segment.name
    facts = write_segment(change(pl.read_parquet(path)), path)
    Segment.objects.update(digest=facts.digest, size_bytes=facts.size_bytes)


def test_one_changed_code_is_named_by_row_and_column(home: Home, tmp_path: Path) -> None:
    accept(home, [new("1", 1), new("2", 1)])
    post(home)
    entry = rows(home)["entry_id"][1]
    code = pl.when(pl.col("entry_id") == entry).then(pl.lit("B09")).otherwise("business_code")
    falsified(home, lambda rows: rows.with_columns(code.alias("business_code")))

    made = rebuild.rebuild(home, tmp_path / "again")

    assert made.differences.count == 1
    found = made.differences.first[0]
    assert (found.table, found.place, found.column) == ("entries", str(entry), "business_code")
    assert (found.in_use, found.rebuilt) == ("B09", "B01")


def test_a_row_that_is_in_one_of_them_only_is_named(home: Home, tmp_path: Path) -> None:
    accept(home, [new("1", 1), new("2", 1)])
    post(home)
    falsified(home, lambda rows: rows.with_columns(pl.col("entry_id") + 100))

    made = rebuild.rebuild(home, tmp_path / "again")

    assert made.differences.count == 4
    assert {one.column for one in made.differences.first} == {None}


def test_a_row_that_is_there_twice_is_named(home: Home, tmp_path: Path) -> None:
    accept(home, [new("1", 1), new("2", 1)])
    post(home)
    entry = rows(home)["entry_id"][1]
    falsified(home, lambda rows: pl.concat([rows, rows[1:]]))

    made = rebuild.rebuild(home, tmp_path / "again")

    assert made.differences.count == 1
    found = made.differences.first[0]
    assert (found.place, found.in_use, found.rebuilt) == (str(entry), "2 rows", "a row")


def test_a_row_whose_id_is_of_no_batch_is_named(home: Home, tmp_path: Path) -> None:
    accept(home, [new("1", 1), new("2", 1)])
    post(home)
    stray = rows(home)[1:].with_columns(pl.col("entry_id") + (1 << 40))
    falsified(home, lambda rows: pl.concat([rows, stray]))

    made = rebuild.rebuild(home, tmp_path / "again")

    assert made.differences.count == 1
    found = made.differences.first[0]
    assert (found.place, found.in_use, found.rebuilt) == (str(stray["entry_id"][0]), "a row", None)


def test_a_posted_batch_that_was_lost_is_named(home: Home, tmp_path: Path) -> None:
    lost = accept(home, [new("1", 1)])
    post(home)
    assert lost.batch_digest is not None
    home.archive.path_of(lost.batch_digest, room="batch").unlink()

    made = rebuild.rebuild(home, tmp_path / "again")

    named = [one for one in made.differences.first if one.table == "batches"]
    assert [one.place for one in named] == [f"1 (journal record {lost.sequence})"]
    assert "lost" in str(named[0].rebuilt)
    assert "entries" in {one.table for one in made.differences.first}


def test_a_folder_that_is_not_free_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")

    with pytest.raises(rebuild.TargetError):
        rebuild.rebuild(home, tmp_path)

    assert (tmp_path / "kept").read_text() == "mine"
