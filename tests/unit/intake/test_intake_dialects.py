"""CSV dialects: separators and line ends recognised by the header that fits, and stated."""

from itertools import product
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import HEADER, KEYS, checked, content, only_finding, row, rules_of

from xiaobao.intake.delivery import Decision
from xiaobao.intake.form import form_words
from xiaobao.intake.reading import scan

ROWS = [
    row("T1", 投诉内容="一,二;三\t四|五", 产品="甲,乙"),
    row("T2", 投诉内容='引"号\n换行\r回车', 产品="；，"),
    row("T3"),
]
SIGNS = {";": "分号分隔", "\t": "制表符分隔", "|": "竖线分隔"}


def dialect(separator: str, *, line_end: str = "\n", encoding: str = "utf-8") -> bytes:
    """The rows, every cell quoted, parted by another sign."""
    table = [HEADER, *([each[name] for name in HEADER] for each in ROWS)]
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in table]
    return "".join(line + line_end for line in quoted).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", SIGNS)
def test_a_separator_is_recognised_and_stated_and_belongs_to_no_text(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    result = checked(tmp_path, dialect(separator, encoding=encoding))

    assert result.batch.equals(checked(tmp_path, content(ROWS)).batch)
    words = form_words(result.form)
    assert words is not None
    assert words.zh == f"CSV，{SIGNS[separator]}，编码 {encoding}"


@pytest.mark.parametrize("separator", [",", *SIGNS])
def test_lines_may_end_in_carriage_returns_alone(tmp_path: Path, separator: str) -> None:
    result = checked(tmp_path, dialect(separator, line_end="\r"))

    assert result.batch.equals(checked(tmp_path, content(ROWS)).batch)
    assert result.form.line_end == "CR"


def test_narratives_come_out_as_they_went_in(tmp_path: Path) -> None:
    plain = checked(tmp_path, content(ROWS), keys=KEYS).batch["narrative_digest"]

    for separator, line_end in product([",", *SIGNS], ["\n", "\r\n", "\r"]):
        other = checked(tmp_path, dialect(separator, line_end=line_end), keys=KEYS)
        assert other.batch["narrative_digest"].equals(plain, null_equal=True)


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", "\ufeffsep=;\n"])
def test_a_first_line_may_state_the_separator(tmp_path: Path, first: str) -> None:
    result = checked(tmp_path, first.encode() + dialect(";"))

    assert result.accepted == 3
    assert result.form.header_line == 2


def test_what_a_first_line_states_is_believed(tmp_path: Path) -> None:
    assert checked(tmp_path, b"sep=|\n" + dialect(";")).decision is Decision.RETURNED


def test_titles_may_stand_above_the_header_and_lines_are_counted_from_the_first(tmp_path: Path) -> None:
    titles = "国有行01 投诉日报,,,\n\n报送单位：国有行01,,2020-03-02\n".encode()

    result = checked(tmp_path, titles + content([*ROWS, *ROWS[:0], row("T4", 金额="x"), *map(row, "abcd")]))

    assert (result.form.header_line, result.accepted) == (4, 7)
    finding = only_finding(result)
    # Row 4 of the data; the second row takes two lines.
    assert (finding["row_number"], finding["line_number"]) == (4, 9)


def test_a_row_of_data_above_the_header_returns_the_file(tmp_path: Path) -> None:
    lines = content(ROWS[2:]).splitlines(keepends=True)

    result = checked(tmp_path, lines[1] + content(ROWS))

    assert rules_of(result) == ["rows_above_header"]


def test_a_header_below_the_first_rows_is_not_looked_for(tmp_path: Path) -> None:
    assert checked(tmp_path, b"x\n" * 19 + content(ROWS)).accepted == 3
    assert rules_of(checked(tmp_path, b"x\n" * 20 + content(ROWS))) == ["header_unknown"]


def test_single_quotes_are_text(tmp_path: Path) -> None:
    result = checked(tmp_path, content(ROWS).replace(b"T3", b"'T3'"))

    assert result.batch["complaint_no"].to_list() == ["T1", "T2", "'T3'"]


def test_rows_of_another_dialect_are_named_as_such(tmp_path: Path) -> None:
    ten = content([row(f"T{number}") for number in range(10)])
    strange = content([row("S1")]).splitlines()[1].replace(b",", b";")

    result = checked(tmp_path, ten + strange + b"\n")

    finding = only_finding(result)
    assert (finding["rule_id"], finding["value"], finding["expected"]) == ("field_count", "1", "16")


def test_a_stray_quote_in_another_dialect_is_named_by_its_line(tmp_path: Path) -> None:
    told = content([row(f"T{number}") for number in range(10)]).replace(b",", b";")
    data = told + b'S1;5" screen;"a"b"\n'

    for text in (data, data.replace(b"\n", b"\r")):
        finding = only_finding(checked(tmp_path, text))
        assert (finding["rule_id"], finding["line_number"]) == ("quote_stray", 12)


def test_a_total_in_the_last_row_is_read_in_any_dialect(tmp_path: Path) -> None:
    for separator, end in product([",", *SIGNS], ["\n", "\r"]):
        total = f"合计{separator}3{end}".encode()
        assert checked(tmp_path, dialect(separator, line_end=end) + total).decision is Decision.ACCEPTED
        wrong = checked(tmp_path, dialect(separator, line_end=end) + total.replace(b"3", b"4"))
        assert "stated_total" in rules_of(wrong)


def test_where_blocks_are_cut_changes_nothing_in_any_dialect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [dialect(separator, line_end=end) for separator, end in product(SIGNS, ["\n", "\r"])]
    whole = [checked(tmp_path, data) for data in files]
    monkeypatch.setattr(scan, "_PIECE_BYTES", 100)
    monkeypatch.setattr(scan, "BLOCK_BYTES", 300)

    for data, one in zip(files, whole, strict=True):
        other = checked(tmp_path, data)
        assert other.batch.equals(one.batch)
        assert other.findings.sort(pl.all()).equals(one.findings.sort(pl.all()))
