"""Reads the texts of a CSV file."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words


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
    try:
        lazy = pl.scan_csv(path, infer_schema=False)
        names = lazy.collect_schema().names()
        missing = [column for column in columns if column not in names]
        if not missing:
            return (lazy.select(list(dict.fromkeys(columns))) if only else lazy).collect()
    except PolarsError as error:
        told = str(error).splitlines()[0]
        raise TextsFileError(
            path, zh=f"不是 UTF-8 编码的 CSV（{told}）", en=f"this is no CSV in UTF-8 ({told})"
        ) from error
    raise TextsFileError(
        path,
        zh=f"没有 {missing[0]} 列；已有：{', '.join(names)}",
        en=f"there is no column {missing[0]}; there are: {', '.join(names)}",
    )
