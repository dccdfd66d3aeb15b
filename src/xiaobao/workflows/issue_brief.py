"""Issue a brief: derive every figure again, look at every token, number it, store its bytes."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.check import Refusal, refuse
from xiaobao.outputs.brief.desk import Desk, open_desk
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.fonts import FONTS_FOLDER
from xiaobao.outputs.brief.printed import printed
from xiaobao.outputs.brief.readback import differences
from xiaobao.outputs.brief.readback_pdf import signs_missing
from xiaobao.outputs.brief.render import render
from xiaobao.outputs.brief.renderings import Renderings, render_all
from xiaobao.outputs.register import Issued
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home

_SHOWN_REFUSALS = 20
_NAME_LIMIT = 64


class BriefRefusedError(UserError):
    """A brief that says something its figures, its close or the catalog do not."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        shown = refusals[:_SHOWN_REFUSALS]
        more = len(refusals) - len(shown)
        super().__init__(
            Words(
                zh="\n".join(
                    [
                        f"不予签发，共 {len(refusals)} 处不符：",
                        *(f"  {one.place}：{one.words.zh}" for one in shown),
                    ]
                    + [f"  …… 另有 {more} 处"] * bool(more)
                ),
                en="\n".join(
                    [
                        f"not issued, {len(refusals)} faults:",
                        *(f"  {one.place}: {one.words.en}" for one in shown),
                    ]
                    + [f"  … and {more} others"] * bool(more)
                ),
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )
        self.refusals = refusals


class SignatureError(UserError):
    """A brief is issued by somebody, whose name fits on a line."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh=f"--by 须写签发人姓名（一行，不超过 {_NAME_LIMIT} 字）",
                en=f"--by takes the issuer's name (one line, at most {_NAME_LIMIT} characters)",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOutcome:
    """What was issued, and whether it was issued before."""

    issued: Issued
    renderings: Renderings
    repeated: bool
    """True when the same brief of the day had been issued already; nothing was changed."""


def issue_brief(home: Home, draft: Brief, *, by: str, at: datetime) -> IssueOutcome:
    """Issue a draft, signed by `by` at the business moment `at`.

    The same content issued again gives the brief that was issued; other content of the same day, path and
    language gets a new number and names the one it replaces. Raises BriefRefusedError naming every fault,
    SignatureError, NotClosedError.
    """
    name = " ".join(by.split())
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise SignatureError
    desk = open_desk(home, draft.header.day, path=draft.header.path)
    _require_right(desk, draft)
    with transaction.atomic():
        journal.lock_head()
        header = draft.header
        latest = register.latest_of(header.series, header.day, path=header.path, language=header.language)
        if latest is not None and latest.content_digest == register.content_digest(draft):
            return IssueOutcome(issued=latest, renderings=register.renderings_of(home, latest), repeated=True)
        brief = _signed(desk, draft, by=name, at=at, replaces=latest)
        renderings = render_all(brief, desk.naming(brief), home=home.path)
        _require_same(renderings.page, brief)
        _require_signs(renderings.pdf, brief, desk)
        issued = register.enter(home, brief, renderings, at=at)
    return IssueOutcome(issued=issued, renderings=renderings, repeated=False)


def _require_right(desk: Desk, draft: Brief) -> None:
    refusals = (*_header(desk, draft), *desk.refusals(draft))
    if refusals:
        raise BriefRefusedError(refusals)
    _require_same(render(draft, desk.naming(draft)), draft)


def _header(desk: Desk, draft: Brief) -> tuple[Refusal, ...]:
    header = draft.header
    stated = {
        "number": (header.number, None),
        "issued_by": (header.issued_by, None),
        "mark": (header.mark, desk.home.mark.value),
        "domain_id": (header.domain_id, desk.home.domain_id),
        "path": (header.path, desk.path),
    }
    return tuple(
        refuse("header", zh=f"{name} 写作 {told}，应为 {meant}", en=f"{name} says {told} instead of {meant}")
        for name, (told, meant) in stated.items()
        if told != meant
    )


def _require_same(page: bytes, brief: Brief) -> None:
    found = differences(page, brief)
    if found:
        raise BriefRefusedError(tuple(refuse("page", zh=one, en=one) for one in found))


def _require_signs(pdf: bytes, brief: Brief, desk: Desk) -> None:
    missing = signs_missing(pdf, printed(brief, desk.naming(brief)))
    if missing:
        folder = desk.home.path / FONTS_FOLDER
        words = Words(
            zh=f"现有字体缺字 {'、'.join(missing)}；请把含这些字的字体文件放入 {folder} 后再签发",
            en=f"no font at hand has {' '.join(missing)}; "
            f"put a font file that has them into {folder}, then issue again",
        )
        raise BriefRefusedError((refuse("pdf", zh=words.zh, en=words.en),))


def _signed(desk: Desk, draft: Brief, *, by: str, at: datetime, replaces: Issued | None) -> Brief:
    zone = desk.catalog.domain(desk.home.domain_id).time_zone
    header = msgspec.structs.replace(
        draft.header,
        number=register.next_number(draft.header.series, draft.header.day.year),
        issued_by=by,
        issued_on=at.astimezone(zone).date(),
        replaces=replaces.number if replaces else None,
    )
    return msgspec.structs.replace(draft, header=header)
