"""A filled-in audit sheet is used as it stands, or told row by row."""

from pathlib import Path

import pytest

from xiaobao.analysis.text.texts_file import TextsFileError
from xiaobao.workflows.audit_sheet import decisions_of_sheet

KEY, OTHER = -1406141838896986526, 7
CODES = {"B13": ("B13",), "B1301": ("B13", "B1301"), "B99": ("B99",)}


def read(folder: Path, *rows: str) -> list[tuple[int, str, str]]:
    path = folder / "sheet.csv"
    path.write_text("\n".join(("complaint_key,right_code,author,decided_at", *rows)) + "\n", encoding="utf-8")
    found = decisions_of_sheet(path, keys=frozenset((KEY, OTHER)), codes=CODES)
    return [(one.complaint_key, one.code, one.author) for one in found]


def test_codes_are_taken_as_people_type_and_copy_them_and_rows_without_an_answer_are_open(
    tmp_path: Path,
) -> None:
    told = read(
        tmp_path,
        f"'{KEY},ｂ１３０１,王芳,2020/4/3 10:00",
        f"'{KEY},B13›B1301 , 王芳,2020-04-03T11:00",
        "7,b99,Li Wei,2020年4月3日",
        "7,,,",
        "合计,,,",
    )

    assert told == [(KEY, "B1301", "王芳"), (KEY, "B1301", "王芳"), (OTHER, "B99", "Li Wei")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("7,,王芳,2020-04-03T10:00", "no right_code: fill it in, or clear all three"),
        ("7,B99,,2020-04-03T10:00", "needs author and decided_at"),
        ("7,B99,王芳,上周五", "needs author and decided_at"),
        ("7,王芳,B99,2020-04-03T10:00", "王芳 is no code of the standard"),
        ("7,B13,王芳,2020-04-03T10:00", "B13 has codes below it"),
        ("GY01-1,B99,王芳,2020-04-03T10:00", "GY01-1 is not in the plan"),
        (",B99,王芳,2020-04-03T10:00", "complaint_key is missing"),
        ("-1406141838896990000,B99,王芳,2020-04-03T10:00", "a spreadsheet has rounded"),
        ("-1.40614E+18,B99,王芳,2020-04-03T10:00", "a spreadsheet has rounded"),
        ("²,B99,王芳,2020-04-03T10:00", "² is not in the plan"),
        ("--5,B99,王芳,2020-04-03T10:00", "--5 is not in the plan"),
        (f"{'9' * 5000},B99,王芳,2020-04-03T10:00", "is not in the plan"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(TextsFileError) as told:
        read(tmp_path, "7,B99,王芳,2020-04-03T09:00", row)

    assert "row 2 of the data: " in told.value.words.en and said in told.value.words.en
    assert "未作估计" in told.value.words.zh


def test_all_rows_that_hold_up_the_sheet_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TextsFileError) as told:
        read(tmp_path, "8,B99,王芳,2020-04-03T09:00", *["7,B98,王芳,2020-04-03T09:00"] * 21)

    said = told.value.words.en
    assert "row 1 of the data" in said and "row 20 of the data" in said and "2 rows more" in said


def test_two_decisions_of_one_moment_that_differ_are_refused(tmp_path: Path) -> None:
    same = "7,B99,王芳,2020-04-03T09:00"

    assert len(read(tmp_path, same, same)) == 2
    with pytest.raises(TextsFileError) as told:
        read(tmp_path, same, "7,B1301,Li Wei,2020-04-03T09:00")

    assert "row 2 of the data: decides on the complaint of row 1" in told.value.words.en
