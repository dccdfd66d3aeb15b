"""The section of surges: absent without a run, traced in every number, refused where it says otherwise."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.unit.outputs.conftest import DAY
from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.told import Raised, ToldDay, ToldPart, ToldPath, ToldSurge
from xiaobao.lib.words import Language
from xiaobao.outputs.brief.book import Book
from xiaobao.outputs.brief.check import Checked
from xiaobao.outputs.brief.check_shape import chart_refusals, shape_refusals
from xiaobao.outputs.brief.check_tokens import token_refusals
from xiaobao.outputs.brief.compose import compose, naming_of
from xiaobao.outputs.brief.document import Brief, Chart, Heading, Number, lines, text_of
from xiaobao.outputs.brief.facts import BriefFacts
from xiaobao.outputs.brief.readback import differences
from xiaobao.outputs.brief.render import render
from xiaobao.outputs.brief.truth import Outcome, Truth
from xiaobao.outputs.brief.watched import BASIS, Night, value_of

SINCE = DAY - timedelta(days=2)


def course() -> tuple[ToldDay, ...]:
    days = [DAY - timedelta(days=back) for back in range(14, -1, -1)]
    return tuple(
        ToldDay(
            day=day,
            observed=None if day == date(2020, 3, 20) else (4 if day >= SINCE else 0),
            expected=Decimal("0.4"),
            low=0,
            high=2,
        )
        for day in days
    )


SURGE = ToldSurge(
    where=(("institution", "GY01"), ("cause.1", "C04")),
    state=State.RISING,
    first_raised=Raised(on=DAY - timedelta(days=1), posted_seq=20),
    alarmed_on=DAY - timedelta(days=1),
    last_on=DAY,
    since=SINCE,
    observed=12,
    expected=Decimal("1.2"),
    low=0,
    high=4,
    ratio=Decimal("10.0"),
    observed_today=4,
    expected_today=Decimal("0.4"),
    probability=Decimal("0.00012"),
    parts=(ToldPart(dimension="region", member="420000", count=9),),
    course=course(),
)


def with_night(facts: BriefFacts, *surges: ToldSurge, judged: int = 882) -> BriefFacts:
    path = ToldPath(
        path="institution", node_types=(), nodes=882, judged=judged, past_days=400, surges=tuple(surges)
    )
    night = Night(day=DAY, posted_seq=31, catalog_digest=facts.catalog.digest, path=path)
    return replace(facts, nights={DAY: night})


def text(brief: Brief) -> str:
    return "\n".join("".join(map(text_of, tokens)) for _, tokens in lines(brief))


def headings(brief: Brief) -> list[str]:
    return ["".join(map(text_of, one.tokens)) for one in brief.blocks if isinstance(one, Heading)]


def checked(brief: Brief, facts: BriefFacts) -> Checked:
    book = Book(brief.header.language)
    book.figures = {figure.id: figure for figure in brief.figures}
    values = {one.id: Outcome(value=one.value, why_none=one.why_none) for one in brief.figures}
    truth = Truth(
        closes=facts.closed, record=facts.record, previous=facts.previous, figures=values, nights=facts.nights
    )
    return Checked(brief=brief, naming=naming_of(facts, brief.header.language, book), truth=truth)


def refused(brief: Brief, facts: BriefFacts) -> list[str]:
    """What is refused of the watch alone; the ranking of made-up facts has no truth here."""
    one = checked(brief, facts)
    found = [*shape_refusals(one), *chart_refusals(one), *token_refusals(one)]
    return [each.words.en for each in found if "ranking" not in each.words.en]


def test_without_a_run_there_is_no_section(facts: BriefFacts) -> None:
    assert "异常监测" not in headings(compose(facts, language="zh"))


def test_a_quiet_night_says_so_and_a_night_too_early_to_judge_says_that(facts: BriefFacts) -> None:
    assert "没有需要提示的" in text(compose(with_night(facts), language="zh"))
    early = text(compose(with_night(facts, judged=0), language="zh"))
    assert "未能判断" in early and "没有需要提示" not in early


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_surge_is_told_with_its_numbers_and_nothing_of_it_is_refused(
    facts: BriefFacts, language: Language
) -> None:
    known = with_night(facts, SURGE)
    brief = compose(known, language=language)

    said = text(brief)
    if language == "zh":
        assert (
            "共12件，预期1.2件（95%区间0至4件），为预期的10.0倍。地区以湖北省为主（9件，占75.0%）。" in said
        )
        assert "首次提示于3月26日（记账序号20）。" in said
        assert "未报送，其序列当日不作判断，不以零计" in said
    assert refused(brief, known) == []


def test_a_part_that_holds_half_of_a_surge_is_not_called_the_main_one(facts: BriefFacts) -> None:
    half = ToldPart(dimension="region", member="420000", count=6)
    surge = msgspec.structs.replace(SURGE, parts=(half,))

    assert "为主" not in text(compose(with_night(facts, surge), language="zh"))


def test_every_number_of_the_night_is_a_figure_that_its_run_gives_again(facts: BriefFacts) -> None:
    known = with_night(facts, SURGE)
    figures = [one for one in compose(known, language="zh").figures if one.basis == BASIS]

    assert len(figures) > 15
    assert all(value_of(known.nights, one) == (one.value, one.why_none) for one in figures)


def test_the_chart_prints_each_of_its_numbers_and_an_unreported_day_is_no_zero(facts: BriefFacts) -> None:
    known = with_night(facts, SURGE)
    brief = compose(known, language="zh")
    (chart,) = [one for one in brief.blocks if isinstance(one, Chart) and one.form == "band"]
    place = chart.series[0].values[7]

    assert place.printed == "未报送"
    assert differences(render(brief, checked(brief, known).naming), brief) == ()


def test_another_number_or_another_state_is_refused(facts: BriefFacts) -> None:
    known = with_night(facts, SURGE)
    brief = compose(known, language="zh")
    falling = with_night(facts, msgspec.structs.replace(SURGE, state=State.FALLING))
    assert any("should read" in one for one in refused(brief, falling))

    gone = with_night(facts)
    assert any("is not what the run of the night told" in one for one in refused(brief, gone))

    observed = next(one for one in brief.figures if one.measure_id == "watch.observed" and one.value == 12)
    wrong = msgspec.structs.replace(
        brief,
        blocks=tuple(
            msgspec.structs.replace(
                block,
                tokens=tuple(
                    msgspec.structs.replace(token, printed="13")
                    if isinstance(token, Number) and token.figure == observed.id
                    else token
                    for token in block.tokens
                ),
            )
            if hasattr(block, "tokens")
            else block
            for block in brief.blocks
        ),
    )
    assert any("prints as 13" in one for one in refused(wrong, known))
