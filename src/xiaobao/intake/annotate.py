"""Gives a file back as a workbook whose wrong cells are marked and say what is wrong and what to do.

The rows come back as they were read, as text, so a reporter mends the cells and delivers the workbook as it
is. Nothing is left out silently: a record that could not be read as a row gets a marked row of its own, which
would be rejected again, and findings beyond a limit are counted.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.choosing import choose, header_rows
from xiaobao.intake.delivery import CheckResult, Delivery
from xiaobao.intake.findings import Findings
from xiaobao.intake.marked_workbook import Annotated, MarkedWorkbook, Sheet
from xiaobao.intake.reading.containers import content_of, work_folder
from xiaobao.intake.reading.opening import open_rows
from xiaobao.intake.reading.records import LINE_NUMBER, PLACES, ROW_NUMBER, Block
from xiaobao.intake.reading.unreadable import UnreadableError
from xiaobao.lib.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The rows and the columns of one file, nothing mapped."""

    sheet: Sheet
    printed: dict[str, tuple[int, ...]]
    """Header as findings print it → places of its cells."""


def annotate(
    path: Path,
    result: CheckResult,
    *,
    delivery: Delivery,
    catalog: Catalog,
    language: Language,
    out: Path,
) -> Annotated:
    """Write what the check of `path` found into the workbook `out`; OSError where it cannot be written.

    Values stand in it unmasked: it goes back to those who sent them, and nowhere else. A file that could not
    be read as a table gives a workbook of findings alone.
    """
    read = _read(path, delivery=delivery, catalog=catalog)
    workbook = MarkedWorkbook(findings=result.findings, catalog=catalog, language=language)
    if read is None:
        return workbook.write(out, sheet=None, printed={})
    return workbook.write(out, sheet=read.sheet, printed=read.printed)


def _read(path: Path, *, delivery: Delivery, catalog: Catalog) -> _Read | None:
    source = catalog.source(delivery.source_code)
    unheard = Findings(catalog.rules, day=delivery.day)
    try:
        with (
            work_folder(None) as work,
            content_of(path, work=work) as content,
            open_rows(content, work=work, rows_limit=header_rows(source)) as opened,
        ):
            chosen = choose(source, opened.heads, unheard)
            if chosen is None:
                return None
            blocks = [part for part in chosen.head.parts(chosen.wanted) if isinstance(part, Block)]
    except UnreadableError:
        return None
    printed = {chosen.bound.printed[target]: places for target, places in chosen.bound.places.items()}
    return _Read(sheet=Sheet(header=chosen.head.cells, rows=_rows(blocks)), printed=printed)


def _rows(blocks: list[Block]) -> pl.DataFrame:
    """Row and line numbers and the cells by place, in the order of the file; unread records without cells."""
    frames = [frame for block in blocks for frame in (block.rows, block.irregular.select(list(PLACES)))]
    if not frames:
        return pl.DataFrame(schema=PLACES)
    return pl.concat(frames, how="diagonal").sort(LINE_NUMBER, ROW_NUMBER, nulls_last=True)
