"""The one door to the figures: as of a sequence, whatever files hold the rows."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import ibis
import polars as pl
import pytest
from ledger_rows import RECORDED_AT, Ledger, amend, new, withdraw

from xiaobao.ledger import snapshot as snapshot_module
from xiaobao.ledger.canonical import rows_digest
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA
from xiaobao.ledger.segments import merge_segments, rewrite_months, write_segment
from xiaobao.ledger.snapshot import SegmentMissingError, Snapshot


def _ledger() -> Ledger:
    ledger = Ledger()
    ledger.post(*(new(str(number), 1, f"B{number % 7:02}") for number in range(50)))
    ledger.post(*(amend(str(number), 2, "B09") for number in range(10)))
    ledger.post(*(withdraw(str(number), 3) for number in range(5)))
    return ledger


def _files(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    files = []
    for (number,), rows in ledger.rows.group_by("posted_seq", maintain_order=True):
        files.append(folder / f"{number}.parquet")
        write_segment(rows, files[-1])
    return tuple(files)


def _snapshot(files: tuple[Path, ...], posted_seq: int = 3) -> Snapshot:
    return Snapshot(posted_seq=posted_seq, entry_files=files, tag_files=())


def _count(snapshot: Snapshot) -> int:
    entries = snapshot.entries()
    return int(snapshot.run(entries.aggregate(count=entries.sign.sum().fill_null(0))).item())


def test_rows_come_back_with_the_ledgers_types_and_values(tmp_path: Path) -> None:
    ledger = _ledger()
    snapshot = _snapshot(_files(ledger, tmp_path))
    rows = snapshot.run(snapshot.entries())
    assert dict(rows.schema) == SCHEMA
    assert rows.sort("entry_id").equals(ledger.rows)


def test_as_of_an_earlier_sequence_later_rows_are_not_there(tmp_path: Path) -> None:
    snapshot = _snapshot(_files(_ledger(), tmp_path))
    assert [_count(snapshot.at(number)) for number in (0, 1, 2, 3)] == [0, 50, 50, 45]
    with pytest.raises(ValueError, match="later"):
        snapshot.at(4)


def test_an_as_of_answers_alike_from_merged_and_rewritten_files(tmp_path: Path) -> None:
    files = _files(_ledger(), tmp_path)
    merged = tmp_path / "merged.parquet"
    merge_segments(files, merged)
    rewrite_months(files, folder=tmp_path, stem="night")
    groups = [files, (merged,), (tmp_path / "night-202003.parquet",)]
    for number in (1, 2, 3):
        digests = {rows_digest(_snapshot(group, number).pages()) for group in groups}
        assert len(digests) == 1


def test_a_ledger_without_files_answers_with_no_rows() -> None:
    snapshot = _snapshot((), 0)
    assert _count_of_rows(snapshot.run(snapshot.entries())) == (0, SCHEMA)
    assert _count_of_rows(snapshot.run(snapshot.tags())) == (0, TAG_SCHEMA)
    assert _count_of_rows(snapshot.lookup(pl.Series([1, 2]))) == (0, SCHEMA)
    assert list(snapshot.pages()) == []


def _count_of_rows(rows: pl.DataFrame) -> tuple[int, dict[str, pl.DataType]]:
    return rows.height, dict(rows.schema)


def test_tags_are_read_as_of_the_same_sequence(tmp_path: Path) -> None:
    tags = pl.DataFrame(
        [(number, RECORDED_AT, 1, "bank-gy01", "1", "epidemic", "1", 1) for number in (4, 6)],
        schema=TAG_SCHEMA,
        orient="row",
    )
    write_segment(tags, tmp_path / "tags.parquet")
    snapshot = Snapshot(posted_seq=5, entry_files=(), tag_files=(tmp_path / "tags.parquet",))
    assert snapshot.run(snapshot.tags()).equals(tags[:1])


def test_lookup_finds_every_row_of_the_keys_and_no_other(tmp_path: Path) -> None:
    ledger = _ledger()
    snapshot = _snapshot(_files(ledger, tmp_path))
    wanted = ledger.rows.filter(pl.col("complaint_no").is_in(["0", "7", "30"]))
    keys = pl.concat([wanted["complaint_key"], pl.Series("complaint_key", [0], dtype=pl.Int64)])
    assert snapshot.lookup(keys).equals(wanted)
    assert snapshot.at(1).lookup(keys).equals(wanted.filter(pl.col("posted_seq") == 1))
    assert snapshot.lookup(keys.clear()).is_empty()


def test_pages_are_all_rows_in_order_and_none_is_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = _ledger()
    snapshot = _snapshot(_files(ledger, tmp_path))
    monkeypatch.setattr(snapshot_module, "_PAGE_ROWS", 20)
    monkeypatch.setattr(snapshot_module, "_IDS_PER_STEP", 1 << 4)
    pages = list(snapshot.pages())
    assert pl.concat(pages).equals(ledger.rows)
    assert len(pages) > 3
    assert max(page.height for page in pages) <= 20
    after = pl.concat(snapshot.pages(after=1))
    assert after.equals(ledger.rows.filter(pl.col("posted_seq") > 1))


def test_a_missing_file_is_named_and_never_means_fewer_rows(tmp_path: Path) -> None:
    files = _files(_ledger(), tmp_path)
    opened = _snapshot(files)
    expression = opened.entries().count().as_table()
    files[1].unlink()
    with pytest.raises(SegmentMissingError, match=r"2\.parquet") as raised:
        opened.run(expression)
    assert raised.value.path == files[1]
    with pytest.raises(SegmentMissingError):
        opened.lookup(pl.Series([1]))
    with pytest.raises(SegmentMissingError):
        _snapshot(files).entries()


def test_a_folder_with_the_signs_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "home [1]*?"
    folder.mkdir()
    assert _count(_snapshot(_files(_ledger(), folder))) == 45


def test_a_session_is_in_utc_whatever_the_machine_says(tmp_path: Path) -> None:
    file = _files(_ledger(), tmp_path)[0]
    program = f"""
