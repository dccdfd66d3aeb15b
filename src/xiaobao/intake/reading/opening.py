"""Opens the rows of a file, whatever its format: those that may be its header, and what was checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xiaobao.catalog.sources import FileFormat
from xiaobao.intake.reading import csvfile, jsonlines, xlsx
from xiaobao.intake.reading.containers import Content
from xiaobao.intake.reading.head import Head
from xiaobao.intake.reading.recognise import Kind

FORMATS = {
    Kind.TEXT: FileFormat.CSV,
    Kind.ZIP: FileFormat.WORKBOOK,
    Kind.JSON_LINES: FileFormat.JSON_LINES,
}
CONTAINER_CHECKS = (
    *("container_broken", "container_empty", "container_members", "container_encrypted"),
    *("container_method", "container_nested"),
    *("unpacked_too_large", "format_refused", "workbook_encrypted", "json_lines"),
)
"""The rules that are applied before the format of a file is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file whose first rows were read."""

    heads: tuple[Head, ...]
    checks: tuple[str, ...]
    """Ids of the rules that reading its rows applies."""


@contextmanager
def open_rows(content: Content, *, work: Path, rows_limit: int) -> Iterator[Opened]:
    """The rows of a data file as long as the context is open; UnreadableError where there are none.

    A header may be one of the first `rows_limit` rows. `work` is a folder for copies.
    """
    match FORMATS[content.kind]:
        case FileFormat.CSV:
            with csvfile.open_csv(content.path, work=work, rows_limit=rows_limit) as heads:
                yield Opened(heads=heads, checks=csvfile.CHECKS)
        case FileFormat.WORKBOOK:
            with xlsx.open_workbook(content.path, rows_limit=rows_limit) as heads:
                yield Opened(heads=heads, checks=xlsx.CHECKS)
        case FileFormat.JSON_LINES:
            heads = jsonlines.open_json_lines(content.path)
            yield Opened(heads=heads, checks=jsonlines.CHECKS)
