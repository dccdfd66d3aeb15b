"""Status in words: the lights, the receipts with what became of their rows, and the closes."""

from datetime import datetime

from xiaobao.catalog.domains import Domain
from xiaobao.cli.tables import Shown, table
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.overview import CloseLine, DayOverview, HomeOverview, ReceiptLine, UnfinishedLine
from xiaobao.submissions.receipt_words import DECISIONS, KINDS, MARKS

_STATUSES = {
    "arrived": Words(zh="已报", en="arrived"),
    "late": Words(zh="迟报", en="late"),
    "nil": Words(zh="零报告", en="nil"),
    "supplementary": Words(zh="补报", en="supplementary"),
    "superseded": Words(zh="被取代", en="superseded"),
    "returned": Words(zh="退回，尚未重报", en="returned, not resent yet"),
    "missing": Words(zh="未报", en="missing"),
    "pending": Words(zh="待报", en="pending"),
}
_NOT_DUE = Words(zh="（非应报）", en=" (not due)")
_REVERSED = Words(zh="已冲回", en=" reversed")


def status_words(overview: DayOverview, *, domain: Domain) -> Words:
    """Everything status tells of a day."""
    parts = [_head(overview), _lights(overview), _receipts(overview, domain)]
    parts += [_not_taken(line) for line in overview.receipts if _has_not_taken(line)]
    parts += [_unfinished(line) for line in overview.unfinished]
    if overview.month_expired:
        parts.append(expiry_words((f"{overview.day:%Y-%m}",)))
    parts.append(_ledger(overview))
    return joined(parts)


def home_words(overview: HomeOverview, *, domain: Domain) -> Words:
    """What a home is and how far it is."""
    mark = MARKS[overview.mark]
    made = _local(overview.created_at, domain)
    clock = "" if overview.business_at is None else _local(overview.business_at, domain)
    lines = [
        Words(
            zh=f"{mark.zh}{overview.path}：领域 {overview.domain}，标记 {overview.mark}",
            en=f"{mark.en}{overview.path}: domain {overview.domain}, mark {overview.mark}",
        ),
        Words(
            zh=f"标识 {overview.identity}，建立于 {made}，数据库 {overview.database}",
            en=f"identity {overview.identity}, made {made}, database {overview.database}",
        ),
        Words(
            zh=f"流水 {overview.journal_sequence} 条，回执 {overview.receipts} 份，"
            f"已记账至 {overview.posted_seq}，待记账 {overview.batches_waiting} 批",
            en=f"journal {overview.journal_sequence} records, {overview.receipts} receipts, "
            f"posted up to {overview.posted_seq}, {overview.batches_waiting} batches waiting",
        ),
        _last_close(overview.last_close),
    ]
    if clock:
        lines.insert(2, Words(zh=f"业务时钟 {clock}", en=f"business clock {clock}"))
    if overview.expired_months:
        lines.append(expiry_words(overview.expired_months))
    return joined(lines)


def expiry_words(months: tuple[str, ...]) -> Words:
    """Which months have expired, in one line."""
    told = ", ".join(months)
    return Words(
        zh=f"原件与文本已按保存期限销毁的月份：{told}（台账各笔仍在）",
        en=f"raw files and narratives destroyed at the end of their retention: {told} (the entries stay)",
    )


def _head(overview: DayOverview) -> Words:
    mark = MARKS[overview.mark]
    seen = overview.as_of_sequence
    return Words(
        zh=f"{mark.zh}{overview.day}：应报 {overview.due} 家，已报 {overview.reported} 家"
        + ("" if seen is None else f"（截至流水 {seen}）"),
        en=f"{mark.en}{overview.day}: {overview.reported} of the {overview.due} due have reported"
        + ("" if seen is None else f" (as of journal record {seen})"),
    )


def _lights(overview: DayOverview) -> Words:
    titles = [Words(zh="来源", en="source"), Words(zh="名称", en="name")]
    titles += [Words(zh="状态", en="status"), Words(zh="经过", en="events")]
    rows = [
        (light.source_code, light.name, _light(light.status, due=light.due), _history(light.history))
        for light in overview.lights
    ]
    return table(titles, rows) if rows else Words(zh="没有来源", en="no sources")


def _light(status: str, *, due: bool) -> Words:
    words = _STATUSES[status]
    return words if due else Words(zh=words.zh + _NOT_DUE.zh, en=words.en + _NOT_DUE.en)


