"""Reads series from a wide CSV file: the first column `time`, every other column one series."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from xiaobao.analysis.surges.series import MISSING, Frequency, SeriesTable
from xiaobao.analysis.surges.types import Counts
from xiaobao.analysis.text.days import days_of
from xiaobao.lib.encoding import encoding_of
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

TIME = "time"
_LARGEST = 300_000_000
"""A larger count is a mistake; seven of this one still fit their array."""
_SEPARATORS = {";": Words(zh="分号", en="semicolons"), "\t": Words(zh="制表符", en="tabs")}
"""What spreadsheets of other settings put in the place of commas."""
_STEP_DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
_DAY_DIGITS = 8
"""Digits of a day written as 20240301; a number of a week has fewer."""
_MONTH_DAYS = range(28, 32)


class SeriesFileError(UserError):
    """A file of series that cannot be used; names the line and what to do."""

    def __init__(self, path: Path, *, line: int, zh: str, en: str) -> None:
        super().__init__(
            Words(zh=f"{path} 第 {line} 行：{zh}", en=f"{path}, line {line}: {en}"),
            exit_code=ExitCode.DATA_REFUSED,
        )


def encoding_of_table(path: Path) -> str:
    """UTF-8 or, as Chinese spreadsheets write it, GB18030; SeriesFileError where it is neither."""
    found = encoding_of(path)
    if isinstance(found, str):
        return found
    with path.open("rb") as stream:
        line = stream.read(found.at).count(b"\n") + 1
    raise SeriesFileError(
        path,
        line=line,
        zh="不是 UTF-8 或 GB18030 文本；请另存为 UTF-8 编码的 CSV（压缩文件须先解压）",
        en="the file is no text in UTF-8 or GB18030; save it as CSV in UTF-8 "
        "(unpack it first where it is packed)",
    )


def read_wide(path: Path, frequency: Frequency) -> SeriesTable:
    """The series of the file; SeriesFileError names a line that cannot be used.

    Steps are dates in a row, weeks may be numbered instead. A blank cell is a count nobody knows, not a zero.
    """
    lines = _lines(path)
    _, header = next(lines, (1, []))
    ids = _ids(path, header)
    numbers: list[int] = []
    times: list[str] = []
    counts: list[Counts] = []
    for line, cells in lines:
        if len(cells) != len(header):
            raise SeriesFileError(
                path,
                line=line,
                zh=f"有 {len(cells)} 个字段，表头有 {len(header)} 个",
                en=f"has {len(cells)} fields, the header {len(header)}",
            )
        numbers.append(line)
        times.append(cells[0].strip())
        counts.append(_counts(path, line, ids, cells[1:]))
    if not times:
        raise SeriesFileError(path, line=2, zh="没有任何一行计数", en="there is no row of counts")
    moments = _moments(path, numbers, times, frequency)
    return SeriesTable(
        frequency=frequency,
        ids=ids,
        times=tuple(times),
        days=None if isinstance(moments[0], int) else np.array(moments, dtype="datetime64[D]"),
        counts=np.ascontiguousarray(np.stack(counts, axis=1)),
    )


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line that is not empty."""
    csv.field_size_limit(1 << 20)
    line = 0
    try:
        with path.open(encoding=encoding_of_table(path), newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for cells in reader:
                line = reader.line_num
                if cells:
                    yield line, cells
    except csv.Error as error:
        raise SeriesFileError(path, line=line + 1, zh=f"不是 CSV：{error}", en=f"not CSV: {error}") from error


def _ids(path: Path, header: Sequence[str]) -> tuple[str, ...]:
    if not header:
        raise SeriesFileError(path, line=1, zh="文件是空的", en="the file is empty")
    for separator, named in _SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise SeriesFileError(
                path,
                line=1,
                zh=f"各列以{named.zh}分隔；请另存为以逗号分隔的 CSV",
                en=f"the columns are separated by {named.en}; save it as CSV separated by commas",
            )
    ids = tuple(name.strip() for name in header[1:])
    if header[0].strip() != TIME:
        raise SeriesFileError(
            path,
            line=1,
            zh=f"第一列应为 time，其余每列一个序列；现为 {header[0]!r}",
            en=f"the first column must be called time, not {header[0]!r}; every other column is one series",
        )
    if not ids:
        raise SeriesFileError(path, line=1, zh="没有任何序列", en="there is no series beside time")
    seen: dict[str, int] = {}
    for column, name in enumerate(ids, start=2):
        if not name:
            raise SeriesFileError(
                path, line=1, zh=f"第 {column} 列没有序列名", en=f"column {column} has no name of a series"
            )
        first = seen.setdefault(name, column)
        if first != column:
            raise SeriesFileError(
                path,
                line=1,
                zh=f"序列名 {name!r} 重复，见第 {first} 列与第 {column} 列",
                en=f"series {name!r} is there twice, in columns {first} and {column}",
            )
    return ids


def _moments(
    path: Path, lines: Sequence[int], times: Sequence[str], frequency: Frequency
) -> list[date | int]:
    """The day of each row, or its number of a week; rows are steps that follow one another."""
    days = days_of(pl.Series(times, dtype=pl.String)).to_list()
    moments = [
        _moment(path, line, written, day, frequency)
        for line, written, day in zip(lines, times, days, strict=True)
    ]
    if len(moments) > 1:
        _check_length(path, lines[1], moments[:3], frequency)
    for line, (before, now) in zip(lines[1:], pairwise(moments), strict=True):
        _check_follows(path, line, before, now, frequency)
    return moments


def _moment(path: Path, line: int, written: str, day: date | None, frequency: Frequency) -> date | int:
    is_number = written.isascii() and written.isdigit() and len(written) < _DAY_DIGITS
    if frequency is Frequency.WEEKLY and is_number:
        return int(written)
    if day is not None:
        return day
    try:
        return date.fromisoformat(written)  # a week such as 2024-W09
    except ValueError:
        either = frequency is Frequency.WEEKLY
        raise SeriesFileError(
            path,
            line=line,
            zh=f"time {written!r} 不是日期（如 2024-03-01）"
            + ("或周序号" if either else "")
            + ("；表格软件的日期序号请设为日期格式后另存" if is_number else ""),
            en=f"time {written!r} is no date such as 2024-03-01"
            + (" and no number of a week" if either else "")
            + (": give a spreadsheet's column of days the format of dates" if is_number else ""),
        ) from None


def _check_length(path: Path, line: int, first: Sequence[date | int], frequency: Frequency) -> None:
    """The first rows tell how long a step is: where another length was asked for, say which."""
    days = [one for one in first if isinstance(one, date)]
    gaps = {(now - before).days for before, now in pairwise(days)}
    if len(days) < len(first):
        return
    if all(gap in _MONTH_DAYS for gap in gaps):
        raise SeriesFileError(
            path,
            line=line,
            zh="每行是一个月；月序列不检测，请给出每日或每周的件数",
            en="the rows are months, which are not judged; give counts by day or by week",
        )
    other = next((one for one in Frequency if one is not frequency and gaps == {_STEP_DAYS[one]}), None)
    if other is not None:
        apart = _STEP_DAYS[other]
        raise SeriesFileError(
            path,
            line=line,
            zh=f"各行相隔 {apart} 天，不合 --frequency {frequency.value}；请用 --frequency {other.value}",
            en=f"the rows are {apart} days apart, not --frequency {frequency.value}: "
            f"ask for --frequency {other.value}",
        )


def _check_follows(path: Path, line: int, before: date | int, now: date | int, frequency: Frequency) -> None:
    """Steps follow one another without a gap: a step left out is no zero, and nobody guesses."""
    expected = _next(before, frequency)
    if type(now) is type(before) and now == expected:
        return
    numbered = isinstance(expected, int)
    raise SeriesFileError(
        path,
        line=line,
        zh=f"time {now} 应为 {expected or '文件末尾'}："
        "须按时间排序，不得重复或缺漏；某期不明时保留该行，格子留空"
        + ("；周序号须跨年连续，或写作 2024-W09" if numbered else ""),
        en=f"time {now} should be {expected or 'the end of the file'}: steps are in order, each once, "
        "none left out; keep the row of an unknown step and leave its cells blank"
        + ("; numbers of weeks go on over the turn of a year, or write 2024-W09" if numbered else ""),
    )


def _next(before: date | int, frequency: Frequency) -> date | int | None:
    """The step after; None after the last day there is."""
    if isinstance(before, int):
        return before + 1
    try:
        return before + timedelta(days=_STEP_DAYS[frequency])
    except OverflowError:
        return None


def _counts(path: Path, line: int, ids: Sequence[str], cells: Sequence[str]) -> Counts:
    written = pl.Series(cells, dtype=pl.String).str.strip_chars()
    values = written.cast(pl.Float64, strict=False)
    blank = (written == "").to_numpy()
    numbers = values.fill_null(np.nan).to_numpy()
    with np.errstate(invalid="ignore"):
        whole = (numbers >= 0) & (numbers <= _LARGEST) & (numbers == np.floor(numbers))
    wrong = np.flatnonzero(~whole & ~blank)
    if wrong.size:
        raise SeriesFileError(
            path,
            line=line,
            zh=f"序列 {ids[wrong[0]]} 的 {cells[wrong[0]]!r} 不是件数（0 至 {_LARGEST} 的整数；不明则留空）",
            en=f"{cells[wrong[0]]!r} of series {ids[wrong[0]]} is no count: "
            f"a whole number from 0 to {_LARGEST}, or blank where unknown",
        )
    return np.where(blank, MISSING, np.where(blank, 0.0, numbers)).astype(np.int32)
