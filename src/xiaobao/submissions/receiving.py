"""Receiving: bytes kept, a submission committed, the file checked, a receipt given.

A submission that a crash left unfinished is checked again at the next start; after three tries it is refused.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from django.db import transaction
from django.db.models import F, Max

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery, PrivacyKeys
from xiaobao.lib.errors import UserError
from xiaobao.lib.files import lock, make_folder
from xiaobao.lib.ids import new_token, sha256_hex_of_file
from xiaobao.lib.unchanged import unchanged
from xiaobao.lib.waiting import OnWait, ignore
from xiaobao.lib.words import Words
from xiaobao.submissions.admission import admit, require_unexpired
from xiaobao.submissions.archive import raw_room
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.conclusions import RECEIVED, Checked, conclude, sealed, unchecked
from xiaobao.submissions.expiry import finish_expiries
from xiaobao.submissions.history import LedgerHistory
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import HomeRecord, Submission
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.submissions.repeats import remembered
from xiaobao.submissions.waiting import locked

TRIES_LIMIT = 3
_FILE_NAME_LIMIT = 255
_TROUBLE_LIMIT = 2000
_KNOWN = Words(zh="以前收过同一份报送", en="the same delivery came before")

ChecksMade: TypeAlias = Callable[[str], Checked | None]
"""SHA-256 of a file → what `check_ahead` made of these bytes for this delivery; None where it has not."""


def no_checks(_raw_digest: str) -> None:
    """Nothing was checked ahead."""


class FileError(UserError):
    """There is no file to take in."""


def receive(
    home: Home,
    path: Path | None,
    *,
    delivery: Delivery,
    at: datetime | None,
    now: datetime,
    on_wait: OnWait = ignore,
    checks_made: ChecksMade = no_checks,
) -> ReceiptFacts:
    """Take in one delivery and give its receipt, or the earlier receipt of the same delivery.

    `path` may be None for a nil report. `at` moves the business clock of a replay or simulated home, `now` is
    the real clock. `on_wait` is told of another process that is checking the same file; FileBusyError where
    that does not end. `checks_made` are not made again. Raises DeliveryRefusedError before anything is kept
    for what the home does not take at all. When the check itself fails, the bytes stay kept and the next
    start tries again.
    """
    moment = business_now(home, at=at, now=now)
    recheck_unfinished(home, at=moment)
    admitted = admit(home, delivery, at=moment)
    raw_digest, size = _keep_raw(home, path, admitted)
    with locked(_lock_file(home, raw_digest), on_wait=on_wait):
        submission = _submit(home, path, admitted, raw_digest=raw_digest, size=size, at=moment)
        return _finish(home, submission, at=moment, checks_made=checks_made)


def check_ahead(home: Home, path: Path, *, delivery: Delivery, at: datetime) -> Checked:
    """What the check will say of a file that is to be taken in at `at`.

    That holds as long as nothing else of its source is taken in or posted before: nothing of another source
    is asked for. Errors are those of `receive`.
    """
    admitted = admit(home, delivery, at=at)
    make_folder(home.work_folder)
    with unchanged(path):
        raw_digest, result = sha256_hex_of_file(path), _result(home, path, admitted)
    return sealed(home, raw_digest, result, source_code=admitted.source_code, raw_month=_month(admitted))


def recheck_unfinished(home: Home, *, at: datetime) -> tuple[ReceiptFacts, ...]:
    """Check again what a crash left unfinished and nobody is checking now; the receipts that were given.

    A try that fails is noted in the submission and stops nothing else.
    """
    finish_expiries(home)
    given = []
    for submission in Submission.objects.filter(state=RECEIVED).order_by("id"):
        with lock(_lock_file(home, submission.raw_digest), wait=False) as ours:
            submission.refresh_from_db()
            if not ours or submission.state != RECEIVED:
                continue
            try:
                given.append(_finish_again(home, submission, at=at))
            except Exception:
                continue  # noted, shown by status, refused after three tries
    return tuple(given)


def _keep_raw(home: Home, path: Path | None, delivery: Delivery) -> tuple[str, int]:
    room = raw_room(_month(delivery))
    if path is None:
        if delivery.kind is not DeliveryKind.NIL:
            raise FileError(Words(zh="请给出要报送的文件", en="name the file to deliver"))
        return home.archive.keep(b"", room=room), 0
    if not path.is_file():
        raise FileError(Words(zh=f"没有文件 {path}", en=f"there is no file {path}"))
    with unchanged(path):
        return home.archive.keep_file(path, room=room)


def _submit(
    home: Home, path: Path | None, delivery: Delivery, *, raw_digest: str, size: int, at: datetime
) -> Submission:
    with transaction.atomic(durable=True):
        HomeRecord.objects.select_for_update().get(id=1)  # so that arrivals are one after the other
        require_unexpired(delivery.day)  # again: the month may have expired since the door
        last = Submission.objects.aggregate(last=Max("arrived_at"))["last"]
        return Submission.objects.create(
            source_code=delivery.source_code,
            day=delivery.day,
            kind=delivery.kind.value,
            revision=delivery.revision,
            stated_total=delivery.stated_total,
            covers_from=delivery.covers_from,
            file_name=path.name[:_FILE_NAME_LIMIT] if path else "",
            raw_digest=raw_digest,
            raw_month=_month(delivery),
            size_bytes=size,
            arrived_at=at if last is None else max(at, last),
            tries=1,  # the one that follows at once
        )


def _finish_again(home: Home, submission: Submission, *, at: datetime) -> ReceiptFacts:
    """Another try at a submission whose lock we hold, or its refusal after three."""
    if submission.tries >= TRIES_LIMIT:
        checked = _sealed(home, submission, unchecked(_three_failed(submission)))
        return conclude(home, submission, checked, at=at, refused=True)
    Submission.objects.filter(id=submission.id).update(tries=F("tries") + 1)
    return _finish(home, submission, at=at)


def _finish(
    home: Home, submission: Submission, *, at: datetime, checks_made: ChecksMade = no_checks
) -> ReceiptFacts:
    """A try, counted already, at a submission whose lock we hold; what stops it is noted and raised."""
    try:
        return conclude(home, submission, _check(home, submission, checks_made), at=at)
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"[:_TROUBLE_LIMIT]
        Submission.objects.filter(id=submission.id).update(trouble=trouble)
        raise


def _check(home: Home, submission: Submission, checks_made: ChecksMade) -> Checked:
    known = remembered(submission, home.catalog().source(submission.source_code))
    if known.receipt is not None or known.reason is not None:
        return _sealed(home, submission, unchecked(known.reason or _KNOWN))
    made = checks_made(submission.raw_digest)
    if made is not None:
        return made
    copy = _work_copy(home, submission)
    try:
        # The copy comes out of the archive, so what is checked is what was kept, and can be read again.
        home.archive.restore_to(submission.raw_digest, raw_room(submission.raw_month), copy)
        result = _result(home, copy, _delivery(submission))
    finally:
        copy.unlink(missing_ok=True)
    return _sealed(home, submission, result)


def _sealed(home: Home, submission: Submission, result: CheckResult) -> Checked:
    return sealed(
        home,
        submission.raw_digest,
        result,
        source_code=submission.source_code,
        raw_month=submission.raw_month,
    )


def _result(home: Home, path: Path, delivery: Delivery) -> CheckResult:
    return check(
        path,
        delivery=delivery,
        catalog=home.catalog(),
        simulated=home.simulated,
        history=LedgerHistory(home=home, source_code=delivery.source_code),
        keys=_privacy_keys(home),
        work=home.work_folder,
    )


def _work_copy(home: Home, submission: Submission) -> Path:
    folder = home.work_folder
    make_folder(folder)
    for left_behind in folder.glob(f"{submission.id}-*"):
        left_behind.unlink()
    return folder / f"{submission.id}-{new_token()}{Path(submission.file_name).suffix}"


def _delivery(submission: Submission) -> Delivery:
    return Delivery(
        source_code=submission.source_code,
        day=submission.day,
        kind=DeliveryKind(submission.kind),
        revision=submission.revision,
        stated_total=submission.stated_total,
        covers_from=submission.covers_from,
    )


def _privacy_keys(home: Home) -> PrivacyKeys:
    return PrivacyKeys(narrative_key=home.keys.narrative_digest_key(), pseudonyms=pseudonym_keys_of(home))


def _lock_file(home: Home, raw_digest: str) -> Path:
    return home.locks_folder / f"submission-{raw_digest}"


def _month(delivery: Delivery) -> str:
    return delivery.day.strftime("%Y-%m")


def _three_failed(submission: Submission) -> Words:
    name = submission.file_name or f"{submission.source_code} {submission.day}"
    trouble = submission.trouble
    return Words(
        zh=f"文件“{name}”三次检查均未能完成（{trouble or '进程中断'}）；原件已留存，请报告系统管理员",
        en=f"the file “{name}” could not be checked in three tries ({trouble or 'the process ended'}); "
        "its bytes are kept, tell the administrator",
    )
