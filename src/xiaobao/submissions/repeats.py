"""Which deliveries a home remembers: accepted ones, the last for (source, path, day, kind) above all."""

from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.sources import DeliveryKind, Source, Subject
from xiaobao.lib.words import Words
from xiaobao.submissions import reporting
from xiaobao.submissions.covered_days import covered, events_in
from xiaobao.submissions.models import Batch, Receipt, ReportingEvent, RevisionVoid, Submission
from xiaobao.submissions.receipts import ACCEPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What earlier deliveries say of one: that it is a repeat, or that it cannot be taken."""

    receipt: Receipt | None
    """The receipt that was given for the same delivery."""
    reason: Words | None
    """Why the delivery is returned."""


_NOTHING = Remembered(receipt=None, reason=None)


def remembered(submission: Submission, source: Source) -> Remembered:
    """What is known of a submission; final only while the journal's head is locked.

    A delivery whose batch was set aside is not remembered: it never reached the ledger, and may come again.
    The same bytes with a newer revision are a delivery of their own: they say what holds now. Revisions
    that were declared void make nothing older, and are not taken again. With another period the same bytes
    are returned: the first receipt would say that the period was taken.
    """
    voided = set(RevisionVoid.objects.filter(source_code=source.code).values_list("revision", flat=True))
    if submission.revision in voided:
        return Remembered(receipt=None, reason=_void(submission.revision))
    accepted = Receipt.objects.filter(
        source_code=source.code,
        path=source.path,
        day=submission.day,
        kind=submission.kind,
        decision__in=ACCEPTED,
    ).order_by("-sequence_id")
    accepted = accepted.exclude(sequence__in=Batch.objects.filter(set_aside=True).values("sequence"))
    known = list(accepted)  # of one source and day: few
    if all(each.raw_digest != submission.raw_digest for each in known):
        return _contradiction(submission, source)
    last = known[0]
    revisions = [each.revision for each in known if each.revision is not None and each.revision not in voided]
    standing = max(revisions, default=None)
    if submission.revision is not None and (standing is None or submission.revision > standing):
        return _NOTHING
    if last.raw_digest == submission.raw_digest:
        if last.submission.covers_from == submission.covers_from:
            return Remembered(receipt=last, reason=None)
        if submission.kind == DeliveryKind.NIL.value:  # a statement of its own: nothing of it is in the file
            return _contradiction(submission, source)
        return Remembered(receipt=None, reason=_of_other_days(last.submission))
    return Remembered(receipt=None, reason=_earlier_content(last, standing))


def _contradiction(submission: Submission, source: Source) -> Remembered:
    """A nil report for a day of which rows were accepted says what is not so.

    Not of calls: there it states the day anew, as one without calls.
    """
    if submission.kind != DeliveryKind.NIL.value or source.subject is Subject.CALLS:
        return _NOTHING
    told: dict[date, list[ReportingEvent]] = {}
    for day, event in events_in(covered(submission.day, submission.covers_from)):
        if event.source_code == submission.source_code:
            told.setdefault(day, []).append(event)
    data = reporting.REPORTED - {reporting.ReportingStatus.NIL}
    stated = sorted(day for day, events in told.items() if reporting.standing(events) in data)
    if not stated:
        return _NOTHING
    if submission.covers_from is None:
        reason = Words(
            zh="该日已接收过数据，不能再作零报告；如数据有误，请逐件撤销。",
            en="Rows were accepted for this day, so it cannot be reported as nil; withdraw what was wrong.",
        )
    else:
        reason = Words(
            zh=f"该时期内的 {stated[0]} 已接收过数据，不能再作零报告；如数据有误，请逐件撤销。",
            en=f"Rows were accepted for {stated[0]}, a day of this period, so it cannot be reported as nil; "
            "withdraw what was wrong.",
        )
    return Remembered(receipt=None, reason=reason)


def _of_other_days(before: Submission) -> Words:
    if before.covers_from is None:
        zh, en = f"只涵盖 {before.day} 一天", f"as telling of {before.day} alone"
    else:
        zh = f"涵盖 {before.covers_from} 至 {before.day}"
        en = f"as covering {before.covers_from} to {before.day}"
    return Words(
        zh=f"同一文件已接收，当时声明{zh}；已接收的文件不能另改时期。有版次的来源请以更高版次重报，"
        "其他来源请就其余各日另行报送。",
        en=f"The same file was accepted {en}, and the period of what was accepted stays. Deliver it with a "
        "higher revision where the source has revisions; else deliver the other days apart.",
    )


def _void(revision: int | None) -> Words:
    return Words(
        zh=f"版次 {revision} 已声明作废，不再接收；请用别的版次报送。",
        en=f"Revision {revision} was declared void and is not taken any more; deliver with another one.",
    )


def _earlier_content(last: Receipt, standing: int | None) -> Words:
    if standing is None:
        return Words(
            zh=f"这份内容以前收过，之后又收了别的（回执 {last.sequence_id}）；该来源没有版次，请改作补报。",
            en=f"This content came before, and other content after it (receipt {last.sequence_id}); "
            "the source has no revisions: deliver it as supplementary.",
        )
    return Words(
        zh=f"这份内容以前收过，之后又收了别的（回执 {last.sequence_id}）；"
        f"要让它重新生效，请用高于 {standing} 的版次报送。",
        en=f"This content came before, and other content after it (receipt {last.sequence_id}); "
        f"to make it hold again, deliver it with a revision higher than {standing}.",
    )
