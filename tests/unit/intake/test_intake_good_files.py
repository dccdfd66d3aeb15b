"""Files that are in order: what is read, what is kept, what is made of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import DAY, HEADER, KEYS, catalog, checked, content, only_finding, row, rules_of

from xiaobao.catalog.sources import ColumnType, DeliveryKind, LayoutColumn, RevisionType
from xiaobao.intake.delivery import Decision

SAMPLES = Path(__file__).parents[3] / "samples" / "cfpb"


def test_a_row_in_order_becomes_an_entry(tmp_path: Path) -> None:
    told = row("T-001", 产品="白金卡", 投诉内容="多收年费")

    result = checked(tmp_path, content([told]))

    assert result.decision is Decision.ACCEPTED
    assert (result.form.encoding, result.layout_id, result.read) == ("utf-8", "daily", 1)
    entry = result.batch.row(0, named=True)
    stated = {name: value for name, value in entry.items() if value is not None}
    assert stated == {
        "revision": 1,
        "row_number": 1,
        "path": "institution",
        "source_code": "bank-gy01",
        "institution_code": "GY01",
        "complaint_no": "T-001",
        "entry_kind": "complaint",
        "event": "new",
        "received_on": date(2020, 3, 1),
        "accepted_on": date(2020, 3, 2),
        "channel_code": "A0101",
        "business_code": "B0302",
        "cause_code": "C01",
        "standard_id": "jrt0169-2018",
        "region_code": "110000",
        "product": "白金卡",
        "amount": Decimal("12.50"),
        "submitted_codes": "A0101|B0302|C01",
    }


@pytest.mark.parametrize(
    ("name", "rows"),
    [("complaints_structured_2014_dev.csv", 8340), ("complaints_full_schema_2023.csv", 2067)],
)
def test_every_real_record_is_accepted(tmp_path: Path, name: str, rows: int) -> None:
    data = (SAMPLES / name).read_bytes()

    result = checked(tmp_path, data, source="cfpb-public", day=date(2023, 9, 11), revision=None)

    assert (result.decision, result.read, result.accepted) == (Decision.ACCEPTED, rows, rows)
    assert set(result.findings["severity"]) <= {"warn"}
    assert result.batch["complaint_no"].n_unique() == rows
    assert set(result.batch["event"]) == {"snapshot"}
    assert set(result.batch["revision"]) == {20230911}


def test_what_the_real_records_hold_survives(tmp_path: Path) -> None:
    data = (SAMPLES / "complaints_full_schema_2023.csv").read_bytes()

    result = checked(tmp_path, data, source="cfpb-public", day=date(2023, 9, 11), revision=None, keys=KEYS)

    raw = pl.read_csv(data, infer_schema=False, empty_string_is_null=False)
    both = raw.join(result.batch, left_on="complaint_id", right_on="complaint_no", maintain_order="left")
    assert both["postal_code"].fill_null("").to_list() == both["zip_code"].to_list()
    assert "XXXXX" in set(both["postal_code"])
    assert both.filter(both["state"] == "")["region_code"].null_count() == (raw["state"] == "").sum()
    assert both.filter(both["issue"] == "")["cause_code"].null_count() == (raw["issue"] == "").sum()
    islands = both.filter(both["state"] == "UNITED STATES MINOR OUTLYING ISLANDS")
    assert islands["region_code"].null_count() == 0
    told = raw.filter(raw["narrative"] != "")
    assert both["narrative_digest"].count() == told.height
    assert result.narratives["text"].str.contains("\n").sum() > 0


def test_the_islands_without_a_postal_code_are_a_region_of_their_own(tmp_path: Path) -> None:
    raw = b"".join((SAMPLES / name).read_bytes() for name in ("complaints_full_schema_2023.csv",))
    assert b"UNITED STATES MINOR OUTLYING ISLANDS" in raw

    result = checked(tmp_path, raw, source="cfpb-public", day=date(2023, 9, 11), revision=None)

    assert "region_unknown" not in rules_of(result)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_rows_in_every_encoding_give_the_same_batch(tmp_path: Path, encoding: str) -> None:
    rows = [row(f"T{number}", 产品="信用卡", 投诉内容="多收年费，\n请退还") for number in range(5)]
    plain = checked(tmp_path, content(rows), keys=KEYS)

    other = checked(tmp_path, content(rows).decode().encode(encoding), keys=KEYS)

    assert other.form.encoding == encoding
    assert other.batch.equals(plain.batch)
    assert other.narratives.equals(plain.narratives)


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    plain = checked(tmp_path, content([row("T1")]))

    turned = checked(tmp_path, content([row("T1")], header=tuple(reversed(HEADER))))

    assert turned.batch.equals(plain.batch)


def test_codes_institutions_and_regions_may_be_stated_by_name_or_alias(tmp_path: Path) -> None:
    table = catalog().standards["jrt0169-2018"].tables
    business = next(facet for facet in table if facet.value == "business")
    name = table[business].codes["B0302"].name.zh
    told = row("T1", 被投诉机构=" 国有行０１ ", 业务类别=name, 地区="北京市")

    result = checked(tmp_path, content([told]))

    entry = result.batch.row(0, named=True)
    assert (entry["institution_code"], entry["business_code"], entry["region_code"]) == (
        "GY01",
        "B0302",
        "110000",
    )
    assert entry["submitted_codes"] == f"A0101|{name}|C01"


def test_dates_are_read_in_each_of_the_stated_forms(tmp_path: Path) -> None:
    forms = ["2020-03-01", "2020/03/01", "2020/3/1", "20200301", "２０２０-03-01"]

    result = checked(
        tmp_path, content([row(f"T{number}", 收到日期=form) for number, form in enumerate(forms)])
    )

    assert result.accepted == len(forms)
    assert set(result.batch["received_on"]) == {date(2020, 3, 1)}


def test_an_empty_event_is_a_new_complaint(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1", 事件="")]))

    assert result.batch["event"].to_list() == ["new"]


def test_the_number_is_kept_in_normal_form(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row(" ｔ０１ "), row("投诉 2 号")]))

    assert result.batch["complaint_no"].to_list() == ["t01", "投诉 2 号"]


def test_a_trailer_that_states_the_rows_is_no_row(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1"), row("T2")]) + "合计,2\n\n".encode())

    assert (result.decision, result.read) == (Decision.ACCEPTED, 2)


def test_a_trailer_inside_a_narrative_is_a_narrative(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1"), row("T2", 投诉内容="账单\n合计,2")]), keys=KEYS)

    assert (result.decision, result.read) == (Decision.ACCEPTED, 2)
    assert result.narratives["text"].to_list() == ["账单\n合计,2"]


@pytest.mark.parametrize("data", [b"", content([])])
def test_a_nil_report_is_accepted_empty_or_with_a_header_alone(tmp_path: Path, data: bytes) -> None:
    result = checked(tmp_path, data, kind=DeliveryKind.NIL)

    assert (result.decision, result.read, result.findings.height) == (Decision.ACCEPTED, 0, 0)


def test_without_keys_nothing_personal_is_kept(tmp_path: Path) -> None:
    told = row("T1", 证件号="11010119900307771X", 联系电话="13812345678", 投诉内容="电话13812345678")

    result = checked(tmp_path, content([told]))

    assert result.narratives.is_empty()
    assert result.batch.select("identity_key", "contact_key", "narrative_digest").row(0) == (None,) * 3


def test_with_keys_people_are_pseudonyms_and_narratives_masked(tmp_path: Path) -> None:
    told = row("T1", 证件号="11010119900307771x", 联系电话="138 1234 5678", 投诉内容="电话13812345678，请回")
    again = row(
        "T2", 证件号="11010119900307771X", 联系电话="+86 13812345678", 投诉内容="电话13812345678，请回"
    )

    result = checked(tmp_path, content([told, again]), keys=KEYS)

    first, second = result.batch.select("identity_key", "contact_key", "narrative_digest").rows()
    assert first == second
    assert None not in first
    assert set(result.batch["identity_key_id"]) | set(result.batch["contact_key_id"]) == {"p0001"}
    assert result.narratives["text"].to_list() == ["电话[PHONE]，请回"]
    assert "13812345678" not in str(result.batch.rows())


def test_the_checks_that_need_the_ledger_are_named_as_not_run(tmp_path: Path) -> None:
    result = checked(tmp_path, content([row("T1")]))

    assert set(result.checks_not_run) == {
        "pseudonym_key",
        "known_as_new",
        "known_unchanged",
        "unknown_amended",
        "withdrawn_not_reinstated",
        "revision_ahead",
        "volume_unusual",
        "mix_unusual",
        "code_vanished",
    }
    assert "required" in result.checks_run
    assert not set(result.checks_run) & set(result.checks_not_run)


def test_a_moment_after_the_cut_off_belongs_to_the_next_business_day(tmp_path: Path) -> None:
    source = catalog().source("bank-gy01")
    layout = source.layouts[0]
    moments = LayoutColumn(
        target="received_on", headers=("收到日期",), type=ColumnType.MOMENT, formats=("%Y-%m-%d %H:%M",)
    )
    registered = LayoutColumn(
        target="registered_at", headers=("受理日期",), type=ColumnType.MOMENT, formats=("%Y-%m-%d %H:%M",)
    )
    columns = tuple(
        {"received_on": moments, "accepted_on": registered}.get(column.target, column)
        for column in layout.columns
    )
    timed = replace(source, layouts=(replace(layout, columns=columns),))
    known = replace(catalog(), sources={**catalog().sources, source.code: timed})
    rows = [
        row("T1", 收到日期="2020-03-01 17:30", 受理日期="2020-03-01 18:00"),
        row("T2", 收到日期="2020-03-01 17:31", 受理日期=""),
    ]

    result = checked(tmp_path, content(rows), using=known)

    assert result.batch["received_on"].to_list() == [date(2020, 3, 1), date(2020, 3, 2)]
    assert result.batch["registered_at"].to_list() == [datetime(2020, 3, 1, 10, tzinfo=UTC), None]


def test_a_source_without_revisions_gets_none(tmp_path: Path) -> None:
    source = replace(catalog().source("bank-gy01"), revision=RevisionType.ARRIVAL)
    known = replace(catalog(), sources={**catalog().sources, source.code: source})

    result = checked(tmp_path, content([row("T1")]), revision=None, using=known, day=DAY)

    assert result.batch["revision"].to_list() == [None]


def test_rows_of_many_blocks_keep_their_numbers_and_lines(tmp_path: Path) -> None:
    rows = [row(f"T{number}", 投诉内容="多收\n年费" * 200 + str(number)) for number in range(12_000)]
    rows[11_000]["收到日期"] = "2020-02-30"

    result = checked(tmp_path, content(rows))

    assert (result.read, result.rejected) == (12_000, 1)
    finding = result.findings.row(0, named=True)
    assert (finding["row_number"], finding["line_number"]) == (11_001, 2 + 11_000 * 201)
    assert result.batch["row_number"].n_unique() == 11_999


@pytest.mark.parametrize("blank", [b",", b" , ", b'"",'])
def test_rows_of_separators_alone_are_none_as_blank_rows_of_a_workbook_are(
    tmp_path: Path, blank: bytes
) -> None:
    told = [*(row(f"T{number}") for number in range(9)), row("T9", 收到日期="")]
    rows = content(told).splitlines(keepends=True)
    nothing = blank * (len(HEADER) - 1) + b"\n"
    trailer = "合计,10".encode() + b"," * (len(HEADER) - 2) + b"\n"

    result = checked(tmp_path, b"".join([*rows[:2], nothing, *rows[2:], trailer, nothing.replace(b'"', b"")]))

    assert (result.read, result.accepted) == (10, 9)
    found = only_finding(result)
    assert (found["rule_id"], found["row_number"], found["line_number"]) == ("required", 10, 12)


def test_very_many_rows_of_separators_alone_do_not_hide_the_trailer(tmp_path: Path) -> None:
    rows = content([row(f"T{number}") for number in range(10)])
    trailer = "合计,9".encode() + b"," * (len(HEADER) - 2) + b"\n"

    result = checked(tmp_path, rows + trailer + (b"," * (len(HEADER) - 1) + b"\r\n") * 1_000_000)

    assert rules_of(result) == ["stated_total"]
    assert result.read == 10


def test_rows_of_group_totals_are_no_rows_of_data_wherever_they_stand(tmp_path: Path) -> None:
    source = catalog().source("bank-gy01")
    layouts = tuple(replace(layout, group_total="小计") for layout in source.layouts)
    using = replace(catalog(), sources={**catalog().sources, source.code: replace(source, layouts=layouts)})
    first, second = [row("T1"), row("T2")], [row("T3", 业务类别="B01")]
    totals = [dict.fromkeys(HEADER, "") | {"投诉编号": "小计", "事件": "2", "业务类别": "B0302"}]
    totals.append(totals[0] | {"事件": "1", "业务类别": "人民币储蓄"})

    result = checked(tmp_path, content([*first, totals[0], *second, totals[1]]), using=using)

    assert rules_of(result) == []
    assert result.batch["complaint_no"].to_list() == ["T1", "T2", "T3"]


def test_no_pseudonym_is_made_of_a_number_with_hidden_digits(tmp_path: Path) -> None:
    told = [
        row("T1", 证件号="110101********7715", 联系电话="138****5678"),
        row("T2", 证件号="110101199003077715", 联系电话="13812345678"),
    ]

    batch = checked(tmp_path, content(told), keys=KEYS).batch

    assert batch.height == 2
    for column in ("identity_key", "identity_key_id", "contact_key", "contact_key_id"):
        assert batch[column].is_null().to_list() == [True, False]


def test_a_long_text_as_a_region_costs_no_time_and_stays_as_stated(tmp_path: Path) -> None:
    told = "湖北省" * 100_000

    result = checked(tmp_path, content([row("T1", 地区=told)]))

    assert rules_of(result) == ["region_unknown"]
    assert result.batch["region_code"].to_list() == [told]
