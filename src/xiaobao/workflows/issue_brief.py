"""Issue a brief: derive every figure again, look at every token, number it, store its bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import transaction

from xiaobao.casework.briefs import queries, rules
from xiaobao.casework.persons import signature
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words, counted
from xiaobao.outputs import register
from xiaobao.outputs.brief import document
from xiaobao.outputs.brief.check import Refusal, refuse
from xiaobao.outputs.brief.desk import Desk, desk_of
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
_NOT_ISSUED = Words(zh="不予签发", en="not issued")


class BriefRefusedError(UserError):
    """A brief that says something its figures, its close or the catalog do not."""

    def __init__(self, refusals: tuple[Refusal, ...], *, act: Words = _NOT_ISSUED) -> None:
        shown = refusals[:_SHOWN_REFUSALS]
        more = len(refusals) - len(shown)
        super().__init__(
            Words(
                zh="\n".join(
                    [
                        f"{act.zh}，共 {len(refusals)} 处不符：",
                        *(f"  {one.place}：{one.words.zh}" for one in shown),
                    ]
                    + [f"  …… 另有 {more} 处"] * bool(more)
                ),
                en="\n".join(
                    [
                        f"{act.en}, {counted(len(refusals), 'fault')}:",
                        *(f"  {one.place}: {one.words.en}" for one in shown),
                    ]
                    + [f"  … and {more} others"] * bool(more)
                ),
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )
        self.refusals = refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOutcome:
    """What was issued, and whether it was issued before."""

    issued: Issued
    renderings: Renderings
    repeated: bool
    """True when the same brief of the day had been issued already; nothing was changed."""


def issue_draft(home: Home, draft: str, *, by: str, at: datetime) -> IssueOutcome:
    """Issue a draft that was approved, by another person than those who wrote it.

    A draft that was issued before gives what was issued. Raises DeskError, UnknownDraftError, and as
    `issue_brief` does.
    """
    name, life = signature(by), queries.life_of(draft)
    before = register.issued_from(life.name)
    if before is not None:
        renderings = register.renderings_of(home, before)
        return IssueOutcome(issued=before, renderings=renderings, repeated=True)
    rules.require_issue(life, by=name)

    def still_allowed() -> None:
        rules.require_same(life, queries.life_of(draft))

    brief = document.decode(queries.content(home, life.digest))
    return issue_brief(home, brief, by=name, at=at, draft=life.name, still_allowed=still_allowed)


def issue_brief(
    home: Home,
    brief: Brief,
    *,
    by: str,
    at: datetime,
    draft: str | None = None,
    still_allowed: Callable[[], None] = lambda: None,
) -> IssueOutcome:
    """Check, number and store a brief, signed by `by` at the business moment `at`.

    The same content issued again gives the brief that was issued; other content of the same day, path and
    language gets a new number and names the one it replaces. `still_allowed` is asked once more when nobody
    else can act. Raises BriefRefusedError naming every fault, SignatureError, NotClosedError.
    """
    name = signature(by)
    desk = desk_of(home, brief)
    _require_right(desk, brief)
    with transaction.atomic():
        journal.lock_head()
        still_allowed()
        header = brief.header
        latest = register.latest_of(header.series, header.day, path=header.path, language=header.language)
        if latest is not None and latest.content_digest == register.content_digest(brief):
            return IssueOutcome(issued=latest, renderings=register.renderings_of(home, latest), repeated=True)
        _require_latest(brief, latest)
        signed = _signed(desk, brief, by=name, at=at, replaces=latest)
        renderings = render_all(signed, desk.naming(signed), home=home.path)
        _require_same(renderings.page, signed)
        _require_signs(renderings.pdf, signed, desk)
        issued = register.enter(home, signed, renderings, draft=draft, at=at)
    return IssueOutcome(issued=issued, renderings=renderings, repeated=False)


def _require_latest(brief: Brief, latest: Issued | None) -> None:
    """What a correction withdraws must be the last brief of its day; another brief names none itself."""
    stated, known = brief.header.replaces, latest.number if latest else None
    if brief.header.reason is None:
        known = None
    if stated != known:
        raise BriefRefusedError(
            (
                refuse(
                    "header",
                    zh=f"所撤回的 {stated} 已不是该日最后一期（{known}）",
                    en=f"it withdraws {stated}, and the last brief of the day is {known}",
                ),
            )
        )


def _require_right(desk: Desk, draft: Brief) -> None:
    refusals = (*_header(desk, draft), *_watch(desk), *_hot(desk), *desk.refusals(draft))
    if refusals:
        raise BriefRefusedError(refusals)
    _require_same(render(draft, desk.naming(draft)), draft)


def _watch(desk: Desk) -> tuple[Refusal, ...]:
    """The nights of the brief's days are looked for again: each run must be what is kept of the brief's path.

    Of a week all of them: a surge that a run was made to forget would be missing unseen.
    """
    from xiaobao.workflows.find_surges import is_as_kept  # noqa: PLC0415  compiled code, a third of a second

    home, path = desk.home, desk.path
    return tuple(_changed(day) for day in sorted(desk.nights) if not is_as_kept(home, day, path=path))


def _changed(day: date) -> Refusal:
    words = Words(
        zh=f"{day} 的夜间监测结果与按台账重算不符：文件被改动，或程序、目录在其后有变；"
        f"请先执行 xiaobao surges find --from {day} --to {day}，再重新撰写",
        en=f"the run of {day} is not what the ledger gives now: its file was changed, or the program or its "
        f"catalog has changed since; run xiaobao surges find --from {day} --to {day}, then compose again",
    )
    return refuse("watch", zh=words.zh, en=words.en)


def _hot(desk: Desk) -> tuple[Refusal, ...]:
    """What the run of hot issues told is looked for again: it must be what is kept and was printed."""
    day = desk.record.day
    if desk.hot is None:
        return ()
    from xiaobao.workflows import find_topics  # noqa: PLC0415  compiled code as well

    if find_topics.is_as_kept(desk.home, day, path=desk.path):
        return ()
    words = Words(
        zh=f"{day} 的热点问题结果与重新查找不符；请先执行 xiaobao topics find --from {day}，再重新撰写",
        en=f"the hot issues of {day} are not what a new look gives: run xiaobao topics find --from {day}, "
        "then compose again",
    )
    return (refuse("hot", zh=words.zh, en=words.en),)


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
