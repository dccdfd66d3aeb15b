"""Reads a PDF back: a sign that no font has is drawn as a box and has no letter behind it."""

import pypdfium2

from xiaobao.outputs.brief.printed import PrintedBrief


def pdf_text(pdf: bytes) -> str:
    """All text of a document in reading order, without white space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "".join("".join(pages).split())


def signs_missing(pdf: bytes, brief: PrintedBrief) -> tuple[str, ...]:
    """The signs of a brief that the document does not show, by code point; empty when all are there."""
    return tuple(sorted(set(brief.all_text()) - set(pdf_text(pdf))))
