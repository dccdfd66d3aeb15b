"""Gives a file back as a workbook whose wrong cells are marked and say what is wrong and what to do.

The rows come back as they were read, as text, so a reporter mends the cells and delivers the workbook as it
is. Nothing is left out silently: a record that could not be read as a row gets a marked row of its own, which
would be rejected again, and findings beyond a limit are counted.
"""

from pathlib import Path

from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.delivery import CheckResult
from xiaobao.intake.marked_workbook import Annotated, MarkedWorkbook
from xiaobao.lib.words import Language


def annotate(result: CheckResult, *, catalog: Catalog, language: Language, out: Path) -> Annotated:
    """Write what a check found into the new workbook `out`; OSError where it cannot be written.

    The check must have kept the rows (`keep`). Values stand in the workbook unmasked: it goes back to those
    who sent them, and nowhere else. A file that could not be read as a table gives the findings alone.
    """
    return MarkedWorkbook(
        findings=result.findings, sent=result.sent, catalog=catalog, language=language
    ).write(out)
