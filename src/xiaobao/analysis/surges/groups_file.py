"""Reads which institution, cause and level each series belongs to."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xiaobao.analysis.surges.wide_file import SeriesFileError, encoding_of_table

_COLUMNS = ("series_id", "institution", "cause", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Where one series belongs; empty where the file leaves it blank."""

    institution: str = ""
    cause: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The group of each series of a table, in its order, and what the file and the table do not share."""

    of_series: tuple[Group, ...]
    without_group: tuple[str, ...]
    """Series the file does not name; they form a group of their own."""
    without_series: tuple[str, ...]
    """Series the file names and the table does not have; they are left out."""


def no_groups(ids: Sequence[str]) -> Groups:
    """Every series in one group."""
    return Groups(of_series=tuple(Group() for _ in ids), without_group=(), without_series=())


def read_groups(path: Path, ids: Sequence[str]) -> Groups:
    """The groups of the series `ids`; SeriesFileError for another header, a short line or a series twice."""
    stated: dict[str, Group] = {}
    line = 0
    try:
        with path.open(encoding=encoding_of_table(path), newline="") as stream:
            reader = csv.reader(stream, strict=True)
            if tuple(name.strip() for name in next(reader, [])) != _COLUMNS:
                listed = ",".join(_COLUMNS)
                raise SeriesFileError(
                    path, line=1, zh=f"表头应为 {listed}", en=f"the header must be {listed}"
                )
            line = reader.line_num
            for cells in filter(None, reader):
                line = reader.line_num
                _add(path, line, [cell.strip() for cell in cells], stated)
    except csv.Error as error:
        raise SeriesFileError(path, line=line + 1, zh=f"不是 CSV：{error}", en=f"not CSV: {error}") from error
    known = set(ids)
    return Groups(
        of_series=tuple(stated.get(name, Group()) for name in ids),
        without_group=tuple(name for name in ids if name not in stated),
        without_series=tuple(name for name in stated if name not in known),
    )


def _add(path: Path, line: int, cells: Sequence[str], stated: dict[str, Group]) -> None:
    if len(cells) != len(_COLUMNS):
        raise SeriesFileError(
            path, line=line, zh=f"有 {len(cells)} 个字段，应有 4 个", en=f"has {len(cells)} fields, not 4"
        )
    if cells[0] in stated:
        raise SeriesFileError(
            path, line=line, zh=f"序列 {cells[0]} 出现两次", en=f"series {cells[0]} is there twice"
        )
    stated[cells[0]] = Group(institution=cells[1], cause=cells[2], level=cells[3])
