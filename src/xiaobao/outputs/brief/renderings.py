"""The three renderings of one brief: a web page, a PDF for the record, a DOCX for the office."""

from dataclasses import dataclass
from pathlib import Path

from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.docx import DocxTemplates, render_docx
from xiaobao.outputs.brief.fonts import FONTS_FOLDER, fonts_for
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.pdf import render_pdf
from xiaobao.outputs.brief.render import render

TEMPLATES_FOLDER = "templates"
"""Folder of a home where a site keeps its own DOCX templates: brief-zh.docx, brief-en.docx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderings:
    """The bytes of each rendering; the figures in them are the same."""

    page: bytes
    pdf: bytes
    docx: bytes

    def by_suffix(self) -> dict[str, bytes]:
        """File suffix → bytes."""
        return {".html": self.page, ".pdf": self.pdf, ".docx": self.docx}


def render_all(brief: Brief, naming: Naming, *, home: Path) -> Renderings:
    """All renderings, by the fonts and templates of a home. TemplateError when its template is broken."""
    return Renderings(
        page=render(brief, naming),
        pdf=render_pdf(brief, naming, fonts_for(brief.header.language, site=home / FONTS_FOLDER)),
        docx=render_docx(brief, naming, DocxTemplates(site=home / TEMPLATES_FOLDER)),
    )
