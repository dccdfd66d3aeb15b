"""The people and programs that use a home: each method is the work of one process."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from django.db import OperationalError, connections

from simulation.books import Act, Books
from simulation.checks import answer
from simulation.machine import Machine
from simulation.reporters import BUSINESSES, next_file
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY
from xiaobao.privacy.keys import KeyRing
from xiaobao.submissions import decisions, receiving, tagging
from xiaobao.submissions.archive import Archive
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.closes import CloseFacts
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.home import Home
from xiaobao.submissions.lease import LeaseLostError
from xiaobao.workflows.close_day import close_day
from xiaobao.workflows.post import post

_GIVING_WAY = (UserError, LeaseLostError)
"""What a command may say when others are at work; the next try is another process."""

_Answer = TypeVar("_Answer")


@dataclass(slots=True, kw_only=True)
class Office:
    """A home in use, by everybody."""

    machine: Machine
    home: Home
    books: Books
    folder: Path
    """Where reporters keep their files: outside the machine."""
    dice: Random
    said: str = ""
    """What the last command said that gave way."""

    def report(self, source: str, times: int) -> None:
        """A reporter sends files, each until it has a receipt."""
        for _ in range(times):
            today = self._command(lambda home: home.domain.business_day(self._business(home)))
            if today is None:
                continue
            months_late = self.dice.choice((0, 0, 1, 2, 3, 4, 5))
            sent = self.books.unanswered(source) or next_file(
                self.books,
                source,
                today - months_late * timedelta(days=30),
                folder=self.folder,
                dice=self.dice,
            )
            facts = self._command(
                lambda home, sent=sent: receiving.receive(  # type: ignore[misc]
                    home,
                    sent.file,
                    delivery=Delivery(
                        source_code=sent.source,
                        day=sent.day,
                        kind=DeliveryKind.REGULAR,
                        revision=sent.revision,
                        stated_total=None,
                    ),
                    at=None,
                    now=self.machine.now,
                )
            )
            if facts is not None:
                sent.answered(facts)

    def post(self, times: int) -> None:
        """A poster posts what is pending."""
        for _ in range(times):
            notes = self._command(lambda home: post(home, at=None, now=self.machine.clock))
            if notes:
                self.books.head = max(self.books.head, notes[-1].posted_seq)
            self.machine.wait(0.5)

    def close(self, days: int) -> None:
        """Days are closed when their cut-off has passed, and now and then three weeks are skipped."""
        for _ in range(days):
            last = max(self.books.closes, default=None)
            skipped = self.dice.choice((0, 0, 21)) * ONE_DAY
            facts = self._command(
                lambda home, last=last, skipped=skipped: self._close(home, last, skipped)  # type: ignore[misc]
            )
            if facts is not None:
                self.books.closes[facts.day] = facts
            self.machine.wait(5)

    def read(self, times: int) -> None:
        """A reader asks for the present, and again for what it was told before."""
        for _ in range(times):
            again = self.dice.choice(sorted(self.books.seen)) if self.books.seen else None
            for as_of in (None, again):
                found = self._command(lambda home, as_of=as_of: answer(home, as_of=as_of))  # type: ignore[misc]
                if found is not None:
                    self.books.told(*found)
            self.machine.wait(1)

    def decide(self, times: int) -> None:
        """An officer decides on complaints, runs a tag's rule, and rarely voids a revision."""
        for _ in range(times):
            kind = self.dice.choice(("decision", "decision", "tags", "tags", "void_revision"))
            act = self._act(kind)
            if act is None:
                continue
            self.books.acts.append(act)
            act.sequence = self._command(lambda home, act=act: self._done(home, act))  # type: ignore[misc]
            self.machine.wait(3)

    def _close(self, home: Home, last: date | None, skipped: timedelta) -> CloseFacts:
        now = self._business(home)
        day = home.domain.business_day(now) if last is None else last + ONE_DAY + skipped
        return close_day(
            home,
            day,
            skip_from=last + ONE_DAY if last is not None and skipped else None,
            at=max(now, home.domain.cutoff_at(day) + timedelta(minutes=1)),
            now=self.machine.clock,
        )

    def _done(self, home: Home, act: Act) -> int | None:
        at = self._business(home)
        match act.kind:
            case "decision":
                recoding = Recoding(
                    source_code=act.source, complaint_no=act.complaint_no, business_code=act.business
                )
                return decisions.recode(home, recoding, by="an officer", reason=act.reason, at=at).pk
            case "tags":
                batch = tagging.run(home, "epidemic", at=at).batch
                return None if batch is None else batch.pk
        return decisions.void_revision(
            home,
            source_code=act.source,
            revision=act.revision,
            declared_by="Li",
            confirmed_by="Wang",
            reason=act.reason,
            at=at,
        ).pk

    def _act(self, kind: str) -> Act | None:
        answered = [sent for sent in self.books.sent if sent.accepted]
        reason = f"act {len(self.books.acts) + 1}"
        if kind == "tags":
            return Act(kind=kind, reason=reason)
        if not answered:
            return None
        sent = self.dice.choice(answered)
        return Act(
            kind=kind,
            source=sent.source,
            complaint_no=self.dice.choice(sent.accepted)[1].complaint_no,
            business=self.dice.choice(BUSINESSES),
            revision=sent.revision,
            reason=reason,
        )

    def _command(self, act: Callable[[Home], _Answer]) -> _Answer | None:
        """What one command line does, in a process of its own; None when it says to try again."""
        process = self.machine.process()
        if process is not None:
            process.refused = False
        try:
            return act(_own(self.home))
        except _GIVING_WAY as error:
            self.said = str(error)
            return None
        except FileNotFoundError as error:
            if not _was_swept(self.home, error):
                raise
            return None
        except OperationalError as error:
            if "locked" in str(error) or (process is not None and process.refused):
                return None
            raise
        except Exception:
            if process is not None and process.refused:
                return None
            raise
        finally:
            connections.close_all()

    def _business(self, home: Home) -> datetime:
        return business_now(home, at=None, now=self.machine.now)


def _was_swept(home: Home, error: FileNotFoundError) -> bool:
    """Whether a file went that was being written for more than a day by the machine's clock: it stepped."""
    path = Path(str(error.filename))
    return path.parent in (home.archive.incoming_folder, home.work_folder) or path.suffix in (
        ".part",
        ".partial",
    )


def _own(home: Home) -> Home:
    """The home as another process has it: with keys of its own."""
    keys = KeyRing(home.path / "keys", master_key_file=home.path / "keys" / "master.key")
    own = replace(home, keys=keys, archive=Archive(folder=home.archive.folder, keys=keys))
    own.__dict__["_catalog"] = home.catalog()  # the same files; reading them again takes time and no step
    return own
