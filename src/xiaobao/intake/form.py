"""How a delivered file is written: format, container, encoding, separator, sheet; stated in its receipt."""

from dataclasses import dataclass

from xiaobao.catalog.sources import FileFormat
from xiaobao.lib.words import Words

_FORMATS = {
    FileFormat.CSV: Words(zh="CSV", en="CSV"),
    FileFormat.WORKBOOK: Words(zh="XLSX 工作簿", en="XLSX workbook"),
    FileFormat.JSON_LINES: Words(zh="JSON 行", en="JSON lines"),
}
_SEPARATORS = {
    ";": Words(zh="分号分隔", en="separated by semicolons"),
    "\t": Words(zh="制表符分隔", en="separated by tabs"),
    "|": Words(zh="竖线分隔", en="separated by vertical bars"),
}
_CARRIAGE_RETURNS = Words(zh="以回车换行", en="lines ended by carriage returns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is known of the form of a file; what does not apply or was not reached is None."""

    format: FileFormat | None = None
    container: str | None = None
    """`gzip` or `zip` where the file came in one."""
    member: str | None = None
    """The data file in the zip."""
    encoding: str | None = None
    separator: str | None = None
    """What parts the cells of a CSV file."""
    line_end: str | None = None
    """`CR` where carriage returns alone end the lines."""
    sheet: str | None = None
    header_line: int | None = None
    """Line, or row of the sheet, that holds the header."""


def form_words(form: Form) -> Words | None:
    """The form as a person reads it; None where nothing is known."""
    parts = [each for each in _parts(form) if each is not None]
    if not parts:
        return None
    return Words(zh="，".join(part.zh for part in parts), en=", ".join(part.en for part in parts))


def _parts(form: Form) -> tuple[Words | None, ...]:
    return (
        _container(form),
        _FORMATS[form.format] if form.format else None,
        _SEPARATORS.get(form.separator or ""),
        _CARRIAGE_RETURNS if form.line_end else None,
        Words(zh=f"编码 {form.encoding}", en=f"encoding {form.encoding}") if form.encoding else None,
        Words(zh=f"工作表“{form.sheet}”", en=f"sheet “{form.sheet}”") if form.sheet else None,
        _header(form),
    )


def _container(form: Form) -> Words | None:
    if form.container is None:
        return None
    member = f" {form.member}" if form.member else ""
    return Words(zh=f"{form.container} 压缩包{member}", en=f"{form.container}{member}")


def _header(form: Form) -> Words | None:
    line = form.header_line
    if line is None or line == 1:
        return None  # where everyone looks for it
    return Words(zh=f"表头在第 {line} 行", en=f"header in {'row' if form.sheet else 'line'} {line}")
