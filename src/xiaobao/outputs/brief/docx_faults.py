"""Finds what a clerk broke in a DOCX template: which placeholder, in which line of the document."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

import jinja2
from docx.document import Document
from docx.oxml.ns import qn
from jinja2 import meta

from xiaobao.lib.words import Words
from xiaobao.outputs.brief.docx_said import NOT_CLOSED, closes_nothing, missing, outside, said, unknown

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BROKEN = re.compile(r"\{\{[^{}]*\}?|\{%[^{}%]*[%}]?|[^{}%]*(?:\}\}|%\})")
_STATEMENT = re.compile(r"\{%[-+]?\s*(?:p|tr|tc|r)?\s+(\w+)\s*(.*?)\s*[-+]?%\}", re.DOTALL)
_TAG = re.compile(r"(\{%[-+]?|\{\{)(?:p|tr|tc|r)(?=\s)")
_OPENS = {"for": "endfor", "if": "endif"}
_WITHIN = {"elif": "if", "else": "if"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One placeholder that cannot be filled in."""

    line: int
    """The paragraph, counted from 1 over the text, tables included, then headers and footers."""
    placeholder: str
    what: Words


def faults_of(document: Document, names: Set[str], environment: jinja2.Environment) -> tuple[Fault, ...]:
    """Every fault of a template, in order; `names` are the values it may use."""
    return tuple(_faults(list(enumerate(lines_of(document), start=1)), names, environment))


def fault_while_filling(document: Document, error: jinja2.TemplateError) -> Fault | None:
    """The placeholder that an error names by its last quoted word; None where no line has it."""
    message = error.message or str(error)
    quoted = re.findall(r"'(\w+)'", message)
    for number, text in enumerate(lines_of(document), start=1):
        for placeholder in _PLACEHOLDER.findall(text):
            if quoted and re.search(rf"\b{quoted[-1]}\b", placeholder):
                return Fault(line=number, placeholder=placeholder, what=said(message))
    return None


def lines_of(document: Document) -> Iterator[str]:
    """The text of every paragraph."""
    roots = [document.element.body]
    for section in document.sections:
        parts = (section.header, section.even_page_header, section.footer, section.even_page_footer)
        roots += [part._element for part in parts if not part.is_linked_to_previous]
    for root in roots:
        for paragraph in root.iter(qn("w:p")):
            yield "".join(node.text or "" for node in paragraph.iter(qn("w:t")))


def _faults(
    lines: list[tuple[int, str]], names: Set[str], environment: jinja2.Environment
) -> Iterator[Fault]:
    opened: list[tuple[str, int, str]] = []
    local: set[str] = set()
    for number, text in lines:
        rest = _PLACEHOLDER.sub("", text)
        for broken in _BROKEN.findall(rest):
            yield Fault(line=number, placeholder=broken.strip(), what=NOT_CLOSED)
        for placeholder in _PLACEHOLDER.findall(text):
            what = _alone(placeholder, environment, names | local)
            if what is None:
                what = _nested(placeholder, number, opened, local)
            if what is not None:
                yield Fault(line=number, placeholder=placeholder, what=what)
    for word, number, placeholder in opened:
        yield Fault(line=number, placeholder=placeholder, what=missing(_OPENS[word]))


def _alone(placeholder: str, environment: jinja2.Environment, names: Set[str]) -> Words | None:
    """What is wrong with a placeholder by itself."""
    plain = _TAG.sub(r"\1", placeholder)
    statement = _STATEMENT.fullmatch(placeholder)
    if statement is not None:
        word, rest = statement.groups()
        shapes: Mapping[str, str] = {
            "for": f"{{% for {rest} %}}{{% endfor %}}",
            "if": f"{{% if {rest} %}}{{% endif %}}",
            "elif": f"{{% if 1 %}}{{% elif {rest} %}}{{% endif %}}",
            "else": "",
            "endif": "",
            "endfor": "",
        }
        plain = shapes.get(word, plain)
    try:
        used = meta.find_undeclared_variables(environment.parse(plain))
        environment.compile(plain)
    except jinja2.TemplateError as error:
        return said(error.message or str(error))
    strange = sorted(used - names)
    return unknown(strange) if strange else None


def _nested(placeholder: str, line: int, opened: list[tuple[str, int, str]], local: set[str]) -> Words | None:
    """What is wrong with a statement among the others; keeps which are open and the names they give."""
    statement = _STATEMENT.fullmatch(placeholder)
    if statement is None:
        return None
    word, rest = statement.groups()
    if word in _OPENS:
        opened.append((word, line, placeholder))
        if word == "for":
            local |= set(re.findall(r"\w+", rest.partition(" in ")[0])) | {"loop"}
        return None
    wanted = _WITHIN.get(word)
    if wanted is not None:
        return None if opened and opened[-1][0] == wanted else outside(word, wanted)
    if word in _OPENS.values():
        if not opened or _OPENS[opened[-1][0]] != word:
            return closes_nothing(word)
        opened.pop()
    return None
