"""A posting note in words, as a reporter reads it."""

from xiaobao.catalog.domains import Domain
from xiaobao.ledger.events import Reason
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.posting_notes import Outcome, OutcomeLine, PostingNoteFacts, PostingState
from xiaobao.submissions.receipt_words import KINDS, MARKS

_TITLES = {
    Outcome.NEW: Words(zh="新增", en="new"),
    Outcome.AMENDED: Words(zh="更正", en="amended"),
    Outcome.WITHDRAWN: Words(zh="撤销", en="withdrawn"),
    Outcome.REINSTATED: Words(zh="撤销后重报", en="reinstated"),
    Outcome.POSTED: Words(zh="记入", en="posted"),
    Outcome.UNCHANGED: Words(zh="无变化", en="unchanged"),
    Outcome.SUPERSEDED: Words(zh="被取代", en="superseded"),
    Outcome.REFUSED: Words(zh="不予记账", en="refused by state"),
    Outcome.LATE: Words(zh="其中迟到", en="late among these"),
    Reason.UNKNOWN_WITHDRAWN: Words(zh="撤销了未知编号", en="withdrawn, yet unknown"),
    Reason.UNKNOWN_AMENDED: Words(zh="不予记账：更正未知编号", en="refused: amends an unknown number"),
    Reason.WITHDRAWN_NOT_REINSTATED: Words(zh="不予记账：编号已撤销", en="refused: the number was withdrawn"),
    Reason.KNOWN_WITH_OTHER_CONTENT: Words(
        zh="不予记账：编号已有而内容不同", en="refused: known, with other content"
    ),
    Reason.REINSTATED_NOT_WITHDRAWN: Words(
        zh="不予记账：编号未曾撤销", en="refused: reinstates what was not withdrawn"
    ),
    Reason.RECODED_NOT_STATED: Words(zh="不予记账：编号不在账", en="refused: the number is not stated"),
}
_TO_DO = {
    Outcome.UNCHANGED: Words(
        zh="台账已是如此，不必处理", en="the ledger says so already; there is nothing to do"
    ),
    Outcome.SUPERSEDED: Words(
        zh="台账已有更新的版次，未记入；若本行才是对的，请以更高版次再报更正",
        en="the ledger knows a newer revision and took none of it; "
        "if these rows are right, amend under a higher revision",
    ),
    Outcome.LATE: Words(
        zh="收到日期所属的业务日已日结，计入之后各期的补报；原数字不变",
        en="received on days already closed: told as late data from now on, what was printed stays",
    ),
    Reason.UNKNOWN_WITHDRAWN: Words(
        zh="已记住撤销；如编号有误，请核对后以正确编号撤销",
        en="the withdrawal is remembered; if the number is wrong, withdraw the right one",
    ),
    Reason.UNKNOWN_AMENDED: Words(
        zh="请核对编号；台账从未有过此编号的，请以新增重报",
        en="check the number; where it was never reported, report it as new",
    ),
    Reason.WITHDRAWN_NOT_REINSTATED: Words(
        zh="确要恢复的，请以撤销后重报再报", en="to bring it back, report a reinstatement"
    ),
    Reason.KNOWN_WITH_OTHER_CONTENT: Words(
        zh="要改内容的，请以更正再报；是另一件投诉的，请换编号",
        en="to change it, report an amendment; for another complaint use another number",
    ),
    Reason.REINSTATED_NOT_WITHDRAWN: Words(
        zh="台账仍有此编号的，请以更正再报；从未报过的，以新增再报",
        en="amend it where it is in the ledger; report it as new where it never was",
    ),
}


def posting_note_words(facts: PostingNoteFacts, *, domain: Domain) -> Words:
    """The posting note as a reporter reads it, times in the domain's time zone."""
    lines = [_title(facts), _state(facts, domain)]
    lines += [_outcome(line) for line in facts.outcomes]
    if facts.late is not None:
        lines.append(_outcome(facts.late))
    if facts.rejected:
        lines.append(
            Words(
                zh=f"另有 {facts.rejected:,} 行在接收时拒收，见 xiaobao status --receipt {facts.receipt}",
                en=f"{facts.rejected:,} more rows were rejected on receipt: "
                f"xiaobao status --receipt {facts.receipt}",
            )
        )
    return joined(lines)


def _title(facts: PostingNoteFacts) -> Words:
    mark, kind = MARKS[facts.mark], KINDS[facts.kind]
    revision_zh = "" if facts.revision is None else f"，版次 {facts.revision}"
    revision_en = "" if facts.revision is None else f", revision {facts.revision}"
    return Words(
        zh=f"{mark.zh}记账通知（回执 {facts.receipt}）：{facts.source_name.zh} {facts.day} "
        f"{kind.zh}{revision_zh}",
        en=f"{mark.en}Posting note of receipt {facts.receipt}: {facts.source_name.en}, {facts.day}, "
        f"{kind.en}{revision_en}",
    )


def _state(facts: PostingNoteFacts, domain: Domain) -> Words:
    match PostingState(facts.state):
        case PostingState.NOTHING:
            return Words(zh="没有接收任何行，无账可记", en="no row was accepted: there is nothing to post")
        case PostingState.WAITING:
            return Words(
                zh=f"接收 {facts.accepted:,} 行，待记账",
                en=f"accepted {facts.accepted:,}, waiting to be posted",
            )
        case PostingState.SET_ASIDE:
            why = facts.why_set_aside or "—"
            return Words(
                zh=f"接收 {facts.accepted:,} 行，整批搁置、未记账（{why}）；请联系系统管理员",
                en=f"accepted {facts.accepted:,}, set aside whole and not posted ({why}); "
                "ask the administrator",
            )
        case PostingState.POSTED:
            return _posted(facts, domain)


def _posted(facts: PostingNoteFacts, domain: Domain) -> Words:
    when = ""
    if facts.recorded_at is not None:
        when = facts.recorded_at.astimezone(domain.time_zone).strftime("%Y-%m-%d %H:%M:%S")
    return Words(
        zh=f"记账序号 {facts.posted_seq}，{when}：接收 {facts.accepted:,} = 记入 {facts.posted:,} "
        f"+ 无变化 {facts.unchanged:,} + 被取代 {facts.superseded:,} + 不予记账 {facts.refused:,}",
        en=f"posted as {facts.posted_seq}, {when}: accepted {facts.accepted:,} = posted {facts.posted:,} "
        f"+ unchanged {facts.unchanged:,} + superseded {facts.superseded:,} "
        f"+ refused by state {facts.refused:,}",
    )


def _outcome(line: OutcomeLine) -> Words:
    title, to_do, places = _TITLES[_key(line)], _TO_DO.get(_key(line)), _places(line)
    done = Words(zh="" if to_do is None else f"。{to_do.zh}", en="" if to_do is None else f". {to_do.en}")
    return Words(
        zh=f"- {title.zh}：{line.rows:,} 行{places.zh}{done.zh}",
        en=f"- {title.en}: {line.rows:,}{places.en}{done.en}",
    )


def _key(line: OutcomeLine) -> Outcome | Reason:
    return Outcome(line.outcome) if line.outcome in set(Outcome) else Reason(line.outcome)


def _places(line: OutcomeLine) -> Words:
    if not line.first:
        return Words(zh="", en="")
    named = ", ".join(f"{place.row_number} ({place.complaint_no})" for place in line.first)
    more = line.rows > len(line.first)
    return Words(zh=f"；第 {named} 行{'等' if more else ''}", en=f"; rows {named}{' …' if more else ''}")
