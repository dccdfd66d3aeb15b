"""The page reads back the same numbers, fetches nothing, and carries its mark above and below."""

import re
from collections.abc import Callable

import msgspec

from xiaobao.outputs.brief.check import Checked
from xiaobao.outputs.brief.compose import compose
from xiaobao.outputs.brief.document import Brief, Paragraph, Text
from xiaobao.outputs.brief.facts import BriefFacts
from xiaobao.outputs.brief.readback import differences
from xiaobao.outputs.brief.render import render


def page_of(brief: Brief, checked: Callable[[Brief], Checked]) -> bytes:
    return render(brief, checked(brief).naming)


def test_a_page_reads_back_as_its_brief(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    assert differences(page_of(brief, checked), brief) == ()


def test_a_changed_number_on_the_page_is_seen(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    page = page_of(brief, checked)

    assert differences(page.replace(b">832</data></a>", b">833</data></a>", 1), brief)
    assert differences(page.replace(b'value="832"', b'value="833"', 1), brief)


def test_a_digit_outside_any_traced_element_is_seen(
    brief: Brief, checked: Callable[[Brief], Checked]
) -> None:
    page = page_of(brief, checked).replace(b"</main>", "<p>另有3件</p></main>".encode())

    assert any("untraced" in one for one in differences(page, brief))


def test_a_dropped_table_is_seen(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    page = re.sub(rb"<figure.*?</figure>", b"", page_of(brief, checked), count=1, flags=re.DOTALL)

    assert differences(page, brief)


def test_a_heading_of_several_words_gets_room_for_them_on_a_phone(
    brief: Brief, checked: Callable[[Brief], Checked]
) -> None:
    page = page_of(brief, checked).decode()
    heads = re.findall(r'<th scope="col"( class="[^"]*")?>(.*?)</th>', page)
    told = {re.sub(r"<[^>]*>", "", words): kind for kind, words in heads}

    long, short = {"zh": ("近30日工作日日均", "环比"), "en": ("Working-day average, 30 days", "Change")}[
        brief.header.language
    ]
    assert (told[long], told[short]) == (' class="numeric long"', ' class="numeric"')
    assert "thead th.long { min-width" in page.partition("max-width: 700px")[2]


def test_the_page_fetches_nothing_and_runs_nothing(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    page = page_of(brief, checked).decode()

    assert not re.search(r"<script|https?://|url\(|@import|<link|<img", page)


def test_the_mark_stands_above_and_below(facts: BriefFacts, checked: Callable[[Brief], Checked]) -> None:
    brief = compose(facts, language="zh")

    marks = re.findall(
        r'<p class="mark[^>]*><span data-label="mark">(.*?)</span>', page_of(brief, checked).decode()
    )

    assert len(marks) == 2
    assert all(mark.startswith("模拟数据") for mark in marks)


def test_words_of_a_draft_cannot_smuggle_markup(
    facts: BriefFacts, checked: Callable[[Brief], Checked]
) -> None:
    brief = compose(facts, language="zh")
    nasty = Paragraph(tokens=(Text(text="<script>alert()</script>"),))
    brief = msgspec.structs.replace(brief, blocks=(*brief.blocks, nasty))

    page = page_of(brief, checked)

    assert b"<script>" not in page
    assert differences(page, brief) == ()


def test_a_draft_says_that_it_is_not_issued(facts: BriefFacts, checked: Callable[[Brief], Checked]) -> None:
    assert "草稿（未签发，不得外传）" in page_of(compose(facts, language="zh"), checked).decode()
