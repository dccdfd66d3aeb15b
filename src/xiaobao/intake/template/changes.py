"""What the drop-downs of a workbook offered and those of the day do not, and the other way round."""

from collections.abc import Iterator, Sequence
from itertools import islice

from xiaobao.intake.reading.head import Head, Wanted
from xiaobao.intake.reading.records import Block
from xiaobao.intake.reading.unreadable import UnreadableError
from xiaobao.intake.shown_values import listed, masked
from xiaobao.intake.template.plan import TemplateColumn
from xiaobao.intake.template.sheets import LISTS_SHEET

_ROWS_LIMIT = 20_000
_CODE_LIMIT = 12
_ROWS_READ = Wanted(trailer=None, date_forms={})


def changes(heads: Sequence[Head], columns: Sequence[TemplateColumn]) -> str | None:
    """What changed, as `+B0306 name, −B0302, B0101 → name`; None where the workbook has no lists any more."""
    lists = next((head for head in heads if head.form.sheet == LISTS_SHEET and head.sound), None)
    if lists is None:
        return None
    try:
        offered = _offered(lists)
    except UnreadableError:
        return None  # nobody reads rows there: what is wrong with that sheet spoils none
    told = [
        change
        for column in columns
        if column.choices and column.header in offered
        for change in _changes(offered[column.header], column.choices)
    ]
    return listed(told) if told else None


def _offered(head: Head) -> dict[str, list[str]]:
    """Header → what the sheet of lists offers below it."""
    offered: dict[str, list[str]] = {name: [] for name in head.cells}
    rows = (row for part in head.parts(_ROWS_READ) if isinstance(part, Block) for row in _rows(part, head))
    for row in islice(rows, _ROWS_LIMIT):
        for name, cell in zip(head.cells, row, strict=True):
            if cell:
                offered[name].append(cell)
    return offered


def _rows(block: Block, head: Head) -> Iterator[tuple[str, ...]]:
    return block.rows.select(str(place) for place in range(len(head.cells))).iter_rows()


def _changes(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """What came, went or has another name; what went is the reporter's to read and nobody's to trust."""
    old, new = dict(map(_parted, before)), dict(map(_parted, now))
    yield from (f"+{key} {name}".rstrip() for key, name in new.items() if key not in old)
    yield from (f"−{key if old[key] else masked(key)}" for key in old if key not in new)
    yield from (f"{key} → {name}" for key, name in new.items() if key in old and old[key] != name)


def _parted(choice: str) -> tuple[str, str]:
    """Code and name; of a name alone the name and nothing."""
    first, _, rest = choice.partition(" ")
    is_code = bool(rest) and first.isascii() and first.isalnum() and len(first) <= _CODE_LIMIT
    return (first, rest) if is_code else (choice, "")
