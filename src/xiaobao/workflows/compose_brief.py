"""Compose the draft of a closed day's brief."""

from dataclasses import dataclass
from datetime import date

from xiaobao.lib.words import Language
from xiaobao.outputs.brief.desk import open_desk
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.renderings import Renderings, render_all
from xiaobao.submissions.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft and what it would be issued as."""

    brief: Brief
    renderings: Renderings


def compose_brief(
    home: Home, day: date, *, language: Language | None = None, path: str | None = None
) -> Draft:
    """The draft of a closed day: in the language of the domain, on its only path, unless told otherwise."""
    desk = open_desk(home, day, path=path)
    brief = desk.compose(language or desk.catalog.domain(home.domain_id).brief_language)
    return Draft(brief=brief, renderings=render_all(brief, desk.naming(brief), home=home.path))
