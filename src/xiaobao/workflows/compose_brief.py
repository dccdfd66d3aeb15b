"""Compose the draft of a closed day's brief, and keep it."""

from dataclasses import dataclass
from datetime import date, datetime

from xiaobao.casework.briefs import actions, queries
from xiaobao.casework.briefs.drafts import Life
from xiaobao.casework.persons import signature
from xiaobao.lib.words import Language
from xiaobao.outputs.brief import document
from xiaobao.outputs.brief.compose import Withdrawal
from xiaobao.outputs.brief.desk import Desk, open_desk
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.renderings import Renderings, render_all
from xiaobao.outputs.brief.series import DAILY
from xiaobao.submissions.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft and what it would be issued as."""

    brief: Brief
    renderings: Renderings


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """A draft with everything that was done to it."""

    life: Life
    brief: Brief
    """The last revision."""
    renderings: Renderings


def compose_brief(
    home: Home,
    day: date,
    *,
    language: Language | None = None,
    path: str | None = None,
    series: str = DAILY,
) -> Draft:
    """The draft of a closed day: in the language of the domain, on its only path, unless told otherwise."""
    desk = open_desk(home, day, path=path, series=series)
    return _drawn(desk, desk.compose(language or desk.catalog.domain(home.domain_id).brief_language))


def compose_draft(
    home: Home,
    day: date,
    *,
    by: str,
    at: datetime,
    language: Language | None = None,
    path: str | None = None,
    series: str = DAILY,
    withdrawal: Withdrawal | None = None,
) -> KeptDraft:
    """Compose a draft and keep it under a name; SignatureError before anything is composed."""
    name = signature(by)
    desk = open_desk(home, day, path=path, series=series)
    wanted = language or desk.catalog.domain(home.domain_id).brief_language
    drawn = _drawn(desk, desk.compose(wanted, withdrawal=withdrawal))
    header = drawn.brief.header
    life = actions.keep_draft(
        home,
        document.encode(drawn.brief),
        series=header.series,
        day=header.day,
        language=header.language,
        path=header.path,
        withdraws=header.replaces,
        by=name,
        at=at,
    )
    return KeptDraft(life=life, brief=drawn.brief, renderings=drawn.renderings)


def brief_of(home: Home, life: Life) -> Brief:
    """The last revision of a draft."""
    return document.decode(queries.content(home, life.digest))


def _drawn(desk: Desk, brief: Brief) -> Draft:
    renderings = render_all(brief, desk.naming(brief), home=desk.home.path)
    return Draft(brief=brief, renderings=renderings)
