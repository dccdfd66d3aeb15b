"""Reads the texts of a CSV file, in UTF-8 or as Chinese spreadsheets write it, in GB18030."""

import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from xiaobao.lib.encoding import (
    ACCEPTED_ENCODINGS,
    BYTE_ORDER_MARK,
    GB18030,
    Recogniser,
    pieces,
    wide_encoding,
)
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How xlsx and xls begin."""
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
    encoding = _encoding(path)
    source = path if encoding != GB18030 else io.BytesIO(path.read_bytes().decode(GB18030).encode())
    try:
        lazy = pl.scan_csv(source, infer_schema=False, separator=_separator(path, encoding, columns))
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


def _separator(path: Path, encoding: str, columns: Sequence[str]) -> str:
    """The comma, or the sign by which the first line falls into the columns wanted."""
    with path.open(encoding=encoding, errors="replace") as stream:
        header = next((line for line in stream if line.strip()), "").rstrip("\r\n")
    for sign in _SEPARATORS:
        names = [name.strip().strip('"') for name in header.split(sign)]
        if len(names) > 1 and set(columns) <= set(names):
            return sign
    return _SEPARATORS[0]


def _encoding(path: Path) -> str:
    """Of the file; TextsFileError where it is empty, in another one, or its line ends make one row of it."""
    has_lines, carriage, is_empty, at = False, False, True, 0
    recogniser: Recogniser | None = None
    for piece in pieces(path):
        if recogniser is None:
            _refuse_other_files(path, piece)
            recogniser = Recogniser(marked=piece.startswith(BYTE_ORDER_MARK))
        if (undecodable := recogniser.feed(piece, at=at)) is not None:
            raise _undecodable(path, undecodable.at)
        at += len(piece)
        is_empty = is_empty and not piece.strip(_BLANK)
        has_lines = has_lines or b"\n" in piece
        carriage = carriage or b"\r" in piece
    if recogniser is None or is_empty:
        raise TextsFileError(path, zh="文件是空的", en="the file is empty")
    if carriage and not has_lines:
        raise TextsFileError(
            path,
            zh="行尾只有回车（CR），读不出各行；请用换行（LF 或 CRLF）另存",
            en="its lines end in CR alone and cannot be told apart: save it with LF or CRLF",
        )
    return recogniser.encoding


def _refuse_other_files(path: Path, first: bytes) -> None:
    if first.startswith(_WORKBOOKS):
        raise TextsFileError(
            path,
            zh="这是工作簿（xlsx 或 xls），不是 CSV；请把该工作表另存为“CSV UTF-8（逗号分隔）”",
            en='this is a workbook (xlsx or xls), no CSV: save its sheet as "CSV UTF-8 (comma delimited)"',
        )
    if (wide := wide_encoding(first)) is not None:
        raise TextsFileError(
            path,
            zh=f"是 {wide} 编码，不读；请另存为“CSV UTF-8（逗号分隔）”",
            en=f'this is in {wide}, which is not read: save it as "CSV UTF-8 (comma delimited)"',
        )


def _undecodable(path: Path, at: int) -> TextsFileError:
    with path.open("rb") as stream:
        line = stream.read(at).count(b"\n") + 1
    return TextsFileError(
        path,
        zh=f"不全是 UTF-8 或 GB18030（第 {line} 行，第 {at} 字节）；请另存为“CSV UTF-8（逗号分隔）”",
        en=f"this is not all in one of {ACCEPTED_ENCODINGS} (line {line}, byte {at}): save it as "
        '"CSV UTF-8 (comma delimited)"',
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