from pathlib import Path
from xiaobao.ledger.snapshot import Snapshot
snapshot = Snapshot(posted_seq=3, entry_files=(Path({str(file)!r}),), tag_files=())
entries = snapshot.entries()
print(snapshot.run(entries.select(hour=entries.recorded_at.hour()).distinct()).item())
"""
    machine = {**os.environ, "TZ": "Asia/Shanghai"}
    answer = subprocess.run([sys.executable, "-c", program], env=machine, check=True, capture_output=True)
    assert answer.stdout.split() == [str(RECORDED_AT.hour).encode()]


def test_a_closed_snapshot_opens_again_and_closing_twice_does_no_harm(tmp_path: Path) -> None:
    snapshot = _snapshot(_files(_ledger(), tmp_path))
    assert _count(snapshot) == 45
    snapshot.close()
    snapshot.close()
    assert _count(snapshot) == 45


def test_two_snapshots_of_one_process_do_not_see_each_others_tables(tmp_path: Path) -> None:
    files = _files(_ledger(), tmp_path)
    first, second = _snapshot(files[:1], 1), _snapshot(files)
    first_entries, second_entries = first.entries(), second.entries()
    assert first.run(first_entries.count().as_table()).item() == 50
    assert second.run(second_entries.count().as_table()).item() == 75


def test_threads_may_ask_one_snapshot(tmp_path: Path) -> None:
    snapshot = _snapshot(_files(_ledger(), tmp_path))
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(_count(snapshot))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [45] * 8


def test_joins_with_tables_of_the_caller_run(tmp_path: Path) -> None:
    snapshot = _snapshot(_files(_ledger(), tmp_path))
    names = ibis.memtable(pl.DataFrame({"business_code": ["B09"], "name": ["其他"]}))
    entries = snapshot.entries()
    joined = entries.left_join(names, "business_code").group_by("name").aggregate(count=entries.sign.sum())
    assert dict(snapshot.run(joined).iter_rows()) == {"其他": 5, None: 40}
