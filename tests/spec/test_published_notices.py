"""The golden test: what the regulator printed comes out of its own counts, half up, quarter by quarter."""

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from xiaobao.analysis.published.notice_file import NoticeFileError, NoticeLine, read_notices, unused_columns
from xiaobao.analysis.published.recompute import Check, Outcome, Recomputed, recompute
from xiaobao.catalog import reading
from xiaobao.catalog.published import Notices, PrintedNumber
from xiaobao.cli.main import run
from xiaobao.lib.errors import ExitCode

FILE = Path(__file__).parents[2] / "samples" / "cbirc-notices" / "cbirc_notices.csv"
HEADER = (
    "quarter,entity_type,entity,metric,value,unit,change_pct,change_base,"
    "share_pct,share_of,source,confidence,note"
)


@pytest.fixture(scope="module")
def notices() -> Notices:
    return reading.load().published["cbirc"]


@pytest.fixture(scope="module")
def lines() -> tuple[NoticeLine, ...]:
    return read_notices([FILE])


@pytest.fixture(scope="module")
def found(lines: tuple[NoticeLine, ...], notices: Notices) -> tuple[Recomputed, ...]:
    return recompute(lines, notices)


def number(one: Recomputed) -> PrintedNumber:
    return PrintedNumber(
        quarter=one.line.quarter, entity=one.line.entity, metric=one.line.metric, check=one.check.value
    )


def test_every_printed_ratio_comes_out_as_printed_or_is_explained(found: tuple[Recomputed, ...]) -> None:
    assert [one for one in found if one.outcome is Outcome.DIFFERS] == []
    agreeing = Counter(one.check for one in found if one.outcome is Outcome.AGREES)
    assert agreeing == {
        Check.SHARE: 144,
        Check.CHANGE: 53,
        Check.TOTAL: 16,
        Check.MEDIAN: 11,
        Check.RATE: 13,
    }


def test_the_explained_exceptions_are_the_stated_ones_and_no_other(
    found: tuple[Recomputed, ...], notices: Notices
) -> None:
    explained = {number(one) for one in found if one.outcome is Outcome.EXPLAINED}
    assert explained == set(notices.exceptions)
    rounded = [
        (str(one.line.quarter), one.line.metric) for one in found if one.outcome is Outcome.WITHIN_ROUNDING
    ]
    assert rounded == [("2022Q3", "信用卡业务投诉量")]


def test_derived_lines_are_never_an_expectation(
    lines: tuple[NoticeLine, ...], found: tuple[Recomputed, ...]
) -> None:
    assert sum(not line.quoted for line in lines) == 36
    assert all(one.line.quoted for one in found)


def test_the_median_of_the_joint_stock_column_is_that_of_thirteen(found: tuple[Recomputed, ...]) -> None:
    medians = {
        str(one.line.quarter): str(one.value)
        for one in found
        if one.check is Check.MEDIAN and one.line.entity == "股份制商业银行" and one.value is not None
    }
    assert medians == {"2020Q2": "2302.0", "2022Q3": "2386.0"}


def test_what_cannot_be_computed_says_why(found: tuple[Recomputed, ...]) -> None:
    silent = [one for one in found if one.outcome is Outcome.NOT_RECOMPUTABLE and one.why is None]
    assert silent == []


