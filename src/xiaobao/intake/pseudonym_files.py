"""A CSV file with one column of numbers made pseudonyms, at the reporter's; every other cell stays as it is.

What cannot become a pseudonym is named and its cell left empty: a number that names somebody never goes out.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.reading.csv import Header, read_headers
from xiaobao.intake.reading.dialects import Dialect
from xiaobao.intake.reading.scan import Scan, scan
from xiaobao.intake.reading.unreadable import Trouble
from xiaobao.intake.shown_values import masked
from xiaobao.lib.encoding import GB18030
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.text import tidy
from xiaobao.lib.unchanged import unchanged
from xiaobao.lib.words import Words
from xiaobao.privacy.nobody import names_nobody
from xiaobao.privacy.pseudonym_keys import Kind, PseudonymKeys, looks_ready

if TYPE_CHECKING:
    import _csv

_TRAILER_CELLS = 2
_PRIVATE_MODE = 0o600


class PseudonymFileError(UserError):
    """A file that cannot be read, or whose result cannot be written; nothing was written."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class IllFormed:
    """A cell that cannot become a pseudonym and was left empty."""

    row_number: int
    """Row of data from 1, blank lines not counted."""
    line_number: int
    """Physical line from 1 on which the row begins."""
    value: str
    """Masked: two characters at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudonymFile:
    """What was made of a file."""

    key_id: str
    rows: int
    made: int
    kept: int
    """Cells that held a ready pseudonym before."""
    empty: int
    ill_formed: tuple[IllFormed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    cells: list[str]
    number: int
    line: int


@dataclass(slots=True, kw_only=True)
class _Made:
    """The cells as they come; equal ones are worked out once."""

    keys: PseudonymKeys
    kind: Kind
    known: dict[str, str | None]
    ill_formed: list[IllFormed]
    made: int = 0
    kept: int = 0
    empty: int = 0

    def cell(self, row: _Row, text: str) -> str:
        if not text.strip():
            self.empty += 1
            return text
        if text not in self.known:
            self.known[text] = self._ready(text)
        ready = self.known[text]
        if ready is None:
            wrong = IllFormed(row_number=row.number, line_number=row.line, value=masked(text.strip()))
            self.ill_formed.append(wrong)
            return ""
        if looks_ready(text):
            self.kept += 1
        else:
            self.made += 1
        return ready

    def _ready(self, text: str) -> str | None:
        if not looks_ready(text):
            return None if names_nobody(text) else self.keys.ready(text, kind=self.kind)
        return None if self.keys.of_ready(text, kind=self.kind) is None else text


def pseudonymize(
    path: Path, out: Path, *, column: str, kind: Kind, keys: PseudonymKeys, catalog: Catalog
) -> PseudonymFile:
    """Write `path` to the new file `out` with the cells of one column made pseudonyms.

    Encoding, order and all other cells stay. Raises PseudonymFileError, with nothing written, for a file that
    is no CSV, lacks the column, or has a row whose cells cannot be told apart, and for an `out` that exists;
    FileChangedError for one that is written meanwhile.
    """
    made = _Made(keys=keys, kind=kind, known={}, ill_formed=[])
    rows = 0
    # Looked at last: what was written goes again where the file did not stay the same.
    with ExitStack() as written, unchanged(path):
        scanned, header = _opened(path, catalog)
        place = _place_of(header, column)
        encoding = scanned.encoding if scanned.encoding == GB18030 else "utf-8"
        encoding_out = "utf-8-sig" if scanned.data_from else encoding
        stream = written.enter_context(_new_file(out, encoding=encoding_out))
        writer = csv.writer(stream, lineterminator=_line_end(path))
        for row in _rows(path, encoding, header):
            if row.number and len(row.cells) == len(header.cells):
                row.cells[place] = made.cell(row, row.cells[place])
            writer.writerow(row.cells)
            rows = max(rows, row.number)
    return PseudonymFile(
        key_id=keys.newest.id,
        rows=rows,
        made=made.made,
        kept=made.kept,
        empty=made.empty,
        ill_formed=tuple(made.ill_formed),
    )


def _opened(path: Path, catalog: Catalog) -> tuple[Scan, Header]:
    scanned = scan(path)
    if isinstance(scanned, Trouble):
        raise _unreadable(scanned, catalog)
    header = next(read_headers(path, scanned, dialect=Dialect()), None)
    if header is None:
        raise _unreadable(Trouble(rule_id="empty_file"), catalog)
    return scanned, header


def _unreadable(trouble: Trouble, catalog: Catalog) -> PseudonymFileError:
    return PseudonymFileError(
        catalog.rules[trouble.rule_id].sentence.fill(
            row=trouble.line_number or "—", column="—", value=trouble.value or "—", expected="CSV"
        )
    )


def _place_of(header: Header, column: str) -> int:
    wanted = tidy(column).casefold()
    places = [place for place, cell in enumerate(header.cells) if cell.casefold() == wanted]
    if len(places) != 1:
        raise PseudonymFileError(
            Words(
                zh=f"文件中名为“{column}”的列有 {len(places)} 个，应恰有一个；表头是："
                + "、".join(header.cells),
                en=f"the file has {len(places)} columns named “{column}” and should have one; its header: "
                + ", ".join(header.cells),
            )
        )
    return places[0]


def _rows(path: Path, encoding: str, header: Header) -> Iterator[_Row]:
    """Every record in order; what lies before the first row of data, and blank lines, have the number 0."""
    number, line, at_data = 0, 0, False
    odd: _Row | None = None
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
        reader = csv.reader(stream, strict=True)
        for cells in _records(reader):
            begins, line = line + 1, reader.line_num
            blank = not any(cell.strip() for cell in cells) and len(cells) <= 1
            if at_data and not blank:
                number += 1
            row = _Row(cells=cells, number=number if at_data and not blank else 0, line=begins)
            if odd is not None and not blank:
                raise _uneven(odd, header)
            if row.number and len(cells) != len(header.cells):
                odd = row
                if not _is_trailer(cells, header):
                    raise _uneven(row, header)
            at_data = at_data or not blank
            yield row


def _records(reader: "_csv.Reader") -> Iterator[list[str]]:
    """The records one by one; a broken one is named by the line on which it begins."""
    begins = 1
    try:
        for cells in reader:
            yield cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise PseudonymFileError(
            Words(
                zh=f"物理行 {begins} 起的记录有位置不对或未闭合的双引号，无法分清各格；"
                "含引号的内容请整体加引号，其中的引号写两个；未写出任何文件，请改正后重做",
                en=f"the record that begins in line {begins} has a quote in the middle of a cell or one that "
                "is never closed, so its cells cannot be told apart; quote the whole cell and double the "
                "quotes in it; nothing was written, mend the record and run again",
            )
        ) from error


def _is_trailer(cells: Sequence[str], header: Header) -> bool:
    """A short last record such as 合计,120: a word and a count."""
    stated = [cell for cell in cells if cell.strip()]
    return (
        len(cells) < len(header.cells) and len(stated) <= _TRAILER_CELLS and not stated[0].strip().isdigit()
    )


def _uneven(row: _Row, header: Header) -> PseudonymFileError:
    found, wanted = len(row.cells), len(header.cells)
    return PseudonymFileError(
        Words(
            zh=f"第 {row.number} 行（物理行 {row.line}）有 {found} 格，表头有 {wanted} 格，"
            "无法判断哪一格是证件或联系方式；未写出任何文件，请改正该行后重做",
            en=f"row {row.number} (line {row.line}) has {found} cells, the header {wanted}: nobody can tell "
            "which holds the number; nothing was written, mend the row and run again",
        )
    )


@contextmanager
def _new_file(out: Path, *, encoding: str) -> Iterator[IO[str]]:
    """A new file that nobody else reads; it is gone again where anything is raised meanwhile."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_MODE)
    except FileExistsError as error:
        raise PseudonymFileError(
            Words(zh=f"{out} 已存在；请另取文件名", en=f"{out} exists already; name another file by --out")
        ) from error
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as stream:
            yield stream
    except BaseException:
        out.unlink()
        raise


def _line_end(path: Path) -> str:
    with path.open("rb") as stream:
        return "\r\n" if b"\r\n" in stream.read(1 << 16) else "\n"
