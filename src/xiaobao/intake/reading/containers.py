"""Takes the one data file out of a gzip or zip file, in bounded time and memory."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import SEEK_CUR
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from xiaobao.intake.reading.recognise import Kind, Recognised, recognise
from xiaobao.intake.reading.unreadable import unreadable
from xiaobao.intake.reading.zips import UNPACKED_LIMIT_BYTES, Growth, Zip

_BROKEN_RULE = "container_broken"
_PIECE_BYTES = 1 << 16
_STREAMS_LIMIT = 1000
_GZIP_HEAD = 16 + zlib.MAX_WBITS
_NAMES_SHOWN = 5
# What packers of other systems add beside the file they were asked to pack.
_FOREIGN_FOLDER = "__MACOSX"
_BYSTANDERS = (".ds_store", "thumbs.db", "desktop.ini")
_BYSTANDER_BEGINNINGS = ("._", "~$")  # what macOS keeps of a file's attributes, and Excel of who has it open
_LOCAL_HEAD_BYTES = 30
_FIRST_PARTS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/")
_NAMED_BY_A_MEMBER = {
    "xl/workbook.xml": Recognised(kind=Kind.ZIP),
    "xl/workbook.bin": Recognised(kind=Kind.OTHER, name="Excel binary (.xlsb)"),
    "word/document.xml": Recognised(kind=Kind.OTHER, name="Word (.docx)"),
    "ppt/presentation.xml": Recognised(kind=Kind.OTHER, name="PowerPoint (.pptx)"),
    "OFD.xml": Recognised(kind=Kind.OTHER, name="OFD"),
    "Index/Document.iwa": Recognised(kind=Kind.OTHER, name="Apple Numbers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The file that holds the rows, taken out of its container where it came in one."""

    path: Path
    kind: Kind
    """Never a container: `Kind.ZIP` is a workbook."""
    container: str | None = None
    member: str | None = None


@contextmanager
def work_folder(stated: Path | None) -> Iterator[Path]:
    """A folder for what is taken out of containers: the one stated, or one that is gone afterwards."""
    if stated is not None:
        yield stated
        return
    with TemporaryDirectory(prefix="xiaobao-") as folder:
        yield Path(folder)


@contextmanager
def content_of(path: Path, *, work: Path) -> Iterator[Content]:
    """The data file of a delivery; UnreadableError where there is none to be read, or more than one.

    What is taken out lies in the folder `work` as long as the context is open.
    """
    recognised = _recognised(path)
    if recognised.kind is Kind.GZIP or recognised.name == "zip":
        taken_out = work / f"{path.name}.unpacked"
        try:
            container, member = "gzip", None
            if recognised.kind is Kind.GZIP:
                _from_gzip(path, taken_out)
            else:
                container, member = "zip", _from_zip(path, taken_out)
            inner = _recognised(taken_out)
            if inner.kind is Kind.GZIP or inner.name == "zip":
                raise unreadable("container_nested", value=member or inner.kind.value)
            yield Content(path=taken_out, kind=_read(inner), container=container, member=member)
        finally:
            taken_out.unlink(missing_ok=True)
    else:
        yield Content(path=path, kind=_read(recognised))


def _recognised(path: Path) -> Recognised:
    """As `recognise`, and a zip file told from a workbook: a container is named `zip`."""
    recognised = recognise(path)
    if recognised.kind is not Kind.ZIP:
        return recognised
    rule_id = "workbook_broken" if _begins_as_workbook(path) else _BROKEN_RULE
    with Zip(path, rule_id=rule_id) as packed:
        for name, known in _NAMED_BY_A_MEMBER.items():
            if name in packed.members:
                return known
        if any(name.casefold() == "[content_types].xml" for name in packed.members):
            return Recognised(kind=Kind.ZIP)
        if "mimetype" in packed.members and "content.xml" in packed.members:
            return Recognised(kind=Kind.OTHER, name="OpenDocument (.ods)")
    return Recognised(kind=Kind.ZIP, name="zip")


def _begins_as_workbook(path: Path) -> bool:
    """True where the first member of a zip file, which may be broken further on, is a part of a workbook."""
    with path.open("rb") as stream:
        return stream.read(_LOCAL_HEAD_BYTES + 32)[_LOCAL_HEAD_BYTES:].startswith(_FIRST_PARTS)


def _read(recognised: Recognised) -> Kind:
    """The kind of a file that is read; UnreadableError by name for the others."""
    if recognised.kind is Kind.COMPOUND:
        raise unreadable("workbook_encrypted")
    if recognised.kind is Kind.OTHER:
        raise unreadable("format_refused", value=recognised.name)
    if recognised.kind is Kind.JSON_ARRAY:
        raise unreadable("json_lines", line_number=1)
    return recognised.kind


def _from_gzip(path: Path, taken_out: Path) -> None:
    growth = Growth(name="gzip", packed_bytes=path.stat().st_size, limit_bytes=UNPACKED_LIMIT_BYTES)
    with path.open("rb") as packed, taken_out.open("wb") as unpacked:
        try:
            for piece in _inflated(packed):
                growth.add(len(piece))
                unpacked.write(piece)
        except zlib.error as error:
            raise unreadable(_BROKEN_RULE, value="gzip") from error


def _inflated(packed: BinaryIO) -> Iterator[bytes]:
    """The content of one gzip stream after the other; zlib.error where one is broken or cut off.

    By zlib itself: the standard library's `gzip` reads the name in the head byte by byte, however long.
    """
    for _ in range(_STREAMS_LIMIT):
        inflater = zlib.decompressobj(_GZIP_HEAD)
        while not inflater.eof:
            data = inflater.unconsumed_tail or packed.read(_PIECE_BYTES)
            if not data:
                raise zlib.error("the stream is cut off")
            yield inflater.decompress(data, _PIECE_BYTES)
        packed.seek(-len(inflater.unused_data), SEEK_CUR)
        if not _more(packed):
            return
    raise zlib.error("too many streams")


def _more(packed: BinaryIO) -> bool:
    """True where more than padding follows; the file then stands at the start of it."""
    at = packed.tell()
    while piece := packed.read(_PIECE_BYTES):
        if piece.strip(b"\0"):
            packed.seek(at)
            return True
    return False


def _from_zip(path: Path, taken_out: Path) -> str:
    with Zip(path, rule_id=_BROKEN_RULE) as packed:
        names = [name for name in packed.members if not _is_bystander(name)]
        if not names:
            raise unreadable("container_empty")
        if len(names) > 1:
            raise unreadable("container_members", value=_listed(names), expected="1")
        if packed.encrypted(names[0]):
            raise unreadable("container_encrypted", value=names[0])
        if (method := packed.strange_method(names[0])) is not None:
            raise unreadable("container_method", value=names[0], expected=method)
        with taken_out.open("wb") as unpacked:
            for piece in packed.pieces(names[0]):
                unpacked.write(piece)
    return names[0]


def _is_bystander(name: str) -> bool:
    path = PurePosixPath(name)
    own = path.name.casefold()
    return _FOREIGN_FOLDER in path.parts or own in _BYSTANDERS or own.startswith(_BYSTANDER_BEGINNINGS)


def _listed(names: list[str]) -> str | None:
    left = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" … (+{left})" if left > 0 else "") or None
