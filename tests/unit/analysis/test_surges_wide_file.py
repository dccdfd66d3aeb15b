"""Files of series: what is read, and which sentence answers what cannot be."""

from pathlib import Path

import numpy as np
import pytest

from xiaobao.analysis.surges.groups_file import Group, read_groups
from xiaobao.analysis.surges.series import MISSING, Frequency
from xiaobao.analysis.surges.wide_file import SeriesFileError, read_wide

DAILY, WEEKLY = Frequency.DAILY, Frequency.WEEKLY


def written(folder: Path, text: str) -> Path:
    path = folder / "series.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_blank_cells_are_unknown_and_whole_numbers_may_have_a_point(tmp_path: Path) -> None:
    table = read_wide(written(tmp_path, "time,a,b\n2024-02-28,,3.0\n2024-02-29,0, 4 \n"), DAILY)

    assert table.ids == ("a", "b")
    assert table.counts.tolist() == [[MISSING, 0], [3, 4]]
    assert table.days is not None
    assert table.days.tolist() == [d.item() for d in np.array(["2024-02-28", "2024-02-29"], "datetime64[D]")]


def test_weeks_are_numbers_or_dates_seven_days_apart(tmp_path: Path) -> None:
    assert read_wide(written(tmp_path, "time,a\n1,5\n2,6\n"), WEEKLY).days is None
    assert read_wide(written(tmp_path, "time,a\n2024-01-01,5\n2024-01-08,6\n"), WEEKLY).days is not None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "empty"),
        ("day,a\n2024-01-01,1\n", 1, "time"),
        ("time\n2024-01-01\n", 1, "no series"),
        ("日期,a\n2024-01-01,1\n", 1, "called time, not '日期'"),
        ("time,a,a\n2024-01-01,1,1\n", 1, "there twice, in columns 2 and 3"),
        ("time,a,\n2024-01-01,1,\n", 1, "column 3 has no name"),
        ("time,a\n", 2, "no row"),
        ("time,a\n2024-01-01,1,2\n", 2, "3 fields"),
        ("time,a\n2024-01-32,1\n", 2, "no date"),
        ("time,a\n17,1\n", 2, "no date"),
        ("time,a\n2024-01-01,1\n2024-01-03,1\n", 3, "should be 2024-01-02"),
        ("time,a\n2024-01-02,1\n2024-01-01,1\n", 3, "should be 2024-01-03"),
        ("time,a\n2024-01-01,1\n2024-01-01,1\n", 3, "should be 2024-01-02"),
        ("time,a\n9999-12-31,1\n9999-12-31,1\n", 3, "the end of the file"),
        ("time,a\n2024-01-01,1\n2024-01-08,1\n", 3, "ask for --frequency weekly"),
        ("time,a\n2024-W01,1\n2024-W02,1\n", 3, "ask for --frequency weekly"),
        ("time,a\n2024-01-01,1\n2024-02-01,1\n", 3, "the rows are months"),
        ("time,a\n2024-01-01,1\n2024-02-01,1\n2024-03-01,1\n", 3, "the rows are months"),
        ("time,a\n2024-01-01,1\n2024-01-31,1\n2024-01-02,1\n", 3, "should be 2024-01-02"),
        ("time,a\n2024-01-01,1\n2024-01-08,1\n2024-01-10,1\n", 3, "should be 2024-01-02"),
        ("time,a\n2024-01-01,1\n2024-01-02,1\n2024-02-02,1\n", 4, "should be 2024-01-03"),
        ("time,a\n2024-01-01,1\n2024-01-02,1\n2024-01-09,1\n", 4, "should be 2024-01-03"),
        ("time,a\n2024-01,1\n", 2, "no date"),
        ("time,a\n45292,1\n45293,1\n", 2, "give a spreadsheet's column of days the format of dates"),
        ("time,a\n1/2/2024,1\n1/3/2024,1\n", 2, "no date"),
        ("time,a\n0000-12-31,1\n0001-01-01,1\n", 2, "no date"),
        ("time,a\n2024-01-05 08:00,1\n2024-01-05 09:00,1\n", 3, "should be 2024-01-06"),
        ("time,a\n2024-01-05,1\n,\n", 3, "no date"),
        ("time,a\n2024-01-01,-1\n", 2, "no count"),
        ("time,a\n2024-01-01,1.5\n", 2, "no count"),
        ("time,a\n2024-01-01,many\n", 2, "no count"),
        ("time,a\n2024-01-01,NA\n", 2, "no count"),
        ("time,a\n2024-01-01,-\n", 2, "no count"),
        ('time,a\n2024-01-01,"1,234"\n', 2, "no count"),
        ("time,a\n2024-01-01,１２\n", 2, "no count"),
        ("time,a\n2024-01-01,1000000000000000\n", 2, "no count"),
        ("time,a\n2024-01-01,nan\n", 2, "no count"),
        ("time,a\n2024-01-01,inf\n", 2, "no count"),
        ("time,a\n2024-01-01,3000000000\n", 2, "no count"),
        ('time,a\n2024-01-01,"1\n', 2, "CSV"),
        ("time;a\n2024-01-01;1\n", 1, "semicolons"),
        ("time\ta\n2024-01-01\t1\n", 1, "tabs"),
    ],
)
def test_what_cannot_be_a_series_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(SeriesFileError) as told:
        read_wide(written(tmp_path, text), DAILY)

    assert f"line {line}: " in told.value.words.en
    assert says in told.value.words.en
    assert f"第 {line} 行" in told.value.words.zh


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("time,a\n2024-01-01,1\n2024-01-02,1\n", 3, "ask for --frequency daily"),
        ("time,a\n2024-01-01,1\n2024-02-01,1\n", 3, "the rows are months"),
        ("time,a\n20240101,1\n20240201,1\n", 3, "the rows are months"),
        ("time,a\n201852,1\n201901,1\n", 3, "or write 2024-W09"),
        ("time,a\n1,1\n2,1\n2,1\n", 4, "should be 3"),
        ("time,a\n1,1\n2024-01-08,1\n", 3, "should be 2"),
        ("time,a\n2024-01-01,1\n2024-01-09,1\n", 3, "should be 2024-01-08"),
    ],
)
def test_weeks_that_do_not_follow_one_another_are_told(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(SeriesFileError) as told:
        read_wide(written(tmp_path, text), WEEKLY)

    assert f"line {line}: " in told.value.words.en
    assert says in told.value.words.en


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("\ufefftime,a\r\n2024-01-01,1\r\n2024-01-02,2\r\n", DAILY),
        ("time,a\r20240101,1\r20240102,2\r", DAILY),
        ("time,a\n2024-01-01,1\n2024-01-02,2\n\n\n", DAILY),
        ("time,a\n2024-W01,1\n2024-W02,2\n", WEEKLY),
        ("time,a\n20240101,1\n20240108,2\n", WEEKLY),
        ("time,a\n2024/1/9,1\n2024/1/10,2\n", DAILY),
        ("time,a\n2024年1月9日,1\n2024年1月10日,2\n", DAILY),
        ("time,a\n2024-01-09 00:00:00,1\n2024-01-10 00:00:00,2\n", DAILY),
        ("time,a\n1/12/2024,1\n1/13/2024,2\n", DAILY),
        ("time,a\n2024-01-01/2024-01-07,1\n2024-01-08/2024-01-14,2\n", WEEKLY),
        ("time,a\n2023-12-31,1\n2024-01-07,2\n", WEEKLY),
    ],
)
def test_line_ends_marks_and_other_forms_of_a_day_make_no_difference(
    tmp_path: Path, text: str, frequency: Frequency
) -> None:
    table = read_wide(written(tmp_path, text), frequency)

    assert table.counts.tolist() == [[1, 2]]
    assert table.days is not None


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08\x00\xff\xfe", b"PK\x03\x04\x14\x00\xff\xd0"])
def test_a_packed_file_or_a_workbook_is_told_what_to_be_saved_as(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "series.csv"
    path.write_bytes(head)

    with pytest.raises(SeriesFileError, match="save it as CSV in UTF-8"):
        read_wide(path, DAILY)


def test_files_as_chinese_spreadsheets_write_them_are_read(tmp_path: Path) -> None:
    series, groups = tmp_path / "series.csv", tmp_path / "groups.csv"
    series.write_bytes("time,催收\r\n2024/1/1,1\r\n".encode("gb18030"))
    groups.write_bytes("series_id,institution,cause,level\r\n催收,甲,c,d\r\n".encode("gb18030"))

    table = read_wide(series, DAILY)

    assert table.ids == ("催收",)
    assert table.counts.tolist() == [[1]]
    assert read_groups(groups, table.ids).of_series == (Group(institution="甲", cause="c", level="d"),)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_told(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "series.csv"
    path.write_bytes("time,café\n2024-01-01,1\n".encode(encoding))

    with pytest.raises(SeriesFileError, match="UTF-8 or GB18030"):
        read_wide(path, DAILY)


def test_groups_stand_beside_series_by_name_and_tell_what_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("series_id,institution,cause,level\nb,B01,fee,cell\nz,B02,,total\n", encoding="utf-8")
    found = read_groups(path, ("a", "b"))

    assert found.of_series == (Group(), Group(institution="B01", cause="fee", level="cell"))
    assert found.without_group == ("a",)
    assert found.without_series == ("z",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("series,institution,cause,level\n", "header"),
        ("series_id,institution,cause,level\na,b\n", "2 fields"),
        ("series_id,institution,cause,level\na,b,c,d\na,b,c,d\n", "twice"),
        ('series_id,institution,cause,level\na,b,c,d\n"e,b,c,d\n', "line 3: not CSV"),
    ],
)
def test_groups_that_cannot_be_read_are_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SeriesFileError, match=says):
        read_groups(path, ("a",))


def test_groups_in_another_encoding_are_told_as_series_are(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_bytes("series_id,institution,cause,level\na,café,c,d\n".encode("latin-1"))

    with pytest.raises(SeriesFileError) as told:
        read_groups(path, ("a",))

    assert "第 2 行：不是 UTF-8 或 GB18030 文本；请另存为 UTF-8 编码的 CSV" in told.value.words.zh
