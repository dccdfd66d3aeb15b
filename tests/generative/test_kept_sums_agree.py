"""Kept sums of files answer as the rows do: any ledger, however it lies in files, asked again and again."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measure_cases import DAYS, FIRST_DAYS, LAST_SEQ, ledgers

from xiaobao.ledger.segments import write_segment
from xiaobao.ledger.snapshot import ENTRIES, Extent, Snapshot

COLUMNS = ("institution_code", "business_code", "region_code", "month", "received_on", "complaint_no")
MEMBERS = {
    "path": ("hotline", "institution"),
    "institution_code": ("GY01", "GF01", "nobody", ""),
    "entry_kind": ("complaint", "enquiry"),
}
EDGES = [FIRST_DAYS["pbc"] + timedelta(days=number) for number in range(-30, DAYS + 35)]

Asked = tuple[tuple[str, ...], Extent, int]


@st.composite
def extents(draw: st.DrawFn) -> Extent:
    """Days, often from a month's first to a month's last, and members of some columns."""
    month_edges = [day for day in EDGES if day.day == 1]
    first = draw(st.none() | st.sampled_from(EDGES) | st.sampled_from(month_edges))
    after = draw(st.none() | st.sampled_from(EDGES) | st.sampled_from(month_edges))
    members = {name: draw(st.none() | st.sets(st.sampled_from(MEMBERS[name]))) for name in MEMBERS}
    return Extent(
        first_on=first,
        last_on=after and after - timedelta(days=1),
        members={name: tuple(sorted(values)) for name, values in members.items() if values},
    )


def asked() -> st.SearchStrategy[Asked]:
    columns = st.lists(st.sampled_from(COLUMNS), unique=True, max_size=3).map(tuple)
    return st.tuples(columns, extents(), st.integers(0, LAST_SEQ))


@pytest.fixture(autouse=True)
def _small_files_too_fine() -> Iterator[None]:
    """Sums as many as half the rows of a small file are not kept of everybody, as of a large one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("xiaobao.ledger.engines.sums.SMALL_FILE_ROWS", 0)
        patched.setattr("xiaobao.ledger.engines.sums.ROWS_PER_SUM", 2)
        yield


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ledgers("pbc"), places=st.lists(st.integers(0, 2), min_size=24, max_size=24), data=st.data())
def test_sums_kept_answer_as_plain_addition_does(
    rows: pl.DataFrame, places: list[int], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        files = _files(Path(folder), rows, places)
        snapshot = Snapshot(posted_seq=LAST_SEQ, entry_files=files, tag_files=())
        for columns, extent, posted_seq in data.draw(st.lists(asked(), min_size=1, max_size=8)):
            expression = ENTRIES.aggregate(by=list(columns), total=ENTRIES.sign.sum())
            found = snapshot.at(posted_seq).run(expression, extent=extent, summed_by=columns)
            assert _groups(found) == _added_up(rows, columns, extent, posted_seq)
        snapshot.close()


def _files(folder: Path, rows: pl.DataFrame, places: Sequence[int]) -> tuple[Path, ...]:
    """The rows in up to three files, each row where its place says."""
    file = pl.Series("file", [places[number % len(places)] for number in range(rows.height)], dtype=pl.Int8)
    files = []
    for (number,), part in rows.with_columns(file).group_by("file"):
        files.append(folder / f"{number}.parquet")
        write_segment(part.drop("file"), files[-1])
    return tuple(files)


def _groups(found: pl.DataFrame) -> dict[tuple[object, ...], int]:
    return {tuple(group): total for *group, total in found.iter_rows() if total}


def _added_up(
    rows: pl.DataFrame, columns: Sequence[str], extent: Extent, posted_seq: int
) -> dict[tuple[object, ...], int]:
    totals: dict[tuple[object, ...], int] = {}
    for row in rows.iter_rows(named=True):
        if row["posted_seq"] <= posted_seq and _is_inside(row, extent):
            group = tuple(row[name] for name in columns)
            totals[group] = totals.get(group, 0) + row["sign"]
    return {group: total for group, total in totals.items() if total}


def _is_inside(row: dict[str, object], extent: Extent) -> bool:
    day = row["received_on"]
    return (
        (extent.first_on is None or day >= extent.first_on)  # type: ignore[operator]
        and (extent.last_on is None or day <= extent.last_on)  # type: ignore[operator]
        and all((row[name] or "") in values for name, values in extent.members.items())
    )
