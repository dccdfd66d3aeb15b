"""Which template a workbook was filled in from, held against the one of the day."""

import re
from collections.abc import Sequence
from datetime import date

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import Source
from xiaobao.intake.findings import Findings
from xiaobao.intake.reading.head import Head
from xiaobao.intake.shown_values import masked
from xiaobao.intake.template.changes import changes
from xiaobao.intake.template.plan import NoTemplateError, plan
from xiaobao.intake.template.sheets import NOTES_SHEET, VERSION_LABEL

RULE = "template_outdated"
_VERSION = re.compile(r"[\w.]+(-[\w.]+)*-[0-9a-f]{8}", re.ASCII)
_VERSION_LIMIT = 64


def check_version(
    heads: Sequence[Head],
    *,
    layout_id: str,
    source: Source,
    catalog: Catalog,
    day: date,
    findings: Findings,
) -> None:
    """`template_outdated`: the version that a workbook states, where it states one."""
    if all(head.form.sheet is None for head in heads) or not findings.applies(RULE):
        return
    findings.ran(RULE)
    stated = stated_version(heads)
    if stated is None:
        return
    try:
        current = plan(catalog, source, day=day, layout_id=layout_id)
    except NoTemplateError:
        return
    if stated != current.version:
        changed = changes(heads, current.columns)
        shown = _shown(stated) if changed is None else f"{_shown(stated)} [{changed}]"
        how = f"{current.version} = xiaobao template {source.code} --layout {layout_id} --day {day}"
        findings.file(RULE, value=shown, expected=how)


def stated_version(heads: Sequence[Head]) -> str | None:
    """What stands beside the label on the sheet of notes; None without such a sheet."""
    for head in heads:
        if head.form.sheet == NOTES_SHEET and head.cells[0] == VERSION_LABEL and len(head.cells) > 1:
            return head.cells[1]
    return None


def _shown(stated: str) -> str:
    """A version as it stands; of anything else two characters, as nobody knows what it is."""
    return stated if len(stated) <= _VERSION_LIMIT and _VERSION.fullmatch(stated) else masked(stated)
