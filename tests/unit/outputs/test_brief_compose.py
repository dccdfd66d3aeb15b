"""A composed brief reads as an office wants it, and holds nothing but traced numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.measures import MeasureKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Language
from xiaobao.outputs.brief.compose import compose
from xiaobao.outputs.brief.document import Brief, Paragraph, decode, encode, lines, text_of
from xiaobao.outputs.brief.facts import BriefFacts
from xiaobao.outputs.brief.gather import MEASURES, Scope, Silence, silent_sets


def text(brief: Brief) -> str:
    return "\n".join("".join(map(text_of, tokens)) for _, tokens in lines(brief))


def test_a_chinese_summary_says_how_many_against_which_day_and_who_leads(facts: BriefFacts) -> None:
    brief = compose(facts, language="zh")

    summary = next(
        block for block in brief.blocks if isinstance(block, Paragraph) and block.role == "summary"
    )

    assert "".join(map(text_of, summary.tokens)) == (
        "2020年3月27日，经机构报送路径共收到投诉832件，较前一日（3月26日，800件）增长4.0%。"
        "国有行01（502件，占60.3%）和国有行02（330件，占39.7%）投诉量位列前两位。"
        "应报7家，已报6家，其中迟报1家、零报告1家。"
    )


def test_an_english_summary_says_the_same(facts: BriefFacts) -> None:
    brief = compose(facts, language="en")

    summary = next(
        block for block in brief.blocks if isinstance(block, Paragraph) and block.role == "summary"
    )

    assert "rose by 4.0% from the 800 of 26 March, the day before" in "".join(map(text_of, summary.tokens))


def test_the_same_facts_make_the_same_brief(facts: BriefFacts, language: Language) -> None:
    assert encode(compose(facts, language=language)) == encode(compose(facts, language=language))


def test_a_stored_brief_is_read_back_equal(brief: Brief) -> None:
    assert decode(encode(brief)) == brief


def test_a_fresh_draft_passes_every_check(brief: Brief, refusals) -> None:  # type: ignore[no-untyped-def]
    assert refusals(brief) == []


def test_equal_counts_read_as_level(facts: BriefFacts) -> None:
    total = facts.total
    assert total.previous and total.change and total.count.value
    level = replace(
        facts,
        total=replace(
            total,
            previous=replace(total.previous, value=total.count.value),
            change=replace(total.change, value=total.count.value * 0),
        ),
    )

    assert "与前一日（3月26日，832件）持平" in text(compose(level, language="zh"))
    assert "this is level with the 832 of 26 March" in text(compose(level, language="en"))


def test_a_change_that_rounds_to_nothing_reads_as_almost_level_and_shows_both_counts(
    facts: BriefFacts,
) -> None:
    total = facts.total
    assert total.previous and total.change and total.count.value
    nearly = replace(
        facts,
        total=replace(
            total,
            previous=replace(total.previous, value=Decimal(total.count.value) + 1),
            change=replace(total.change, value=total.count.value * 0),
        ),
    )

    assert "（3月26日，833件）基本持平" in text(compose(nearly, language="zh"))


def test_a_silent_bank_is_printed_as_not_reported_and_never_as_zero(facts: BriefFacts) -> None:
    brief = compose(facts, language="zh")

    rows = [
        "|".join("".join(map(text_of, cell.tokens)) for cell in row)
        for block in brief.blocks
        if hasattr(block, "rows")
        for row in block.rows
        if "股份行01" in "".join(map(text_of, row[0].tokens))
    ]

    assert rows[0].split("|")[1] == "未报送"
    assert all(cell in ("未报送", "60") for row in rows for cell in row.split("|")[1:])
    assert "股份行01当日未报送" in text(brief)


def test_a_group_says_its_median_or_why_there_is_none(facts: BriefFacts) -> None:
    (group,) = facts.groups
    assert group.median is not None
    silent = replace(group, median=replace(group.median, value=None, why_none="not_reported"))

    assert "，各行中位数416.0件" in text(compose(facts, language="zh"))
    assert "因有机构未报送不列中位数" in text(compose(replace(facts, groups=(silent,)), language="zh"))
    assert "no median while an institution" in text(compose(replace(facts, groups=(silent,)), language="en"))


def test_too_many_ties_name_no_rank(facts: BriefFacts) -> None:
    tied = replace(
        facts,
        institutions=tuple(
            replace(
                facts.institutions[0],
                rank=replace(facts.institutions[0].rank, value=facts.total.count.value * 0 + 1),
            )
            for _ in range(9)
        ),
    )

    assert "投诉量并列居前的较多" in text(compose(tied, language="zh"))


@pytest.mark.parametrize("kind", MEASURES)
def test_a_further_measure_of_a_site_does_not_take_the_place_of_one_in_the_brief(
    catalog: Catalog, kind: MeasureKind
) -> None:
    printed = catalog.measures[MEASURES[kind]]
    first = replace(printed, id="a_first", entry_kinds=("enquiry",))
    more = replace(catalog, measures={"a_first": first, **catalog.measures})
    scope = Scope(
        catalog=more,
        domain=catalog.domain("pbc"),
        simulated=True,
        path="institution",
        closes={},
        silent={},
        snapshot=Snapshot(posted_seq=0, entry_files=(), tag_files=()),
    )

    assert scope.measure(kind) is printed


@pytest.mark.parametrize(
    ("measure_id", "where", "silent"),
    [
        ("complaints_median", (("group", "state_owned"),), {"GY01", "GY02"}),
        ("complaints_week_change", (("institution", "GY02"),), {"GY01", "GY02"}),
        ("complaints_week_change", (("group", "state_owned"),), {"GY01"}),
        ("complaints", (("institution", "GY02"),), {"GY01"}),
    ],
)
def test_who_missed_a_day_of_a_week_is_silent_to_medians_and_to_its_own_change(
    catalog: Catalog, facts: BriefFacts, measure_id: str, where: Filter, silent: set[str]
) -> None:
    week = Reading(period=Period(from_on=date(2020, 3, 23), to_on=date(2020, 3, 30)), posted_seq=9)
    scope = Scope(
        catalog=catalog,
        domain=catalog.domain("pbc"),
        simulated=True,
        path="institution",
        closes={},
        silent={week.period: Silence(whole=frozenset({"GY01"}), some=frozenset({"GY01", "GY02"}))},
        snapshot=Snapshot(posted_seq=0, entry_files=(), tag_files=()),
    )
    figure = replace(facts.total.count, measure_id=measure_id, where=where, readings=(week,))

    assert silent_sets(figure, scope) == (frozenset(silent),)
