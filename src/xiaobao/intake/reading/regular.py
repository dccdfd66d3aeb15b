"""Rows of a sheet as spreadsheets write them, read by one expression a row instead of the parser.

Whatever the expression does not account for, letter by letter, is no regular row: it is left to the parser,
which then reads all that follows. Some three times as fast, and never another reading.
"""

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import unescape

from xiaobao.intake.reading.grid import COLUMNS, COLUMNS_LIMIT, ROWS_LIMIT, SheetRow
from xiaobao.intake.reading.numbers import DateForms
from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES
from xiaobao.intake.reading.values import Values

HEAD_END = b"<sheetData>"
HEAD_LIMIT_BYTES = 1 << 20

_ROW_END = b"</row>"
_ROW_START = b"<row "
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml [^<>]*encoding=[\"']utf-8[\"'][^<>]*\?>\s*<worksheet[^<>]* xmlns=\"",
    re.IGNORECASE,
)
_DESCENT_SPACE = b' xmlns:x14ac="'
_TEXT = r"(?:[^<>&\x00-\x08\x0b-\x1f\ufffe\uffff]|&(?:amp|lt|gt|quot|apos);)*+"
_FORMULA = rf'<f(?: [a-z]+="[A-Za-z0-9:$]*")*+(?:/>|>{_TEXT}</f>)(?=<v>[^<])'
_CELL = (
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,9})")?'
    r'(?: t="s"><v>([0-9]{1,9})</v></c>'
    rf'| t="inlineStr"(?:/>|><is><t(?: xml:space="preserve")?>({_TEXT})</t></is></c>)'
    rf'|(?: t="(str|n|b|e)")?(?:/>|>(?:(?:{_FORMULA})?<v>({_TEXT})</v>)?</c>))'
)
_ATTRIBUTE = (
    " (?:spans|s|customFormat|ht|customHeight|hidden|outlineLevel|collapsed|thickTop|thickBot|ph"
    '|x14ac:dyDescent)="[A-Za-z0-9.: ]{0,100}"'
)
_UNNAMED_CELL = re.sub(r"\((?!\?)", "(?:", _CELL)
_CELLS = re.compile(_CELL)
_ROW = re.compile(rf'<row r="([1-9][0-9]{{0,6}})"((?:{_ATTRIBUTE})*+)(?:/>|>((?:{_UNNAMED_CELL})*+)</row>)')
_NAMES = re.compile(r" ([\w:]+)=")
_HIDDEN = re.compile(' hidden="(?:1|true)"')
_REMEMBERED = 1 << 12
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


def may_be_regular(head: bytes) -> bool:
    """True where the rows after this head of a part, up to `HEAD_END`, can be read by their letters."""
    return _HEAD.match(head) is not None


class RegularRows:
    """Takes what follows the head of a sheet and gives its rows, as long as they are regular."""

    def __init__(self, head: bytes, values: Values, forms: Mapping[int, DateForms]) -> None:
        self._values = values
        self._forms = forms
        self._descent_known = _DESCENT_SPACE in head
        self._hidden: dict[str, bool | None] = {"": False}
        self.last_row = 0
        """Number of the last row given."""
        self.rest = b""
        """What was not read yet."""
        self.ended = False
        """True once the parser reads on."""

    def read(self, piece: bytes) -> Iterator[SheetRow]:
        """The next rows."""
        content = self.rest + piece
        end = content.rfind(_ROW_END)
        end = 0 if end < 0 else end + len(_ROW_END)
        try:
            text = content[:end].decode()
        except UnicodeDecodeError:
            self.rest, self.ended = content, True
            return
        at = 0
        while (match := _ROW.match(text, at)) and (row := self._row(match)) is not None:
            self.last_row, at = row.number, match.end()
            yield row
        self.rest = text[at:].encode() + content[end:]
        begun = self.rest[: len(_ROW_START)]
        self.ended = at < len(text) or len(self.rest) > LINE_LIMIT_BYTES or not _ROW_START.startswith(begun)

    def _row(self, match: re.Match[str]) -> SheetRow | None:
        """The row of a match; None where it is not as the standard wants it, which the parser will say."""
        stated, attributes, inner = match.groups()
        number, hidden = int(stated), self._is_hidden(attributes)
        if hidden is None or not self.last_row < number <= ROWS_LIMIT:
            return None
        row = SheetRow(number=number, hidden=hidden)
        cells, texts, last, size = row.cells, self._values.texts, -1, 0
        for letters, digits, style, shared, inline, kind, value in _CELLS.findall(inner or ""):
            column = COLUMNS.get(letters, COLUMNS_LIMIT)
            if digits != stated or not last < column < COLUMNS_LIMIT:
                return None
            last = column
            if shared:
                place = int(shared)
                if place >= len(texts):
                    return None
                text = texts[place]
            else:
                text = self._own(row, column, style, "str" if inline else kind or "n", inline or value)
            if text:
                cells[column] = text
                size += len(text)
        return row if size <= LINE_LIMIT_BYTES else None

    def _own(self, row: SheetRow, column: int, style: str, kind: str, content: str) -> str:
        """The text of a cell that states its content itself; a doubt about it is noted in the row."""
        if "&" in content:
            content = unescape(content, _ENTITIES)
        text, doubt = self._values.read(content, kind, style, self._forms.get(column))
        if doubt is not None:
            row.doubts.append((column, doubt, text or content))
        return text

    def _is_hidden(self, attributes: str) -> bool | None:
        """Whether the attributes of a row hide it; None where no parser would take them. Few differ."""
        if attributes not in self._hidden:
            names = _NAMES.findall(attributes)
            sound = len(set(names)) == len(names) and (self._descent_known or "x14ac:dyDescent" not in names)
            if len(self._hidden) > _REMEMBERED:
                self._hidden.clear()
            self._hidden[attributes] = _HIDDEN.search(attributes) is not None if sound else None
        return self._hidden[attributes]
