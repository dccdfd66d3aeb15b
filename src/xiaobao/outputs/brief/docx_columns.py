"""How wide the columns of a DOCX table are: numbers take what they need, the names of rows get the rest."""

import re
from collections.abc import Iterator

from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.shared import Twips

from xiaobao.lib.text import columns_of

_HALF_WIDTH = 95
"""Twips of half a Chinese character, or of a Latin one, at nine points."""
_DIGIT_MORE = 20
"""Twips a digit is wider in the fonts that stand in where the template's are missing."""
_SEAM = 45
"""Twips that office suites put between a Chinese character and a digit or a letter, on either side."""
_SEAMS = re.compile(r"(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[\u3400-\u9fff])")
_MARGINS = 230
"""Twips left and right of the text of a cell."""


def fit_columns(table: CT_Tbl) -> None:
    """Set the widths by the text of the cells; a table whose columns a clerk has fixed stays as it is.

    Where the first column would become narrower than the others, they stay even.
    """
    grid = list(table.tblGrid.gridCol_lst)
    layout = table.tblPr.find(qn("w:tblLayout"))
    is_fixed = layout is not None and layout.get(qn("w:type")) == "fixed"
    if is_fixed or any(len(row.tc_lst) != len(grid) for row in table.tr_lst):
        return
    total = sum(int(column.w or 0) for column in grid) // Twips(1)
    head, *rows = ([list(_lines(cell)) for cell in row.tc_lst] for row in table.tr_lst)
    for heads in (head, [[word for line in cell for word in line.split()] for cell in head]):
        needed = [
            _width([*told, *(line for row in rows for line in row[place])])
            for place, told in enumerate(heads)
        ]
        left = total - sum(needed[1:])
        if left >= needed[0]:
            break  # heads stand on one line where the first column leaves room for it
    if left < total // len(grid):
        return
    needed[0] = min(left, needed[0])
    spare = (left - needed[0]) // len(grid)
    for place, column in enumerate(grid):
        column.w = Twips(needed[place] + spare)
        for row in table.tr_lst:
            row.tc_lst[place].width = column.w


def _width(pieces: list[str]) -> int:
    """Twips that keep every piece on one line."""
    return _MARGINS + max(map(_wide, pieces), default=0)


def _wide(piece: str) -> int:
    digits = sum(map(str.isdecimal, piece))
    return _HALF_WIDTH * columns_of(piece) + _DIGIT_MORE * digits + _SEAM * len(_SEAMS.findall(piece))


def _lines(cell: CT_Tc) -> Iterator[str]:
    for paragraph in cell.iter(qn("w:p")):
        nodes = paragraph.iter(qn("w:t"), qn("w:br"))
        yield from "".join(node.text or "" if node.tag == qn("w:t") else "\n" for node in nodes).split("\n")
