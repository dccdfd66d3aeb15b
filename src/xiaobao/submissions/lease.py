"""The poster's lease on the head row. It saves work; what keeps the ledger true is the token in a commit."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import Error, connections, transaction

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.ids import new_token
from xiaobao.lib.words import Words
from xiaobao.submissions.models import LedgerHead

LEASE_LENGTH = timedelta(seconds=60)
RENEWED_EVERY = timedelta(seconds=20)
"""How often a lease is made to last longer while its holder works."""
_RENEWALS_LIMIT = 720
"""Four hours: a holder that hangs for longer is taken over from."""

MomentSource: TypeAlias = datetime | Callable[[], datetime]
"""A fixed moment, or a clock to be asked again and again."""


class LeaseHeldError(UserError):
    """Another poster is at work."""

    def __init__(self, *, holder: str, until: datetime) -> None:
        super().__init__(
            Words(
                zh=f"记账进程 {holder} 正在工作（租约至 {until:%Y-%m-%d %H:%M:%S} UTC）；请稍候再试",
                en=f"poster {holder} is at work (lease until {until:%Y-%m-%d %H:%M:%S} UTC); "
                "try again shortly",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )


class LeaseLostError(XiaobaoError):
    """Another poster took over; whatever this one was doing must not be committed."""

    def __init__(self) -> None:
        super().__init__("another poster has taken over; nothing of this commit was kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to post, as long as nobody else has taken it."""

    token: str
    holder: str


def moment(source: MomentSource) -> datetime:
    """The moment itself, or what the clock says now."""
    return source() if callable(source) else source


def take(*, now: datetime) -> Lease:
    """Take the lease that is free, expired, or whose holder died on this host; else LeaseHeldError."""
    lease = Lease(token=new_token(), holder=f"{socket.gethostname()}:{os.getpid()}")
    with transaction.atomic():
        head = LedgerHead.objects.select_for_update().get()
        if head.token and head.lease_until is not None and _in_force(head, now):
            raise LeaseHeldError(holder=head.holder, until=head.lease_until)
        LedgerHead.objects.filter(id=1).update(
            token=lease.token, holder=lease.holder, lease_until=now + LEASE_LENGTH
        )
    return lease


def renew(lease: Lease, *, now: datetime) -> None:
    """Make the lease last from now; LeaseLostError when another poster has taken over."""
    if not LedgerHead.objects.filter(id=1, token=lease.token).update(lease_until=now + LEASE_LENGTH):
        raise LeaseLostError


def release(lease: Lease) -> None:
    """Give the lease back; nothing happens when it is no longer ours."""
    LedgerHead.objects.filter(id=1, token=lease.token).update(token="", holder="", lease_until=None)


def require(lease: Lease) -> LedgerHead:
    """The head row, locked until the transaction ends; LeaseLostError when another poster has taken over.

    Whoever names files in the manifest asks this in the same transaction: only the holder deletes files that
    nobody named, so that none can be named that another holder has deleted.
    """
    head = LedgerHead.objects.select_for_update().get(id=1)
    if head.token != lease.token:
        raise LeaseLostError
    return head


@contextmanager
def held(*, now: MomentSource) -> Iterator[Lease]:
    """Hold the lease for the length of a block, however long its work takes.

    A process that is stopped or dead renews nothing: another poster takes over.
    """
    lease = take(now=moment(now))
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(lease, now, done), name="lease", daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        done.set()
        keeper.join()
        release(lease)


def _keep(lease: Lease, now: MomentSource, done: threading.Event) -> None:
    """Renew a lease from a thread of its own until its work is done."""
    try:
        for _ in range(_RENEWALS_LIMIT):
            if done.wait(RENEWED_EVERY.total_seconds()):
                return
            try:
                renew(lease, now=moment(now))
            except LeaseLostError:
                return  # the holder learns it from its token
            except Error:  # the database is busy or away for now; until the lease ends there are more turns
                connections.close_all()
    finally:
        connections.close_all()  # this thread's own


def _in_force(head: LedgerHead, now: datetime) -> bool:
    until = head.lease_until
    # An end far further away than a lease lasts was written before the clock was set back. A lease more is
    # allowed: the holder may have renewed since `now` was read, and its host's clock may be ahead of ours.
    return until is not None and now <= until <= now + 2 * LEASE_LENGTH and not _died_here(head.holder)


def _died_here(holder: str) -> bool:
    """True when the holder was a process of this host that no longer runs."""
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
