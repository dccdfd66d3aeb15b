"""Reads the texts of a CSV file."""

from codecs import getincrementaldecoder
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

_BLOCK_BYTES = 1 << 20
_BLANK = b"\r\n\t \xef\xbb\xbf"
"""What a file without a word may consist of: blank lines, and the mark of UTF-8."""
_SEPARATORS = (",", "\t", ";", "|")
_MOST_NAMED = 30
_LONGEST_NAME = 60
"""Columns named, and characters of a name shown, in a message."""


class TextsFileError(UserError):
    """A file of texts that cannot be used."""

    def __init__(self, path: Path, *, zh: str, en: str) -> None:
        super().__init__(Words(zh=f"{path}：{zh}", en=f"{path}: {en}"), exit_code=ExitCode.DATA_REFUSED)


def read_texts(path: Path, column: str) -> pl.Series:
    """The column, a row a text in the order of the file, null where empty; TextsFileError otherwise."""
    return read_columns(path, (column,))[column]


def read_table(path: Path, column: str) -> pl.DataFrame:
    """All columns as texts, the one named among them; TextsFileError otherwise."""
    return _read(path, (column,), only=False)


def read_columns(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """These columns as texts, a row a text in the order of the file; TextsFileError otherwise."""
    return _read(path, columns, only=True)


def _read(path: Path, columns: Sequence[str], *, only: bool) -> pl.DataFrame:
    _refuse_unreadable(path)
    try:
        lazy = pl.scan_csv(path, infer_schema=False, separator=_separator(path, columns))
        names = lazy.collect_schema().names()
        _refuse_missing(path, columns, names)
        # All columns, also where few are wanted: a row with too many cells is no row of the columns read.
        table = lazy.collect()
    except PolarsError as error:
        told = str(error).splitlines()[0]
        raise TextsFileError(
            path,
            zh=f"不能按逗号分隔的表（CSV）读取：{told}；请核对引号与每行的列数",
            en=f"this cannot be read as CSV, cells divided by commas: {told}; look at its quotation marks "
            "and at the number of cells of every row",
        ) from error
    return table.select(list(dict.fromkeys(columns))) if only else table


def _separator(path: Path, columns: Sequence[str]) -> str:
    """The comma, or the sign by which the first line falls into the columns wanted."""
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        header = next((line for line in stream if line.strip()), "").rstrip("\r\n")
    for sign in _SEPARATORS:
        names = [name.strip().strip('"') for name in header.split(sign)]
        if len(names) > 1 and set(columns) <= set(names):
            return sign
    return _SEPARATORS[0]


def _refuse_unreadable(path: Path) -> None:
    """What is empty, not in UTF-8, or has line ends that would make one row of all."""
    decoder, has_lines, is_empty = getincrementaldecoder("utf-8")(), False, True
    carriage = False
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                decoder.decode(block)
                is_empty = is_empty and not block.strip(_BLANK)
                has_lines = has_lines or b"\n" in block
                carriage = carriage or b"\r" in block
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise TextsFileError(
            path,
            zh="不是 UTF-8 编码（可能是 GB18030/GBK）；请另存为“CSV UTF-8（逗号分隔）”",
            en='this is not in UTF-8 (it may be GB18030 or GBK): save it as "CSV UTF-8 (comma delimited)"',
        ) from error
    if is_empty:
        raise TextsFileError(path, zh="文件是空的", en="the file is empty")
    if carriage and not has_lines:
        raise TextsFileError(
            path,
            zh="行尾只有回车（CR），读不出各行；请用换行（LF 或 CRLF）另存",
            en="its lines end in CR alone and cannot be told apart: save it with LF or CRLF",
        )


def _refuse_missing(path: Path, columns: Sequence[str], names: Sequence[str]) -> None:
    for column in columns:
        if f"{column}_duplicated_0" in names:  # as Polars calls the second of one name
            raise TextsFileError(
                path, zh=f"有两列都名为 {column}", en=f"two columns are called {column}; which is meant?"
            )
        if column not in names:
            listed = ", ".join(_printable(name) for name in names[:_MOST_NAMED])
            more = len(names) - _MOST_NAMED
            raise TextsFileError(
                path,
                zh=f"没有 {column} 列；已有：{listed}" + (f" 等 {len(names)} 列" if more > 0 else ""),
                en=f"there is no column {column}; there are: {listed}" + (f" and {more} more" * (more > 0)),
            )


def _printable(name: str) -> str:
    told = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return told if len(told) <= _LONGEST_NAME else told[:_LONGEST_NAME] + "…"
