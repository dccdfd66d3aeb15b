"""Record the decisions of a sheet on the codes of complaints, all of them or none, and post them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from xiaobao.analysis.coding.quality.rows import SEPARATOR
from xiaobao.analysis.text.texts_file import read_columns
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import normal_complaint_no
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import decisions, poster
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.home import Home
from xiaobao.workflows.refused_rows import RefusedRow, refused_rows
from xiaobao.workflows.table_files import as_stated

SOURCE, NUMBER, RIGHT_CODE = "source", "number", "right_code"
_NOTHING_RECORDED = Words(zh="未记任何决定", en="no decision was recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetDecision:
    """Whose decisions a sheet holds, on which facet, and why they are so."""

    path: Path
    facet: Facet
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was recorded."""

    decided: int
    changed: int
    """Of these: another code than stood before."""
    left_open: int
    """Rows without a right code."""


def decide_codes(
    home: Home, sheet: SheetDecision, *, at: datetime | None, now: Callable[[], datetime]
) -> Decided:
    """Record a decision of every row with a right code; TextsFileError names the rows that cannot be.

    What waits is posted first, so that decisions are about the complaints as they are known.
    """
    told = as_stated(read_columns(sheet.path, (SOURCE, NUMBER, RIGHT_CODE)))
    refused: list[RefusedRow] = []
    rows = list(_rows(told.iter_rows(), refused))
    moment = business_now(home, at=at, now=now())
    poster.post_pending(home, at=moment, now=now)
    changed = 0
    with transaction.atomic():
        for row, recoding in rows:
            try:
                changed += _record(home, sheet, recoding, at=moment)
            except UserError as error:
                refused.append((row, error.words))
        if refused:
            raise refused_rows(sheet.path, refused, outcome=_NOTHING_RECORDED)
    poster.post_pending(home, at=moment, now=now)
    return Decided(decided=len(rows), changed=changed, left_open=told.height - len(rows))


_Cells = tuple[str, str, str]
"""Source, complaint and code."""


def _rows(cells: Iterator[tuple[str | None, ...]], refused: list[RefusedRow]) -> Iterator[tuple[int, _Cells]]:
    """Number of the row of data and its cells, of the rows that have a code; appends those that cannot be."""
    seen: dict[tuple[str, str], int] = {}
    for row, stated in enumerate(cells, start=1):
        source, number, code = ((cell or "").strip() for cell in stated)
        if not code:
            continue
        if not source or not number:
            refused.append((row, Words(zh="没有 source 或 number", en="source or number is missing")))
            continue
        first = seen.setdefault((source, normal_complaint_no(number)), row)
        if first != row:
            said = Words(
                zh="与第 {first} 行是同一件投诉，只能有一项决定",
                en="this is the complaint of row {first}, of which there can be one decision",
            )
            refused.append((row, said.fill(first=first)))
            continue
        # The queue shows paths, which people copy.
        yield row, (source, number, code.rpartition(SEPARATOR)[-1])


def _record(home: Home, sheet: SheetDecision, cells: _Cells, *, at: datetime) -> bool:
    """Record one; True where the code was another before."""
    source, number, code = cells
    asked = Recoding(source_code=source, complaint_no=number, **{sheet.facet.column: code})
    before = decisions.present_content(home, source, number)
    decisions.recode(home, asked, by=sheet.by, reason=sheet.reason, at=at)
    return before is not None and before[sheet.facet.column][0] != code
