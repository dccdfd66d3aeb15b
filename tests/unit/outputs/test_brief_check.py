"""A brief that says anything its figures do not is refused, and told where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from xiaobao.analysis.figures import Figure
from xiaobao.lib.words import Language
from xiaobao.outputs.brief.check import Checked, Refusal
from xiaobao.outputs.brief.check_figures import figure_refusals
from xiaobao.outputs.brief.check_shape import shape_refusals
from xiaobao.outputs.brief.check_tokens import token_refusals
from xiaobao.outputs.brief.compose import compose
from xiaobao.outputs.brief.document import (
    Brief,
    Direction,
    Label,
    Number,
    Paragraph,
    Rank,
    Table,
    Text,
    Token,
    Tokens,
)
from xiaobao.outputs.brief.facts import BriefFacts
from xiaobao.outputs.brief.vocabulary import DIRECTION_WORDS

Refusals = Callable[[Brief], list[Refusal]]
Change = Callable[[Token], Token]


def with_first(brief: Brief, kind: type, change: Change) -> Brief:
    """The brief with the first token of a kind in its text changed."""
    done = False

    def changed(tokens: Tokens) -> Tokens:
        nonlocal done
        made: list[Token] = []
        for token in tokens:
            hit = not done and isinstance(token, kind) and change(token) != token
            done = done or hit
            made.append(change(token) if hit else token)
        return tuple(made)

    blocks = tuple(
        msgspec.structs.replace(block, tokens=changed(block.tokens))
        if isinstance(block, Paragraph)
        else block
        for block in brief.blocks
    )
    assert done
    return msgspec.structs.replace(brief, blocks=blocks)


def opposite(token: Token) -> Token:
    assert isinstance(token, Direction)
    words = [pair for (manner, _), pair in DIRECTION_WORDS.items() if manner == token.manner]
    other = next(
        word
        for pair in words
        for word in (pair.zh, pair.en)
        if (token.word in (pair.zh, pair.en)) is False and token.word.isascii() == word.isascii()
    )
    return msgspec.structs.replace(token, word=other)


def said(found: list[Refusal], language: Language) -> str:
    return "\n".join(f"{one.place}: {one.words.to(language)}" for one in found)


def test_a_flipped_direction_word_is_refused_with_word_and_number(
    brief: Brief, refusals: Refusals, language: Language
) -> None:
    flipped = with_first(brief, Direction, opposite)

    found = refusals(flipped)

    assert len(found) == 1
    assert ("应作“增长”" if language == "zh" else "is “rose”") in said(found, language)
    assert "(832 / 800)" in found[0].words.en


def test_every_direction_word_of_the_brief_is_refused_when_flipped(brief: Brief, refusals: Refusals) -> None:
    words = [
        (place, index)
        for place, block in enumerate(brief.blocks)
        if isinstance(block, Paragraph)
        for index, token in enumerate(block.tokens)
        if isinstance(token, Direction)
    ]

    for place, index in words:
        block = brief.blocks[place]
        assert isinstance(block, Paragraph)
        tokens = list(block.tokens)
        tokens[index] = opposite(tokens[index])
        blocks = list(brief.blocks)
        blocks[place] = msgspec.structs.replace(block, tokens=tuple(tokens))
        assert refusals(msgspec.structs.replace(brief, blocks=tuple(blocks)))
    assert len(words) >= 6


@pytest.mark.parametrize(
    "words",
    [
        "共3件",
        "共３件",
        "共٣件",
        "共八百件",
        "三十余家",
        "投诉增长明显",
        "居首",
        "下跌",
        "约半年",
        "about 3",
        "twelve of them",
        "complaints rose",
        "the most",
        "fewer than before",
        "half of all",
    ],
)
def test_a_number_or_direction_in_plain_words_is_refused(
    brief: Brief, refusals: Refusals, words: str
) -> None:
    changed = with_first(brief, Text, lambda token: Text(text=words))

    assert any(words in one.words.zh for one in refusals(changed))


def test_a_changed_digit_of_a_printed_number_is_refused_with_both_values(
    brief: Brief, refusals: Refusals, language: Language
) -> None:
    changed = with_first(brief, Number, lambda token: msgspec.structs.replace(token, printed="833"))  # type: ignore[type-var]

    assert "832" in said(refusals(changed), language)
    assert "833" in said(refusals(changed), language)


def test_a_number_printed_in_another_form_is_refused(brief: Brief, refusals: Refusals) -> None:
    changed = with_first(
        brief,
        Number,
        lambda token: msgspec.structs.replace(token, form="percent", printed="832.0%"),  # type: ignore[type-var]
    )

    assert any("cannot print as percent" in one.words.en for one in refusals(changed))


def test_a_changed_figure_is_refused_naming_it_and_both_values(
    brief: Brief, checked: Callable[[Brief], Checked], language: Language
) -> None:
    first, *others = brief.figures
    changed = msgspec.structs.replace(brief, figures=(replace(first, value=Decimal(833)), *others))

    found = list(figure_refusals(checked(changed)))

    assert len(found) == 1
    assert found[0].place.startswith("f1 ")
    assert "833" in found[0].words.en
    assert "832" in found[0].words.en


def test_a_figure_read_at_another_sequence_than_its_close_is_refused(
    brief: Brief, checked: Callable[[Brief], Checked]
) -> None:
    def later(figure: Figure) -> Figure:
        return replace(
            figure, readings=tuple(replace(one, posted_seq=one.posted_seq + 1) for one in figure.readings)
        )

    changed = msgspec.structs.replace(brief, figures=(later(brief.figures[0]), *brief.figures[1:]))

    assert "are not the sequences" in next(shape_refusals(checked(changed))).words.en


def test_a_name_put_beside_another_banks_number_is_refused(brief: Brief, refusals: Refusals) -> None:
    def other(token: Token) -> Token:
        if isinstance(token, Label) and token.code == "GY01":
            return msgspec.structs.replace(
                token, code="GY03", text="国有行03" if "国" in token.text else token.text
            )
        return token

    changed = with_first(brief, Label, other)

    assert any("beside another name" in one.words.en for one in refusals(changed))


def test_rows_of_a_table_put_under_each_others_names_are_refused(brief: Brief, refusals: Refusals) -> None:
    def swapped(table: Table) -> Table:
        first, second, *others = table.rows
        return msgspec.structs.replace(
            table, rows=((first[0], *second[1:]), (second[0], *first[1:]), *others)
        )

    tables = [
        place for place, block in enumerate(brief.blocks) if isinstance(block, Table) and len(block.rows) > 2
    ]
    blocks = list(brief.blocks)
    for place in tables:
        table = blocks[place]
        assert isinstance(table, Table)
        one = [*blocks[:place], swapped(table), *blocks[place + 1 :]]
        assert any(
            "beside another name" in r.words.en
            for r in refusals(msgspec.structs.replace(brief, blocks=tuple(one)))
        )
    assert tables


def test_rank_words_that_leave_out_a_tied_bank_are_refused(
    brief: Brief, checked: Callable[[Brief], Checked]
) -> None:
    one = checked(brief)
    tied = replace(
        one,
        truth=replace(
            one.truth, first={**one.truth.first, ("institution", 2): frozenset({"GY01", "GY02", "GF09"})}
        ),
    )

    assert any("contradicts the ranking" in found.words.en for found in token_refusals(tied))


def test_other_rank_words_are_refused(brief: Brief, refusals: Refusals) -> None:
    changed = with_first(brief, Rank, lambda token: msgspec.structs.replace(token, word="位列前三位"))  # type: ignore[type-var]

    assert any("contradicts the ranking" in one.words.en for one in refusals(changed))


def test_a_label_that_reads_otherwise_than_its_code_is_refused(brief: Brief, refusals: Refusals) -> None:
    changed = with_first(
        brief,
        Label,
        lambda token: msgspec.structs.replace(token, text=f"{token.text}x"),  # type: ignore[type-var, attr-defined]
    )

    assert any("should read" in one.words.en for one in refusals(changed))


def test_a_size_without_the_word_for_its_direction_is_refused(brief: Brief, refusals: Refusals) -> None:
    blocks = tuple(
        msgspec.structs.replace(
            block, tokens=tuple(token for token in block.tokens if not isinstance(token, Direction))
        )
        if isinstance(block, Paragraph)
        else block
        for block in brief.blocks
    )

    found = refusals(msgspec.structs.replace(brief, blocks=blocks))

    assert any("without saying which way" in one.words.en for one in found)


def test_a_header_of_another_close_is_refused(brief: Brief, refusals: Refusals) -> None:
    header = msgspec.structs.replace(brief.header, close_head="d" * 64, day=date(2020, 3, 26))

    found = refusals(msgspec.structs.replace(brief, header=header))

    assert {one.place for one in found} == {"header"}
    assert len(found) == 2


def test_a_token_of_an_unknown_figure_is_refused(brief: Brief, refusals: Refusals) -> None:
    changed = with_first(brief, Number, lambda token: msgspec.structs.replace(token, figure="f999"))  # type: ignore[type-var]

    assert any("there is no figure f999" in one.words.en for one in refusals(changed))


def test_a_direction_between_figures_of_different_filters_is_refused(
    facts: BriefFacts, refusals: Refusals
) -> None:
    brief = compose(facts, language="zh")
    other = next(figure.id for figure in brief.figures if ("institution", "GY01") in figure.where)
    changed = with_first(brief, Direction, lambda token: msgspec.structs.replace(token, measured=other))  # type: ignore[type-var]

    assert any("not of one filter" in one.words.en for one in refusals(changed))


def with_figure(brief: Brief, place: int, **changes: object) -> Brief:
    figures = list(brief.figures)
    figures[place] = replace(figures[place], **changes)  # type: ignore[arg-type]
    return msgspec.structs.replace(brief, figures=tuple(figures))


def place_of(brief: Brief, measure: str) -> int:
    return next(place for place, figure in enumerate(brief.figures) if figure.measure_id == measure)


@pytest.mark.parametrize(
    "changes",
    [
        {"where": ()},
        {"where": (("path", "hotline"),)},
        {"where": (("path", "institution"), ("weather", "rain"))},
        {"where": (("path", "institution"), ("group", "nobody"))},
        {"measure_id": "unheard_of"},
        {"readings": ()},
        {"basis": "hotline:complaint"},
        {"of": (("path", "institution"),)},
        {"catalog_digest": "0" * 64},
    ],
)
def test_a_figure_that_asks_what_a_brief_may_not_is_refused(
    brief: Brief, checked: Callable[[Brief], Checked], changes: dict[str, object]
) -> None:
    changed = with_figure(brief, place_of(brief, "complaints"), **changes)

    assert list(shape_refusals(checked(changed)))


def test_an_average_over_chosen_days_is_refused(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    place = place_of(brief, "complaints_avg_7")
    chosen = brief.figures[place].readings[:-1]

    assert list(shape_refusals(checked(with_figure(brief, place, readings=chosen))))


def test_a_change_against_another_day_is_refused(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    place = place_of(brief, "complaints_dod")
    other = brief.figures[place_of(brief, "complaints_avg_7")].readings[1]
    readings = (brief.figures[place].readings[0], other)

    assert list(shape_refusals(checked(with_figure(brief, place, readings=readings))))


def test_a_share_of_something_smaller_is_refused(brief: Brief, checked: Callable[[Brief], Checked]) -> None:
    place = place_of(brief, "complaint_share")

    assert list(shape_refusals(checked(with_figure(brief, place, of=brief.figures[place].where))))
