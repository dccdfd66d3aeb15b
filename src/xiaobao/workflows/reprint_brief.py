"""Reprint an issued brief: its stored bytes; one that does not stand any more says so on every sheet."""

from dataclasses import dataclass

from xiaobao.lib.words import Language, Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.fonts import FONTS_FOLDER, fonts_for
from xiaobao.outputs.brief.renderings import Renderings
from xiaobao.outputs.brief.superseded import notice, stamped
from xiaobao.outputs.register import Issued
from xiaobao.submissions.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """What is printed again."""

    renderings: Renderings
    notice: Words | None
    """What it says beside the stored bytes; None where it is those bytes alone."""


def reprint_brief(home: Home, issued: Issued, *, original: bool = False) -> Reprint:
    """The stored bytes, digest checked, with a notice where the brief was withdrawn or replaced.

    `original` leaves the notice out: the bytes as they were issued, for the archive.
    """
    stored = register.renderings_of(home, issued)
    successor = register.successor_of(issued)
    if successor is None or original:
        return Reprint(renderings=stored, notice=None)
    words = notice(issued.number, successor.number, reason=successor.reason)
    language: Language = "zh" if issued.language == "zh" else "en"
    fonts = fonts_for(language, site=home.path / FONTS_FOLDER)
    return Reprint(renderings=stamped(stored, words, language, fonts=fonts), notice=words)
