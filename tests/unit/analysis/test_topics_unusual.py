"""What one institution demands and others hardly ever do is an issue, whatever words its callers choose."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from bench.topics.demands import HELD_OUT
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.topics.hot import HotIssue, hot_issues
from xiaobao.analysis.topics.settings import Unusual
from xiaobao.catalog import reading
from xiaobao.lib.periods import Period
from xiaobao.workflows.detect_topics import settings_on, unusual_on

FIRST, DAYS = date(2020, 2, 1), 35
WINDOW = Period(from_on=date(2020, 2, 29), to_on=date(2020, 3, 7))
UNUSUAL = Unusual(shares=(0.03, 0.07, 0.15), least_score=2.0, least_unusual=2)
USUAL = (
    "扣款失败，说要提供流水才能查，{n}",
    "额度被降，客服让我补交资料，{n}",
    "年费收错了，打了{n}次电话，条件是先还清才给退",
    "还款日改不了，材料不齐，第{n}次",
    "积分没有了，没有短信，{n}",
    "柜台排队两个小时，{n}",
)
BANKS = ("A01", "A02", "A03", "A04", "A05")


def told(complaints: pl.DataFrame, unusual: Unusual = UNUSUAL) -> list[HotIssue]:
    settings = settings_on(reading.load(), WINDOW.last_on)
    found = hot_issues(
        complaints.sort("day", maintain_order=True),
        WINDOW,
        settings,
        alike=Threshold(alike=0.9, leader_alike=0.9),
        masks=lambda texts: [text.replace("王小明", "[NAME]") for text in texts],
        unusual=unusual,
    )
    return [one for one in found.issues if one.demanded]


def rows(texts: list[str], days: list[date], banks: list[str], *, category: str = "B01") -> pl.DataFrame:
    return pl.DataFrame(
        {"text": texts, "day": days, "institution": banks, "business.1": [category] * len(texts)}
    )


def everyday() -> pl.DataFrame:
    places = [(day, bank) for day in range(DAYS) for bank in range(len(BANKS))]
    texts = [USUAL[(day + bank) % len(USUAL)].format(n=day * 7 + bank) for day, bank in places]
    return rows(
        texts, [FIRST + timedelta(days=day) for day, _ in places], [BANKS[bank] for _, bank in places]
    )


def case(*banks: str) -> pl.DataFrame:
    """Four callers of one matter, one or several banks'."""
    texts = list(HELD_OUT[0].texts[:4])
    days = [WINDOW.from_on + timedelta(days=day) for day in (2, 3, 5, 6)]
    return rows(texts, days, [banks[place % len(banks)] for place in range(len(texts))])


def test_callers_who_share_a_demand_and_no_phrase_are_an_issue_of_their_bank() -> None:
    (issue,) = told(pl.concat([everyday(), case("A02")]))

    assert dict(issue.where) == {"institution": "A02", "business.1": "B01"}
    assert len(issue.topic.rows) == issue.topic.distinct >= 3
    assert issue.topic.before == 0 and issue.topic.score >= UNUSUAL.least_score
    assert "proof" in issue.demanded and "证明" in issue.topic.name.label
    assert any("证明" in one.text for one in issue.topic.excerpts)


def test_nothing_is_told_without_them_and_of_what_all_banks_begin_to_demand() -> None:
    together = [case(bank).with_columns(pl.col("text") + f"，{bank}") for bank in BANKS]

    assert told(everyday()) == []
    assert told(pl.concat([everyday(), *together])) == []
    assert told(pl.concat([everyday(), case(*BANKS)])) == []


def test_what_the_bank_always_demanded_is_no_issue() -> None:
    earlier = [
        case("A02").with_columns(pl.col("day") - timedelta(days=7 * weeks), pl.col("text") + f"，{weeks}")
        for weeks in range(1, 4)
    ]

    assert told(pl.concat([everyday(), *earlier, case("A02")])) == []


def test_one_letter_sent_ten_times_is_one_demand() -> None:
    letter = case("A02").head(1)

    assert told(pl.concat([everyday(), *[letter] * 10])) == []


def test_passages_are_masked() -> None:
    named = case("A02").with_columns(text="我叫王小明，" + pl.col("text"))

    (issue,) = told(pl.concat([everyday(), named]))

    assert all("[NAME]" in one.text and "王小明" not in one.text for one in issue.topic.excerpts)


def test_two_unusual_demands_want_a_third_complaint_that_demands_anything() -> None:
    two = case("A02").head(2)
    third = rows(["还款日改不了，要求补交资料"], [WINDOW.last_on], ["A02"])
    elsewhere = third.with_columns(**{"business.1": pl.lit("B02")})
    quiet = everyday().filter((pl.col("institution") != "A02") | (pl.col("day") < WINDOW.from_on))

    assert told(pl.concat([quiet, two])) == []
    assert told(pl.concat([quiet, two, elsewhere])) == []
    (issue,) = told(pl.concat([quiet, two, third]))
    assert dict(issue.where)["institution"] == "A02" and issue.topic.distinct == 2
    assert told(pl.concat([quiet, two, third]), replace(UNUSUAL, least_unusual=3)) == []


def test_the_catalog_says_how_many_demands_must_be_unusual() -> None:
    catalog = reading.load()
    found = unusual_on(catalog, WINDOW.last_on)
    assert found is not None
    assert found.least_unusual == catalog.topics.hot_on(WINDOW.last_on).least_unusual == 2
