"""Sums of signs kept in memory: what one immutable file adds to all questions that sum by the same columns.

A file never changes under its name, so its sums up to a posting sequence stay right. A question about other
days, banks or codes adds up kept sums instead of reading rows again; a commit adds one small file. What
is kept is bounded, dropped when long unused, and lost with the process: a cache, never truth.

Sums by a column that hardly repeats, such as a person's key, are as many as the rows of a file. They are kept
of the members asked about alone, one bank and cause say, where these are few enough.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from xiaobao.ledger.engines import Extent, Stored
from xiaobao.ledger.engines.footers import File, file_of, footer_of, overlaps
from xiaobao.ledger.entries import month_of

KEPT_BYTES_LIMIT = 256 << 20
ROWS_PER_SUM = 4
"""Sums of fewer rows each are not worth keeping: the rows are read instead."""
SMALL_FILE_ROWS = 20_000
"""Such a file is summed whatever comes of it."""

_FINENESS_KEPT = 4_096

OF_ONE_COMPLAINT = frozenset({"entry_id", "complaint_key", "complaint_no"})
"""Summed by one of these, sums are as many as rows; they are kept of a question's members and days alone."""

Members = tuple[tuple[str, tuple[str, ...]], ...]
"""The members of an extent, in values that name them."""
SumUp = Callable[[Sequence[Path], Extent], dict[Path, pl.DataFrame]]
"""The sums of files inside an extent: the columns summed by, and `sign`, Int64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Of which rows sums are, in values that name them; of all rows where nothing is said."""

    members: Members = ()
    first_on: date | None = None
    last_on: date | None = None

    @property
    def extent(self) -> Extent:
        """The same as an extent."""
        return Extent(first_on=self.first_on, last_on=self.last_on, members=dict(self.members))


@dataclass(frozen=True, slots=True)
class _Key:
    """Whose sums: a file's, by these columns, up to a posting sequence, of what and of which rows."""

    file: File
    columns: tuple[str, ...]
    posted_seq: int
    of: tuple[str, ...]
    held: Held


_Together = tuple[Members, tuple[_Key, ...]]
"""The members asked about, and whose sums."""
_Fineness = tuple[Path, tuple[str, ...], tuple[str, ...], Members]
"""What sums are known to be too fine of: a folder, the columns, of what, the members."""


class KeptSums:
    """The sums of the process; threads share them.

    The lock is held to look up and to keep, never while summing: a question does not wait for another, and
    two that lack the same file each sum it, which gives the same sums.
    """

    def __init__(self, *, bytes_limit: int = KEPT_BYTES_LIMIT) -> None:
        self._bytes_limit = bytes_limit
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key | _Together, tuple[pl.DataFrame, int]] = OrderedDict()
        self._bytes = 0
        self._too_fine: set[_Fineness] = set()

    def rows_of(self, stored: Stored, *, sum_up: SumUp, of: tuple[str, ...] = ()) -> pl.DataFrame | None:
        """Rows that sum to what the stored rows sum to; None where the rows themselves are to be read.

        Columns are `stored.summed_by` and `sign`. `sum_up` sums files that are not kept yet; `of`
        says of what, nothing of signs: other texts are other sums. Raises SegmentMissingError.
        """
        for held in _held(stored):
            found = self._rows_of(stored, sum_up, of, held)
            if found is not None:
                return found
        return None

    def _rows_of(self, stored: Stored, sum_up: SumUp, of: tuple[str, ...], held: Held) -> pl.DataFrame | None:
        keys = [_key(path, stored, of, held) for path in stored.files]
        wanted = tuple(key for key in keys if overlaps(key.file, stored.extent))
        if not wanted:
            return None
        fineness = (wanted[0].file.path.parent, stored.summed_by, of[:1], held.members)
        found = self._together(wanted, sum_up, held, stored.extent, fineness)
        # Sums held to the extent are those of its rows alone, and need not say so in columns of their own.
        if found is None or OF_ONE_COMPLAINT.intersection(stored.summed_by):
            return found
        return inside(found, replace(stored.extent, members={}))

    def _together(
        self, wanted: tuple[_Key, ...], sum_up: SumUp, held: Held, extent: Extent, fineness: _Fineness
    ) -> pl.DataFrame | None:
        """The sums of all these files, of the extent's members, in one piece; None where one's are too fine.

        A piece a file would make every step after this one cost as many times as there are files.
        """
        members = _members(extent)
        asked: _Together = (members, wanted)
        with self._lock:
            if fineness in self._too_fine:
                return None
            if asked in self._kept:
                self._kept.move_to_end(asked)
                return self._kept[asked][0]
            found = {key: self._kept[key][0] for key in wanted if key in self._kept}
        missing = sorted(
            (key for key in wanted if key not in found), key=lambda key: -footer_of(key.file).rows
        )
        for part in (missing[:1], missing[1:]):
            sums = sum_up([key.file.path for key in part], held.extent) if part else {}
            if any(_is_too_fine(sums[key.file.path], key) for key in part):
                self._note_too_fine(fineness)
                return None
            found |= {key: sums[key.file.path] for key in part}
        every = pl.concat(found[key] for key in wanted)
        if held.members != members:
            every = inside(every, Extent(members=extent.members))
        together = every.rechunk()
        with self._lock:
            for key in wanted:
                self._keep(key, found[key])
            self._keep(asked, together)
        return together

    def _note_too_fine(self, fineness: _Fineness) -> None:
        with self._lock:
            if len(self._too_fine) >= _FINENESS_KEPT:
                self._too_fine.clear()
            self._too_fine.add(fineness)

    def _keep(self, key: _Key | _Together, frame: pl.DataFrame) -> None:
        if key not in self._kept:
            size = int(frame.estimated_size())
            self._kept[key] = (frame, size)
            self._bytes += size
        self._kept.move_to_end(key)
        while self._bytes > self._bytes_limit:
            _, (_, size) = self._kept.popitem(last=False)
            self._bytes -= size


