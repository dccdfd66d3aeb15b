"""Sums kept of each file answer as its rows do: now, earlier, after a merge, whatever happens to files."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import ibis
import polars as pl
import pytest
from ledger_rows import Ledger, amend, new, withdraw

from xiaobao.ledger.engines import Extent, Stored
from xiaobao.ledger.engines import duckdb as engine_module
from xiaobao.ledger.engines.connections import Connection
from xiaobao.ledger.engines.expressions import named_table
from xiaobao.ledger.engines.sums import KeptSums, columns_for
from xiaobao.ledger.entries import SCHEMA
from xiaobao.ledger.segments import merge_segments, write_segment
from xiaobao.ledger.snapshot import ENTRIES, FILED_ENTRIES, Amounts, SegmentMissingError, Snapshot

BY_BUSINESS = ENTRIES.group_by("business_code").aggregate(total=ENTRIES.sign.sum())
MARCH = Extent(first_on=date(2020, 3, 1), last_on=date(2020, 3, 31), members={"path": ("institution",)})


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> KeptSums:
    """Sums of this test alone."""
    sums = KeptSums()
    monkeypatch.setattr(engine_module, "_kept_sums", sums)
    return sums


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose rows were summed, in order."""
    files: list[Path] = []
    summed = engine_module._sums

    def noting(connection: Connection, stored: Stored) -> dict[Path, pl.DataFrame]:
        files.extend(stored.files)
        return summed(connection, stored)

    monkeypatch.setattr(engine_module, "_sums", noting)
    return files


def _files(folder: Path) -> tuple[Path, ...]:
    ledger = Ledger()
    ledger.post(*(new(str(number), 1, f"B{number % 7:02}") for number in range(50)))
    ledger.post(*(amend(str(number), 2, "B09") for number in range(10)))
    ledger.post(*(withdraw(str(number), 3) for number in range(5)))
    files = []
    for (number,), rows in ledger.rows.group_by("posted_seq", maintain_order=True):
        files.append(folder / f"{number}.parquet")
        write_segment(rows, files[-1])
    return tuple(files)


def _snapshot(files: Sequence[Path], posted_seq: int = 3) -> Snapshot:
    return Snapshot(posted_seq=posted_seq, entry_files=tuple(files), tag_files=())


def _by_business(snapshot: Snapshot, *, extent: Extent = MARCH) -> dict[str, int]:
    rows = snapshot.run(BY_BUSINESS, extent=extent, summed_by=("business_code",))
    read = snapshot.run(BY_BUSINESS, extent=extent).filter(pl.col("total") != 0)
    summed = rows.filter(pl.col("total") != 0)
    assert summed.sort("business_code").equals(read.sort("business_code"))
    return dict(summed.iter_rows())


@pytest.mark.usefixtures("kept")
def test_a_file_is_read_once_and_every_as_of_answers_as_its_rows_do(tmp_path: Path, read: list[Path]) -> None:
    files = _files(tmp_path)
    totals = [sum(_by_business(_snapshot(files).at(number)).values()) for number in (3, 2, 1, 0, 3, 2)]
    assert totals == [45, 50, 50, 0, 45, 50]
    # Once with all its rows, and once for all sequences before them.
    assert [path.stem for path in read] == ["1", "2", "3", "3", "2", "1"]


@pytest.mark.usefixtures("kept")
def test_a_merged_file_adds_the_same_and_a_new_one_is_all_that_is_read(
    tmp_path: Path, read: list[Path]
) -> None:
    files = _files(tmp_path)
    merged = tmp_path / "merged.parquet"
    merge_segments(files[:2], merged)
    expected = _by_business(_snapshot(files))
    read.clear()
    assert _by_business(_snapshot([merged, files[2]])) == expected
    assert read == [merged]


@pytest.mark.usefixtures("kept")
def test_days_and_members_outside_the_extent_do_not_count(tmp_path: Path) -> None:
    snapshot = _snapshot(_files(tmp_path))
    april = Extent(first_on=date(2020, 4, 1), last_on=date(2020, 4, 30))
    mid = Extent(first_on=date(2020, 2, 10), last_on=date(2020, 3, 1))
    other = Extent(members={"path": ("hotline",)})
    nobody = Extent(members={"unit_code": ("",)})
    assert _by_business(snapshot, extent=april) == {}
    assert sum(_by_business(snapshot, extent=mid).values()) == 45
    assert _by_business(snapshot, extent=other) == {}
    assert sum(_by_business(snapshot, extent=nobody).values()) == 45


