"""Which row of which sheet is the header: the one that fits a layout of the source, and never a guess."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xiaobao.catalog.sources import ColumnType, Source
from xiaobao.intake.findings import Findings
from xiaobao.intake.layouts import Bound, bind, differences, likeness, report_misfit
from xiaobao.intake.other_sources import RULE as OTHER_SOURCE
from xiaobao.intake.other_sources import report_other
from xiaobao.intake.reading.head import Head, Wanted
from xiaobao.intake.reading.numbers import DateForms
from xiaobao.intake.template.sheets import NOT_READ

_CHECKS = (
    *(OTHER_SOURCE, "header_duplicate", "header_unknown", "rows_above_header", "format_not_taken"),
    *("several_sheets", "sheet_unknown", "sheets_not_read"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A header with the layout that fits it."""

    head: Head
    bound: Bound

    @property
    def wanted(self) -> Wanted:
        """What the layout says of the rows below."""
        return Wanted(trailer=self.bound.layout.trailer, date_forms=_date_forms(self.bound))

    @property
    def places_printed(self) -> dict[str, tuple[int, ...]]:
        """Header as printed → the places of its cells."""
        return {self.bound.printed[target]: places for target, places in self.bound.places.items()}

    @property
    def letters(self) -> dict[str, str]:
        """Header as printed → the letters of its columns, where the file is a sheet."""
        if not self.head.letters:
            return {}
        return {
            self.bound.printed[target]: ", ".join(self.head.letters[place] for place in places)
            for target, places in self.bound.places.items()
        }


def header_rows(source: Source) -> int:
    """Among how many first rows a header of the source may be."""
    return max((layout.header_within for layout in source.layouts), default=1)


def choose(
    source: Source, heads: Sequence[Head], findings: Findings, *, known: Iterable[Source] = ()
) -> Chosen | None:
    """The header of a file; None with findings where none fits, or more than one sheet has one that does.

    One that fits none of the source is looked for among the layouts of the sources that are `known`.
    """
    findings.ran(*_CHECKS)
    fitting = [chosen for head in heads for chosen in _fitting(source, head)]
    if not fitting:
        if report_other(source, heads, known, findings):
            return None
        _report_nearest(source, heads, findings)
        return None
    taken = _first_of_each_sheet(_named(_accepted(fitting, findings), findings))
    if len(taken) > 1:
        sheets = [chosen.head.form.sheet or "—" for chosen in taken]
        findings.file("several_sheets", value=", ".join(sheets))
    if len(taken) != 1:
        return None
    _report_rest(taken[0], heads, findings)
    return taken[0]


def _fitting(source: Source, head: Head) -> list[Chosen]:
    if not head.sound:
        return []
    bound = (bind(layout, head.cells) for layout in source.layouts if head.row <= layout.header_within)
    return [Chosen(head=head, bound=each) for each in bound if each is not None]


def _accepted(fitting: list[Chosen], findings: Findings) -> list[Chosen]:
    """Those in a format that their layout takes."""
    accepted = [each for each in fitting if each.head.form.format in each.bound.layout.formats]
    if not accepted:
        layout, form = fitting[0].bound.layout, fitting[0].head.form
        formats = ", ".join(each.value for each in layout.formats)
        findings.file("format_not_taken", value=form.format, expected=formats)
    return accepted


def _named(fitting: list[Chosen], findings: Findings) -> list[Chosen]:
    """Those in the sheet that their layout names, where it names one."""
    named = [each for each in fitting if each.head.form.sheet is None or _is_named(each)]
    if fitting and not named:
        layout, form = fitting[0].bound.layout, fitting[0].head.form
        findings.file("sheet_unknown", value=form.sheet, expected=layout.sheet)
    return named


def _is_named(chosen: Chosen) -> bool:
    return chosen.bound.layout.sheet in (None, chosen.head.form.sheet)


def _first_of_each_sheet(fitting: list[Chosen]) -> list[Chosen]:
    firsts: dict[str | None, Chosen] = {}
    for chosen in fitting:
        firsts.setdefault(chosen.head.form.sheet, chosen)
    return list(firsts.values())


def _report_rest(chosen: Chosen, heads: Sequence[Head], findings: Findings) -> None:
    """What lies above the header and in other sheets, and is not read."""
    head, layout = chosen.head, chosen.bound.layout
    if 2 * head.fullest_above > len(head.cells):
        findings.file("rows_above_header", line_number=head.form.header_line)
    others = {each.form.sheet: True for each in heads if each.form.sheet != head.form.sheet}
    known = {*layout.other_sheets, *NOT_READ}
    left = [name for name in others if name is not None and name not in known]
    if left:
        findings.file("sheets_not_read", value=", ".join(left), expected=head.form.sheet)


def _report_nearest(source: Source, heads: Sequence[Head], findings: Findings) -> None:
    nearest = min(
        heads,
        key=lambda head: differences(source, head.cells) - likeness(source, head.cells),
        default=None,
    )
    if nearest is None or not nearest.sound:
        line = nearest.form.header_line if nearest else None
        layouts = " / ".join(layout.id for layout in source.layouts)
        findings.file("header_unknown", line_number=line or 1, value='"', expected=layouts)
        return
    findings.placed(sheet=nearest.form.sheet, letters={})
    report_misfit(source, nearest.cells, nearest.form.header_line or 1, findings)


def _date_forms(bound: Bound) -> dict[int, DateForms]:
    dated = (ColumnType.DATE, ColumnType.MOMENT)
    return {
        place: DateForms(formats=column.formats, with_time=column.type is ColumnType.MOMENT)
        for column in bound.layout.columns
        if column.type in dated
        for place in bound.places.get(column.target, ())
    }
