"""Reads a rendered page back: what a reader sees must be what the brief says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from xiaobao.outputs.brief.document import Brief, Chart, Number, block_id, lines, text_of
from xiaobao.outputs.brief.printed import printed_chart
from xiaobao.outputs.brief.vocabulary import Slip, slips

_VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})
_HIDDEN = frozenset({"style", "title"})
_TRACED = ("data-figure", "data-annex", "data-label", "data-direction", "data-rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """A number as the page prints it."""

    figure: str
    value: str
    printed: str


@dataclass(slots=True, kw_only=True)
class ReadPage:
    """What a page says."""

    numbers: list[PrintedNumber] = field(default_factory=list)
    annex: dict[str, str] = field(default_factory=dict)
    """Figure id → exact value."""
    texts: dict[str, str] = field(default_factory=dict)
    """`title` and block ids → visible text without numbering and white space."""
    pictures: dict[str, list[str]] = field(default_factory=dict)
    """Block id → the texts that stand in its picture."""
    loose: list[Slip] = field(default_factory=list)
    """Digits and direction words that no traced element holds."""


def read_page(page: bytes) -> ReadPage:
    """The page as its reader sees it."""
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    return reader.read


def differences(page: bytes, brief: Brief) -> tuple[str, ...]:
    """Where the page says something else than the brief; empty when it reads back the same."""
    read = read_page(page)
    found = [f"untraced on the page: {slip.found}" for slip in read.loose]
    expected = [
        PrintedNumber(figure=token.figure, value=_exact(brief, token), printed=token.printed)
        for _, tokens in lines(brief)
        for token in tokens
        if isinstance(token, Number)
    ]
    if read.numbers != expected:
        pairs = zip(read.numbers, expected, strict=False)
        first = next(((seen, meant) for seen, meant in pairs if seen != meant), None)
        found.append(f"numbers on the page: {first}" if first else "the page lacks or repeats numbers")
    found += _pictures(read, brief)
    for place, text in _texts(brief).items():
        if read.texts.get(place) != text:
            found.append(f"text of {place}: {read.texts.get(place)!r} instead of {text!r}")
    values = {figure.id: "" if figure.value is None else str(figure.value) for figure in brief.figures}
    if read.annex != values:
        wrong = sorted(set(read.annex.items()) ^ set(values.items()))
        found.append(f"annex: {wrong[:3]}")
    return tuple(found)


def _pictures(read: ReadPage, brief: Brief) -> list[str]:
    """Pictures that say something else than the numbers and names of their charts."""
    meant = {
        block_id(place): sorted(map(_plain, printed_chart(block, brief).texts()))
        for place, block in enumerate(brief.blocks, start=1)
        if isinstance(block, Chart)
    }
    said = {place: sorted(map(_plain, texts)) for place, texts in read.pictures.items()}
    wrong = [place for place in meant.keys() | said.keys() if meant.get(place) != said.get(place)]
    return [f"picture of {place}: {said.get(place)} instead of {meant.get(place)}" for place in sorted(wrong)]


def _plain(text: str) -> str:
    return "".join(text.split())


def _exact(brief: Brief, token: Number) -> str:
    figure = brief.figure(token.figure)
    return "" if figure is None or figure.value is None else str(figure.value)


def _texts(brief: Brief) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for place, tokens in lines(brief):
        block = place.partition(" ")[0]
        texts[block] = texts.get(block, "") + "".join(map(text_of, tokens))
    return {block: "".join(text.split()) for block, text in texts.items()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = ReadPage()
        self._open: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append((tag, attributes))
        if "data-figure" in attributes:
            number = PrintedNumber(figure=attributes["data-figure"], value=attributes["value"], printed="")
            self.read.numbers.append(number)
        if "data-annex" in attributes:
            self.read.annex[attributes["data-annex"]] = attributes["value"]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(tag in _HIDDEN for tag, _ in self._open) or not data.strip():
            return
        picture = next(
            (attributes["data-chart"] for _, attributes in self._open if "data-chart" in attributes), None
        )
        if picture is not None:
            self.read.pictures.setdefault(picture, []).append(data)
            return
        self._keep_text(data)
        if self._open and "data-figure" in self._open[-1][1]:
            last = self.read.numbers[-1]
            self.read.numbers[-1] = PrintedNumber(
                figure=last.figure, value=last.value, printed=last.printed + data
            )
        elif not any(name in attributes for _, attributes in self._open for name in _TRACED):
            self.read.loose.extend(slips(data))

    def _keep_text(self, data: str) -> None:
        if any(attributes.get("data-label") == "numbering" for _, attributes in self._open):
            return
        for _, attributes in reversed(self._open):
            name = attributes.get("id", "")
            if name == "title" or (name[:1] == "b" and name[1:].isdigit()):
                self.read.texts[name] = self.read.texts.get(name, "") + "".join(data.split())
                return