@pytest.mark.usefixtures("kept")
def test_a_missing_file_is_named_though_its_sums_are_kept(tmp_path: Path) -> None:
    files = _files(tmp_path)
    _by_business(_snapshot(files))
    files[1].unlink()
    for extent in (MARCH, Extent(last_on=date(2019, 1, 1))):
        with pytest.raises(SegmentMissingError, match=r"2\.parquet"):
            _snapshot(files).run(BY_BUSINESS, extent=extent, summed_by=("business_code",))
        with pytest.raises(SegmentMissingError, match=r"2\.parquet"):
            _snapshot(files).run(BY_BUSINESS, extent=extent)


@pytest.mark.usefixtures("kept")
def test_a_file_written_again_under_its_name_is_read_again(tmp_path: Path) -> None:
    files = _files(tmp_path)
    assert sum(_by_business(_snapshot(files)).values()) == 45
    files[1].write_bytes(files[2].read_bytes())
    assert sum(_by_business(_snapshot(files)).values()) == 40


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("keep", [0, 100, 4_000])
def test_a_damaged_file_gives_no_answer(tmp_path: Path, keep: int) -> None:
    files = _files(tmp_path)
    files[1].write_bytes(files[1].read_bytes()[:keep])
    with pytest.raises(duckdb.Error):
        _snapshot(files).run(BY_BUSINESS, extent=MARCH, summed_by=("business_code",))


