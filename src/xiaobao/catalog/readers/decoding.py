"""Decodes single catalog files; every fault names the file and the key."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import TypeVar

import msgspec

from xiaobao.catalog.catalog import CatalogError, CatalogFiles
from xiaobao.catalog.readers.archived import ArchivedFiles, complete
from xiaobao.lib.words import Words


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shape of a catalog file or of one row of it; a key it does not know is an error."""


class Text(Record, frozen=True, kw_only=True):
    """A text in both languages."""

    zh: str
    en: str

    def words(self) -> Words:
        """The same as Words."""
        return Words(zh=self.zh, en=self.en)


_IN_CHINESE = (
    (re.compile(r"Object contains unknown field `(.+?)`"), r"不认识的键 `\1`"),
    (re.compile(r"Object missing required field `(.+?)`"), r"缺少键 `\1`"),
    (re.compile(r"Expected `(.+?)`, got `(.+?)`"), r"应为 `\1`，实为 `\2`"),
    (re.compile(r"Invalid enum value (.+?)(?= - at|$)"), r"不是规定的值：\1"),
    (re.compile(r" - at `\$\.?(.*)`"), r"（位于 `\1`）"),
)


def in_chinese(message: str) -> str:
    """A decoder's message with the sentences it is made of in Chinese; the rest as it is."""
    for sentence, chinese in _IN_CHINESE:
        message = sentence.sub(chinese, message)
    return f"无法读取：{message}"


Shape = TypeVar("Shape", bound=msgspec.Struct)


def wrong(path: str, key: str, *, zh: str, en: str) -> CatalogError:
    """The error of one key of one file; `key` may be a row such as `row 3`, or empty for the whole file."""
    place = f"{path}: {key}" if key else path
    return CatalogError(Words(zh=f"目录文件 {place}：{zh}", en=f"catalog file {place}: {en}"))


def content_of(files: CatalogFiles, path: str) -> bytes:
    """The bytes of a file, for an archived catalog without it the standing one; CatalogError without any."""
    if path not in files and isinstance(files, ArchivedFiles):
        files = files.standing
    if path not in files:
        raise wrong(path, "", zh="没有这个文件", en="there is no such file")
    return files[path]


def text_of(files: CatalogFiles, path: str) -> str:
    """The text of a file, UTF-8 with or without BOM; CatalogError for other encodings."""
    try:
        return content_of(files, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(
            path,
            f"byte {error.start}",
            zh="不是 UTF-8 编码；请另存为 UTF-8",
            en="is not UTF-8; save the file as UTF-8",
        ) from error


def toml(files: CatalogFiles, path: str, shape: type[Shape]) -> Shape:
    """A TOML file in the given shape; CatalogError names a key that is unknown, missing or wrong."""
    return _converted(path, "", _decoded(files, path), shape, standing=_standing(files, path))


def toml_table(files: CatalogFiles, path: str, shape: type[Shape]) -> dict[str, Shape]:
    """A TOML file of named tables, each in the given shape; CatalogError names the table and the key."""
    standing = _standing(files, path)
    return {
        name: _converted(path, name, table, shape, standing=standing.get(name))
        for name, table in _decoded(files, path).items()
    }


def _decoded(files: CatalogFiles, path: str) -> dict[str, object]:
    try:
        return msgspec.toml.decode(text_of(files, path), type=dict[str, object])
    except msgspec.MsgspecError as error:
        raise wrong(path, "", zh=in_chinese(str(error)), en=str(error)) from error


def _standing(files: CatalogFiles, path: str) -> dict[str, object]:
    """What the standing catalog states in that file where an archived one is read; else nothing."""
    beside = files.standing if isinstance(files, ArchivedFiles) else {}
    return _decoded(beside, path) if path in beside else {}


def _converted(
    path: str, key: str, stated: object, shape: type[Shape], *, strict: bool = True, standing: object = None
) -> Shape:
    while True:  # as often as keys are missing that the standing catalog states
        try:
            return msgspec.convert(
                stated, shape, strict=strict, str_keys=True, builtin_types=(datetime, date, time)
            )
        except msgspec.ValidationError as error:
            if not complete(stated, standing, error=error):
                raise wrong(path, key, zh=in_chinese(str(error)), en=str(error)) from error


def rows(files: CatalogFiles, path: str, shape: type[Shape]) -> list[Shape]:
    """The rows of a CSV file with a header, empty cells left out; CatalogError names line and column."""
    known = {field.name for field in msgspec.structs.fields(shape)}
    return [
        _converted(path, f"line {line}", row, shape, strict=False) for line, row in _cells(files, path, known)
    ]


def _cells(files: CatalogFiles, path: str, known: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text_of(files, path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, known)
        for cells in reader:
            if len(cells) != len(header):
                raise wrong(
                    path,
                    f"line {reader.line_num}",
                    zh=f"有 {len(cells)} 个字段，表头有 {len(header)} 个",
                    en=f"has {len(cells)} fields, the header {len(header)}",
                )
            named = zip(header, cells, strict=True)
            yield reader.line_num, {name: cell.strip() for name, cell in named if cell.strip()}
    except csv.Error as error:
        raise wrong(
            path, f"line {reader.line_num}", zh=f"不是 CSV：{error}", en=f"not CSV: {error}"
        ) from error


def _check_header(path: str, header: list[str], known: set[str]) -> None:
    """Empty cells are left out, so an unknown column of empty cells would otherwise go unseen."""
    for name in header:
        if name not in known or header.count(name) > 1:
            columns = ", ".join(sorted(known))
            raise wrong(
                path,
                f"column {name}",
                zh=f"不认识或重复；可用 {columns}",
                en=f"is unknown or there twice; there are {columns}",
            )


def listed(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several values separated by `|`."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def folders(files: CatalogFiles, parent: str) -> tuple[str, ...]:
    """Names of the folders directly under `parent`, sorted."""
    depth = len(PurePosixPath(parent).parts)
    below = (PurePosixPath(path).parts for path in files if path.startswith(f"{parent}/"))
    return tuple(sorted({parts[depth] for parts in below if len(parts) > depth + 1}))


def stems(files: CatalogFiles, parent: str, suffix: str) -> tuple[str, ...]:
    """Names without suffix of the files directly in `parent`, sorted."""
    found = (PurePosixPath(path) for path in files)
    return tuple(sorted(p.stem for p in found if str(p.parent) == parent and p.suffix == suffix))
