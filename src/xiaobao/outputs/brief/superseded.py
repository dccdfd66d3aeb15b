"""The reprint of a brief that does not stand any more: the stored pages, each with what took its place."""

import io
import tempfile
from pathlib import Path

import msgspec
import pypdfium2
import typst
from django.utils.html import escape
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor

from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief.docx import undated
from xiaobao.outputs.brief.fonts import Fonts
from xiaobao.outputs.brief.labels import replaced_text
from xiaobao.outputs.brief.renderings import Renderings

_STAMP = Path(__file__).parent / "templates" / "superseded.typ"
_RED = RGBColor(0x9C, 0x0A, 0x0A)


def notice(number: str, successor: str, *, reason: str | None) -> Words:
    """What a reprint says of a brief that was withdrawn (with its reason) or only replaced (without)."""
    old = Words(zh=replaced_text(number, "zh"), en=replaced_text(number, "en"))
    new = Words(zh=replaced_text(successor, "zh"), en=replaced_text(successor, "en"))
    if reason is None:
        return Words(
            zh=f"{old.zh}已由{new.zh}更正并取代，不再作为依据",
            en=f"{old.en} was corrected and replaced by {new.en} and does not stand any more",
        )
    return Words(
        zh=f"{old.zh}已撤回（原因：{reason}），由{new.zh}更正并取代，不再作为依据",
        en=f"{old.en} is withdrawn ({reason}); {new.en} corrects and replaces it",
    )


def stamped(renderings: Renderings, words: Words, language: Language, *, fonts: Fonts) -> Renderings:
    """The stored renderings with the notice on the page, on every sheet of the PDF, and first in the DOCX."""
    said = words.to(language)
    return Renderings(
        page=_page(renderings.page, said),
        pdf=_pdf(renderings.pdf, said, fonts),
        docx=_docx(renderings.docx, said),
    )


def _page(page: bytes, said: str) -> bytes:
    mark = f'<p class="mark" role="alert">{escape(said)}</p>\n'
    head, paper, rest = page.decode().partition('<article class="paper">\n')
    return f"{head}{paper}{mark}{rest}".encode()


def _pdf(pdf: bytes, said: str, fonts: Fonts) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheets = len(document)
    finally:
        document.close()
    with tempfile.TemporaryDirectory(prefix="xiaobao-reprint-") as name:
        folder = Path(name)
        (folder / "original.pdf").write_bytes(pdf)
        (folder / "main.typ").write_bytes(_STAMP.read_bytes())
        return typst.compile(
            str(folder / "main.typ"),
            format="pdf",
            font_paths=[str(one) for one in fonts.folders],
            ignore_system_fonts=True,
            timestamp=0,
            sys_inputs={
                "sheets": str(sheets),
                "notice": said,
                "fonts": msgspec.json.encode(fonts.families).decode(),
            },
        )


def _docx(docx: bytes, said: str) -> bytes:
    document = Document(io.BytesIO(docx))
    first = document.paragraphs[0].insert_paragraph_before()
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = first.add_run(said)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(12), _RED
    written = io.BytesIO()
    document.save(written)
    return undated(written.getvalue())
