"""Reads the texts of a CSV file, in UTF-8 or as Chinese spreadsheets write it, in GB18030."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from xiaobao.analysis.text.table_faults import broken_row, header_below, other_file
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
    separator = _separator(path, encoding, columns)
    try:
        lazy = pl.scan_csv(source, infer_schema=False, separator=separator)
        names = lazy.collect_schema().names()
        meant = {name: column for column in columns if (name := _meant(names, column)) is not None}
        _refuse_missing(path, encoding, columns, names, meant)
        # All columns, also where few are wanted: a row with too many cells is no row of the columns read.
        table = lazy.collect().rename(meant)
    except PolarsError as error:
        raise _broken(path, encoding, separator) from error
    return table.select(list(dict.fromkeys(columns))) if only else table


def _meant(names: Sequence[str], column: str) -> str | None:
    """The name of the column as the file writes it: blanks around it do not count where none is without."""
    if column in names:
        return column
    found = [name for name in names if name.strip() == column.strip()]
    return found[0] if len(found) == 1 else None


def _broken(path: Path, encoding: str, separator: str) -> TextsFileError:
    where = broken_row(path, encoding, separator) or Words(
        zh="请核对引号与每行的列数",
        en="look at its quotation marks and at the number of cells of every row",
    )
    return TextsFileError(
        path,
        zh=f"不能按分隔的表（CSV）读取：{where.zh}",
        en=f"this cannot be read as CSV: {where.en}",
    )


def _separator(path: Path, encoding: str, columns: Sequence[str]) -> str:
    """The comma, or the sign by which the first line falls into the columns wanted."""
    with path.open(encoding=encoding, errors="replace") as stream:
        header = next((line for line in stream if line.strip()), "").rstrip("\r\n")
    for sign in _SEPARATORS:
        names = {name.strip().strip('"').strip() for name in header.split(sign)}
        if len(names) > 1 and names.issuperset(column.strip() for column in columns):
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
    if (other := other_file(first)) is not None:
        raise TextsFileError(
            path,
            zh=f"这是{other.zh}，不是 CSV；请打开后把该表另存为“CSV UTF-8（逗号分隔）”",
            en=f'this is {other.en}, no CSV: open it and save its sheet as "CSV UTF-8 (comma delimited)"',
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


def _refuse_missing(
    path: Path, encoding: str, columns: Sequence[str], names: Sequence[str], meant: Mapping[str, str]
) -> None:
    for column in columns:
        if sum(name == column or _again(name) == column for name in names) > 1:
            raise TextsFileError(
                path, zh=f"有两列都名为 {column}", en=f"two columns are called {column}; which is meant?"
            )
    missing = next((column for column in columns if column not in meant.values()), None)
    if missing is None:
        return
    told = _told_names([name for name in names if _again(name) is None and name.strip()])
    way = _way_to_header(path, encoding, columns, names)
    raise TextsFileError(
        path,
        zh=f"没有 {missing} 列；已有：{told.zh}{way.zh}",
        en=f"there is no column {missing}; there are: {told.en}{way.en}",
    )


def _again(name: str) -> str | None:
    """The name that Polars saw before, of a column that it called otherwise for that; else None."""
    before, mark, number = name.rpartition("_duplicated_")
    return before if mark and number.isdigit() else None


def _told_names(names: Sequence[str]) -> Words:
    listed = ", ".join(_printable(name) for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return Words(
        zh=listed + (f" 等 {len(names)} 列" if more > 0 else ""),
        en=listed + (f" and {more} more" if more > 0 else ""),
    )


def _way_to_header(path: Path, encoding: str, columns: Sequence[str], names: Sequence[str]) -> Words:
    line = header_below(path, encoding, _SEPARATORS, columns)
    if line is not None:
        return Words(
            zh=f"；表头像是在第 {line} 行：请删去其上各行",
            en=f"; the header seems to be line {line}: delete the lines above it",
        )
    if len(names) == 1 and any(column in names[0] for column in columns):
        return Words(
            zh="；各列之间须为半角逗号、制表符、分号或竖线",
            en="; columns are divided by commas, tabs, semicolons or upright strokes, none full-width",
        )
    return Words(zh="", en="")


def _printable(name: str) -> str:
    told = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return told if len(told) <= _LONGEST_NAME else told[:_LONGEST_NAME] + "…"
