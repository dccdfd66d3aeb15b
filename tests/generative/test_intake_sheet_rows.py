"""Rows read by their letters and rows that the parser reads are the same, or both are refused."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbook_files import MAIN

from xiaobao.intake.reading import sheet
from xiaobao.intake.reading.book import Book
from xiaobao.intake.reading.numbers import DateForms
from xiaobao.intake.reading.sheet import SheetReader
from xiaobao.intake.reading.shown import Meaning, Shown
from xiaobao.intake.reading.unreadable import UnreadableError

BOOK = Book(
    sheets=(),
    since_1904=False,
    texts=("甲", "b & <c>", "", " \n "),
    styles=(
        Shown(),
        Shown(meaning=Meaning.DATE),
        Shown(meaning=Meaning.MOMENT),
        Shown(meaning=Meaning.WORDED),
        Shown(digits=6),
    ),
)
FORMS = {1: DateForms(formats=("%Y/%m/%d",), with_time=False)}
HEAD = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{main}"{more}><cols/><sheetData>'
TAIL = "</sheetData><mergeCells><mergeCell ref='A1:B2'/></mergeCells></worksheet>"

TEXTS = (
    *("", " ", "a", "甲\n乙", "&amp;lt;", "&lt;b&gt;&quot;&apos;", "_x000D_", "_x0041_", "😀", "a>b"),
    *("&#65;", "\r\n"),
)
NUMBERS = (
    *("0", "1", "-1.5", "43891", "43891.5", "60", "1e3", "1E+17", "123456789012345678", "0.1", "x", "", "-0"),
)


def _content(kind: str, form: str, values: Sequence[str] = ("",)) -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from(values).map(lambda value: (kind, form.replace("@", value)))


CONTENTS = st.one_of(
    _content(' t="inlineStr"', '<is><t xml:space="preserve">@</t></is>', TEXTS),
    _content(' t="inlineStr"', "<is><t>@</t></is>", TEXTS),
    _content(' t="inlineStr"', "<is><r><t>@</t></r></is>", TEXTS),
    _content(' t="s"', "<v>@</v>", ("0", "1", "2", "3", "4", "-1", "")),
    _content(' t="str"', "<f>A1*2</f><v>@</v>", TEXTS),
    _content("", '<f t="shared" si="0"/><v>@</v>', NUMBERS),
    _content("", "<v>@</v>", NUMBERS),
    _content(' t="n"', "<v>@</v>", NUMBERS),
    _content("", "@", ("", "<f>1</f>", "<v/>", "<is/>")),
    st.sampled_from([(' t="e"', "<v>#N/A</v>"), (' t="b"', "<v>1</v>"), (' t="inlineStr"', "<v>1</v>")]),
    _content(' t="d"', "<v>2020-03-02T00:00:00</v>"),
)
STYLES = st.sampled_from(["", "", *(f' s="{number}"' for number in range(6))])
CELLS = st.lists(st.tuples(st.integers(1, 3), STYLES, CONTENTS), max_size=5)
ATTRIBUTES = st.sampled_from(
    ["", ' spans="1:3"', ' hidden="1"', ' hidden="0" ht="15"', ' x14ac:dyDescent="0.25"', ' customHeight="1"']
)
ROWS = st.lists(st.tuples(st.integers(1, 4), ATTRIBUTES, CELLS), max_size=6)
POISON = (
    *('"', "'", "<", ">", "&", "]]>", "<!-- a -->", "<![CDATA[a]]>", "\x0b", "\t", "\n", " ", "&#10;", "０"),
    *(' t="s"', ' t="e"', ' r="A1"', ' hidden="1"', ' x="y"', ' xmlns="z"', "<c/>", "<row/>", "<v>1</v>"),
    *("</row>", "<row>", "<f/>", "<is><t>a</t></is>", "\ufffe", "A", "1", "<row r='9'>", "<v></v>", "\ud800"),
)


def _written(rows: list[tuple[int, str, list[tuple[int, str, tuple[str, str]]]]]) -> str:
    """The rows as a spreadsheet would write them, each some rows below the one before."""
    parts, number = [], 0
    for below, attributes, cells in rows:
        number += below
        written, column = "", -1
        for right, style, (kind, content) in cells:
            column += right
            place = f'<c r="{chr(65 + column)}{number}"{style}{kind}'
            written += f"{place}>{content}</c>" if content else f"{place}/>"
        parts.append(f'<row r="{number}"{attributes}>{written}</row>' if written else f'<row r="{number}"/>')
    return "".join(parts)


def _read(data: bytes, *, size: int, regular: bool) -> object:
    """What comes of the bytes of a sheet: its rows and merges, or the rule that refuses it."""
    with pytest.MonkeyPatch.context() as patch:
        if not regular:
            patch.setattr(sheet, "may_be_regular", lambda _: False)
        reader = SheetReader("sheet", BOOK, forms=FORMS)
        try:
            rows = [astuple(row) for row in reader.rows(_pieces(data, size))]
        except UnreadableError as error:
            return error.trouble.rule_id
        return rows, reader.merged


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _sheet(rows: str, *, more: str = ' xmlns:x14ac="y"') -> bytes:
    return (HEAD.format(main=MAIN, more=more) + rows + TAIL).encode("utf-8", "surrogatepass")


def _assert_same(data: bytes, *, size: int) -> None:
    assert _read(data, size=size, regular=True) == _read(data, size=1 << 20, regular=False)


@given(ROWS, st.sampled_from([1, 7, 100, 1 << 20]), st.sampled_from(["", ' xmlns:x14ac="y"']))
def test_rows_as_a_spreadsheet_writes_them_are_the_same_rows(
    rows: list[tuple[int, str, list[tuple[int, str, tuple[str, str]]]]], size: int, more: str
) -> None:
    _assert_same(_sheet(_written(rows), more=more), size=size)


@given(ROWS, st.randoms(use_true_random=False))
def test_rows_that_were_changed_at_will_are_the_same_rows_or_refused_alike(
    rows: list[tuple[int, str, list[tuple[int, str, tuple[str, str]]]]], chance: random.Random
) -> None:
    text = _written(rows)
    for _ in range(chance.choice((1, 1, 2))):
        places = [0, *(match.start() for match in re.finditer(r'[<>"/ ]|(?<=>)|(?<=")', text))]
        place, last = chance.choice(places), chance.choice(places)
        cut = text[max(place, last) :] if chance.random() < 0.2 else text[place:]
        text = text[:place] + chance.choice(("", *POISON)) + cut

    _assert_same(_sheet(text), size=chance.choice((50, 1 << 20)))


def test_the_rows_that_a_spreadsheet_writes_are_regular(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _written(
        [
            (1, ' spans="1:3"', [(1, "", (' t="s"', "<v>0</v>")), (1, ' s="1"', ("", "<v>43891</v>"))]),
            (1, ' x14ac:dyDescent="0.25"', [(1, "", (' t="inlineStr"', "<is><t>a&amp;b</t></is>"))]),
            (
                3,
                "",
                [(2, "", (' t="str"', "<f>A1&amp;B1</f><v>甲</v>")), (1, "", ("", "<f>1+1</f><v>2</v>"))],
            ),
        ]
    )
    monkeypatch.setattr("xiaobao.intake.reading.sheet._RowReader._start_row", None)

    read = _read(_sheet(rows), size=64, regular=True)

    assert read == (
        [
            (1, False, {0: "甲", 1: "2020/03/01"}, []),
            (2, False, {0: "a&b"}, []),
            (5, False, {1: "甲", 2: "2"}, []),
        ],
        ("A1:B2",),
    )
