"""Record the decisions of a sheet on the codes of complaints, all of them or none, and post them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from xiaobao.analysis.coding.quality.rows import SEPARATOR
from xiaobao.analysis.text.texts_file import TextsFileError, read_columns
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import normal_complaint_no
from xiaobao.lib.errors import UserError
from xiaobao.submissions import decisions, poster
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.home import Home

SOURCE, NUMBER, RIGHT_CODE = "source", "number", "right_code"


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
    """Record a decision of every row with a right code; TextsFileError names the first that cannot be.

    What waits is posted first, so that decisions are about the complaints as they are known.
    """
    told = read_columns(sheet.path, (SOURCE, NUMBER, RIGHT_CODE))
    rows = list(_rows(told.iter_rows(), sheet.path))
    moment = business_now(home, at=at, now=now())
    poster.post_pending(home, at=moment, now=now)
    changed = 0
    with transaction.atomic():
        for row, recoding in rows:
            changed += _record(home, sheet, row, recoding, at=moment)
    poster.post_pending(home, at=moment, now=now)
    return Decided(decided=len(rows), changed=changed, left_open=told.height - len(rows))


def _rows(cells: Iterator[tuple[str | None, ...]], path: Path) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Number of the row of data, source, complaint and code, of the rows that have one."""
    seen: dict[tuple[str, str], int] = {}
    for row, stated in enumerate(cells, start=1):
        source, number, code = ((cell or "").strip() for cell in stated)
        if not code:
            continue
        if not source or not number:
            raise _refused(path, row, zh="没有 source 或 number", en="source or number is missing")
        first = seen.setdefault((source, normal_complaint_no(number)), row)
        if first != row:
            raise _refused(
                path,
                row,
                zh=f"与第 {first} 行是同一件投诉，只能有一项决定",
                en=f"this is the complaint of row {first}, of which there can be one decision",
            )
        # The queue shows paths, which people copy.
        yield row, (source, number, code.rpartition(SEPARATOR)[-1])


def _record(home: Home, sheet: SheetDecision, row: int, cells: tuple[str, str, str], *, at: datetime) -> bool:
    """Record one; True where the code was another before."""
    source, number, code = cells
    asked = Recoding(source_code=source, complaint_no=number, **{sheet.facet.column: code})
    try:
        before = decisions.present_content(home, source, number)
        decisions.recode(home, asked, by=sheet.by, reason=sheet.reason, at=at)
    except UserError as error:
        raise _refused(sheet.path, row, zh=error.words.zh, en=error.words.en) from error
    return before is not None and before[sheet.facet.column][0] != code


def _refused(path: Path, row: int, *, zh: str, en: str) -> TextsFileError:
    return TextsFileError(
        path,
        zh=f"第 {row} 行数据：{zh}；未记任何决定",
        en=f"row {row} of the data: {en}; no decision was recorded",
    )
