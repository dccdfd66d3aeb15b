"""Renders a brief as PDF in the grid of GB/T 9704-2012: the copy of record, for paper and archive."""

from datetime import UTC, datetime, time
from pathlib import Path

import msgspec
import typst

from xiaobao.outputs.brief.chart_svg import svg_of
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.fonts import Fonts
from xiaobao.outputs.brief.labels import Naming
from xiaobao.outputs.brief.printed import printed

_TEMPLATE = Path(__file__).parent / "templates" / "brief.typ"


def render_pdf(brief: Brief, naming: Naming, fonts: Fonts) -> bytes:
    """The document; the same bytes for the same brief, catalog and fonts: its date is the brief's own."""
    header = brief.header
    day = header.issued_on or header.day
    encode = msgspec.json.encode
    strings = printed(brief, naming)
    return typst.compile(
        str(_TEMPLATE),
        format="pdf",
        font_paths=[str(folder) for folder in fonts.folders],
        ignore_system_fonts=True,
        timestamp=int(datetime.combine(day, time(), tzinfo=UTC).timestamp()),
        sys_inputs={
            "brief": encode(strings).decode(),
            "pictures": encode([svg_of(block.chart) for block in strings.blocks if block.chart]).decode(),
            "fonts": encode(fonts.families).decode(),
            "date": day.isoformat(),
        },
    )