def _held(stored: Stored) -> Iterable[Held]:
    """The rows to try sums of, one after the other."""
    extent, members = stored.extent, _members(stored.extent)
    if OF_ONE_COMPLAINT.intersection(stored.summed_by):
        return [Held(members=members, first_on=extent.first_on, last_on=extent.last_on)]
    return dict.fromkeys((Held(), Held(members=members)))


def _members(extent: Extent) -> Members:
    # In one order: the same members are the same sums however a question lists them.
    return tuple((name, tuple(sorted(values))) for name, values in sorted(extent.members.items()))


def columns_for(columns: Iterable[str], extent: Extent) -> tuple[str, ...]:
    """The columns to sum by for a question that needs `columns` of the rows inside an extent."""
    if OF_ONE_COMPLAINT.intersection(columns):
        return tuple(sorted(columns))
    wanted = {*columns, *extent.members}
    if "received_on" not in wanted and (extent.first_on is not None or extent.last_on is not None):
        wanted.add("month" if _whole_months(extent) else "received_on")
    return tuple(sorted(wanted))


def inside(sums: pl.DataFrame, extent: Extent) -> pl.DataFrame:
    """The sums of the rows inside an extent."""
    wanted = [_among(name, values) for name, values in extent.members.items()]
    by_day = "received_on" in sums.columns
    for edge, holds in ((extent.first_on, pl.Expr.ge), (extent.last_on, pl.Expr.le)):
        if edge is not None:
            column = pl.col("received_on" if by_day else "month")
            wanted.append(holds(column, pl.lit(edge if by_day else month_of(edge))))
    return sums.filter(wanted) if wanted else sums


def _among(name: str, values: tuple[str, ...]) -> pl.Expr:
    among = pl.col(name).is_in(values)
    return among | pl.col(name).is_null() if "" in values else among


def _whole_months(extent: Extent) -> bool:
    first, last = extent.first_on, extent.last_on
    return (first is None or first.day == 1) and (
        last is None or last == date.max or (last + timedelta(days=1)).day == 1
    )


def _key(path: Path, stored: Stored, of: tuple[str, ...], held: Held) -> _Key:
    file = file_of(path)
    footer, until = footer_of(file), stored.posted_seq
    if footer.first_posted_seq is not None and footer.last_posted_seq is not None:
        # All sequences after its last are alike to a file, and all before its first.
        until = max(min(until, footer.last_posted_seq), footer.first_posted_seq - 1)
    return _Key(file, stored.summed_by, until, of, held)


def _is_too_fine(sums: pl.DataFrame, key: _Key) -> bool:
    rows = footer_of(key.file).rows
    return rows > SMALL_FILE_ROWS and sums.height * ROWS_PER_SUM > rows
