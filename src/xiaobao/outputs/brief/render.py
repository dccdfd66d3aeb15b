"""Renders a brief as one HTML page that fetches nothing: for the screen, the phone and the printer."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.template import Engine
from django.template.context import Context
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe

from xiaobao.analysis.figures import Figure
from xiaobao.lib.words import Language
from xiaobao.outputs.brief import annex
from xiaobao.outputs.brief.chart_svg import svg_of
from xiaobao.outputs.brief.compose import SENTENCES
from xiaobao.outputs.brief.document import (
    Brief,
    Cell,
    Chart,
    Direction,
    Heading,
    Label,
    Number,
    Paragraph,
    Rank,
    Table,
    Token,
    Tokens,
    block_id,
    figures_of,
)
from xiaobao.outputs.brief.labels import MARK_SHORT, MARK_WORDS, Naming
from xiaobao.outputs.brief.numbering import chart_number, heading_number, imprint, number_text, table_number
from xiaobao.outputs.brief.printed import printed_chart
from xiaobao.outputs.brief.vocabulary import long_day

DIGEST_LABELS = frozenset({"close_head", "catalog_digest"})
_HEAD_ON_ONE_LINE = 6
"""Signs of a heading that need no break."""
LONG_TABLE_ROWS = 12
"""A longer table may be broken over pages."""
WIDE_TABLE_COLUMNS = 6
"""A wider table scrolls on a phone instead of being squeezed."""
_NAMESPACES = re.compile(r' xmlns(?::xlink)?="[^"]*"')
"""Inside HTML a picture needs none."""
_Values = dict[str, object]


def render(brief: Brief, naming: Naming) -> bytes:
    """The page in UTF-8; the same bytes for the same brief under the same catalog."""
    page = _engine().get_template("brief.html").render(Context(_values(brief, naming), autoescape=True))
    return page.encode()


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(Path(__file__).parent / "templates")], autoescape=True, string_if_invalid="!!missing!!"
    )


def _values(brief: Brief, naming: Naming) -> _Values:
    header, language = brief.header, brief.header.language
    sentences = SENTENCES[brief.header.series, language]
    titles = _titles(brief, naming)
    return {
        "language": "zh-CN" if language == "zh" else "en",
        "page_title": f"{sentences.masthead} {number_text(brief)}",
        "mark": _label("mark", MARK_WORDS[header.mark].to(language)) if header.mark != "ordinary" else "",
        "mark_short": MARK_SHORT[header.mark].to(language),
        "masthead": sentences.masthead,
        "number": _label("number", number_text(brief)),
        "bureau": naming.label("bureau", header.domain_id).text,
        "day": _label("day", long_day(header.day, language)),
        "title": _html(brief.title, titles),
        "blocks": _blocks(brief, titles),
        "imprint": [_label("imprint", line) for line in imprint(brief)],
        "annex": _annex(brief, naming),
    }


def _blocks(brief: Brief, titles: Mapping[str, str]) -> list[_Values]:
    found: list[_Values] = []
    headings = tables = charts = 0
    for place, block in enumerate(brief.blocks, start=1):
        match block:
            case Heading():
                headings += 1
                found.append(_heading(block, titles, number=headings, language=brief.header.language))
            case Paragraph():
                found.append({"kind": "paragraph", "role": block.role, "html": _html(block.tokens, titles)})
            case Table():
                tables += 1
                found.append(_table(block, titles, number=tables, language=brief.header.language))
            case Chart():
                charts += 1
                found.append(_chart(block, titles, brief, number=charts))
        found[-1]["id"] = block_id(place)
    return found


def _heading(block: Heading, titles: Mapping[str, str], *, number: int, language: Language) -> _Values:
    return {
        "kind": "heading",
        "numbering": _label("numbering", heading_number(number, language)),
        "html": _html(block.tokens, titles),
    }


def _table(block: Table, titles: Mapping[str, str], *, number: int, language: Language) -> _Values:
    return {
        "kind": "table",
        "numbering": _label("numbering", table_number(number, language)),
        "html": _html(block.caption, titles),
        "wide": len(block.head) > WIDE_TABLE_COLUMNS,
        "long": len(block.rows) > LONG_TABLE_ROWS,
        "head": [_head(cell, titles) for cell in block.head],
        "rows": [
            {"total": place in block.total_rows, "cells": [_cell(cell, titles) for cell in row]}
            for place, row in enumerate(block.rows)
        ],
        "note": _html(block.note, titles),
    }


def _chart(block: Chart, titles: Mapping[str, str], brief: Brief, *, number: int) -> _Values:
    """The picture, and below it the same numbers as a table that unfolds."""
    language = brief.header.language
    rows = (*block.series, *([block.line] if block.line else ()))
    return {
        "kind": "chart",
        "form": block.form,
        "numbering": _label("numbering", chart_number(number, language)),
        "html": _html(block.caption, titles),
        # Drawn by the chart engine from our own strings, which it escapes.
        "svg": mark_safe(_NAMESPACES.sub("", svg_of(printed_chart(block, brief)))),
        "data": _label("numbering", SENTENCES[brief.header.series, language].chart_data),
        "head": [_html(tokens, titles) for tokens in block.categories],
        "rows": [
            {
                "name": _html(one.name, titles),
                "values": [_html((value,), titles) for value in one.values],
                "across": one is block.line,
            }
            for one in rows
        ],
        "note": _html(block.note, titles),
    }


def _cell(cell: Cell, titles: Mapping[str, str]) -> _Values:
    return {"html": _html(cell.tokens, titles), "numeric": cell.numeric, "absent": cell.absent}


def _head(cell: Cell, titles: Mapping[str, str]) -> _Values:
    """A heading that has to break on a phone gets room for its words: 近7日, 工作日, 日均."""
    words = strip_tags(_html(cell.tokens, titles))
    return {**_cell(cell, titles), "long": len(words) > _HEAD_ON_ONE_LINE}


def _html(tokens: Tokens, titles: Mapping[str, str]) -> SafeString:
    return format_html_join("", "{}", ((_token(token, titles),) for token in tokens))


def _token(token: Token, titles: Mapping[str, str]) -> SafeString:
    match token:
        case Number():
            title, value = titles[token.figure].rsplit("\n", 1)
            return format_html(
                '<a class="figure" href="#{id}" title="{title}">'
                '<data data-figure="{id}" value="{value}">{printed}</data></a>',
                id=token.figure,
                title=title,
                value=value,
                printed=token.printed,
            )
        case Direction() | Rank():
            kind = "direction" if isinstance(token, Direction) else "rank"
            return format_html(
                '<span data-{} data-figures="{}">{}</span>', kind, " ".join(figures_of(token)), token.word
            )
        case Label():
            return _label(token.kind, token.text)
    return format_html("{}", token.text)


def _label(kind: str, text: str) -> SafeString:
    if kind in DIGEST_LABELS:
        return format_html('<span class="digest" data-label="{}">{}</span>', kind, text)
    return format_html('<span data-label="{}">{}</span>', kind, text)


def _titles(brief: Brief, naming: Naming) -> dict[str, str]:
    """Figure id → what hovering shows, and its exact value on the last line."""
    return {figure.id: _title(figure, naming) for figure in brief.figures}


def _title(figure: Figure, naming: Naming) -> str:
    parts = (
        f"{figure.id} {annex.measure_name(figure, naming)}",
        annex.where_text(figure, naming),
        annex.readings_text(figure),
        annex.basis_text(figure, naming),
    )
    return f"{' · '.join(parts)}\n{'' if figure.value is None else figure.value}"


def _annex(brief: Brief, naming: Naming) -> _Values:
    language = brief.header.language
    in_text, in_tables = annex.rows_of(brief, naming)
    parts = [
        {"folded": folded, "title": words.to(language), "rows": [_annex_row(row) for row in rows]}
        for folded, words, rows in ((False, annex.IN_TEXT, in_text), (True, annex.IN_TABLES, in_tables))
        if rows
    ]
    return {
        "title": annex.TITLE.to(language),
        "note": annex.READINGS_NOTE.to(language) + annex.COMMAND_NOTE.to(language),
        "heads": [head.to(language) for head in annex.HEADS],
        "parts": parts,
    }


def _annex_row(row: annex.AnnexRow) -> _Values:
    value = format_html(
        '<data data-annex="{}" value="{}">{}</data>',
        row.figure.id,
        "" if row.figure.value is None else row.figure.value,
        row.value,
    )
    return {
        "id": row.figure.id,
        "number": _label("annex", row.figure.id),
        "measure": _label("annex", row.measure),
        "where": _label("annex", row.where),
        "readings": _label("annex", row.readings),
        "basis": _label("annex", row.basis),
        "value": value,
        "command": _label("annex", row.command),
    }
