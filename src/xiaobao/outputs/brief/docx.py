"""Renders a brief as DOCX by a template that clerks edit in their office suite."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jinja2
import jinja2.sandbox
import msgspec
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.outputs.brief.chart_svg import WIDTH_MM, png_of
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.docx_columns import fit_columns
from xiaobao.outputs.brief.docx_faults import Fault, fault_while_filling, faults_of
from xiaobao.outputs.brief.docx_readback import lacking
from xiaobao.outputs.brief.docx_said import said
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.printed import PrintedBlock, PrintedBrief, printed

_PACKED = Path(__file__).parent / "templates"
_SHOWN_FAULTS, _SHOWN_SIGNS = 5, 24
_PAGE_ROWS = 24
"""A longer table is broken over pages, its head repeated."""
_NO_PART = re.compile(r"There is no item named '([^']+)'")
"""How a part is named that the package lists and does not hold."""
_NOTHING = Words(zh="", en="")
_DATED = (1980, 1, 1, 0, 0, 0)


class TemplateError(UserError):
    """The template cannot be filled in: which file, which placeholder, which line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocxTemplates:
    """Where templates are looked for: the site's folder first, then the package."""

    site: Path | None = None

    def path(self, language: str) -> Path:
        """The template of a language."""
        name = f"brief-{language}.docx"
        if self.site is not None and (self.site / name).is_file():
            return self.site / name
        return _PACKED / name


def render_docx(brief: Brief, naming: Naming, templates: DocxTemplates) -> bytes:
    """The document; same bytes for the same brief, catalog and template. TemplateError names the fault."""
    path = templates.path(brief.header.language)
    strings = printed(brief, naming)
    values = msgspec.to_builtins(strings)
    values["imprint"] = (*values["imprint"], "")[:2]
    try:
        faults = _faults(path.read_bytes(), frozenset(values))
        if faults:
            raise _faulty(path, faults)
        template = DocxTemplate(str(path))
        drawn = _pictures(template, values["blocks"], strings)
        template.render(values, jinja_env=_environment())
        _describe(template, drawn)
        if missing := lacking(template.docx, strings):
            raise _says_less(path, missing)
        _lay_out(template)
        written = io.BytesIO()
        template.save(written)
    except jinja2.TemplateError as error:
        fault = fault_while_filling(Document(str(path)), error)
        if fault is not None:
            raise _faulty(path, [fault]) from error
        raise _wrong(path, said(error.message or str(error))) from error
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _not_whole(path, error) from error
    return undated(written.getvalue())


def _pictures(
    template: DocxTemplate, blocks: list[dict[str, object]], strings: PrintedBrief
) -> dict[bytes, PrintedBlock]:
    """Give every chart its picture as `image`; picture → chart."""
    drawn: dict[bytes, PrintedBlock] = {}
    for values, block in zip(blocks, strings.blocks, strict=True):
        if block.chart is not None:
            picture = png_of(block.chart)
            values["image"] = InlineImage(template, io.BytesIO(picture), width=Mm(WIDTH_MM[block.chart.form]))
            drawn[picture] = block
    return drawn


def _describe(template: DocxTemplate, drawn: Mapping[bytes, PrintedBlock]) -> None:
    """Write the numbers of a chart beside its picture, for those who cannot see it and for reading back.

    Where a picture states no distances, some office suites move it three millimetres out of the type area.
    """
    part = template.docx.part
    for inline in part.element.iter(qn("wp:inline")):
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
        (blip,) = inline.iter(qn("a:blip"))
        block = drawn.get(part.related_parts[blip.get(qn("r:embed"))].blob)
        if block is not None and block.chart is not None:
            inline.docPr.set("descr", f"{block.text}: {'; '.join(block.chart.texts())}")


def _lay_out(template: DocxTemplate) -> None:
    """Columns by their text; no page break within a table that a page can hold, nor before a note."""
    for table in template.docx.element.body.iter(qn("w:tbl")):
        fit_columns(table)
        rows = table.tr_lst if len(table.tr_lst) <= _PAGE_ROWS else table.tr_lst[-1:]
        has_note = any(node.text for node in table.getnext().iter(qn("w:t")))
        for row in rows if has_note else rows[:-1]:
            for paragraph in row.iter(qn("w:p")):
                paragraph.get_or_add_pPr().get_or_add_keepNext()


def _environment() -> jinja2.Environment:
    return jinja2.sandbox.SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)


@lru_cache(maxsize=8)
def _faults(template: bytes, names: frozenset[str]) -> tuple[Fault, ...]:
    """What is broken in a template; looked for once, for a bracket that was never opened stops no engine."""
    return faults_of(Document(io.BytesIO(template)), names, _environment())


def _faulty(path: Path, faults: Sequence[Fault]) -> TemplateError:
    shown = faults[:_SHOWN_FAULTS]
    return _wrong(
        path,
        Words(
            zh="；".join(f"第 {one.line} 行 {one.placeholder}（{one.what.zh}）" for one in shown),
            en="; ".join(f"line {one.line}, {one.placeholder} ({one.what.en})" for one in shown),
        ),
    )


def _says_less(path: Path, missing: Sequence[str]) -> TemplateError:
    shown = [text if len(text) <= _SHOWN_SIGNS else f"{text[:_SHOWN_SIGNS]}…" for text in missing]
    shown = shown[:_SHOWN_FAULTS]
    return TemplateError(
        Words(
            zh=f"模板 {path} 填写后缺少简报中的 {len(missing)} 处内容：{'、'.join(shown)}；"
            "占位符或表格的行可能被删去，请对照自带模板补回，或移走该文件改用自带模板",
            en=f"template {path}, filled in, lacks {len(missing)} texts of the brief: {', '.join(shown)}; "
            "a placeholder or a row of a table may have been removed: put it back as in the template that "
            "comes with the package, or move the file away to use that one",
        )
    )


def _wrong(path: Path, what: Words) -> TemplateError:
    return TemplateError(
        Words(
            zh=f"模板 {path} 无法填写：{what.zh}；请改正占位符，或移走该文件改用自带模板",
            en=f"template {path} cannot be filled in: {what.en}; mend the placeholder, "
            "or move the file away to use the one that comes with the package",
        )
    )


def _not_whole(path: Path, error: Exception) -> TemplateError:
    """A file that is no DOCX, or of which a part was taken out."""
    part = _NO_PART.search(str(error))
    lacks = (
        Words(zh=f"（缺少其中的 {part[1]}）", en=f" (its part {part[1]} is missing)") if part else _NOTHING
    )
    return TemplateError(
        Words(
            zh=f"模板 {path} 读不出，不是完好的 DOCX 文件{lacks.zh}；请在办公软件中由自带模板另存一份，"
            "或移走该文件改用自带模板",
            en=f"template {path} cannot be read, it is no whole DOCX file{lacks.en}: save it again from the "
            "one that comes with the package, or move the file away to use that one",
        )
    )


def undated(content: bytes) -> bytes:
    """The same parts without the moment they were packed, so that bytes do not depend on the clock."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as read,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in read.namelist():
            out.writestr(zipfile.ZipInfo(name, _DATED), read.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
