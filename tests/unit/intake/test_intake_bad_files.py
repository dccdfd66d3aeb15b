"""Files that are not in order: a finding that names the place, and never an exception."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import (
    HEADER,
    KEYS,
    StatedHistory,
    catalog,
    checked,
    content,
    only_finding,
    row,
    rules_of,
)
from workbook_files import workbook

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.revisions import RevisionNeededError
from xiaobao.lib.periods import ONE_DAY


def _ten(*rows: Mapping[str, str]) -> bytes:
    """The rows among ten in order, so that the share of rejects stays below the limit."""
    return content([*(row(f"OK{number}") for number in range(10)), *rows])


def _place(result: CheckResult) -> tuple[object, ...]:
    finding = only_finding(result)
    return tuple(finding[name] for name in ("rule_id", "row_number", "line_number", "column", "value"))


def _assert_returned(result: CheckResult, rule_id: str) -> None:
    assert result.decision is Decision.RETURNED
    assert result.reason is not None
    assert rule_id in rules_of(result)
    assert (result.accepted, result.batch.height, result.narratives.height) == (0, 0, 0)


def _assert_one_rejected(result: CheckResult, rule_id: str) -> None:
    assert result.decision is Decision.ACCEPTED_IN_PART
    assert result.rejected == 1
    assert _place(result)[:2] == (rule_id, 11)


def test_a_file_in_a_wrong_encoding_is_returned(tmp_path: Path) -> None:
    data = content([row("T1")]) + b"\xff\xfe\xfd\n"

    result = checked(tmp_path, data)

    _assert_returned(result, "encoding")
    assert only_finding(result)["line_number"] == 3
    assert result.read == 0
    assert result.reason is not None
    assert f"（偏移 {len(data) - 4} 字节处，第 3 行）" in result.reason.zh
    assert f"(byte {len(data) - 4}, line 3)" in result.reason.en


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_utf_16_is_returned_by_name(tmp_path: Path, line_end: str) -> None:
    text = content([row("T1")]).decode().replace("\r\n", "\n").replace("\n", line_end)
    result = checked(tmp_path, text.encode("utf-16"))

    _assert_returned(result, "encoding")
    assert only_finding(result)["value"] == "UTF-16"


def test_nul_bytes_are_returned(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1")]) + b"\x00")

    _assert_returned(result, "nul_bytes")


def test_a_huge_line_is_returned(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1", 投诉内容="长" * 400_000)]))

    _assert_returned(result, "long_line")


def test_an_unclosed_quote_is_returned(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1")]) + b'"open\n')

    _assert_returned(result, "unclosed_quote")
    assert only_finding(result)["line_number"] == 3


def test_an_empty_file_is_returned(tmp_path: Path) -> None:
    _assert_returned(checked(tmp_path, b""), "empty_file")


def test_a_header_alone_is_no_nil_report(tmp_path: Path) -> None:
    _assert_returned(checked(tmp_path, content([])), "empty_file")


def test_a_wrong_header_is_returned_with_the_nearest_layouts(tmp_path: Path) -> None:
    data = (b"complaint_id,product,colour\n1,2,3\n",)

    result = checked(tmp_path, *data, source="cfpb-public", revision=None)

    _assert_returned(result, "header_unknown")
    assert set(rules_of(result)) == {"header_unknown"}
    assert result.findings.height == 3
    assert all("+colour" in value for value in result.findings["value"])
    assert result.findings["expected"].str.contains("structured-2014").any()


def test_a_file_without_a_header_is_told_what_the_header_is(tmp_path: Path) -> None:
    private = row("T1", 受理日期="2020-03-01", 联系电话="13812345678")  # with empty cells and a day twice
    data = content([private, row("T2")]).partition(b"\n")[2]

    result = checked(tmp_path, data)

    _assert_returned(result, "header_unknown")
    assert "−投诉编号" in only_finding(result)["value"]
    assert "138" not in str(result.findings.rows())


def test_a_row_hidden_behind_a_lone_return_is_never_lost(tmp_path: Path) -> None:
    hidden = ",".join(row("HIDDEN").values()).encode()
    header, rows = content([row("T1"), row("T2")]).replace(b"\r\n", b"\n").split(b"\n", 1)
    behind_trailer = "合计,2".encode() + b"," * (len(HEADER) - 2) + b"\r" + hidden

    _assert_returned(checked(tmp_path, header + b"\r" + hidden + b"\n" + rows), "lone_return")
    result = checked(tmp_path, header + b"\n" + rows + behind_trailer + b"\n")
    assert result.read == 3
    assert "field_count" in rules_of(result)


def test_a_header_with_a_stray_quote_is_told_what_the_header_is(tmp_path: Path) -> None:
    data = content([row("T1")]).decode().replace("投诉编号", '"投"诉编号').encode()

    result = checked(tmp_path, data)

    _assert_returned(result, "header_unknown")
    assert only_finding(result)["value"] == '"'


def test_a_renamed_column_is_named(tmp_path: Path) -> None:
    data = content([row("T1")]).decode().replace("投诉原因", "原因").encode()

    result = checked(tmp_path, data)

    _assert_returned(result, "header_unknown")
    assert only_finding(result)["value"] == "−投诉原因 +原因"


def test_a_column_twice_is_returned(tmp_path: Path) -> None:
    data = content([row("T1")], header=(*HEADER, "金额"))

    result = checked(tmp_path, data)

    _assert_returned(result, "header_duplicate")
    assert only_finding(result)["column"] == "金额"


@pytest.mark.parametrize(
    "line", [b"a\n", b"\x0b,\x0c\n", b'"a"b\n', b",,,\n", b"\xef\xbb\xbf\xef\xbb\xbf,\n"]
)
def test_a_header_that_is_none_is_returned(tmp_path: Path, line: bytes) -> None:
    assert checked(tmp_path, line + b"1,2\n").decision is Decision.RETURNED


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        *((written, written) for written in ("2020-02-30", "2020-13-01", "0000-00-00", "昨天")),
        ("19999", "19…"),  # a number may be anybody's
        ("438910", "43…"),
        ("01/03/2020", "01…"),
    ],
)
def test_what_is_no_date_rejects_the_row(tmp_path: Path, stated: str, shown: str) -> None:
    result = checked(tmp_path, _ten(row("T1", 收到日期=stated)))

    _assert_one_rejected(result, "type_date")
    assert _place(result)[2:] == (12, "收到日期", shown)
    assert only_finding(result)["expected"] == "YYYY-MM-DD / YYYY/MM/DD / YYYYMMDD"


@pytest.mark.parametrize("stated", ["44000", "44000.0", "44000.75"])
def test_a_serial_number_of_a_date_is_told_as_one_and_not_guessed(tmp_path: Path, stated: str) -> None:
    result = checked(tmp_path, _ten(row("T1", 收到日期=stated)))

    _assert_one_rejected(result, "date_serial")
    assert only_finding(result)["expected"] == "2020-06-18 / 2024-06-19"


@pytest.mark.parametrize("stated", ["3020-01-01", "1889-12-31", "0001-01-01", "9999-12-31"])
def test_a_date_that_cannot_be_rejects_the_row(tmp_path: Path, stated: str) -> None:
    _assert_one_rejected(
        checked(tmp_path, _ten(row("T1", 收到日期=stated, 受理日期=""))), "date_out_of_range"
    )


def test_the_catalog_says_from_which_day_a_date_is_plausible(tmp_path: Path) -> None:
    first_on = catalog().domain("pbc").earliest_on
    before = row("T1", 收到日期=str(first_on - ONE_DAY), 受理日期="")
    on_it = row("T1", 收到日期=str(first_on), 受理日期="")

    _assert_one_rejected(checked(tmp_path, _ten(before)), "date_out_of_range")
    assert "date_out_of_range" not in rules_of(checked(tmp_path, _ten(on_it)))


def test_a_complaint_received_after_the_business_day_is_rejected(tmp_path: Path) -> None:
    told = row("T1", 收到日期="2020-03-03", 受理日期="")

    _assert_one_rejected(checked(tmp_path, _ten(told)), "received_after_day")


def test_dates_out_of_order_reject_the_row(tmp_path: Path) -> None:
    told = row("T1", 收到日期="2020-03-01", 受理日期="2020-02-28")

    result = checked(tmp_path, _ten(told))

    _assert_one_rejected(result, "date_order")
    assert only_finding(result)["expected"] == "2020-03-01"


@pytest.mark.parametrize("name", ["投诉编号", "类别", "收到日期", "被投诉机构", "业务类别", "投诉原因"])
def test_an_empty_required_cell_rejects_the_row(tmp_path: Path, name: str) -> None:
    told = row("T1", 受理日期="") | {name: "  "}

    result = checked(tmp_path, _ten(told))

    _assert_one_rejected(result, "required")
    assert only_finding(result)["column"] == name


@pytest.mark.parametrize(
    "stated", ["1,234.50", "12.345", "1e5", "十二", "12元", "1_000", "nan", ".", "1" * 17]
)
def test_what_is_no_amount_rejects_the_row_and_is_never_rounded(tmp_path: Path, stated: str) -> None:
    _assert_one_rejected(checked(tmp_path, _ten(row("T1", 金额=stated))), "type_amount")


def test_a_negative_amount_rejects_the_row(tmp_path: Path) -> None:
    _assert_one_rejected(checked(tmp_path, _ten(row("T1", 金额="-0.01"))), "amount_negative")


@pytest.mark.parametrize("stated", ["1.23457E+15", "20200301.0", "a\x07b", "x" * 101])
def test_a_number_a_spreadsheet_has_spoilt_rejects_the_row(tmp_path: Path, stated: str) -> None:
    _assert_one_rejected(checked(tmp_path, _ten(row(stated))), "complaint_no_form")


def test_an_unknown_event_or_kind_rejects_the_row_and_is_never_put_in_other(tmp_path: Path) -> None:
    _assert_one_rejected(checked(tmp_path, _ten(row("T1", 事件="补充"))), "event_unknown")
    _assert_one_rejected(checked(tmp_path, _ten(row("T1", 类别="表扬"))), "entry_kind_unknown")


def test_a_row_about_another_institution_is_rejected(tmp_path: Path) -> None:
    _assert_one_rejected(checked(tmp_path, _ten(row("T1", 被投诉机构="GF03"))), "institution_foreign")


def test_a_row_about_an_institution_nobody_knows_is_rejected_for_that_alone(tmp_path: Path) -> None:
    result = checked(tmp_path, _ten(row("T1", 被投诉机构="某某村镇银行")))

    _assert_one_rejected(result, "institution_foreign")  # and not promised a place in the path's total


def test_rows_with_too_few_cells_are_rejected_with_their_line(tmp_path: Path) -> None:
    result = checked(tmp_path, _ten() + b"T1,a,b\n")

    _assert_one_rejected(result, "field_count")
    assert _place(result)[2:] == (12, None, "3")


def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    result = checked(tmp_path, _ten(row("OK3")))

    _assert_one_rejected(result, "duplicate_in_file")
    assert only_finding(result)["expected"] == "4"
    assert result.batch["complaint_no"].n_unique() == 10


def test_one_number_with_different_content_is_taken_in_neither_form(tmp_path: Path) -> None:
    result = checked(tmp_path, _ten(row("OK3", 金额="99")))

    assert rules_of(result) == ["conflict_in_file", "conflict_in_file"]
    assert result.findings["row_number"].to_list() == [4, 11]
    assert "OK3" not in set(result.batch["complaint_no"])


def test_numbers_that_differ_only_in_width_are_one_number(tmp_path: Path) -> None:
    assert "duplicate_in_file" in rules_of(checked(tmp_path, _ten(row("ＯＫ３"))))
    assert "duplicate_in_file" in rules_of(checked(tmp_path, _ten(row("\ufeffOK\u200b3"))))


def test_a_new_complaint_may_be_amended_and_withdrawn_in_the_same_file(tmp_path: Path) -> None:
    told = [row("T1"), row("T1", 事件="更正", 金额="5"), row("T1", 事件="撤销"), row("T1", 事件="撤销后重报")]

    result = checked(tmp_path, content(told), history=StatedHistory())

    assert result.decision is Decision.ACCEPTED
    assert result.batch["event"].to_list() == ["new", "amend", "withdraw", "reinstate"]


@pytest.mark.parametrize("trailer", ["合计,3", "合计,", "合计", "合计,两行", "合计,2.0"])
def test_a_trailer_that_does_not_agree_returns_the_file(tmp_path: Path, trailer: str) -> None:
    result = checked(tmp_path, content([row("T1"), row("T2")]) + f"{trailer}\n".encode())

    _assert_returned(result, "stated_total")
    assert only_finding(result)["line_number"] == 4


def test_a_stated_total_is_compared_with_the_rows_read_not_with_those_accepted(tmp_path: Path) -> None:
    data = _ten(row("T1", 金额="-1"))

    assert checked(tmp_path, data, total=11).decision is Decision.ACCEPTED_IN_PART
    _assert_returned(checked(tmp_path, data, total=10), "stated_total")


def test_too_many_rejected_rows_return_the_file(tmp_path: Path) -> None:
    rows = [row(f"T{number}", 金额="-1" if number < 3 else "1") for number in range(10)]

    result = checked(tmp_path, content(rows))

    _assert_returned(result, "reject_share")
    assert (result.read, result.rejected) == (10, 10)
    assert rules_of(result).count("amount_negative") == 3


def test_a_share_of_rejects_at_the_limit_is_accepted_in_part(tmp_path: Path) -> None:
    rows = [row(f"T{number}", 金额="-1" if number < 2 else "1") for number in range(10)]

    assert checked(tmp_path, content(rows)).decision is Decision.ACCEPTED_IN_PART


def test_a_nil_report_with_rows_is_returned(tmp_path: Path) -> None:
    _assert_returned(checked(tmp_path, content([row("T1")]), kind=DeliveryKind.NIL), "nil_with_rows")


def test_simulated_data_and_a_real_home_do_not_meet(tmp_path: Path) -> None:
    _assert_returned(checked(tmp_path, content([row("T1")]), simulated=False), "mark_mismatch")


def test_a_serial_far_ahead_is_returned(tmp_path: Path) -> None:
    history = StatedHistory(last=7)

    fits = checked(tmp_path, content([row("T1")]), revision=107, history=history)
    ahead = checked(tmp_path, content([row("T1")]), revision=108, history=history)

    assert fits.decision is Decision.ACCEPTED
    _assert_returned(ahead, "revision_ahead")


def test_a_dated_revision_far_ahead_is_returned_even_without_history(tmp_path: Path) -> None:
    data = b"complaint_id,product,sub_product,issue,sub_issue,state,zip_code,submitted_via,"
    data += b"date_received,company\n1,Mortgage,,Loan,,TX,75006,Web,2014-10-01,Acme\n"

    ahead = checked(tmp_path, data, source="cfpb-public", day=date(2014, 10, 28), revision=20991231)
    no_day = checked(tmp_path, data, source="cfpb-public", day=date(2014, 10, 28), revision=20141399)

    _assert_returned(ahead, "revision_ahead")
    _assert_returned(no_day, "revision_ahead")


@pytest.mark.parametrize("revision", [None, 0, -3, 1 << 63])
def test_a_revision_that_is_none_is_the_callers_mistake(tmp_path: Path, revision: int | None) -> None:
    with pytest.raises(RevisionNeededError):
        checked(tmp_path, content([row("T1")]), revision=revision, history=StatedHistory())


def test_what_the_ledger_knows_is_no_new_complaint(tmp_path: Path) -> None:
    history = StatedHistory({"T1": False}, last=1)

    _assert_one_rejected(checked(tmp_path, _ten(row("T1")), history=history), "known_as_new")


def test_what_the_ledger_does_not_know_cannot_be_amended(tmp_path: Path) -> None:
    told = row("T1", 事件="更正")

    _assert_one_rejected(checked(tmp_path, _ten(told), history=StatedHistory()), "unknown_amended")


@pytest.mark.parametrize("event", ["新增", "更正"])
def test_a_withdrawn_number_comes_back_only_as_a_reinstatement(tmp_path: Path, event: str) -> None:
    history = StatedHistory({"T1": True}, last=1)

    refused = checked(tmp_path, _ten(row("T1", 事件=event)), history=history)
    taken = checked(tmp_path, _ten(row("T1", 事件="撤销后重报")), history=history)

    _assert_one_rejected(refused, "withdrawn_not_reinstated")
    assert taken.decision is Decision.ACCEPTED


def test_the_codes_of_a_reconstructed_standard_warn_and_stay_as_stated(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1", 业务类别="B9999", 投诉原因="态度 恶劣")]))

    assert rules_of(result) == ["code_unmapped", "code_unmapped"]
    assert result.batch.select("business_code", "cause_code").row(0) == ("B9999", "态度 恶劣")


def test_codes_of_a_day_before_any_standard_warn_with_the_days_it_was_in_force(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1", 收到日期="2018-09-03", 业务办理渠道="", 业务类别="B0101")]))

    assert rules_of(result) == ["not_stated", "code_not_in_force", "code_not_in_force"]
    assert result.findings["expected"][1] == "jrt0169-2018 [2018-09-04, …)"
    assert result.batch.select("business_code", "standard_id").row(0) == ("B0101", None)


def test_an_empty_channel_is_not_stated_and_an_unknown_region_stays(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1", 业务办理渠道="", 地区="火星")]))

    assert sorted(rules_of(result)) == ["not_stated", "region_unknown"]
    assert result.batch.select("channel_code", "region_code").row(0) == (None, "火星")
    assert result.decision is Decision.ACCEPTED


def test_no_finding_shows_more_than_two_characters_of_a_cell(tmp_path: Path) -> None:
    secret = "11010119900307771X"
    told = row(f"{secret}E+1", 收到日期=secret, 金额=secret, 事件=secret, 类别=secret, 地区=secret)

    result = checked(tmp_path, _ten(told), keys=KEYS)

    assert result.findings.height >= 5
    assert result.findings["value"].str.len_chars().max() == 3
    assert secret[:3] not in str(result.findings.rows())


OF_CALLS = ("decision 0048", "decision 0096")


def test_every_rule_of_the_catalog_that_returns_or_rejects_ran(tmp_path: Path) -> None:
    trailer = "合计,1".encode() + b"," * (len(HEADER) - 2)
    told = content([row("T1")]) + trailer
    result = checked(tmp_path, told, total=1, history=StatedHistory(), keys=KEYS)
    nil = checked(tmp_path, content([]), kind=DeliveryKind.NIL)

    others = [checked(tmp_path, data) for data in (workbook([row("T1")]), json.dumps(row("T1")).encode())]

    ran = {rule_id for each in (result, nil, *others) for rule_id in each.checks_run}
    silent = {
        "code_unknown",
        "code_out_of_force",
        "type_integer",
        "code_not_in_force",
        "value_kept_as_stated",
    }
    silent |= {"group_total"}  # no layout that ships states them
    silent |= {"institution_out_of_list", "institution_added"}  # not of a bank that reports about itself
    silent |= {rule.id for rule in catalog().rules.values() if rule.basis in OF_CALLS}
    silent |= {"count_negative", "seat_place_unknown"}
    silent |= {each.rule_id for each in result.not_judged}  # of a source without recent days
    assert set(catalog().rules) - ran <= silent
    assert isinstance(result.findings, pl.DataFrame)
