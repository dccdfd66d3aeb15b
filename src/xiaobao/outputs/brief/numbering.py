"""Numbers that are counted when a brief is printed, and who signed it: the same in every rendering."""

from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.vocabulary import COUNTED_ZH, long_day

_DRAFT = Words(zh="草稿（未签发，不得外传）", en="Draft (not issued, not for circulation)")


def heading_number(number: int, language: Language) -> str:
    """`一、` or `1. ` before a heading."""
    return f"{COUNTED_ZH[number]}、" if language == "zh" else f"{number}. "


def table_number(number: int, language: Language) -> str:
    """`表1　` or `Table 1. ` before a caption."""
    return f"表{number}　" if language == "zh" else f"Table {number}. "


def chart_number(number: int, language: Language) -> str:
    """`图1　` or `Figure 1. ` before the caption of a chart."""
    return f"图{number}　" if language == "zh" else f"Figure {number}. "


def number_text(brief: Brief) -> str:
    """第N期 of its year, or that it is a draft."""
    number = brief.header.number
    if number is None:
        return _DRAFT.to(brief.header.language)
    year, _, serial = number.partition("-")
    replaced = brief.header.replaces
    words = Words(zh=f"{year}年第{serial}期", en=f"No. {number}")
    if replaced:
        old = replaced.partition("-")
        words = Words(
            zh=f"{words.zh}（更正并取代第{old[2]}期）",
            en=f"{words.en} (corrects and replaces No. {replaced})",
        )
    return words.to(brief.header.language)


def imprint(brief: Brief) -> tuple[str, ...]:
    """The foot of the brief: who issued it, and when."""
    header = brief.header
    if header.issued_by is None or header.issued_on is None:
        return (_DRAFT.to(header.language),)
    day = long_day(header.issued_on, header.language)
    return (
        Words(zh=f"签发：{header.issued_by}", en=f"Issued by {header.issued_by}").to(header.language),
        Words(zh=f"{day}印发", en=f"Issued on {day}").to(header.language),
    )
