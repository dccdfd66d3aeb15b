"""Sheets that persons fill in carry nothing out, and are read as they were stated."""

from pathlib import Path

import polars as pl

from xiaobao.workflows.table_files import as_stated, write_sheet


def test_a_sheet_has_no_formula_and_is_known_as_utf_8(tmp_path: Path) -> None:
    stated = pl.DataFrame(
        {"number": ["-12", "A-1"], "text": ["=cmd|' /C calc'!A1", "@年费"], "place": [-1, 2]}
    )

    write_sheet(stated, tmp_path / "sheet.csv")

    written = (tmp_path / "sheet.csv").read_bytes()
    assert written.startswith("\ufeffnumber,text,place\n'-12,'=cmd|' /C calc'!A1,-1\n".encode())
    read = pl.read_csv(tmp_path / "sheet.csv")
    assert read["text"].to_list() == ["'=cmd|' /C calc'!A1", "'@年费"]
    assert as_stated(read).equals(stated)


def test_a_spreadsheet_rounds_no_number_and_cuts_no_zero(tmp_path: Path) -> None:
    numbers = ["-4447594550193336747", "20200109000000021", "0012", "GF11-20200109-00002", "12345"]
    stated = pl.DataFrame({"number": numbers})

    write_sheet(stated, tmp_path / "sheet.csv")

    read = pl.read_csv(tmp_path / "sheet.csv", infer_schema=False)
    assert read["number"].to_list() == ["'" + number for number in numbers[:3]] + numbers[3:]
    assert as_stated(read).equals(stated)
