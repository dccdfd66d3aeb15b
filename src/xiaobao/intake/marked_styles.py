"""How the cells of a marked workbook look.

Marks differ by border and weight too, so that they are told apart on paper without colour.
"""

from dataclasses import dataclass

FORMATS: dict[str, dict[str, object]] = {
    "plain": {"num_format": "@"},
    "header": {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True},
    "wrong": {"num_format": "@", "bg_color": "#F4B6B0", "bold": True, "border": 5},
    "doubtful": {"num_format": "@", "bg_color": "#FFF0B8", "italic": True, "border": 3},
    "link": {"font_color": "#0B5394", "underline": 1},
    "wrapped": {"text_wrap": True},
}
"""Name → properties as XlsxWriter names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The ids that the formats have in a workbook."""

    plain: str
    header: str
    wrong: str
    doubtful: str
    link: str
    wrapped: str
