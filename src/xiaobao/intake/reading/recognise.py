"""What a file is, by its first bytes and never by its name."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xiaobao.lib.encoding import BYTE_ORDER_MARK


class Kind(StrEnum):
    """What the bytes of a file are."""

    TEXT = "text"  # read as CSV, which finds out whether it is
    JSON_LINES = "json_lines"
    JSON_ARRAY = "json_array"
    GZIP = "gzip"
    ZIP = "zip"  # a workbook or a container: the names of its members tell
    COMPOUND = "compound"  # an old Excel or Word file, or an encrypted workbook
    OTHER = "other"  # known, and not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a file is; `name` is the name of one that is not read."""

    kind: Kind
    name: str = ""


_FIRST_BYTES = 4096
_ENCRYPTED = "EncryptionInfo".encode("utf-16-le")
_BOOKS = {
    name.encode("utf-16-le") + b"\0\0": shown
    for name, shown in (
        ("Workbook", "Excel 97-2003 (.xls, .et)"),
        ("Book", "Excel 97-2003 (.xls, .et)"),
        ("WordDocument", "Word 97-2003 (.doc, .wps)"),
        ("PowerPoint Document", "PowerPoint 97-2003 (.ppt)"),
    )
}
_TAR_AT, _TAR = 257, b"ustar"
_PROGRAM = b"MZ"
_MAGIC: dict[bytes, Recognised] = {
    b"\x1f\x8b": Recognised(kind=Kind.GZIP),
    b"PK\x03\x04": Recognised(kind=Kind.ZIP),
    b"PK\x05\x06": Recognised(kind=Kind.ZIP),
    b"PK\x07\x08": Recognised(kind=Kind.ZIP),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Recognised(kind=Kind.COMPOUND),
    b"%PDF": Recognised(kind=Kind.OTHER, name="PDF"),
    b"Rar!\x1a\x07": Recognised(kind=Kind.OTHER, name="RAR"),
    b"7z\xbc\xaf\x27\x1c": Recognised(kind=Kind.OTHER, name="7z"),
    b"BZh": Recognised(kind=Kind.OTHER, name="bzip2"),
    b"\xfd7zXZ\0": Recognised(kind=Kind.OTHER, name="xz"),
    b"\x28\xb5\x2f\xfd": Recognised(kind=Kind.OTHER, name="Zstandard"),
    b"PAR1": Recognised(kind=Kind.OTHER, name="Parquet"),
    b"{\\rtf": Recognised(kind=Kind.OTHER, name="RTF"),
    b"\x89PNG": Recognised(kind=Kind.OTHER, name="PNG"),
    b"\xff\xd8\xff": Recognised(kind=Kind.OTHER, name="JPEG"),
    b"\x09\x08\x10\x00\x00\x06\x05": Recognised(kind=Kind.OTHER, name="Excel 97-2003 (.xls)"),
}
_JSON_OBJECT = re.compile(rb'\s*\{\s*["}]')
_JSON_ARRAY = re.compile(rb'\s*\[\s*[{\[\]"]')
# Systems that "export to Excel" as a page or as XML are common; both open in Excel and neither is a workbook.
_MARKUP = re.compile(rb"\s*<(?:!doctype html|html|head|meta|table|body|div|style)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_SHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_PAGE_ARCHIVE = re.compile(rb"\s*MIME-Version:", re.IGNORECASE)


def recognise(path: Path) -> Recognised:
    """What the file is."""
    with path.open("rb") as stream:
        first = stream.read(_FIRST_BYTES)
    for magic, recognised in _MAGIC.items():
        if first.startswith(magic):
            return _compound(path) if recognised.kind is Kind.COMPOUND else recognised
    if first.startswith(_TAR, _TAR_AT):
        return Recognised(kind=Kind.OTHER, name="tar")
    if first.startswith(_PROGRAM) and b"\0" in first:
        return Recognised(kind=Kind.OTHER, name="Windows program (.exe)")
    return _text(first.removeprefix(BYTE_ORDER_MARK))


def _text(first: bytes) -> Recognised:
    if _JSON_OBJECT.match(first):
        return Recognised(kind=Kind.JSON_LINES)
    if _JSON_ARRAY.match(first):
        return Recognised(kind=Kind.JSON_ARRAY)
    if _MARKUP.match(first):
        return Recognised(kind=Kind.OTHER, name="HTML")
    if _XML.match(first):
        known = _SHEET_XML in first
        return Recognised(kind=Kind.OTHER, name="XML Spreadsheet 2003" if known else "XML")
    if _PAGE_ARCHIVE.match(first):
        return Recognised(kind=Kind.OTHER, name="MHTML")
    return Recognised(kind=Kind.TEXT)


def _compound(path: Path) -> Recognised:
    """An OLE compound file: its directory names its streams in UTF-16, wherever in the file it lies."""
    kept = b""
    name = "OLE"
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            window = kept + piece
            if _ENCRYPTED in window:
                return Recognised(kind=Kind.COMPOUND, name="encrypted")
            name = next((shown for book, shown in _BOOKS.items() if book in window), name)
            kept = window[-64:]
    return Recognised(kind=Kind.OTHER, name=name)
