"""What the sheets of a workbook share: their names and parts, the texts of cells, the formats of numbers.

ECMA-376 part 1 (18.2 workbook, 18.4 shared strings, 18.8 styles) and part 2 (parts and relationships).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath

from xiaobao.intake.reading.markup import BROKEN_RULE, Markup, elements, names_of
from xiaobao.intake.reading.shown import NUMBER, Shown, shown_by
from xiaobao.intake.reading.unreadable import unreadable
from xiaobao.intake.reading.zips import Zip

_SMALL_PART_LIMIT_BYTES = 16 << 20
_TEXTS_LIMIT_BYTES = 512 << 20
_SHEETS_LIMIT = 256
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TEXT_NAMES = names_of("si", "t", "rPh")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """One sheet of cells."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook, its sheets still unread."""

    sheets: tuple[SheetPart, ...]
    """Sheets of cells in the order of their tabs, hidden ones too."""
    since_1904: bool
    texts: tuple[str, ...]
    """The shared strings."""
    styles: tuple[Shown, ...]
    """How the cells of each style show numbers."""


def read_book(packed: Zip) -> Book:
    """The parts all sheets need; UnreadableError where the workbook is broken or out of bounds."""
    part = _main_part(packed)
    links = _links(packed, part)
    sheets, since_1904 = _sheets(packed, part, links)
    texts_part = _linked(packed, links, "/sharedStrings")
    styles_part = _linked(packed, links, "/styles")
    return Book(
        sheets=sheets,
        since_1904=since_1904,
        texts=_texts(packed, texts_part) if texts_part else (),
        styles=_styles(packed, styles_part) if styles_part else (),
    )


def in_plain(text: str) -> str:
    """A text with its escaped characters (`_x000D_`, ST_Xstring) in place; NUL and half characters stay."""
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    # A control character is judged by the rules as that of a CSV file is; its escape would pass for a text.
    return match[0] if character == "\0" or "\ud800" <= character <= "\udfff" else character


def _main_part(packed: Zip) -> str:
    for _, (kind, target) in _links(packed, "").items():
        if kind.endswith("/officeDocument"):
            return _found(packed, target)
    raise unreadable(BROKEN_RULE, value="_rels/.rels")


def _links(packed: Zip, part: str) -> dict[str, tuple[str, str]]:
    """Id → type and target part of the relationships of a part; "" is the package."""
    folder, _, name = part.rpartition("/")
    path = _found(packed, join(folder, "_rels", f"{name}.rels"))
    found: dict[str, tuple[str, str]] = {}
    for element, attributes in _elements(packed, path):
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            whole = target[1:] if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), whole)
    return found


def _linked(packed: Zip, links: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((_found(packed, target) for stated, target in links.values() if stated.endswith(kind)), None)


def _found(packed: Zip, part: str) -> str:
    """The name a part has in the zip file; names of parts are compared without case."""
    if part in packed.members:
        return part
    for name in packed.members:
        if name.casefold() == part.casefold():
            return name
    raise unreadable(BROKEN_RULE, value=part)


def _elements(packed: Zip, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    return elements(part, packed.pieces(part, limit_bytes=_SMALL_PART_LIMIT_BYTES))


def _sheets(packed: Zip, part: str, links: dict[str, tuple[str, str]]) -> tuple[tuple[SheetPart, ...], bool]:
    sheets, since_1904 = [], False
    for element, attributes in _elements(packed, part):
        if element == "workbookPr":
            since_1904 = attributes.get("date1904", "0").casefold() in ("1", "true")
        if element == "sheet":
            link = next((value for name, value in attributes.items() if name.endswith(" id")), "")
            kind, target = links.get(link, ("", ""))
            if kind.endswith("/worksheet"):
                hidden = attributes.get("state", "visible") != "visible"
                name = attributes.get("name", "")
                sheets.append(SheetPart(name=name, part=_found(packed, target), hidden=hidden))
    if not 0 < len(sheets) <= _SHEETS_LIMIT:
        raise unreadable(BROKEN_RULE, value=part)
    return tuple(sheets), since_1904


def _styles(packed: Zip, part: str) -> tuple[Shown, ...]:
    codes: dict[int, str] = {}
    styles: list[Shown] = []
    within = False
    for element, attributes in _elements(packed, part):
        number = attributes.get("numFmtId", "0")
        if element == "numFmt" and number.isdecimal():
            codes[int(number)] = attributes.get("formatCode", "")
        if element in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            within = element == "cellXfs"
        if element == "xf" and within:
            styles.append(shown_by(int(number), codes.get(int(number))) if number.isdecimal() else NUMBER)
    return tuple(styles)


def _texts(packed: Zip, part: str) -> tuple[str, ...]:
    reader = _TextReader(part)
    for piece in packed.pieces(part, limit_bytes=_TEXTS_LIMIT_BYTES):
        reader.markup.feed(piece)
    reader.markup.close()
    return tuple(reader.texts)


class _TextReader:
    """Collects the shared strings; runs of one text are joined, readings above it (rPh) left out."""

    def __init__(self, part: str) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._collecting = False
        self._reading = False
        self.markup = Markup(part, start=self._start, end=self._end, text=self._text)

    def _start(self, name: str, _: dict[str, str]) -> None:
        kind = _TEXT_NAMES.get(name)
        if kind == "si":
            self._parts.clear()
        elif kind == "t":
            self._collecting = not self._reading
        elif kind == "rPh":
            self._reading = True
        else:
            self.markup.deeper()

    def _end(self, name: str) -> None:
        kind = _TEXT_NAMES.get(name)
        if kind == "t":
            self._collecting = False
        elif kind == "si":
            self.texts.append(in_plain("".join(self._parts)))
        elif kind == "rPh":
            self._reading = False
        else:
            self.markup.higher()

    def _text(self, text: str) -> None:
        if self._collecting:
            self._parts.append(text)
