"""The XML of a workbook, parsed as it streams by; whatever could make a parser work without end is refused.

No part of a workbook has a document type, so none is allowed: with it go entities, expanding or external. A
single tag may not be longer, nor tags lie deeper in one another, than any that a spreadsheet writes.
"""

from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from xiaobao.intake.reading.unreadable import UnreadableError, unreadable

BROKEN_RULE = "workbook_broken"

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # the strict form of ISO/IEC 29500
)
_SEPARATOR = " "
_TAG_LIMIT_BYTES = 1 << 20
_DEPTH_LIMIT = 64

Start = Callable[[str, dict[str, str]], object]
End = Callable[[str], object]


def names_of(*local_names: str) -> dict[str, str]:
    """Names as the parser gives them → local names, for elements of spreadsheets."""
    return {f"{space}{_SEPARATOR}{name}": name for space in _NAMESPACES for name in local_names}


def local_name(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(_SEPARATOR)[2]


class Markup:
    """A parser of one part; the handlers get names with their namespaces before them."""

    def __init__(self, part: str, *, start: Start, end: End, text: Callable[[str], object]) -> None:
        self._part = part
        self._fed = 0
        self._depth = 0
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser = parser

    def feed(self, piece: bytes) -> None:
        """Parse one piece; UnreadableError where it is no XML that a workbook may hold."""
        self._parse(piece, last=False)
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > _TAG_LIMIT_BYTES:
            raise self.broken()

    def close(self) -> None:
        """The end of the part."""
        self._parse(b"", last=True)

    def deeper(self) -> None:
        """Note an element that nobody reads; UnreadableError where they lie too deep in one another."""
        self._depth += 1
        if self._depth > _DEPTH_LIMIT:
            raise self.broken()

    def higher(self) -> None:
        """Note the end of an element that nobody reads."""
        self._depth -= 1

    def broken(self) -> UnreadableError:
        """The error that names the part."""
        return unreadable(BROKEN_RULE, value=self._part)

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise self.broken() from error

    def _refuse_document_type(self, *_: object) -> None:
        raise self.broken()


def elements(part: str, pieces: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """Name without namespace, attributes of each element of a small part, in order."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        markup.deeper()
        found.append((local_name(name), attributes))

    markup = Markup(part, start=start, end=lambda _: markup.higher(), text=lambda _: None)
    for piece in pieces:
        markup.feed(piece)
        yield from found
        found.clear()
    markup.close()
    yield from found
