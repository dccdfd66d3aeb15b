"""Edit the words of a draft; its figures stay as they were derived."""

from datetime import datetime

from xiaobao.casework.briefs import actions, queries
from xiaobao.casework.briefs.rules import DeskError
from xiaobao.casework.persons import signature
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief import document
from xiaobao.outputs.brief.desk import desk_of
from xiaobao.outputs.brief.renderings import render_all
from xiaobao.outputs.brief.series import series_words
from xiaobao.outputs.brief.words import edited, words_of
from xiaobao.submissions.home import Home
from xiaobao.workflows.compose_brief import KeptDraft, brief_of
from xiaobao.workflows.issue_brief import BriefRefusedError

_NOT_EDITED = Words(zh="不予修改", en="not edited")


def edit_brief(home: Home, draft: str, words: str, *, by: str, at: datetime) -> KeptDraft:
    """Keep the words of a file as the next revision of a draft.

    Raises BriefRefusedError naming each figure that the edit drops, adds or alters and each number typed into
    the words; DeskError for a draft that was issued, or an edit that changes nothing.
    """
    name, life = signature(by), queries.life_of(draft)
    require_open(life.name)
    before = brief_of(home, life)
    after, refusals = edited(before, words)
    desk = desk_of(home, before)
    if after is None or (refusals := desk.refusals(after)):
        raise BriefRefusedError(refusals, act=_NOT_EDITED)
    # A draft as composed may divide its words otherwise than a file that is read back does.
    untouched, _ = edited(before, words_of(before))
    if after in (before, untouched):
        raise DeskError(
            Words(
                zh="文字与上一稿相同，没有修改",
                en="the words are those of the last revision; nothing to keep",
            )
        )
    renderings = render_all(after, desk.naming(after), home=home.path)
    life = actions.keep_edit(home, life, document.encode(after), by=name, at=at)
    return KeptDraft(life=life, brief=after, renderings=renderings)


def require_open(name: str) -> None:
    """DeskError when a draft was issued: what went out is not edited or reviewed any more."""
    issued = register.issued_from(name)
    if issued is not None:
        named = issued.number + series_words(issued.series)
        raise DeskError(
            Words(
                zh=f"草稿 {name} 已签发为第 {issued.number} 期，不能再改；"
                f"更正请用 xiaobao brief withdraw {named}",
                en=f"draft {name} was issued as {issued.number} and stays as it is; "
                f"to correct it use xiaobao brief withdraw {named}",
            )
        )