@pytest.mark.parametrize(
    ("column", "check", "metric"),
    [
        ("share_pct", Check.SHARE, ""),
        ("change_pct", Check.CHANGE, ""),
        ("value", Check.MEDIAN, ""),
        ("value", Check.MEDIAN, "每千营业网点"),  # of rates that are rounded themselves
        ("value", Check.TOTAL, ""),
    ],
)
def test_a_misprint_of_one_in_the_last_place_is_found(
    tmp_path: Path, notices: Notices, found: tuple[Recomputed, ...], column: str, check: Check, metric: str
) -> None:
    chosen = next(
        one
        for one in found
        if one.check is check and one.outcome is Outcome.AGREES and one.line.metric.startswith(metric)
    )
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    row = rows[chosen.line.line - 2]
    row[column] = str(chosen.printed + (Decimal(1) if check is Check.TOTAL else Decimal("0.1")))
    altered = tmp_path / "altered.csv"
    with altered.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=HEADER.split(","))
        writer.writeheader()
        writer.writerows(rows)

    differing = [one for one in recompute(read_notices([altered]), notices) if one.outcome is Outcome.DIFFERS]

    assert (chosen.line.line, check) in {(one.line.line, one.check) for one in differing}
    assert all(one.why is not None for one in differing)


def test_another_quarter_is_checked_with_its_predecessor_from_another_file(tmp_path: Path, capsys) -> None:
    later = tmp_path / "later.csv"
    total, state = "2022Q4,total,银行业合计,投诉量,69555", "2022Q4,group,国有大型商业银行,投诉量,21559"
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(
        f"{HEADER}\n2022Q3,total,银行业合计,投诉量,75627,件,,,,,page,quoted,\n", encoding="utf-8"
    )
    later.write_text(
        f"{HEADER}\n{total},件,-8.0,环比,,,page,quoted,\n{state},件,,,31.1,投诉总量,page,quoted,\n",
        encoding="utf-8",
    )

    assert run(["--language", "en", "check-published", str(later), str(earlier)]) is ExitCode.DATA_REFUSED
    told = capsys.readouterr().out
    assert "31.1" in told and "31.0" in told and "differs" in told
    assert "100 × 21559 ÷ 69555" in told


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"城市商业银行": 9000, "民营银行": 1500}, ("agrees", 16500)),  # a column divided
        ({"城市商业银行(含民营银行)": 10500, "理财公司": 77}, ("differs", 16577)),  # one more
        ({}, ("not_recomputable", None)),  # a column that nobody quoted
    ],
)
def test_a_total_is_the_sum_of_the_columns_that_its_own_notice_prints(
    tmp_path: Path, notices: Notices, columns: dict[str, int], told: tuple[str, int | None]
) -> None:
    path = tmp_path / "notices.csv"
    always = {"国有大型商业银行": 1000, "股份制商业银行": 2000, "外资法人银行": 300, "农村中小金融机构": 700}
    printed = {**always, **columns, "其他银行业金融机构": 2000}
    lines = [f"2023Q1,group,{name},投诉量,{count},件,,,,,page,quoted," for name, count in printed.items()]
    total = "2023Q1,total,银行业合计,投诉量,16500,件,,,,,page,quoted,"
    path.write_text("\n".join([HEADER, total, *lines]) + "\n", encoding="utf-8")

    (found,) = [
        one
        for one in recompute(read_notices([path]), notices)
        if one.check is Check.TOTAL and one.line.entity_type == "total"
    ]

    assert (found.outcome.value, found.value) == told


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "no line with a number"),
        ("2020Q5,total,银行业合计,投诉量,1,件,,,,,page,quoted,", "no quarter such as 2020Q2"),
        ("2020Q2,total,银行业合计,投诉量,many,件,,,,,page,quoted,", "is no number"),
        ('2020Q2,total,银行业合计,投诉量,"1,5",件,,,,,page,quoted,', "is no number"),
        (
            "2020Q2,total,银行业合计,投诉量,1,234,件,,,,,page,quoted,",
            "a number with commas in it stands in quotes",
        ),
        ("2020Q2,total,银行业合计,投诉量,NaN,件,,,,,page,quoted,", "is no number"),
        ("2020Q2,total,银行业合计,投诉量,,件,,,,,page,quoted,", "value is empty"),
        ("2020Q2,total,银行业合计,投诉量,1,件,,,,,page,guessed,", "one of quoted, derived"),
        ("2020Q2,total,银行业合计,投诉量,1,件", "has 6 fields"),
        (
            "2020Q2,total,银行业合计,投诉量,1,件,,,,,page,quoted,\n2020Q2,total,银行业合计,投诉量,2,件,,,,,page,quoted,",
            "differs from another line (1)",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_which_line_and_why(tmp_path: Path, body: str, sentence: str) -> None:
    path = tmp_path / "notices.csv"
    path.write_text(f"{HEADER}\n{body}\n", encoding="utf-8")
    with pytest.raises(NoticeFileError) as refused:
        read_notices([path])
    assert sentence in refused.value.words.en


def test_a_zero_total_and_an_unknown_whole_are_told_and_not_divided_by(
    tmp_path: Path, notices: Notices
) -> None:
    path = tmp_path / "notices.csv"
    path.write_text(
        f"{HEADER}\n2020Q2,total,银行业合计,投诉量,0,件,,,,,page,quoted,\n"
        "2020Q2,bank,工商银行,投诉量,0,件,,,0.0,投诉总量,page,quoted,\n"
        "2020Q2,bank,农业银行,投诉量,0,件,,,0.0,某地投诉总量,page,quoted,\n",
        encoding="utf-8",
    )
    whys = [
        one.why.en for one in recompute(read_notices([path]), notices) if one.check is Check.SHARE and one.why
    ]
    assert whys == ["nothing to divide by", "what share_of 某地投诉总量 means is not known"]


def rows_of_file() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(
    path: Path, rows: list[dict[str, str]], *, columns: list[str] | None = None, encoding: str = "utf-8"
) -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=columns or HEADER.split(","), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def outcomes(found: tuple[Recomputed, ...]) -> list[tuple[int, Check, Decimal | None, Outcome]]:
    return [(one.line.line, one.check, one.value, one.outcome) for one in found]


def test_a_file_as_a_spreadsheet_saves_it_gives_the_same_verdicts(
    tmp_path: Path, notices: Notices, found: tuple[Recomputed, ...]
) -> None:
    path = tmp_path / "notices.csv"
    rows = [
        {
            **row,
            "value": f"{int(row['value']):,}" if row["value"].isdigit() else row["value"],
            "share_pct": row["share_pct"] and f"{row['share_pct']}%",
            "change_pct": row["change_pct"].replace("-", "\N{MINUS SIGN}"),
            "页码": "3",
        }
        for row in rows_of_file()
    ]
    write(path, rows, columns=["页码", *reversed(HEADER.split(","))], encoding="gb18030")

    assert outcomes(recompute(read_notices([path]), notices)) == outcomes(found)
    assert unused_columns([path]) == ("页码",)


def test_banks_go_by_any_of_their_names(tmp_path: Path, capsys, found: tuple[Recomputed, ...]) -> None:
    others = {
        "工商银行": "中国工商银行",
        "农业银行": "中国农业银行股份有限公司",
        "邮储银行": "邮储银行股份有限公司",
        "招商银行": "招行",
        "百信银行": "中信百信银行",
    }
    path = tmp_path / "notices.csv"
    rows = [
        {
            **row,
            "entity": others.get(row["entity"], row["entity"])
            if row["quarter"] > "2021Q1"
            else row["entity"],
        }
        for row in rows_of_file()
    ]
    write(path, rows)

    assert run(["--language", "en", "--format", "json", "check-published", str(path)]) is ExitCode.FINE
    told = [(one["line"], one["check"], one["outcome"]) for one in json.loads(capsys.readouterr().out)]
    assert told == [(one.line.line, one.check.value, one.outcome.value) for one in found]


def quarter(counts: dict[str, dict[str, int]], medians: dict[str, str]) -> list[dict[str, str]]:
    """A quarter of the given columns and their banks, without shares of the whole."""
    always = {"quarter": "2023Q1", "unit": "件", "source": "page", "confidence": "quoted"}
    rows = []
    for column, banks in counts.items():
        rows.append(
            {"entity_type": "group", "entity": column, "metric": "投诉量", "value": str(sum(banks.values()))}
        )
        if column in medians:
            rows.append(
                {
                    "entity_type": "group_median",
                    "entity": column,
                    "metric": "投诉量中位数",
                    "value": medians[column],
                }
            )
        rows += [
            {
                "entity_type": "bank",
                "entity": bank,
                "metric": "投诉量",
                "value": str(count),
                "share_of": f"{column}投诉总量",
            }
            for bank, count in banks.items()
        ]
    return [{**always, **row} for row in rows]


def test_who_stands_in_a_column_is_whom_its_notice_lists_where_they_add_up(
    tmp_path: Path, notices: Notices
) -> None:
    joint_stock = sorted(notices.groups["股份制商业银行"].members - {"百信银行"})
    counts = {
        "股份制商业银行": {bank: 100 + place for place, bank in enumerate(joint_stock)},
        "民营银行": {"网商银行": 7, "微众银行": 30, "新网银行": 3},
    }
    path = tmp_path / "notices.csv"
    rows = quarter(counts, {"股份制商业银行": "105.5", "民营银行": "7"})
    write(path, rows)

    found = recompute(read_notices([path]), notices)

    assert {(one.check, one.line.entity, one.outcome) for one in found} == {
        (check, column, Outcome.AGREES) for check in (Check.TOTAL, Check.MEDIAN) for column in counts
    }
    remark = "the notice lists 12, the catalog 13 (fewer: 百信银行)"
    assert [one.why and one.why.en for one in found] == [remark, remark, None, None]

    next(row for row in rows if row["entity"] == "民营银行" and row["entity_type"] == "group")["value"] = "41"
    write(path, rows)
    lacking = [one for one in recompute(read_notices([path]), notices) if one.line.entity == "民营银行"]
    assert {one.outcome for one in lacking} == {Outcome.NOT_RECOMPUTABLE}

    next(row for row in rows if row["entity"] == "民营银行" and row["entity_type"] == "group")["value"] = "39"
    write(path, rows)
    (more, _median) = [
        one for one in recompute(read_notices([path]), notices) if one.line.entity == "民营银行"
    ]
    assert more.outcome is Outcome.DIFFERS


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [("252", Outcome.WITHIN_ROUNDING), ("251.5", Outcome.AGREES), ("251", Outcome.DIFFERS)],
)
def test_a_median_that_lies_between_two_counts_may_be_printed_whole(
    tmp_path: Path, notices: Notices, printed: str, outcome: Outcome
) -> None:
    counts = {
        "国有大型商业银行": dict(
            zip(
                sorted(notices.groups["国有大型商业银行"].members), (500, 400, 303, 200, 100, 50), strict=True
            )
        )
    }
    path = tmp_path / "notices.csv"
    write(path, quarter(counts, {"国有大型商业银行": printed}))
    (median,) = [one for one in recompute(read_notices([path]), notices) if one.check is Check.MEDIAN]
    assert median.outcome is outcome


def test_an_explanation_is_of_one_printed_number_and_places_beyond_the_first_count(
    tmp_path: Path, notices: Notices, found: tuple[Recomputed, ...]
) -> None:
    explained = next(one for one in found if one.outcome is Outcome.EXPLAINED)
    shared = next(one for one in found if one.check is Check.SHARE and one.outcome is Outcome.AGREES)
    rows = rows_of_file()
    rows[explained.line.line - 2]["change_pct"] = "28.7"
    rows[shared.line.line - 2]["share_pct"] = f"{shared.printed}9"
    path = tmp_path / "notices.csv"
    write(path, rows)
    differing = [one for one in recompute(read_notices([path]), notices) if one.outcome is Outcome.DIFFERS]
    assert {one.line.line for one in differing} == {explained.line.line, shared.line.line}
