"""Who may do what to a draft: nobody approves or issues what they wrote."""

from xiaobao.casework.briefs.drafts import DraftState, Life, Verdict
from xiaobao.casework.persons import same_person
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words


class DeskError(UserError):
    """Something that may not be done to a draft, or not by this person."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


def require_review(life: Life, *, by: str, verdict: Verdict, comment: str) -> None:
    """DeskError when an author judges their own draft, or a comment or return says nothing."""
    if verdict is not Verdict.COMMENT:
        _require_other(life, by=by, act=Words(zh="审核", en="approve or return"))
    if verdict is not Verdict.APPROVE and not comment:
        raise DeskError(
            Words(zh="意见与退回须用 --comment 写明内容", en="a comment or a return says why: add --comment")
        )


def require_issue(life: Life, *, by: str) -> None:
    """DeskError unless the last revision was approved and somebody else than its authors issues it."""
    _require_other(life, by=by, act=Words(zh="签发", en="issue"))
    if life.state is not DraftState.APPROVED:
        raise DeskError(
            Words(
                zh=f"草稿 {life.name} 第 {life.revision} 稿尚未审核通过；"
                f"请先执行 xiaobao brief review {life.name} --approve --by 姓名",
                en=f"revision {life.revision} of draft {life.name} is not approved; "
                f"first run xiaobao brief review {life.name} --approve --by NAME",
            )
        )


def _require_other(life: Life, *, by: str, act: Words) -> None:
    author = next((one for one in life.authors if same_person(one, by)), None)
    if author is not None:
        raise DeskError(
            Words(
                zh=f"{author} 撰写或修改过草稿 {life.name}，不能由其{act.zh}；须由另一人办理",
                en=f"{author} composed or edited draft {life.name} and cannot {act.en} it; "
                "another person must",
            )
        )


def require_same(before: Life, now: Life) -> None:
    """DeskError when something was done to a draft since it was looked at."""
    if before != now:
        raise DeskError(
            Words(
                zh=f"草稿 {now.name} 刚刚有了新的修改或审核，请重新签发",
                en=f"draft {now.name} was edited or reviewed a moment ago; issue it again",
            )
        )
