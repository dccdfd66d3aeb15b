"""Templates as a reporter fills them in: rows typed into the sheet, everything else as it was made."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from workbook_files import SHEET, members_of, packed
from xlsxwriter.utility import xl_col_to_name

_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of a workbook; moments are of no time zone there and stated as UTC here."""

Cell = str | int | date | datetime | None


def filled(template: Path, rows: Sequence[Sequence[Cell]], out: Path) -> Path:
    """The template with rows below its header; days and moments as a spreadsheet stores them.

    Cells carry the style of their column, as typed ones do.
    """
    members = members_of(template.read_bytes())
    sheet = members[SHEET].decode()
    styles = _styles(sheet)
    written = "".join(_row(line, row, styles) for line, row in enumerate(rows, start=2))
    assert sheet.count("</sheetData>") == 1
    members[SHEET] = sheet.replace("</sheetData>", f"{written}</sheetData>").encode()
    out.write_bytes(packed(members))
    return out


def _row(line: int, row: Sequence[Cell], styles: dict[int, str]) -> str:
    cells = "".join(_cell(line, place, value, styles) for place, value in enumerate(row))
    return f'<row r="{line}">{cells}</row>'


def _styles(sheet: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in sheet.split("<col ")[1:]:
        stated = dict(each.split("=", 1) for each in part.split("/>", 1)[0].split() if "=" in each)
        for place in range(int(stated["min"].strip('"')) - 1, int(stated["max"].strip('"'))):
            found[place] = stated.get("style", '"0"').strip('"')
    return found


def _cell(line: int, place: int, value: Cell, styles: dict[int, str]) -> str:
    where = f'r="{xl_col_to_name(place)}{line}" s="{styles.get(place, "0")}"'
    match value:
        case None | "":
            return ""
        case datetime():
            return f"<c {where}><v>{(value - _EPOCH) / timedelta(days=1)}</v></c>"
        case date():
            return f"<c {where}><v>{(datetime.combine(value, time(), UTC) - _EPOCH).days}</v></c>"
        case int():
            return f"<c {where}><v>{value}</v></c>"
        case str():
            return f'<c {where} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
