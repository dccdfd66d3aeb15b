"""Reads labelled texts from a CSV file."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.analysis.coding.examples import Examples, chosen
from xiaobao.analysis.text.moments import moments_of
from xiaobao.analysis.text.texts_file import TextsFileError, read_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleColumns:
    """Which columns say what; None where the file does not say."""

    text: str
    label: str
    author: str | None = None
    decided_at: str | None = None


def read_examples(path: Path, columns: ExampleColumns) -> Examples:
    """The usable rows; TextsFileError for what cannot be read, or a missing moment or author."""
    wanted = {"text": columns.text, "label": columns.label}
    wanted |= {"author": columns.author} if columns.author else {}
    wanted |= {"decided_at": columns.decided_at} if columns.decided_at else {}
    table = read_columns(path, tuple(wanted.values()))
    frame = table.select(pl.col(column).alias(name) for name, column in wanted.items())
    labelled = pl.col("label").str.strip_chars().fill_null("") != ""
    if columns.decided_at:
        frame = frame.with_columns(decided_at=moments_of(frame["decided_at"]))
        _refuse_missing(path, frame.select(labelled & pl.col("decided_at").is_null()), columns.decided_at)
    if columns.author:
        nobody = pl.col("author").str.strip_chars().fill_null("") == ""
        _refuse_missing(path, frame.select(labelled & nobody), columns.author)
    return chosen(frame, author=columns.author is not None, decided=columns.decided_at is not None)


def _refuse_missing(path: Path, missing: pl.DataFrame, column: str) -> None:
    """A decision without its author or its moment is no evidence: the file says so, or it does not."""
    rows = missing.to_series().arg_true()
    if len(rows):
        row = int(rows[0]) + 1
        raise TextsFileError(
            path,
            zh=f"{column} 列有 {len(rows)} 行读不出，首见于第 {row} 行数据；有标签的行都要填写",
            en=f"{len(rows)} rows cannot be read in column {column}, first row {row} of the data; every row "
            "with a label needs it",
        )
