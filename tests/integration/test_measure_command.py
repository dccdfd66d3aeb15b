"""`xiaobao measure` on a real home: what stands beside a number, and what is said instead of one."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from ledger_rows import Report
from store import NOW, accept, post

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.cli.main import run
from xiaobao.ledger.entries import Event
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions.closing import close_day
from xiaobao.submissions.home import Home, open_home

MONDAY = date(2020, 3, 2)
TUESDAY = MONDAY + ONE_DAY
BEFORE_OUTLETS = date(2018, 3, 2)
PATH = ("--where", "path=institution")
OTHERS = tuple(f"bank-gy0{number}" for number in range(2, 7)) + tuple(
    f"bank-gf{number:02}" for number in range(1, 12)
)
"""Every simulated bank but 国有行01, which reports complaints, and 股份行12, which stays silent."""


def reports(numbers: range, day: date, business: str = "B0302") -> list[Report]:
    return [
        Report(
            complaint_no=f"{day}-{number}", event=Event.NEW, revision=1, received_on=day, business=business
        )
        for number in numbers
    ]


def cutoff(home: Home, day: date) -> datetime:
    return home.domain.cutoff_at(day)


def two_days(home: Home, _folder: Path) -> None:
    """Ten complaints on Monday and five more of Monday on Tuesday, twenty on Tuesday; both days closed."""
    for day, first, late in ((MONDAY, 10, 0), (TUESDAY, 20, 5)):
        at = cutoff(home, day) - timedelta(hours=1)
        serial = day.day * 2
        accept(home, reports(range(first), day), day=day, revision=serial, at=at)
        if late:
            more = reports(range(100, 100 + late), MONDAY, "B01")
            kind = DeliveryKind.SUPPLEMENTARY
            accept(home, more, day=MONDAY, revision=serial + 1, kind=kind, at=at)
        for source in OTHERS:
            accept(home, [], source=source, day=day, revision=serial, kind=DeliveryKind.NIL, at=at)
        post(home, at=at)
        close_day(home, day, at=at + timedelta(days=1), now=NOW)


@pytest.fixture
def home_path(sqlite_home_factory: Callable[..., Home]) -> Path:
    """A home with two closed days."""
    return sqlite_home_factory(filled=two_days).path


def told(capsys: pytest.CaptureFixture[str], home_path: Path, *arguments: str) -> str:
    capsys.readouterr()
    outcome = run(["--language", "en", "measure", *arguments, "--home", str(home_path)])
    shown = capsys.readouterr()
    assert outcome is ExitCode.FINE, shown.err
    return shown.out


def as_json(capsys: pytest.CaptureFixture[str], home_path: Path, *arguments: str) -> dict:
    capsys.readouterr()
    assert run(["--format", "json", "measure", *arguments, "--home", str(home_path)]) is ExitCode.FINE
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], home_path: Path, *arguments: str) -> str:
    capsys.readouterr()
    outcome = run(["--language", "en", "measure", *arguments, "--home", str(home_path)])
    shown = capsys.readouterr()
    assert outcome is ExitCode.WRONG_CALL
    assert "Traceback" not in shown.err
    return shown.err


def test_a_count_is_shown_with_its_basis_its_as_of_and_the_mark_of_the_home(home_path, capsys) -> None:
    shown = told(capsys, home_path, "complaints", "--day", "2020-03-02", *PATH, "--by", "business.1")

    assert "path: institution report" in shown
    assert "within one counting path" in shown
    assert "posting sequence" in shown
    assert "its own close was 1" in shown
    assert "simulated data" in shown
    rows = [line.split() for line in shown.splitlines()]
    assert [row[-1] for row in rows if "B03" in row] == ["10"]
    assert [row[-1] for row in rows if "B01" in row] == ["5"]


def test_a_day_as_of_its_own_close_lacks_what_came_later(home_path, capsys) -> None:
    question = ("complaints", "--day", "2020-03-02", *PATH)
    assert as_json(capsys, home_path, *question)["rows"][0]["value"] == "15"
    closed = as_json(capsys, home_path, *question, "--as-of", "2020-03-02")
    assert closed["rows"][0]["value"] == "10"
    assert closed["readings"] == [{"from_on": "2020-03-02", "to_on": "2020-03-03", "posted_seq": 1}]


def test_a_period_of_which_nobody_reported_anything_has_no_data_and_is_no_zero(home_path, capsys) -> None:
    for asked in (("--day", "2020-03-02", "--as-of", "0"), ("--from", "2019-01-01", "--to", "2019-03-31")):
        found = as_json(capsys, home_path, "complaints", *asked, *PATH)
        assert found["rows"] == [
            {"members": {}, "names": {}, "value": None, "why_none": "no_data", "denominator": None}
        ]
    shown = told(capsys, home_path, "complaints_yoy", "--from", "2020-03-02", "--to", "2020-03-03", *PATH)
    assert "no data in the period compared with" in shown  # the asked one has some
    shown = told(capsys, home_path, "complaints_yoy", "--from", "2019-03-01", "--to", "2019-03-31", *PATH)
    assert "no data in the period" in shown
    assert "compared with\n" not in shown


def test_daily_comparisons_take_each_day_at_its_own_close(home_path, capsys) -> None:
    change = as_json(capsys, home_path, "complaints_dod", "--day", "2020-03-03", *PATH)
    late = as_json(capsys, home_path, "complaints_late", "--day", "2020-03-03", *PATH)
    average = as_json(capsys, home_path, "complaints_avg_7", "--day", "2020-03-03", *PATH)

    assert change["rows"][0]["value"] == "100.0"
    assert late["rows"][0]["value"] == "5"
    assert average["rows"][0]["why_none"] == "not_enough_days"


def test_a_bank_that_did_not_report_is_not_shown_as_zero(home_path, capsys) -> None:
    found = as_json(
        capsys, home_path, "complaints", "--day", "2020-03-03", *PATH, "--by", "institution", "--zeros"
    )
    rows = {row["members"]["institution"]: (row["value"], row["why_none"]) for row in found["rows"]}

    assert rows["GY01"] == ("20", None)
    assert rows["GF01"] == ("0", None)
    assert rows["GF12"] == (None, "not_reported")
    assert found["not_reported"] == [{"source": "bank-gf12", "day": "2020-03-03"}]


def test_on_an_open_day_who_has_not_reported_yet_is_not_shown_as_zero(home_path, capsys) -> None:
    home, day = open_home(home_path), date(2020, 3, 4)
    accept(home, reports(range(7), day), day=day, revision=8, at=cutoff(home, day) - timedelta(hours=1))
    post(home, at=cutoff(home, day))

    found = as_json(
        capsys, home_path, "complaints", "--day", "2020-03-04", *PATH, "--by", "institution", "--zeros"
    )

    values = {row["members"]["institution"]: row["value"] for row in found["rows"]}
    assert values.pop("GY01") == "7"
    assert len(values) == 17
    assert set(values.values()) == {None}
    assert len(found["not_reported"]) == 17


def test_a_period_names_the_days_of_which_nobody_reported(home_path, capsys) -> None:
    shown = told(capsys, home_path, "complaints", "--from", "2020-03-02", "--to", "2020-03-05", *PATH)

    assert "Joint-Stock Bank 12 institution report (2020-03-02–2020-03-05)" in shown
    assert "State Bank 01 institution report, State Bank 02 institution report" in shown
    assert "(2020-03-04–2020-03-05)" in shown


def test_an_institution_may_be_named_as_people_name_it(home_path, capsys) -> None:
    shown = as_json(
        capsys, home_path, "complaints", "--day", "2020-03-03", *PATH, "--where", "institution=国有行01"
    )
    assert shown["where"] == {"path": "institution", "institution": "GY01"}
    assert shown["rows"][0]["value"] == "20"


def test_a_share_takes_the_filter_as_its_whole_when_nothing_else_is_said(home_path, capsys) -> None:
    shares = as_json(capsys, home_path, "complaint_share", "--day", "2020-03-02", *PATH, "--by", "business.1")
    assert {row["members"]["business.1"]: row["value"] for row in shares["rows"]} == {
        "B01": "33.3",
        "B03": "66.7",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("complaints", "--day", "2020-03-02"), "paths are never added"),
        (
            ("complaints", "--day", "2020-03-02", *PATH, "--by", "bank"),
            "there are: path, source, institution",
        ),
        (("complaints", "--day", "2020-03-02", *PATH, "--where", "institution=GY10"), "there are: GF01"),
        (("complaints", "--day", "2020-03-02", *PATH, "--where", "status=lost"), "no member lost"),
        (("complaints", "--day", "2020-03-02", *PATH, "--where", "region"), "DIMENSION=MEMBER"),
        (("complaints", "--day", "2020-03-02", *PATH, "--as-of", "999"), "no 999 yet"),
        (("complaints", "--day", "2020-03-02", *PATH, "--as-of", "2020-03-09"), "2020-03-09 is not closed"),
        (("complaints", *PATH), "give --day"),
        (("complaints", *PATH, "--from", "2020-03-03", "--to", "2020-03-02"), "give --day"),
        (("complaints", *PATH, "--from", "2020-03-03", "--to", "9999-12-31"), "give --day"),
        (("complaints", *PATH, "--from", "0001-01-01", "--to", "2020-03-02"), "too long"),
        (("complaints_dod", "--day", "2020-03-09", *PATH), "the last close is of 2020-03-03"),
        (("complaints_dod", "--day", "2020-03-03", *PATH, "--as-of", "3"), "each day at its own close"),
        (("complaints_avg_7", "--from", "2020-03-02", "--to", "2020-03-03", *PATH), "use --day"),
        (("complaints_wow", "--from", "2020-03-01", "--to", "2020-03-09", *PATH), "is of a single day"),
        (("complaints_week_change", "--from", "2020-03-01", "--to", "2020-03-03", *PATH), "is of 7 days"),
        (("complaint_rnk", "--day", "2020-03-02", *PATH), "known: complaint_rank"),
        (
            ("complaints_median", "--day", "2020-03-02", *PATH, "--by", "institution"),
            "goes over institutions",
        ),
        (("per_1k_outlets", "--day", "2020-03-02", *PATH), "name institution or group"),
        (("answer_rate", "--day", "2020-03-02", *PATH), "calls have no dimension path"),
        (
            ("reports_on_time_rate", "--day", "2020-03-02", "--by", "region"),
            "reports have no dimension region",
        ),
        (("complaints", "--day", "2020-03-02", *PATH, "--where", "identity_key=x"), "is about people"),
        (("complaints", "--day", "2020-03-02", *PATH, "--where", "closed_on=May"), "days are 2020-03-01"),
        (("complaints", "--day", "2020-03-02", *PATH, "--where", "product=gold"), "no member gold"),
        (("complaints_dod", "--day", "2020-03-03", *PATH, "--compare", "year"), "no --compare"),
        (("complaints", "--day", "2020-03-03", *PATH, "--compare", "soon"), "--compare soon"),
        (("complaints_yoy", "--from", "2018-01-01", "--to", "2020-03-03", *PATH), "at most 12 months"),
    ],
)
def test_a_wrong_call_is_answered_with_what_may_be_asked(home_path, capsys, arguments, sentence) -> None:
    assert sentence in refused(capsys, home_path, *arguments)


def test_what_is_asked_of_one_bank_names_no_other_as_missing(home_path, capsys) -> None:
    count = ("measure", "complaints", "--day", MONDAY.isoformat(), *PATH, "--home", str(home_path))
    assert run([*count, "--where", "institution=国有行01"]) is ExitCode.FINE
    assert "not reported" not in capsys.readouterr().out

    assert run([*count, "--where", "institution=股份行12"]) is ExitCode.FINE
    assert "Joint-Stock Bank 12 institution report" in capsys.readouterr().out


def test_what_no_layout_of_a_path_states_is_refused_and_no_zero(home_path, capsys) -> None:
    repeats = ("measure", "repeat_share", "--day", MONDAY.isoformat(), "--home", str(home_path))
    for path in (PATH, ("--by", "path")):
        assert run(["--language", "zh", *repeats, *path]) is ExitCode.WRONG_CALL
        assert "机构报送的版式没有 repeats 一列" in capsys.readouterr().err

    assert run([*repeats, "--where", "path=hotline"]) is ExitCode.FINE


def test_two_periods_stand_beside_each_other_with_their_difference(home_path, capsys) -> None:
    asked = ("--day", "2020-03-03", *PATH, "--by", "institution", "--compare", "previous")
    both = as_json(capsys, home_path, "complaints", *asked)
    (row,) = both["rows"]
    assert row == {
        "members": {"institution": "GY01"},
        "present": "20",
        "compared": "15",
        "difference": "5",
        "change_per_cent": "33.3",
    }
    assert both["compared"]["readings"] == [
        {
            "from_on": "2020-03-02",
            "to_on": "2020-03-03",
            "posted_seq": both["present"]["readings"][0]["posted_seq"],
        }
    ]
    shares = as_json(
        capsys, home_path, "incomplete_share", "--day", "2020-03-03", *PATH, "--compare", "2020-03-02"
    )
    assert shares["difference_unit"] == {"zh": "百分点", "en": "percentage points"}
    assert shares["rows"][0]["change_per_cent"] is None


def test_two_periods_of_unlike_length_or_with_days_in_common_say_so(home_path, capsys) -> None:
    asked = ("complaints", "--from", "2020-03-01", "--to", "2020-03-03", *PATH)
    both = as_json(capsys, home_path, *asked, "--compare", "2020-03-03")
    assert both["present_length"] == {"days": 3, "working_days": 2}
    assert both["compared_length"] == {"days": 1, "working_days": 1}
    shown = told(capsys, home_path, *asked, "--compare", "2020-03-03")
    assert "periods of unlike length, 3 days (2 working) and 1 day (1 working)" in shown
    assert "xiaobao measure complaints_per_working_day" in shown
    assert "the periods share 2020-03-03" in shown

    alike = ("complaints", "--day", "2020-03-03", *PATH, "--compare", "previous")
    assert as_json(capsys, home_path, *alike)["notes"] == []
    weekend = ("complaints", "--day", "2020-03-03", *PATH, "--compare", "2020-03-01")
    assert "1 day (0 working)" in told(capsys, home_path, *weekend)
    shares = ("incomplete_share", *asked[1:], "--compare", "2020-02-01")
    assert as_json(capsys, home_path, *shares)["notes"] == []


def test_places_of_a_ranking_have_a_difference_and_no_change_in_per_cent(home_path, capsys) -> None:
    asked = ("complaint_rank", "--day", "2020-03-03", *PATH, "--by", "institution", "--compare", "previous")
    assert {row["change_per_cent"] for row in as_json(capsys, home_path, *asked)["rows"]} == {None}
    assert "change (%)" not in told(capsys, home_path, *asked)


def test_groups_have_their_total_and_come_by_value_when_asked(home_path, capsys) -> None:
    asked = ("complaints", "--from", "2020-03-02", "--to", "2020-03-03", *PATH)
    for by in ("business.1", "day", "complaint_no"):
        grouped = as_json(capsys, home_path, *asked, "--by", by)
        assert grouped["total"]["value"] == as_json(capsys, home_path, *asked)["rows"][0]["value"]
        assert sum(int(row["value"]) for row in grouped["rows"]) == int(grouped["total"]["value"])
    days = as_json(capsys, home_path, *asked, "--by", "day", "--largest-first")["rows"]
    assert [row["value"] for row in days] == ["20", "15"]
    shown = told(capsys, home_path, *asked, "--by", "day", "--compare", "previous")
    assert re.search(r"^total +35 ", shown, re.MULTILINE)

    paths = as_json(capsys, home_path, "complaints", "--day", "2020-03-03", "--by", "path")
    assert paths["total"] is None


def test_two_paths_at_once_are_refused_with_the_way_to_see_both(home_path, capsys) -> None:
    asked = ["measure", "complaints", "--day", "2020-03-02", "--home", str(home_path)]
    for language, way in (("en", "--by path for both"), ("zh", "--by path 并列")):
        paths = ("--where", "path=hotline", "--where", "path=institution")
        assert run(["--language", language, *asked, *paths]) is ExitCode.WRONG_CALL
        assert way in capsys.readouterr().err


@pytest.mark.parametrize(("stated", "sought"), [("91", "91.00"), ("91.5", "91.50"), ("91.50", "91.50")])
def test_an_amount_is_sought_with_two_places_however_it_is_written(
    home_path, capsys, stated: str, sought: str
) -> None:
    asked = ["measure", "complaints", "--day", "2020-03-02", *PATH, "--where", f"amount={stated}"]
    assert run(["--language", "en", *asked, "--home", str(home_path)]) is ExitCode.WRONG_CALL
    assert f"dimension amount has no member {sought}" in capsys.readouterr().err


def test_a_group_of_one_period_alone_counts_zero_in_the_other(home_path, capsys) -> None:
    asked = ("--day", "2020-03-03", *PATH, "--by", "complaint_no", "--compare", "previous")
    rows = as_json(capsys, home_path, "complaints", *asked)["rows"]

    assert {(row["present"], row["compared"], row["difference"]) for row in rows} == {
        ("1", "0", "1"),
        ("0", "1", "-1"),
    }


def with_wednesday(home: Home, folder: Path) -> None:
    """Both days, and of Wednesday the nil reports of the others alone."""
    two_days(home, folder)
    at = cutoff(home, TUESDAY + ONE_DAY) - timedelta(hours=1)
    for source in OTHERS:
        accept(home, [], source=source, day=TUESDAY + ONE_DAY, revision=30, kind=DeliveryKind.NIL, at=at)
    post(home, at=at)


def test_a_bank_that_reported_of_one_of_two_periods_is_not_said_to_have_had_none(
    sqlite_home_factory, capsys
) -> None:
    path = sqlite_home_factory(filled=with_wednesday).path
    asked = ("complaints", "--day", "2020-03-03", *PATH, "--by", "institution")

    for other in ("2020-03-04", "2020-03-05"):
        shown = told(capsys, path, *asked, "--compare", other)
        assert re.search(r"State Bank 01 +GY01 +20 +not reported", shown)


def test_a_change_that_rounds_to_nothing_has_no_sign(home_path, capsys) -> None:
    shown = told(capsys, home_path, "complaints", "--day", "2020-03-03", *PATH, "--compare", "2020-03-03")
    assert re.search(r"^20 +20 +0 +0\.0$", shown, re.MULTILINE)


def test_groups_of_a_period_of_which_nobody_reported_are_said_to_have_no_data(home_path, capsys) -> None:
    asked = ("--day", "2019-03-02", "--by", "business.1", *PATH)
    assert "no data in the period" in told(capsys, home_path, "complaint_share", *asked)
    assert "no data in the period" in told(capsys, home_path, "complaints", *asked, "--compare", "previous")
    calls = ("answer_rate", "--day", "2020-03-03", "--by", "branch")
    assert "no data in the period" in told(capsys, home_path, *calls)


def test_a_rate_tells_its_denominator_its_date_and_that_it_is_derived(home_path, capsys) -> None:
    asked = ("per_1k_outlets", "--day", "2020-03-03", *PATH, "--where", "institution=GY01")
    found = as_json(capsys, home_path, *asked)
    assert found["rows"][0]["value"] == "1.3"
    assert found["rows"][0]["denominator"] == {"value": 15600, "from_on": "2020-01-01", "derived": True}
    assert found["basis"] == "institution:complaint/outlets"
    shown = told(capsys, home_path, *asked)
    assert "1 of 1 are derived" in shown
    assert shown.startswith("complaints per 1,000 outlets, path:")


def of_2018(home: Home, folder: Path) -> None:
    """Both days, and, reported later, a day before the register had any outlets."""
    two_days(home, folder)
    at = cutoff(home, TUESDAY + ONE_DAY) - timedelta(hours=1)
    late = DeliveryKind.SUPPLEMENTARY
    accept(home, reports(range(3), BEFORE_OUTLETS), day=BEFORE_OUTLETS, kind=late, revision=20, at=at)
    for source in OTHERS:
        accept(home, [], source=source, day=BEFORE_OUTLETS, revision=20, kind=DeliveryKind.NIL, at=at)
    post(home, at=at)


def test_a_rate_without_a_denominator_names_whose_is_missing(sqlite_home_factory, capsys) -> None:
    path = sqlite_home_factory(filled=of_2018).path
    asked = ("per_1k_outlets", "--day", BEFORE_OUTLETS.isoformat(), *PATH, "--by", "institution")
    shown = told(capsys, path, *asked)
    assert "no denominator on the day" in shown
    assert "the catalog has no denominator for 2018-03-02 of: State Bank 01" in shown
    compared = told(capsys, path, *asked, "--compare", "2020-03-02")
    assert "2018-03-02: the catalog has no denominator for 2018-03-02 of: State Bank 01" in compared
    assert "2020-03-02: denominators: in use from 2020-01-01; 1 of 1 are derived" in compared


def test_a_group_of_which_a_bank_has_not_reported_has_no_rate(home_path, capsys) -> None:
    asked = ("per_1k_outlets", "--day", "2020-03-03", *PATH, "--by", "group", "--zeros")
    rows = {row["members"]["group"]: row for row in as_json(capsys, home_path, *asked)["rows"]}
    assert rows["joint_stock"]["why_none"] == "not_reported"  # the twelfth of them stays silent
    assert rows["state_owned"]["value"] == "0.2"


def test_reports_that_came_in_time_are_counted_by_the_journal(home_path, capsys) -> None:
    found = as_json(
        capsys, home_path, "reports_on_time_rate", "--from", "2020-03-02", "--to", "2020-03-03", *PATH
    )
    assert found["rows"][0]["value"] == "94.4"  # 17 of 18 banks on both days
    assert found["basis"] == "reports"


def test_calls_nobody_counted_have_no_answer_rate(home_path, capsys) -> None:
    found = as_json(capsys, home_path, "answer_rate", "--day", "2020-03-02")
    assert found["rows"][0]["why_none"] == "no_data"
    assert found["basis"] == "calls"


def test_a_week_is_compared_with_a_week_each_at_the_close_of_its_last_day(home_path, capsys) -> None:
    by_day = as_json(capsys, home_path, "complaints_week_change", "--day", "2020-03-03", *PATH)
    week = ("--from", "2020-02-26", "--to", "2020-03-03")

    assert [(one["from_on"], one["to_on"]) for one in by_day["readings"]] == [("2020-02-26", "2020-03-04")]
    assert by_day["rows"][0]["why_none"] == "not_enough_days"  # the last day of the week before is not closed
    assert as_json(capsys, home_path, "complaints_week_change", *week, *PATH) == by_day


def epidemic_reported(home: Home, folder: Path) -> None:
    """Both days, and two complaints of Tuesday whose code the epidemic's rule names."""
    two_days(home, folder)
    at = cutoff(home, TUESDAY + ONE_DAY) - timedelta(hours=1)
    named = reports(range(200, 202), TUESDAY, "B0805")
    accept(home, named, day=TUESDAY, kind=DeliveryKind.SUPPLEMENTARY, revision=30, at=at)
    post(home, at=at)


def test_complaints_a_rule_has_not_run_over_are_refused_and_not_counted_as_untagged(
    sqlite_home_factory, capsys
) -> None:
    path = sqlite_home_factory(filled=epidemic_reported).path
    asked = ("epidemic_share", "--day", "2020-03-03", *PATH)
    assert "has not run over 2 complaints of the period" in refused(capsys, path, *asked)
    assert as_json(capsys, path, "epidemic_share", "--day", "2020-03-02", *PATH)["rows"][0]["value"] == "0.0"

    assert run(["tag", "epidemic", "--home", str(path)]) is ExitCode.FINE
    assert as_json(capsys, path, *asked)["rows"][0]["value"] == "9.1"