def _history(events: tuple[str, ...]) -> Words:
    told = [_event(event) for event in events]
    return joined(told, " → ")


def _event(event: str) -> Words:
    status, _, is_reversed = event.partition("-")
    words = _STATUSES[status]
    return Words(zh=words.zh + _REVERSED.zh, en=words.en + _REVERSED.en) if is_reversed else words


def _receipts(overview: DayOverview, domain: Domain) -> Words:
    if not overview.receipts:
        return Words(zh="没有回执", en="no receipts")
    titles = [
        Words(zh="回执", en="receipt"),
        Words(zh="来源", en="source"),
        Words(zh="业务日", en="day"),
        Words(zh="类型", en="kind"),
        Words(zh="版次", en="revision"),
        Words(zh="到达", en="arrived"),
        Words(zh="结论", en="decision"),
        Words(zh="读入", en="read"),
        Words(zh="接收", en="accepted"),
        Words(zh="拒收", en="rejected"),
        Words(zh="记账", en="posting"),
    ]
    return table(titles, [_receipt_row(line, domain) for line in overview.receipts])


def _receipt_row(line: ReceiptLine, domain: Domain) -> tuple[Shown, ...]:
    return (
        line.sequence,
        line.source_code,
        line.day,
        KINDS[line.kind],
        line.revision,
        _local(line.arrived_at, domain),
        DECISIONS[line.decision],
        line.read,
        line.accepted,
        line.rejected,
        _posting(line),
    )


def _posting(line: ReceiptLine) -> Words:
    if line.set_aside:
        return Words(zh="搁置", en="set aside")
    if line.posted_seq is None:
        return Words(zh="待记账", en="waiting") if line.accepted else Words(zh="—", en="—")
    note = line.note
    if note is None:
        return Words(zh=f"序号 {line.posted_seq}", en=f"as {line.posted_seq}")
    return Words(
        zh=f"序号 {line.posted_seq}：记 {note.posted}，未变 {note.unchanged}，被取代 {note.superseded}，"
        f"不予记账 {note.refused}",
        en=f"as {line.posted_seq}: {note.posted} posted, {note.unchanged} unchanged, "
        f"{note.superseded} superseded, {note.refused} refused",
    )


def _has_not_taken(line: ReceiptLine) -> bool:
    return line.set_aside or (line.note is not None and line.note.superseded + line.note.refused > 0)


def _not_taken(line: ReceiptLine) -> Words:
    number = line.sequence
    return Words(
        zh=f"回执 {number} 有未能记入的行，见 xiaobao status --note {number}",
        en=f"receipt {number} has rows that the ledger did not take: xiaobao status --note {number}",
    )


def _unfinished(line: UnfinishedLine) -> Words:
    return Words(
        zh=f"未完成：{line.source_code} {line.day} “{line.file_name}”，已试 {line.tries} 次 {line.trouble}",
        en=f"unfinished: {line.source_code} {line.day} “{line.file_name}”, {line.tries} tries {line.trouble}",
    )


def _ledger(overview: DayOverview) -> Words:
    closed = overview.close
    if overview.skipped_by is not None:
        skipped_by = overview.skipped_by
        day = Words(
            zh=f"当日由 {skipped_by} 的日结跳过", en=f"the day was skipped by the close of {skipped_by}"
        )
    elif closed is None:
        day = Words(zh="当日未日结", en="the day is not closed")
    elif closed.skipped:
        day = Words(zh="当日声明跳过", en="the day was declared skipped")
    else:
        day = Words(
            zh=f"当日已日结，序号 {closed.posted_seq}，链首 {closed.close_head[:16]}…",
            en=f"the day is closed at sequence {closed.posted_seq}, close head {closed.close_head[:16]}…",
        )
    last = _last_close(overview.last_close)
    return Words(
        zh=f"{day.zh}；{last.zh}；已记账至 {overview.posted_seq}，待记账 {overview.batches_waiting} 批",
        en=f"{day.en}; {last.en}; posted up to {overview.posted_seq}, "
        f"{overview.batches_waiting} batches waiting",
    )


def _last_close(close: CloseLine | None) -> Words:
    if close is None:
        return Words(zh="尚无日结", en="no day is closed yet")
    return Words(zh=f"最近日结 {close.day}", en=f"last closed day {close.day}")


def _local(moment: datetime, domain: Domain) -> str:
    return moment.astimezone(domain.time_zone).strftime("%Y-%m-%d %H:%M")
