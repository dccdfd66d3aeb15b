"""Reads a filled-in DOCX back: whatever a clerk did to its template, all that the brief says stands in it."""

from collections import Counter
from collections.abc import Iterator

from docx.document import Document
from docx.oxml.ns import qn

from xiaobao.outputs.brief.docx_faults import lines_of
from xiaobao.outputs.brief.printed import PrintedBrief


def lacking(document: Document, brief: PrintedBrief) -> tuple[str, ...]:
    """What the document does not say, or less often: mark, number, title, texts, heads, cells, notes, charts.

    A template may leave out the rest (annex, imprint, masthead) and say more.
    """
    said = [_plain(line) for line in lines_of(document)]
    whole = "\n".join(said)
    pictures = "\n".join(_plain(one.get("descr") or "") for one in document.element.body.iter(qn("wp:docPr")))
    texts = [text for text in _texts(brief) if _plain(text) not in whole]
    charts = [
        block.text
        for block in brief.blocks
        if block.chart is not None and _plain("; ".join(block.chart.texts())) not in pictures
    ]
    less = Counter(map(_plain, _cells(brief))) - Counter(said)
    return (*texts, *charts, *(cell for cell in less if cell))


def _texts(brief: PrintedBrief) -> Iterator[str]:
    yield from (brief.mark, brief.number, brief.title)
    for block in brief.blocks:
        yield from (block.text, block.note)


def _cells(brief: PrintedBrief) -> Iterator[str]:
    for block in brief.blocks:
        for row in (block.head, *(row.cells for row in block.rows)):
            yield from (cell.text for cell in row)


def _plain(text: str) -> str:
    return "".join(text.split())
