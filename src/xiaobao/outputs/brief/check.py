"""Checks a brief against the ledger and its closes; says what is wrong, and where."""

from collections.abc import Iterator
from dataclasses import dataclass

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.words import Words
from xiaobao.outputs.brief import annex
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.record import BASIS
from xiaobao.outputs.brief.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that keeps a brief from being issued."""

    place: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A brief with what it is checked against."""

    brief: Brief
    naming: Naming
    truth: Truth

    def kind(self, figure: Figure) -> MeasureKind:
        """What kind of number a figure is; figures of the close's record are counts."""
        if figure.basis == BASIS:
            return MeasureKind.COUNT
        return self.naming.catalog.measure(figure.measure_id).kind


def refuse(place: str, *, zh: str, en: str) -> Refusal:
    """A refusal in both languages."""
    return Refusal(place=place, words=Words(zh=zh, en=en))


def header_refusals(checked: Checked) -> Iterator[Refusal]:
    """What the header says of the close and the close does not."""
    header, record = checked.brief.header, checked.truth.record
    stated = {
        "day": (header.day, record.day),
        "posted_seq": (header.posted_seq, record.posted_seq),
        "close_head": (header.close_head, record.close_head),
        "catalog_digest": (header.catalog_digest, record.catalog_digest),
    }
    for name, (told, known) in stated.items():
        if told != known:
            yield refuse(
                "header",
                zh=f"{name} 写作 {told}，日结记载为 {known}",
                en=f"{name} says {told}, the close says {known}",
            )


def figure_refusals(checked: Checked) -> Iterator[Refusal]:
    """Figures that are there twice, do not derive again, or are read at another sequence than a close's."""
    ids = [figure.id for figure in checked.brief.figures]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield refuse("figures", zh=f"数字 {twice} 出现两次", en=f"figure {twice} is there twice")
    for figure in checked.brief.figures:
        yield from _figure(checked, figure)


def described(figure: Figure, naming: Naming) -> str:
    """A figure as a person recognizes it: id, measure, filter, first reading."""
    first = annex.readings_text(figure)
    return f"{figure.id} {annex.measure_name(figure, naming)} [{annex.where_text(figure, naming)}] {first}"


def _figure(checked: Checked, figure: Figure) -> Iterator[Refusal]:
    place, derived = described(figure, checked.naming), checked.truth.figures[figure.id]
    if (str(derived.value), derived.why_none) != (str(figure.value), figure.why_none):
        stated = figure.why_none or figure.value
        yield refuse(
            place,
            zh=f"简报写 {stated}，由台账推得 {derived}",
            en=f"the brief says {stated}, the ledger derives {derived}",
        )
    if figure.catalog_digest != checked.truth.record.catalog_digest:
        yield refuse(
            place,
            zh=f"目录摘要 {figure.catalog_digest} 不是日结所用的目录",
            en=f"catalog {figure.catalog_digest} is not the one of the close",
        )
    if not _readings_fit(checked, figure):
        yield refuse(
            place,
            zh=f"读取期 {annex.readings_text(figure)} 不是各日日结的序号（补报：先按本日日结，后按各自日结）",
            en=f"the readings {annex.readings_text(figure)} are not the sequences of the days' closes "
            "(late data: first as of this close, then as of their own)",
        )


def _readings_fit(checked: Checked, figure: Figure) -> bool:
    """Each day at its own close; late data and the sum they start from as of the close of the brief."""
    closes, record, readings = checked.truth.closes, checked.truth.record, figure.readings
    if not readings or any(len(reading.period) != 1 for reading in readings):
        return False
    own = [closes.get(reading.period.from_on) == reading.posted_seq for reading in readings]
    now = [
        reading.posted_seq == record.posted_seq and reading.period.from_on in closes for reading in readings
    ]
    half = len(readings) // 2
    match checked.kind(figure):
        case MeasureKind.LATE:
            return all(now[:half]) and all(own[half:])
        case MeasureKind.COUNT:
            return all(own) or all(now)
        case MeasureKind.CHANGE | MeasureKind.AVERAGE:
            return all(own) and readings[0].period.from_on == record.day
    return all(own)
