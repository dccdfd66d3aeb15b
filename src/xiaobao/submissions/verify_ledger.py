"""Verification of the ledger itself: laws, rows against notes, and the chain of closes."""

from collections.abc import Iterator, Sequence

import msgspec
import polars as pl

from xiaobao.ledger.call_laws import broken_call_laws
from xiaobao.ledger.laws import check_laws
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions import closes, manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import DayClose
from xiaobao.submissions.problems import Problem, problem
from xiaobao.submissions.replaying import PostingHistory
from xiaobao.submissions.sealing import counts_of, digest_of

_TAG = ("source_code", "complaint_no", "tag", "rule_version")


def law_problems(home: Home, history: PostingHistory) -> Iterator[Problem]:
    """The laws of the ledger that its rows break, and tags that are not set exactly once or not at all."""
    snapshot = manifest.open_snapshot(home)
    yield from _call_problems(snapshot)
    if not snapshot.entry_files:
        return
    rows = pl.scan_parquet(list(snapshot.entry_files), glob=False)
    for breach in check_laws(rows, voided=history.voided(len(history.voids))):
        examples = ", ".join(map(str, breach.examples))
        yield problem(
            "laws",
            breach.law,
            zh=f"{breach.rows} 行违反该定律，例如笔 {examples}；用 xiaobao trace --entry 查看，"
            "并用 xiaobao rebuild 核对",
            en=f"{breach.rows} rows break this law, such as entries {examples}; see xiaobao trace --entry, "
            "and compare with xiaobao rebuild",
        )


def _call_problems(snapshot: Snapshot) -> Iterator[Problem]:
    for law, rows, example in broken_call_laws(snapshot.run(snapshot.calls())):
        yield problem(
            "laws",
            law,
            zh=f"接听统计表有 {rows} 行违反该定律，例如 {example}；请用 xiaobao rebuild 核对",
            en=f"{rows} rows of call counts break this law, such as {example}; compare with xiaobao rebuild",
        )


def row_problems(snapshot: Snapshot, history: PostingHistory) -> Iterator[Problem]:
    """Batches with other rows in the ledger than their notes say, and tags set twice."""
    table = snapshot.entries()
    counted = table.group_by("posted_seq").aggregate(rows=table.row_number.nunique())
    found = dict(snapshot.run(counted).select("posted_seq", "rows").iter_rows())
    tags = snapshot.tags()
    found |= dict(snapshot.run(tags.group_by("posted_seq").aggregate(rows=tags.count())).iter_rows())
    calls = snapshot.calls().filter(lambda rows: rows.sign >= 0)
    counted = calls.group_by("posted_seq").aggregate(rows=calls.row_number.nunique())
    found |= dict(snapshot.run(counted).select("posted_seq", "rows").iter_rows())
    for number, note in history.notes.items():
        if not note.posted <= found.pop(number, 0) <= note.posted + note.unchanged:
            yield _rows_problem(number)
    for number in sorted(found):
        yield _rows_problem(number)
    sums = tags.group_by(_TAG).aggregate(set=tags.sign.cast("int64").sum())
    for row in snapshot.run(sums.filter(~sums.set.isin([0, 1]))).iter_rows():
        yield problem(
            "laws",
            "tag " + " ".join(map(str, row[:-1])),
            zh=f"该标签设置了 {row[-1]} 次；请用 xiaobao rebuild 核对",
            en=f"this tag is set {row[-1]} times; compare with xiaobao rebuild",
        )


def close_problems(home: Home, *, with_rows: bool) -> Iterator[Problem]:
    """Closes that do not follow from one another or, where the rows can be read, from the ledger's rows."""
    head, previous_day = closes.GENESIS, None
    for row in closes.all_closes():
        try:
            facts = closes.read(home, row)
        except (XiaobaoError, msgspec.MsgspecError) as error:
            yield _close_problem(row, zh=f"日结文件不可读：{error}", en=f"its file cannot be read: {error}")
            return
        sealed = facts.sealed
        if (sealed.previous_head, sealed.previous_day) != (head, previous_day):
            yield _close_problem(row, zh="未接在前一日结之后", en="it does not follow the close before it")
        if (facts.close_head, sealed.day) != (row.close_head, row.day):
            yield _close_problem(row, zh="链首与封存文件不符", en="its head is not that of its sealed file")
        if with_rows:
            yield from _content_problems(home, row, facts)
        head, previous_day = facts.close_head, row.day


def anchor_problems(anchors: Sequence[str]) -> Iterator[Problem]:
    """Close heads printed on a brief that no close of this home has."""
    known = set(DayClose.objects.values_list("close_head", flat=True))
    for anchor in anchors:
        if anchor not in known:
            yield problem(
                "closes",
                f"close head {anchor}",
                zh="本家目录没有这样的日结链首：日结被改动过，或简报出自别处",
                en="no close of this home has it: closes were changed, or the brief comes from elsewhere",
            )


def _content_problems(home: Home, row: DayClose, facts: closes.CloseFacts) -> Iterator[Problem]:
    sealed = facts.sealed
    posted, counts = manifest.reading(
        home,
        lambda snapshot: (digest_of(snapshot, after=sealed.posted.after), counts_of(snapshot, sealed.day)),
        as_of=sealed.posted.until,
    )
    if posted != sealed.posted:
        yield _close_problem(
            row,
            zh="日结以来的行与封存的摘要不符：台账被改动过；请用 xiaobao rebuild 核对",
            en="the rows since the close before are not those it digested: the ledger was changed; "
            "compare with xiaobao rebuild",
        )
    if not sealed.skipped and counts != sealed.counts:
        yield _close_problem(
            row,
            zh="当日计数与封存的不符；请用 xiaobao rebuild 核对",
            en="its counts do not follow from the rows; compare with xiaobao rebuild",
        )


def _rows_problem(number: int) -> Problem:
    return problem(
        "notes",
        f"posting sequence {number}",
        zh="台账中的行与记账说明不符；请用 xiaobao rebuild 核对",
        en="its rows in the ledger are not what its posting note says; compare with xiaobao rebuild",
    )


def _close_problem(row: DayClose, *, zh: str, en: str) -> Problem:
    return problem("closes", f"close {row.day}", zh=zh, en=en)
