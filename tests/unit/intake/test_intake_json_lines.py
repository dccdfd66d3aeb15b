"""JSON lines: the headers of a layout as keys, numbers digit by digit, wrong lines by their number."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import checked, content, only_finding, row, rules_of

from xiaobao.catalog.sources import FileFormat
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.reading import jsonlines

TEN = [row(f"OK{number}") for number in range(10)]


def lines(rows: Sequence[Mapping[str, object]], *, ascii_only: bool = False) -> bytes:
    """One object a line."""
    return "".join(json.dumps(each, ensure_ascii=ascii_only) + "\n" for each in rows).encode()


def _one_more(line: str) -> bytes:
    return lines(TEN) + line.encode() + b"\n"


def _with(key: str, value: str) -> str:
    """The eleventh row with one value as it is to be written."""
    return json.dumps(row("T1") | {key: "@"}, ensure_ascii=False).replace('"@"', value)


def _assert_one_rejected(result: CheckResult, rule_id: str) -> None:
    assert (result.decision, result.rejected) == (Decision.ACCEPTED_IN_PART, 1)
    finding = only_finding(result)
    assert (finding["rule_id"], finding["row_number"], finding["line_number"]) == (rule_id, 11, 11)


@pytest.mark.parametrize("ascii_only", [False, True])
def test_json_lines_and_a_csv_file_of_the_same_rows_make_the_same_batch(
    tmp_path: Path, ascii_only: bool
) -> None:
    told = [row("T1", 投诉内容="多收年费，\n请“退还”"), row("T2", 金额="", 产品="信用卡 😀")]

    result = checked(tmp_path, lines(told, ascii_only=ascii_only))

    assert result.batch.equals(checked(tmp_path, content(told)).batch)
    assert (result.form.format, result.form.encoding) == (FileFormat.JSON_LINES, "utf-8")


def test_keys_may_come_in_any_order_and_a_value_may_be_null_or_left_out(tmp_path: Path) -> None:
    told: list[dict[str, object]] = [dict(reversed(row("T1").items())), {**row("T2"), "产品": None}]
    del told[0]["产品"]

    result = checked(tmp_path, lines(told))

    assert (result.decision, result.batch["product"].null_count()) == (Decision.ACCEPTED, 2)


def test_numbers_are_taken_digit_by_digit(tmp_path: Path) -> None:
    stated = {"123456789012345678901": "0.10", "9007199254740993": "99999999999999.99"}
    told = [
        json.dumps(row("@") | {"金额": "%"}).replace('"@"', number).replace('"%"', amount)
        for number, amount in stated.items()
    ]

    result = checked(tmp_path, "\n".join(told).encode())

    assert result.batch["complaint_no"].to_list() == list(stated)
    assert result.batch["amount"].to_list() == list(map(Decimal, stated.values()))


@pytest.mark.parametrize("number", ["1e2", "1E+15", "12.345", "1" * 5000, "1e400", "true"])
def test_a_number_that_is_no_amount_as_it_is_written_is_none(tmp_path: Path, number: str) -> None:
    _assert_one_rejected(checked(tmp_path, _one_more(_with("金额", number))), "type_amount")


@pytest.mark.parametrize(
    "line",
    [
        *("{", "}", "{}x", "[]", "1", "null", '"a"', "NaN", '{"投诉编号":"T1",}', "{'a': 1}", "[" * 100_000),
        _with("金额", "NaN"),
        _with("金额", "-Infinity"),
        _with("金额", "01"),
        _with("产品", '"a\tb"'),
        _with("产品", r'"\ud800"'),
        _with("产品", r'"a\u0000b"'),
        _with("产品", r'"\x41"'),
    ],
)
def test_a_line_that_is_no_object_rejects_that_row_alone(tmp_path: Path, line: str) -> None:
    _assert_one_rejected(checked(tmp_path, _one_more(line)), "json_line")


@pytest.mark.parametrize("value", ["[]", "{}", '["a"]', '{"a": {"b": 1}}'])
def test_a_nested_value_rejects_the_row_and_names_the_key(tmp_path: Path, value: str) -> None:
    result = checked(tmp_path, _one_more(_with("产品", value)))

    _assert_one_rejected(result, "json_nested")
    assert only_finding(result)["expected"] == "产品"


@pytest.mark.parametrize("second", ['"12.50"', '"13"', "null"])
def test_a_key_stated_twice_rejects_the_row_whatever_it_states(tmp_path: Path, second: str) -> None:
    line = json.dumps(row("T1"), ensure_ascii=False).removesuffix("}") + f', "金额": {second}}}'

    result = checked(tmp_path, _one_more(line))

    _assert_one_rejected(result, "json_key_twice")
    assert only_finding(result)["expected"] == "金额"


def test_a_key_that_no_layout_knows_returns_the_file(tmp_path: Path) -> None:
    result = checked(tmp_path, lines([*TEN, row("T1") | {"备注": ""}]))

    assert result.decision is Decision.RETURNED
    assert only_finding(result)["value"] == "+备注"


def test_a_key_that_no_line_states_returns_the_file(tmp_path: Path) -> None:
    without = [{key: value for key, value in each.items() if key != "金额"} for each in TEN]

    assert only_finding(checked(tmp_path, lines(without)))["value"] == "−金额"


def test_a_byte_order_mark_blank_lines_and_any_line_ends_change_nothing(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + lines(TEN).replace(b"\n", b"\r\n \t\r\n\r\n")

    result = checked(tmp_path, data)

    assert result.batch.equals(checked(tmp_path, lines(TEN)).batch)
    assert result.form.encoding == "utf-8-sig"


def test_a_wrong_row_is_named_by_its_row_and_its_line(tmp_path: Path) -> None:
    result = checked(tmp_path, b"\n\n" + lines([*TEN, row("T1", 收到日期="2020-02-30")]))

    finding = only_finding(result)
    assert (finding["rule_id"], finding["row_number"], finding["line_number"]) == ("type_date", 11, 13)


def test_gb18030_is_recognised_and_mixed_encodings_are_named_by_their_line(tmp_path: Path) -> None:
    told = lines([row(f"T{number}", 投诉内容="多收年费请退还") for number in range(10)]).decode()

    chinese = checked(tmp_path, told.encode("gb18030"))
    mixed = checked(tmp_path, told.encode() + told.encode("gb18030"))

    assert (chinese.decision, chinese.form.encoding) == (Decision.ACCEPTED, "gb18030")
    finding = only_finding(mixed)
    assert (finding["rule_id"], finding["line_number"]) == ("encoding", 11)


@pytest.mark.parametrize(
    "data", [b"[{}]", b' [\n{"a":1}]', b"[]", b'{"a": 1', b'{\n"a": 1\n}\n', b"{}\n{}\n"]
)
def test_what_has_no_object_a_line_is_returned_as_such(tmp_path: Path, data: bytes) -> None:
    result = checked(tmp_path, data)

    assert result.decision is Decision.RETURNED
    assert rules_of(result) == ["json_lines"]


def test_nul_bytes_and_a_huge_line_are_named_by_their_line(tmp_path: Path) -> None:
    nul = checked(tmp_path, _one_more('{"a": "\x00"}'))
    long = checked(tmp_path, _one_more(_with("产品", json.dumps("x" * (1 << 20)))) + lines(TEN))

    assert (only_finding(nul)["rule_id"], only_finding(nul)["line_number"]) == ("nul_bytes", 11)
    assert (only_finding(long)["rule_id"], only_finding(long)["line_number"]) == ("long_line", 11)


def test_very_many_keys_are_refused(tmp_path: Path) -> None:
    data = lines([{f"k{number}": 1 for number in range(place, place + 100)} for place in range(0, 5000, 100)])

    assert rules_of(checked(tmp_path, data)) == ["json_keys"]


def test_where_pieces_and_blocks_are_cut_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = lines([*TEN, row("T1", 投诉内容="长" * 300), *({"投诉编号": []}, row("T2", 金额="x"))])
    data = b"\xef\xbb\xbf" + data.replace(b"\n", b"\n\n")

    whole = checked(tmp_path, data)
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr(jsonlines, "_PIECE_BYTES", size)
        monkeypatch.setattr(jsonlines, "_BLOCK_ROWS", 3)
        cut = checked(tmp_path, data)
        assert cut.batch.equals(whole.batch)
        assert cut.findings.sort(pl.all()).equals(whole.findings.sort(pl.all()))
