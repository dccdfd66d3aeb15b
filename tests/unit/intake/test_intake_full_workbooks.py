"""Workbooks as large as a spreadsheet program can make them are answered within bounded memory and time."""

from pathlib import Path

import pytest

from bench.full_workbooks import ROWS, Checked, all_columns, all_rows, checked

MEMORY_LIMIT_MEBIBYTES, SECONDS_LIMIT = 3_072, 240


def _within_limits(answer: Checked) -> None:
    assert answer.mebibytes < MEMORY_LIMIT_MEBIBYTES, answer.mebibytes
    assert answer.cpu_seconds < SECONDS_LIMIT, answer.cpu_seconds


@pytest.mark.long
def test_a_workbook_of_all_rows_there_can_be_is_answered(tmp_path: Path) -> None:
    answer = checked(all_rows(tmp_path / "rows.xlsx"))

    assert answer.said["decision"] in ("accepted", "returned"), answer.said
    assert answer.said["decision"] == "returned" or answer.said["read"] == ROWS - 1
    _within_limits(answer)


@pytest.mark.long
@pytest.mark.parametrize("rows", [1, 1000])
def test_a_workbook_of_all_columns_there_can_be_is_answered(tmp_path: Path, rows: int) -> None:
    answer = checked(all_columns(tmp_path / "columns.xlsx", rows=rows))

    assert answer.said["findings"]
    _within_limits(answer)
