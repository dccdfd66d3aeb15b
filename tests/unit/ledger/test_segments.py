"""Segments are written whole or not at all, and merging them changes no row."""

import os
from pathlib import Path

import polars as pl
import pyarrow.parquet as parquet
import pytest
from ledger_rows import Ledger, amend, new, withdraw

from xiaobao.ledger import segments
from xiaobao.ledger.canonical import rows_digest
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA
from xiaobao.ledger.segments import SegmentError, merge_segments, rewrite_month, rewrite_months, write_segment
from xiaobao.lib.ids import sha256_hex_of_file


def _ledger() -> Ledger:
    ledger = Ledger()
    ledger.post(*(new(str(number), 1, f"B{number % 7:02}") for number in range(50)))
    ledger.post(*(amend(str(number), 2, "B09") for number in range(10)))
    ledger.post(*(withdraw(str(number), 3) for number in range(5)))
    return ledger


def _write_batches(ledger: Ledger, folder: Path) -> list[Path]:
    paths = []
    for number in (1, 2, 3):
        paths.append(folder / f"{number}.parquet")
        write_segment(ledger.rows.filter(pl.col("posted_seq") == number), paths[-1])
    return paths


def test_a_segment_reads_back_equal_and_its_facts_are_those_of_the_file(tmp_path: Path) -> None:
    rows = _ledger().rows
    path = tmp_path / "a.parquet"
    facts = write_segment(rows, path)
    assert pl.read_parquet(path).equals(rows)
    assert (facts.rows, facts.sum_sign) == (75, 45)
    assert (facts.first_posted_seq, facts.last_posted_seq) == (1, 3)
    assert facts.digest == sha256_hex_of_file(path)
    assert facts.size_bytes == path.stat().st_size


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    rows = _ledger().rows
    assert write_segment(rows, tmp_path / "a") == write_segment(rows, tmp_path / "b")


def test_row_groups_have_the_size_that_the_readers_were_measured_with(tmp_path: Path) -> None:
    rows = Ledger().post(new("1", 1))
    write_segment(pl.concat([rows] * 40_000), tmp_path / "a.parquet")
    metadata = parquet.ParquetFile(tmp_path / "a.parquet").metadata
    assert [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)] == [
        30_720,
        9_280,
    ]
    assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_segment_holds_rows_of_the_ledger_or_tags_at_least_one(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match="columns"):
        write_segment(pl.DataFrame({"sign": [1]}), tmp_path / "a.parquet")
    with pytest.raises(SegmentError, match="at least one row"):
        write_segment(pl.DataFrame(schema=SCHEMA), tmp_path / "a.parquet")
    with pytest.raises(SegmentError, match="at least one row"):
        write_segment(pl.DataFrame(schema=TAG_SCHEMA), tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_neither_a_file_nor_a_part_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_segment(_ledger().rows, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_on_the_disk_before_its_name_and_its_name_before_the_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = []
    fsync, rename = os.fsync, Path.rename

    def note_fsync(descriptor: int) -> None:
        happened.append(("fsync", Path(f"/proc/self/fd/{descriptor}").readlink().suffix))
        fsync(descriptor)

    def note_rename(source: Path, target: Path) -> Path:
        happened.append(("rename", target.suffix))
        return rename(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "rename", note_rename)
    write_segment(_ledger().rows, tmp_path / "a.parquet")
    assert happened == [("fsync", ".partial"), ("rename", ".parquet"), ("fsync", "")]


def test_merging_keeps_every_row_and_sorts_them_by_month(tmp_path: Path) -> None:
    ledger = _ledger()
    facts = merge_segments(_write_batches(ledger, tmp_path), tmp_path / "merged.parquet")
    assert (facts.rows, facts.sum_sign, facts.first_posted_seq, facts.last_posted_seq) == (75, 45, 1, 3)
    merged = pl.read_parquet(tmp_path / "merged.parquet")
    assert merged.equals(ledger.rows.sort("month", *segments.MONTH_ORDER))
    assert rows_digest(merged) == rows_digest(ledger.rows)


def test_more_rows_than_can_be_sorted_in_memory_are_merged_as_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = _ledger()
    monkeypatch.setattr(segments, "SORTED_ROWS_LIMIT", 74)
    merge_segments(_write_batches(ledger, tmp_path), tmp_path / "merged.parquet")
    assert pl.read_parquet(tmp_path / "merged.parquet").equals(ledger.rows)


def test_a_merge_that_would_lose_or_double_a_row_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = _write_batches(_ledger(), tmp_path)
    scan = segments._scan
    written = [lambda: scan(paths).head(74), lambda: scan([*paths, paths[0]])]
    for wrong in written:
        expected = segments._totals(scan(paths))
        with pytest.raises(SegmentError, match="expected"):
            segments._seal(wrong(), tmp_path / "merged.parquet", expected=expected)
    assert not (tmp_path / "merged.parquet").exists()
    assert len(list(tmp_path.iterdir())) == 3


def test_months_are_rewritten_sorted_and_hold_the_same_rows(tmp_path: Path) -> None:
    ledger = _ledger()
    ledger.rows = ledger.rows.with_columns(
        pl.when(pl.col("row_number") % 3 == 0).then(202002).otherwise("month").cast(pl.Int32).alias("month"),
        pl.when(pl.col("row_number") % 4 == 0)
        .then(None)
        .otherwise("institution_code")
        .alias("institution_code"),
    )
    facts = rewrite_months(_write_batches(ledger, tmp_path), folder=tmp_path, stem="night")
    files = [tmp_path / f"night-{month}.parquet" for month in (202002, 202003)]
    assert sorted(facts) == [202002, 202003]
    rewritten = [pl.read_parquet(path) for path in files]
    for rows in rewritten:
        assert rows.equals(rows.sort(segments.MONTH_ORDER))
    assert rows_digest(pl.concat(rewritten)) == rows_digest(ledger.rows)


def test_a_month_too_large_to_sort_at_once_is_sorted_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = _ledger()
    institutions = pl.concat_str(pl.lit("GY0"), pl.col("row_number") % 5)
    ledger.rows = ledger.rows.with_columns(
        pl.when(pl.col("row_number") > 40).then(None).otherwise(institutions).alias("institution_code")
    )
    paths = _write_batches(ledger, tmp_path)
    rewrite_month(paths, month=202003, out=tmp_path / "whole.parquet")
    monkeypatch.setattr(segments, "SORTED_ROWS_LIMIT", 20)
    rewrite_month(paths, month=202003, out=tmp_path / "parts.parquet")
    assert pl.read_parquet(tmp_path / "parts.parquet").equals(pl.read_parquet(tmp_path / "whole.parquet"))
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")] == []


def test_a_name_with_the_signs_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "home [1]*"
    folder.mkdir()
    paths = _write_batches(_ledger(), folder)
    assert merge_segments(paths, folder / "all?.parquet").rows == 75
