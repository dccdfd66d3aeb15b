"""A receipt in words, as a reporter reads it."""

from collections.abc import Iterable, Iterator

from xiaobao.catalog.domains import Domain
from xiaobao.intake.delivery import Decision, NotJudged
from xiaobao.intake.form import form_words
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.receipts import REFUSED, ReceiptFacts, RuleCount

DECISIONS = {
    Decision.ACCEPTED.value: Words(zh="接收", en="accepted"),
    Decision.ACCEPTED_IN_PART.value: Words(zh="部分接收", en="accepted in part"),
    Decision.RETURNED.value: Words(zh="退回", en="returned"),
    REFUSED: Words(zh="拒收", en="refused"),
}
MARKS = {
    Mark.ORDINARY.value: Words(zh="", en=""),
    Mark.REPLAY.value: Words(zh="【回放】", en="[REPLAY] "),
    Mark.SIMULATED.value: Words(zh="【模拟数据】", en="[SIMULATED] "),
}
KINDS = {
    "regular": Words(zh="正常报送", en="regular"),
    "supplementary": Words(zh="补报", en="supplementary"),
    "nil": Words(zh="零报告", en="nil report"),
}


def receipt_words(facts: ReceiptFacts, *, domain: Domain) -> Words:
    """The receipt as a reporter reads it, times in the domain's time zone."""
    lines = [_title(facts), _file(facts, domain), _decision(facts), _order(facts), _counts(facts)]
    lines += [_rule(count) for count in facts.rule_counts]
    lines += [_not_judged(reason, rules) for reason, rules in _by_reason(facts.not_judged)]
    lines += [Words(zh="  " + line.sentence.zh, en="  " + line.sentence.en) for line in facts.first_findings]
    lines.append(_more(facts))
    told = [line for line in lines if line is not None]
    return joined(told)


def _title(facts: ReceiptFacts) -> Words:
    mark, kind = MARKS[facts.mark], KINDS[facts.kind]
    revision_zh = "" if facts.revision is None else f"，版次 {facts.revision}"
    revision_en = "" if facts.revision is None else f", revision {facts.revision}"
    days = _days(facts)
    again = Words(zh="（同一份报送，原回执）", en=" (the same delivery again: its first receipt)")
    return Words(
        zh=f"{mark.zh}回执 {facts.sequence}{again.zh if facts.repeated else ''}："
        f"{facts.source_name.zh} {days.zh} {kind.zh}{revision_zh}",
        en=f"{mark.en}Receipt {facts.sequence}{again.en if facts.repeated else ''}: "
        f"{facts.source_name.en}, {days.en}, {kind.en}{revision_en}",
    )


def _days(facts: ReceiptFacts) -> Words:
    if facts.covers_from is None:
        return Words(zh=f"{facts.day}", en=f"{facts.day}")
    return Words(
        zh=f"{facts.day}（涵盖 {facts.covers_from} 至该日的每一天）",
        en=f"{facts.day} (covering every day from {facts.covers_from} on)",
    )


def _file(facts: ReceiptFacts, domain: Domain) -> Words:
    when = facts.submitted_at.astimezone(domain.time_zone).strftime("%Y-%m-%d %H:%M:%S")
    name, form = facts.file_name or "—", form_words(facts.form) or Words(zh="—", en="—")
    return Words(
        zh=f"文件：{name}（{facts.size_bytes:,} 字节，{form.zh}，版式 {facts.layout_id or '—'}）\n"
        f"SHA-256：{facts.raw_digest}\n收到：{when}",
        en=f"File: {name} ({facts.size_bytes:,} bytes, {form.en}, layout {facts.layout_id or '—'})\n"
        f"SHA-256: {facts.raw_digest}\nReceived: {when}",
    )


def _decision(facts: ReceiptFacts) -> Words:
    decision = DECISIONS[facts.decision]
    reason = facts.reason or Words(zh="", en="")
    return Words(
        zh=f"结论：{decision.zh}" + (f"。{reason.zh}" if reason.zh else ""),
        en=f"Decision: {decision.en}" + (f". {reason.en}" if reason.en else ""),
    )


def _order(facts: ReceiptFacts) -> Words | None:
    if not facts.arrival_order:
        return None
    return Words(
        zh="该来源没有版次：以到达先后为准，后到的为准。",
        en="This source has no revisions: order of arrival decides, what comes later counts.",
    )


def _counts(facts: ReceiptFacts) -> Words:
    return Words(
        zh=f"读入 {facts.read:,} 行 = 接收 {facts.accepted:,} + 拒收 {facts.rejected:,}；"
        f"已运行校验 {len(facts.checks_run)} 条",
        en=f"Rows read {facts.read:,} = accepted {facts.accepted:,} + rejected {facts.rejected:,}; "
        f"{len(facts.checks_run)} checks run",
    )


def _rule(count: RuleCount) -> Words:
    return Words(
        zh=f"- {count.title.zh}（{count.rule_id}）：{count.findings:,} 处",
        en=f"- {count.title.en} ({count.rule_id}): {count.findings:,}",
    )


def _by_reason(not_judged: Iterable[NotJudged]) -> Iterator[tuple[Words, list[NotJudged]]]:
    found: dict[Words, list[NotJudged]] = {}
    for each in not_judged:
        found.setdefault(each.reason, []).append(each)
    return iter(found.items())


def _not_judged(reason: Words, rules: list[NotJudged]) -> Words:
    titles = Words(
        zh="、".join(each.title.zh for each in rules), en="; ".join(each.title.en for each in rules)
    )
    return Words(zh=f"未能判断：{titles.zh}（{reason.zh}）", en=f"not judged: {titles.en} ({reason.en})")


def _more(facts: ReceiptFacts) -> Words | None:
    left = facts.findings_total - len(facts.first_findings)
    if not left:
        return None
    number = facts.sequence
    return Words(
        zh=f"另有 {left:,} 处，见 xiaobao status --receipt {number}",
        en=f"{left:,} more: xiaobao status --receipt {number}",
    )
