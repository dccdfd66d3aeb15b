"""Whose header it is that fits no layout of the source it was delivered for."""

from collections.abc import Iterable, Sequence

from xiaobao.catalog.sources import Layout, Source
from xiaobao.intake.findings import Findings
from xiaobao.intake.layouts import bind
from xiaobao.intake.reading.head import Head

RULE = "header_of_other_source"

_CODES_SHOWN = 3


def report_other(source: Source, heads: Sequence[Head], known: Iterable[Source], findings: Findings) -> bool:
    """Report a header that fits a layout of other sources; False where there is none."""
    if not findings.applies(RULE):
        return False
    others = [each for each in known if each.code != source.code]
    layouts = {id(layout): layout for each in others for layout in each.layouts}  # many sources share one
    for head in heads:
        for layout in layouts.values():
            if head.sound and head.row <= layout.header_within and bind(layout, head.cells) is not None:
                findings.placed(sheet=head.form.sheet, letters={})
                findings.file(
                    RULE,
                    line_number=head.form.header_line or 1,
                    value=layout.id,
                    expected=_codes(others, layout, simulated=source.simulated),
                )
                return True
    return False


def _codes(sources: Iterable[Source], layout: Layout, *, simulated: bool) -> str:
    """The sources that deliver in a layout, some of many; those of the mark that was asked for."""
    users = [each for each in sources if any(own is layout for own in each.layouts)]
    alike = [each for each in users if each.simulated == simulated] or users
    codes = sorted(each.code for each in alike)
    left = len(codes) - _CODES_SHOWN
    return ", ".join(codes[:_CODES_SHOWN]) + (f" … (+{left})" if left > 0 else "")
