"""Withdraw an issued brief: the draft of a correction that names it, to be reviewed and issued by another."""

from datetime import datetime

from xiaobao.casework.briefs.rules import DeskError
from xiaobao.lib.words import Language, Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.check import refuse
from xiaobao.outputs.brief.compose import Withdrawal
from xiaobao.outputs.brief.vocabulary import slips
from xiaobao.outputs.register import Issued
from xiaobao.submissions.home import Home
from xiaobao.workflows.compose_brief import KeptDraft, compose_draft
from xiaobao.workflows.issue_brief import BriefRefusedError

REASON_LIMIT = 200


def withdraw_brief(home: Home, issued: Issued, *, reason: str, by: str, at: datetime) -> KeptDraft:
    """Compose and keep the correction of an issued brief; it is withdrawn once the correction is issued.

    The reason is printed in the correction, so it holds no number of its own: BriefRefusedError names it.
    DeskError for a brief that another has replaced.
    """
    successor = register.successor_of(issued)
    if successor is not None:
        raise DeskError(
            Words(
                zh=f"第 {issued.number} 期已由第 {successor.number} 期更正并取代；"
                f"请撤回第 {successor.number} 期",
                en=f"brief {issued.number} was corrected and replaced by {successor.number}; "
                f"withdraw {successor.number} instead",
            )
        )
    withdrawal = Withdrawal(number=issued.number, reason=_reason(reason))
    language: Language = "zh" if issued.language == "zh" else "en"
    return compose_draft(
        home,
        issued.day,
        by=by,
        at=at,
        language=language,
        path=issued.path,
        series=issued.series,
        withdrawal=withdrawal,
    )


def _reason(reason: str) -> str:
    said = " ".join(reason.split()).rstrip("。.；; ")
    if not said or len(said) > REASON_LIMIT or not said.isprintable():
        raise DeskError(
            Words(
                zh=f"--reason 须写明原因（一行，不超过 {REASON_LIMIT} 字）",
                en=f"--reason says why, on one line of at most {REASON_LIMIT} characters",
            )
        )
    refusals = tuple(
        refuse(
            "--reason",
            zh=f"含{slip.kind.zh}“{slip.found}”；原因印入更正，只写文字",
            en=f"it holds {slip.kind.en}, “{slip.found}”; it is printed in the correction: words only",
        )
        for slip in slips(said)
    )
    if refusals:
        raise BriefRefusedError(refusals, act=Words(zh="不予撤回", en="not withdrawn"))
    return said
