"""Charts: the numbers of the tables, drawn in black and white, the same bytes each time."""

import re
from collections.abc import Callable

import msgspec
import pytest

from xiaobao.outputs.brief.chart_svg import png_of, svg_of
from xiaobao.outputs.brief.check import Checked, Refusal
from xiaobao.outputs.brief.check_shape import chart_refusals
from xiaobao.outputs.brief.compose import compose
from xiaobao.outputs.brief.document import Block, Brief, Chart, Number
from xiaobao.outputs.brief.facts import BriefFacts
from xiaobao.outputs.brief.printed import printed_chart
from xiaobao.outputs.brief.readback import differences
from xiaobao.outputs.brief.render import render

Check = Callable[[Brief], Checked]


def charts(brief: Brief) -> list[Chart]:
    return [block for block in brief.blocks if isinstance(block, Chart)]


def texts(svg: str) -> list[str]:
    return sorted(re.findall("<text[^>]*>([^<]*)</text>", svg))


def with_chart(brief: Brief, change: Callable[[Chart], Chart]) -> Brief:
    """The brief with its first chart changed."""
    first = charts(brief)[0]
    blocks: tuple[Block, ...] = tuple(change(block) if block is first else block for block in brief.blocks)
    return msgspec.structs.replace(brief, blocks=blocks)


def test_a_picture_says_what_its_chart_says_and_nothing_else(brief: Brief) -> None:
    assert len(charts(brief)) == 2
    for chart in charts(brief):
        strings = printed_chart(chart, brief)
        assert texts(svg_of(strings)) == sorted(strings.texts())


def test_pictures_are_black_grey_and_white(brief: Brief) -> None:
    for chart in charts(brief):
        svg = svg_of(printed_chart(chart, brief))
        colours = {one.lower() for one in re.findall("#[0-9a-fA-F]{3,6}", svg)}
        assert all(len(set(re.findall("..", one[1:]))) == 1 for one in colours if len(one) == 7), colours
        assert not re.search("red|blue|green|orange", svg)


def test_the_same_chart_gives_the_same_picture(brief: Brief) -> None:
    for chart in charts(brief):
        strings = printed_chart(chart, brief)
        first = svg_of(strings), png_of(strings)
        svg_of.__globals__["_drawn"].cache_clear()
        assert (svg_of(strings), png_of(strings)) == first


def test_a_picture_that_says_another_number_is_not_read_back(brief: Brief, checked: Check) -> None:
    page = render(brief, checked(brief).naming)
    assert differences(page, brief) == ()

    for value in ("811", "837"):
        wrong = re.sub(f"(<text[^>]*>){value}(</text>)", r"\g<1>999\g<2>", page.decode())
        assert any("picture of" in one for one in differences(wrong.encode(), brief))


@pytest.mark.parametrize(
    "change",
    [
        lambda chart: msgspec.structs.replace(chart, hollow=(0,)),
        lambda chart: msgspec.structs.replace(chart, categories=chart.categories[1:]),
    ],
)
def test_a_chart_that_misplaces_days_is_refused(
    brief: Brief, checked: Check, change: Callable[[Chart], Chart]
) -> None:
    assert list(chart_refusals(checked(brief))) == []
    assert list(chart_refusals(checked(with_chart(brief, change))))


def test_a_number_drawn_at_another_day_is_refused(
    facts: BriefFacts, refusals: Callable[[Brief], list[Refusal]]
) -> None:
    brief = compose(facts, language="zh")

    def swap(chart: Chart) -> Chart:
        (series,) = chart.series
        values: tuple[Number | None, ...] = (series.values[1], series.values[0], *series.values[2:])
        return msgspec.structs.replace(chart, series=(msgspec.structs.replace(series, values=values),))

    assert refusals(brief) == []
    assert any("another day" in one.words.en for one in refusals(with_chart(brief, swap)))
