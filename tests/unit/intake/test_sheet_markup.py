"""Rows written as markup hold exactly the texts they were given, whatever is in them."""

import re
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbook_files import MAIN

from xiaobao.intake.sheet_markup import Column, rows_markup

_PIECES = ("<r>", "</r>", "</t>", "&", "&amp;", "]]>", "_x", "_x0041_", "_x000D_", "x000D_", "_", " ", "\n")
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    st.lists(st.sampled_from((*_PIECES, "\r", "\t", "\x00", "\x1b", "\ufffe", "\uffff", "字", "𠮷"))).map(
        "".join
    ),
)


def held(markup: bytes) -> list[dict[str, tuple[str | None, str]]]:
    """Row by row, cell → its style and text, the escapes of ST_Xstring resolved from left to right."""
    root = ElementTree.fromstring(b'<sheetData xmlns="%b">%b</sheetData>' % (MAIN.encode(), markup))
    return [
        {
            cell.attrib["r"]: (
                cell.get("s"),
                re.sub("_x([0-9A-Fa-f]{4})_", _character, "".join(cell.itertext())),
            )
            for cell in row
        }
        for row in root
    ]


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), st.integers(1, 1_000_000))
def test_every_text_is_held_as_it_is(rows: list[tuple[str, str]], first: int) -> None:
    columns = [Column(texts=pl.Series(each), style="1") for each in zip(*rows, strict=True)]

    expected = [
        {f"{letter}{number}": ("1", text) for letter, text in zip("AB", row, strict=True) if text}
        for number, row in enumerate(rows, start=first)
    ]
    assert held(rows_markup(columns, first=first)) == expected


@pytest.mark.parametrize("text", [" a", "a\n", "\t", "a　"])
def test_white_space_at_either_end_is_told_to_stay(text: str) -> None:
    assert b'<t xml:space="preserve">' in rows_markup([Column(texts=pl.Series([text]))], first=1)


def test_marked_cells_have_their_own_style_and_stand_even_if_they_are_empty() -> None:
    column = Column(texts=pl.Series(["a", "b", "", ""]), style="1", marks=pl.Series([None, "3", "4", None]))

    assert held(rows_markup([column], first=2)) == [
        {"A2": ("1", "a")},
        {"A3": ("3", "b")},
        {"A4": ("4", "")},
        {},
    ]


def test_only_a_column_of_formulas_has_any() -> None:
    plain = Column(texts=pl.Series(["=1+1"]))
    linked = Column(texts=pl.Series(["D3"]), formulas=pl.Series(['HYPERLINK("#\'报送\'!D3","D3")']))

    assert b"<f>" not in rows_markup([plain], first=1)
    assert '<f>HYPERLINK("#\'报送\'!D3","D3")</f><v>D3</v>'.encode() in rows_markup([linked], first=1)
