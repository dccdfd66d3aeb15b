"""Tells all rows that hold up a sheet at once, so that they are mended in one go."""

from collections.abc import Sequence
from pathlib import Path

from xiaobao.analysis.text.texts_file import TextsFileError
from xiaobao.lib.words import Words, counted

RefusedRow = tuple[int, Words]
"""The row of the data, from 1, and why it cannot be taken."""
_MOST_TOLD = 20


def refused_rows(path: Path, refused: Sequence[RefusedRow], *, outcome: Words) -> TextsFileError:
    """In the order of the file, then what comes of it; a long list is cut and says so."""
    rows = [
        Words(zh=f"第 {row} 行数据：{why.zh}", en=f"row {row} of the data: {why.en}")
        for row, why in sorted(refused, key=lambda one: one[0])[:_MOST_TOLD]
    ]
    more = len(refused) - len(rows)
    if more:
        rows.append(Words(zh=f"另有 {more} 行", en=f"{counted(more, 'row')} more"))
    rows.append(outcome)
    return TextsFileError(path, zh="；\n".join(row.zh for row in rows), en=";\n".join(row.en for row in rows))
