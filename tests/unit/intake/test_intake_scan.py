"""The byte scan: refused before parsing, with the place, in bounded memory."""

import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaobao.intake.reading import scan as scanning
from xiaobao.intake.reading.scan import LINE_LIMIT_BYTES, Scan, Trouble, last_record_end, scan


def _scan(folder: Path, data: bytes) -> Scan | Trouble:
    path = folder / "file.csv"
    path.write_bytes(data)
    return scan(path)


def test_the_encodings_are_recognised_and_stated(tmp_path: Path) -> None:
    text = "编号,内容\n1,信用卡投诉，要求退费\n"

    found = [
        _scan(tmp_path, text.encode()),
        _scan(tmp_path, b"\xef\xbb\xbf" + text.encode()),
        _scan(tmp_path, text.encode("gb18030")),
        _scan(tmp_path, b"id,text\n1,plain\n"),
    ]

    assert [each.encoding for each in found if isinstance(each, Scan)] == [
        "utf-8",
        "utf-8-sig",
        "gb18030",
        "utf-8",
    ]


def test_damaged_utf_8_is_named_by_line_and_byte_and_never_read_as_gb18030(tmp_path: Path) -> None:
    sound = "编号,内容\n" + "1,信用卡投诉，要求退费\n" * 50
    data = sound.encode() + b"2,\xe4\xb8\n" + sound.encode()

    trouble = _scan(tmp_path, data)

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("encoding", 52)
    assert trouble.value == f"byte {len(sound.encode()) + 2}"


@pytest.mark.parametrize("sound", [1, 50, 200_000])
def test_gb18030_that_goes_on_in_utf_8_is_named_by_line_and_byte(tmp_path: Path, sound: int) -> None:
    head = ("编号,内容\n" + "1,信用卡投诉，要求退费\n" * sound).encode("gb18030")

    trouble = _scan(tmp_path, head + "2,贷款利率，要求说明\n".encode() + b"3,plain\n")

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("encoding", sound + 2)
    assert trouble.value == f"byte {len(head) + 2}"


def test_latin_1_is_refused_although_its_bytes_are_gb18030_pairs(tmp_path: Path) -> None:
    trouble = _scan(tmp_path, "id,text\n1,the cafés and naïve señor\n".encode("latin-1"))

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("encoding", 2)


def test_utf_32_is_named_as_such(tmp_path: Path) -> None:
    trouble = _scan(tmp_path, "complaint_id,product\n1,card\n".encode("utf-32"))

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.value) == ("encoding", "UTF-32")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_and_not_taken_for_nul_bytes(tmp_path: Path, encoding: str) -> None:
    trouble = _scan(tmp_path, "complaint_id,product\n1,card\n".encode(encoding))

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.value) == ("encoding", "UTF-16")


def test_a_nul_byte_is_named_by_its_line(tmp_path: Path) -> None:
    trouble = _scan(tmp_path, b"a,b\n1,2\n3,\x004\n")

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number, trouble.value) == ("nul_bytes", 3, "byte 10")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_a_file_of_nothing_is_empty(tmp_path: Path, data: bytes) -> None:
    assert _scan(tmp_path, data) == Trouble(rule_id="empty_file")


def test_a_line_may_have_a_mebibyte_and_not_a_byte_more(tmp_path: Path) -> None:
    fits = _scan(tmp_path, b"a,b\n" + b"x" * LINE_LIMIT_BYTES + b"\n1,2\n")
    too_long = _scan(tmp_path, b"a,b\n" + b"x" * (LINE_LIMIT_BYTES + 1) + b"\n1,2\n")

    assert isinstance(fits, Scan)
    assert isinstance(too_long, Trouble)
    assert (too_long.rule_id, too_long.line_number) == ("long_line", 2)


def test_a_line_of_two_gigabytes_is_refused_after_its_first_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n" + b"x" * (8 << 20))
        stream.truncate(2 << 30)  # a hole: two gigabytes long, and nothing stored

    tracemalloc.start()
    trouble = scan(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("long_line", 2)
    assert peak < 16 << 20


def test_a_two_gigabyte_file_of_holes_is_refused_at_its_first_nul(tmp_path: Path) -> None:
    path = tmp_path / "holes.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,")
        stream.truncate(2 << 30)

    trouble = scan(path)

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("nul_bytes", 2)


def test_a_quote_left_open_is_named_by_the_line_where_it_opened(tmp_path: Path) -> None:
    trouble = _scan(tmp_path, b'a,b\n1,"x\ny"\n2,"open\n3,4\n5,6\n')

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("unclosed_quote", 4)


def test_a_stray_quote_is_named_where_it_stands_and_not_where_the_last_quote_is_left_open(
    tmp_path: Path,
) -> None:
    sound = b'1,"a, b"\n' * 2000
    trouble = _scan(tmp_path, b'a,b\n2,5" screen\n' + sound)

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("unclosed_quote", 2)


def test_a_quoted_record_over_the_limit_is_refused_as_unclosed(tmp_path: Path) -> None:
    trouble = _scan(tmp_path, b'a,b\n1,2\n3,"' + b"line\n" * 300_000 + b'"\n')

    assert isinstance(trouble, Trouble)
    assert (trouble.rule_id, trouble.line_number) == ("unclosed_quote", 3)


def test_blocks_end_where_records_end(tmp_path: Path) -> None:
    record = b'1,"' + b"many\nlines\n" * 3000 + b'"\n'
    data = b"a,b\n" + record * 600

    found = _scan(tmp_path, data)

    assert isinstance(found, Scan)
    assert len(found.block_ends) > 1
    assert found.block_ends[-1] == len(data)
    assert all((end - 4) % len(record) == 0 for end in found.block_ends)


def test_alternating_quotes_and_newlines_do_not_slow_the_scan_down(tmp_path: Path) -> None:
    record = b'1,"' + b'\n""' * 300_000 + b'"\n'

    found = _scan(tmp_path, b"a,b\n" + record * 8)

    assert isinstance(found, Scan)


@given(st.lists(st.sampled_from([b'"', b"\n", b",", b"a"]), max_size=60), st.integers(0, 3))
def test_the_last_record_end_is_the_one_a_plain_walk_finds(parts: list[bytes], spare: int) -> None:
    buffer = b"".join(parts) + b"a" * spare

    quoted, expected = False, None
    for place, byte in enumerate(buffer):
        quoted ^= byte == ord('"')
        if byte == ord("\n") and not quoted:
            expected = place + 1

    assert last_record_end(buffer, 0, len(buffer)) == expected


@given(st.lists(st.sampled_from([b'"', b'\n""', b"\n", b'""\n"']), min_size=200, max_size=400))
def test_the_last_record_end_is_right_after_many_steps_back_too(parts: list[bytes]) -> None:
    buffer = b"".join(parts)
    whole = re.match(rb'(?:(?:[^"\n]|"[^"]*+")*+\n)*+', buffer)
    assert whole is not None

    assert (last_record_end(buffer, 0, len(buffer)) or 0) == whole.end()
    assert scanning.LINE_LIMIT_BYTES == 1 << 20