@pytest.mark.usefixtures("kept")
def test_sums_as_many_as_the_rows_are_not_kept_and_the_answer_is_the_same(
    tmp_path: Path, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xiaobao.ledger.engines.sums.SMALL_FILE_ROWS", 0)
    monkeypatch.setattr("xiaobao.ledger.engines.sums.ROWS_PER_SUM", 10)
    files = _files(tmp_path)
    everything = Extent()
    assert sum(_by_business(_snapshot(files), extent=everything).values()) == 45
    assert sum(_by_business(_snapshot(files), extent=everything).values()) == 45
    assert read == [files[0]]


@pytest.mark.usefixtures("kept")
def test_where_sums_are_as_many_as_the_rows_those_of_few_members_are_kept(
    tmp_path: Path, read: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xiaobao.ledger.engines.sums.SMALL_FILE_ROWS", 0)
    files = _files(tmp_path)
    for business, posted_seq in (("B03", 3), ("B03", 1), ("B03", 3), ("B05", 3), ("B05", 3)):
        snapshot = _snapshot(files).at(posted_seq)
        extent = Extent(members={"business_code": (business,)})
        assert _totals(snapshot, "row_number", extent, summed=True) == _totals(snapshot, "row_number", extent)
    # The file of all rows once for everybody, then each file once for each business.
    assert [path.stem for path in read].count("1") == 3


@pytest.mark.usefixtures("kept")
def test_rows_of_complaints_are_kept_of_the_members_and_days_asked_about(
    tmp_path: Path, read: list[Path]
) -> None:
    files = _files(tmp_path)
    some, one_day = Extent(members={"business_code": ("B03", "B05")}), date(2020, 3, 1)
    of_day = Extent(first_on=one_day, last_on=one_day, members=some.members)
    for extent, snapshot, summed in (
        (some, _snapshot(files[:2], 2), 2),
        (some, _snapshot(files[:2], 2), 0),
        (some, _snapshot(files), 1),  # a commit more is a file more
        (of_day, _snapshot(files), 3),
        (MARCH, _snapshot(files), 3),
    ):
        read.clear()
        assert _totals(snapshot, "complaint_no", extent, summed=True) == _totals(
            snapshot, "complaint_no", extent
        )
        assert len(read) == summed


def _totals(snapshot: Snapshot, column: str, extent: Extent, *, summed: bool = False) -> dict[object, int]:
    expression = ENTRIES.group_by(column).aggregate(total=ENTRIES.sign.sum())
    rows = snapshot.run(expression, extent=extent, summed_by=(column,) if summed else None)
    found = {key: total for key, total in rows.iter_rows() if total}
    assert found
    return found


@pytest.mark.usefixtures("kept")
def test_amounts_are_kept_by_what_they_sum_and_by_the_tables_that_decide_it(
    tmp_path: Path, read: list[Path]
) -> None:
    snapshot = _snapshot(_files(tmp_path))
    weights = named_table("weights", {"code": pl.String(), "weight": pl.Int64()})

    def weighed(entries: ibis.Table) -> ibis.Table:
        joined = entries.inner_join(weights, entries.business_code == weights.code)
        rows = joined.select(*entries.columns, "weight")
        return rows.mutate(sign=rows.sign * rows.weight).drop("weight")

    rows = weighed(ENTRIES)
    asked = rows.aggregate(total=rows.sign.sum().cast("int64"))
    total = ENTRIES.aggregate(total=ENTRIES.sign.sum().cast("int64"))
    amounts = Amounts(of=weighed(FILED_ENTRIES), total=total)
    standing = _by_business(snapshot)["B09"]
    read.clear()
    for weight in (1, 3, 1):
        given = {"weights": pl.DataFrame({"code": ["B09"], "weight": [weight]})}
        plain = snapshot.run(asked, given=given, extent=MARCH)
        kept = snapshot.run(asked, given=given, extent=MARCH, summed_by=(), amounts=amounts)
        assert kept["total"].to_list() == plain["total"].to_list() == [weight * standing]
    assert len(read) == 2 * len(snapshot.entry_files)  # once a weight


def _stored(files: tuple[Path, ...]) -> Stored:
    return Stored(files=files, schema=SCHEMA, posted_seq=3, extent=MARCH, summed_by=columns_for((), MARCH))


def _summed_up(paths: Sequence[Path], held: Extent) -> dict[Path, pl.DataFrame]:
    signs = (pl.read_parquet(path).group_by("month", "path").agg(pl.col("sign").sum()) for path in paths)
    return {path: one.cast({"sign": pl.Int64}) for path, one in zip(paths, signs, strict=True)}


def test_a_question_does_not_wait_while_another_sums_the_same_files(tmp_path: Path) -> None:
    stored, sums = _stored(_files(tmp_path)), KeptSums()
    summing, may_end = threading.Event(), threading.Event()

    def slowly(paths: Sequence[Path], held: Extent) -> dict[Path, pl.DataFrame]:
        summing.set()
        assert may_end.wait(timeout=60)
        return _summed_up(paths, held)

    with ThreadPoolExecutor(max_workers=2) as threads:
        slow = threads.submit(sums.rows_of, stored, sum_up=slowly)
        assert summing.wait(timeout=60)
        try:
            quick = threads.submit(sums.rows_of, stored, sum_up=_summed_up).result(timeout=30)
        finally:
            may_end.set()
        answers = (slow.result(timeout=60), quick, sums.rows_of(stored, sum_up=_summed_up))
    assert [answer is not None and answer["sign"].sum() for answer in answers] == [45, 45, 45]


def test_what_is_kept_is_bounded_and_what_was_dropped_is_summed_again(tmp_path: Path) -> None:
    files = _files(tmp_path)
    summed: list[Path] = []
    sums = KeptSums(bytes_limit=1)

    def sum_up(paths: Sequence[Path], held: Extent) -> dict[Path, pl.DataFrame]:
        summed.extend(paths)
        return _summed_up(paths, held)

    for _ in range(2):
        rows = sums.rows_of(_stored(files), sum_up=sum_up)
        assert rows is not None
        assert rows["sign"].sum() == 45
    assert sorted(summed) == sorted(files * 2)


def test_whole_months_are_summed_by_month_and_other_days_by_day() -> None:
    part = Extent(first_on=date(2020, 3, 2), last_on=date(2020, 3, 31))
    assert columns_for(("region_code",), MARCH) == ("month", "path", "region_code")
    assert columns_for((), part) == ("received_on",)
    assert columns_for(("received_on",), MARCH) == ("path", "received_on")
    assert columns_for((), Extent()) == ()
