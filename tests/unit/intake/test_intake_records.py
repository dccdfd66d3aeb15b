"""Blocks of CSV: every record a row or a finding, every row with its line."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xiaobao.intake.reading.records import Block, parse_block

CELLS = st.text(st.sampled_from('ab,"\n\r 中１'), max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8)
MESSES = st.lists(st.sampled_from(["a", ",", '"', "\n", "\r\n", '""', ",,", '"x"', "中"]), max_size=30)


def _parse(text: str, *, width: int = 3) -> Block:
    return parse_block(text.encode(), width=width, first_row=1, first_line=2)


def _cells(block: Block, *, width: int = 3) -> list[tuple[str, ...]]:
    return block.rows.select([str(place) for place in range(width)]).rows()


def test_rows_of_multi_line_cells_know_the_line_they_start_on() -> None:
    block = _parse('1,"a\nb\nc",x\n2,d,"e\nf"\n3,g,h\n')

    assert _cells(block) == [("1", "a\nb\nc", "x"), ("2", "d", "e\nf"), ("3", "g", "h")]
    assert block.rows["line_number"].to_list() == [2, 5, 7]
    assert block.lines == 6


def test_rows_with_too_few_or_too_many_cells_are_findings_and_never_filled_or_cut() -> None:
    block = _parse("1,a,b\n2,c\n3,d,e,f\n4,g,h\n")

    assert _cells(block) == [("1", "a", "b"), ("4", "g", "h")]
    assert block.rows["row_number"].to_list() == [1, 4]
    assert block.irregular.select("rule_id", "row_number", "line_number", "value", "expected").rows() == [
        ("field_count", 2, 3, "2", "3"),
        ("field_count", 3, 4, "4", "3"),
    ]
    assert block.read == 4


def test_one_row_too_short_and_one_too_long_do_not_make_up_for_each_other() -> None:
    block = _parse("1,a\n2,b,c,d\n")

    assert block.rows.is_empty()
    assert block.irregular["rule_id"].to_list() == ["field_count", "field_count"]


def test_blank_lines_are_no_rows_but_keep_the_count_of_lines() -> None:
    block = _parse("1,a,b\n\n \r\n2,c,d\n")

    assert _cells(block) == [("1", "a", "b"), ("2", "c", "d")]
    assert block.rows["row_number"].to_list() == [1, 2]
    assert block.rows["line_number"].to_list() == [2, 5]


@pytest.mark.parametrize("line", ['1,5" screen" x,b', '1,""abc"",b', '1,"a"b,c', '1, "a",b', '1,x"y"z,b'])
def test_a_stray_quote_inside_a_line_rejects_that_row_alone(line: str) -> None:
    block = _parse(f"0,a,b\n{line}\n2,c,d\n")

    assert _cells(block) == [("0", "a", "b"), ("2", "c", "d")]
    assert block.irregular["rule_id"].to_list() == ["quote_stray"]
    assert block.irregular["line_number"].to_list() == [3]


def test_stray_quotes_that_swallow_a_line_end_leave_no_row_boundary_to_trust() -> None:
    block = _parse('1,a"b,c\n2,d"e,f\n3,g,h\n')

    assert block.irregular["rule_id"].to_list() == ["unclosed_quote"]
    assert block.read == 2


def test_quotes_doubled_in_a_quoted_cell_are_read_as_one() -> None:
    assert _cells(_parse('1,"say ""yes"", please",""""\n')) == [("1", 'say "yes", please', '"')]


def test_the_line_ends_of_windows_belong_to_no_cell() -> None:
    assert _cells(_parse('1,a,b\r\n2,"c\r\nd",""\r\n')) == [("1", "a", "b"), ("2", "c\r\nd", "")]


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_a_csv_writer_wrote_is_read_back(table: list[list[str]], end: str, quoting: int) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows(table)
    # The writer leaves a cell that ends in a carriage return without quotes, and then no reader can know it.
    assume(quoting == csv.QUOTE_ALL or not any("\r" in cell for row in table for cell in row))

    block = _parse(stream.getvalue())

    assert _cells(block) == [tuple(row) for row in table]
    assert block.irregular.is_empty()
    starts = [
        2 + stream.getvalue()[: _start(table, place, end, quoting)].count("\n") for place in range(len(table))
    ]
    assert block.rows["line_number"].to_list() == starts


def _start(table: list[list[str]], place: int, end: str, quoting: int) -> int:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows(table[:place])
    return len(stream.getvalue())


@given(MESSES)
def test_any_mess_of_closed_quotes_is_rows_and_findings_that_add_up(parts: list[str]) -> None:
    text = "".join(parts)
    text = (text if text.count('"') % 2 == 0 else text + '"') + "\n"

    block = _parse(text)

    assert block.rows.height + block.irregular.height == block.read
    numbers = sorted(block.rows["row_number"].to_list() + block.irregular["row_number"].to_list())
    assert numbers == list(range(1, block.read + 1))
    assert block.lines == text.count("\n")


@given(MESSES)
def test_a_block_read_at_once_is_read_as_it_would_be_record_by_record(parts: list[str]) -> None:
    text = "".join(parts)
    text = (text if text.count('"') % 2 == 0 else text + '"') + "\n"

    block, slowly = _parse(text), _parse(text + "a record too short\n")

    assert _cells(block) == _cells(slowly)
    assert block.rows["line_number"].to_list() == slowly.rows["line_number"].to_list()
    assert block.irregular.equals(slowly.irregular.head(-1))
