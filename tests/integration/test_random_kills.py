"""Kills at random moments of receiving, posting, merging, rewriting and closing by the command line.

A desk, a poster and a closer work at once on one home, each a process, while a reader reads. One of them, or
all, are killed at a moment drawn within a work drawn; what was not answered is sent again to the next, who
may be killed as well. After each round the oracle of the power cuts holds the home to all that was told.
"""

import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import msgspec
import processes
import pytest
import told_commands
from django.db import connections
from engines import ENGINES
from simulation.books import Books, Sent
from simulation.checks import answer, check_all, check_books
from simulation.reporters import next_file
from told_commands import Begun, Ended, Idle, Said

from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.closes import CloseFacts, SealedClose
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Segment, Submission
from xiaobao.submissions.receipts import ReceiptFacts
from xiaobao.submissions.verify import verify

SOURCES = ("bank-gy01", "bank-gy02")
ROUNDS_PER_KILL = 10
"""At most: on a busy machine work is often done before the moment comes."""
WORKS = ("receive", "post", "merge", "rewrite", "close")
EVERYBODY = 0.2
"""Chance that a kill is of all who are at work."""
AGAIN = 0.3
"""Chance that a reporter sends its last file once more although it was answered."""
ROUNDS_PER_VERIFY = 3
"""Verifying and rebuilding take most of a round's time, and what is damaged stays so."""
_ROUND_SECONDS = 120.0
_SAID_LIMIT = 10
_POSTS = [["post"]] * 2


class Closed(msgspec.Struct, kw_only=True):
    """What `close-day` says."""

    digest: str
    close_head: str
    close: SealedClose


@dataclass(slots=True)
class Worker:
    """A process that runs command lines, and where it is."""

    process: BaseProcess
    line: Connection
    isbusy: bool = False
    iskilled: bool = False
    open: list[tuple[str, float]] = field(default_factory=list)
    """The works it is in, the innermost last, and when each began."""


@dataclass(slots=True, kw_only=True)
class Aim:
    """Who is to be killed, and when."""

    work: str
    """The first process that begins it is the victim."""
    share: float
    """How far it is in that work, of the time the work took last."""
    everybody: bool
    moment: float = float("inf")
    """On the monotonic clock, once the work has begun; in seconds."""
    victims: list[Worker] = field(default_factory=list)

    def kill(self) -> None:
        """Kill the victims, once."""
        self.moment = float("inf")
        for victim in self.victims:
            victim.process.kill()
            victim.iskilled = True


class Bureau:
    """A home, those who work on it, and what they were told."""

    def __init__(self, home: Home, folder: Path, *, seed: int, works: Sequence[str], pause: float) -> None:
        self.home, self.folder, self.works, self.pause = home, folder, works, pause
        self.books = Books()
        self.rounds = 0
        self.dice = Random(seed)
        self.killed: Counter[str] = Counter()
        """How many processes were killed in which work."""
        self.seconds = dict.fromkeys(WORKS, 0.1)
        """How long each work last took: what a moment within it is drawn from."""
        self.said: deque[Said] = deque(maxlen=_SAID_LIMIT)
        """What was said last, for whoever looks for the reason of a failure."""
        self._answered: set[tuple[str, int]] = set()
        """Source and revision of the files whose reporter was told."""
        self._environment = {name: url for name, url in os.environ.items() if name.startswith("XIAOBAO_")}
        self.workers = [self._start() for _ in range(3)]

    def round(self) -> None:
        """Desk, poster and closer at once, and a kill, unless the work it is aimed at does not come."""
        fewest = min(self.killed[work] for work in self.works)
        aim = Aim(
            work=self.dice.choice([work for work in self.works if self.killed[work] == fewest]),
            share=self.dice.random(),
            everybody=self.dice.random() < EVERYBODY,
        )
        for worker, commands in zip(self.workers, (self._desk(), _POSTS, [self._close()]), strict=True):
            self._give(worker, commands)
        with self._reader():
            self._hear_all(aim)
        self.workers = [self._replaced(worker) for worker in self.workers]
        self.rounds += 1
        if self.rounds % ROUNDS_PER_VERIFY:
            check_books(self.home, self.books)
        else:
            check_all(self.home, self.books, scratch=self.folder / f"again-{self.rounds}")

    def _hear_all(self, aim: "Aim") -> None:
        """Hear what the workers tell until all are done or dead, and kill when the moment has come."""
        until = time.monotonic() + _ROUND_SECONDS
        while busy := {worker.line: worker for worker in self.workers if worker.isbusy}:
            now = time.monotonic()
            assert now < until, f"somebody hangs: {list(busy.values())}"
            if now >= aim.moment:
                aim.kill()
            for line in wait(list(busy), timeout=max(min(aim.moment, until) - now, 0.0)):
                worker = busy[line]  # type: ignore[index]
                if self._listen(worker) == aim.work and not aim.victims:
                    aim.moment = time.monotonic() + aim.share * self.seconds[aim.work]
                    aim.victims = self.workers if aim.everybody else [worker]

    def finish(self) -> None:
        """Without trouble all work comes to its end."""
        for commands in (self._desk, self._desk, lambda: [["post"], self._close()]):
            self._give(self.workers[0], commands())
            while self.workers[0].isbusy:
                self._listen(self.workers[0])
        check_all(self.home, self.books, scratch=self.folder / "finished")
        assert all(one.receipt is not None for one in self.books.sent), self.said
        assert self.books.head == self.books.batches()
        assert not Submission.objects.filter(state="received").exists()
        assert verify(self.home, reread=True) == ()

    def go_home(self) -> None:
        """End all processes."""
        for worker in self.workers:
            worker.process.kill()
            worker.process.join()

    def _desk(self) -> list[list[str]]:
        return [self._receive(self._next_of(source)) for source in SOURCES]

    def _next_of(self, source: str) -> Sent:
        last = next((sent for sent in reversed(self.books.sent) if sent.source == source), None)
        if last and ((source, last.revision) not in self._answered or self.dice.random() < AGAIN):
            return last
        today = self.home.domain.business_day(self._business())
        late = self.dice.choice((0, 0, 1)) * timedelta(days=30)
        return next_file(self.books, source, today - late, folder=self.folder, dice=self.dice)

    def _receive(self, sent: Sent) -> list[str]:
        named = ["--source", sent.source, "--day", sent.day.isoformat(), "--revision", str(sent.revision)]
        return ["receive", *named, str(sent.file)]

    def _close(self) -> list[str]:
        last = max(self.books.closes, default=None)
        day = self.home.domain.business_day(self._business()) if last is None else last + ONE_DAY
        at = self.home.domain.cutoff_at(day) + timedelta(minutes=1)
        return ["close-day", "--day", day.isoformat(), "--at", f"{at:%Y-%m-%dT%H:%M}"]

    def _business(self) -> datetime:
        return business_now(self.home, at=None, now=datetime.now(tz=UTC))

    def _start(self) -> Worker:
        return Worker(*processes.start(told_commands.run, self._environment))

    def _give(self, worker: Worker, commands: list[list[str]]) -> None:
        worker.line.send([[*command, "--home", str(self.home.path)] for command in commands])
        worker.isbusy = True

    def _listen(self, worker: Worker) -> str | None:
        """Hear one thing from a worker; the work that begins."""
        try:
            heard = worker.line.recv()
        except (EOFError, OSError):  # it was killed, perhaps within a word
            worker.process.join()  # what is dead and not buried would still count as holding its lease
            worker.isbusy = False
            return None
        match heard:
            case Begun():
                worker.open.append((heard.work, time.monotonic()))
                return heard.work
            case Ended():
                work, began = worker.open.pop()
                self.seconds[work] = time.monotonic() - began
            case Said():
                self._enter(heard)
            case Idle():
                worker.isbusy = False
        return None

    def _replaced(self, worker: Worker) -> Worker:
        """The worker, or another one in the place of a dead one."""
        if not worker.iskilled:
            return worker
        worker.process.join()
        assert worker.process.exitcode == -signal.SIGKILL, worker
        if worker.open:  # not when it was done before the moment came
            self.killed[worker.open[-1][0]] += 1
        return self._start()

    def _enter(self, said: Said) -> None:
        """Put in the books what a command said."""
        self.said.append(said)
        assert "XIAOBAO_TRACEBACK" not in said.words, said.words
        match said.command[0]:
            case "receive" if said.words.startswith("{"):
                facts = msgspec.json.decode(said.words, type=ReceiptFacts)
                sent = next(
                    one
                    for one in self.books.sent
                    if (one.source, one.revision) == (facts.source_code, facts.revision)
                )
                sent.answered(facts)
                if sent.receipt is not None:  # else: after three kills in its check it is to be sent again
                    self._answered.add((facts.source_code, sent.revision))
            case "post" if said.code == 0:
                posted = [note["posted_seq"] for note in msgspec.json.decode(said.words)]
                self.books.head = max(self.books.head, *posted, 0)
            case "close-day" if said.code == 0:
                closed = msgspec.json.decode(said.words, type=Closed)
                facts_of_close = CloseFacts(
                    sealed=closed.close, digest=closed.digest, close_head=closed.close_head
                )
                self.books.closes[facts_of_close.day] = facts_of_close

    @contextmanager
    def _reader(self) -> Iterator[None]:
        """Somebody reads all the time: never less than was told before, as of the same always the same."""
        done, troubles = threading.Event(), []

        def read() -> None:
            try:
                while not done.wait(self.pause):
                    told = self.books.head
                    posted_seq, rows = answer(self.home)
                    assert posted_seq >= told, f"read as of {posted_seq}, told of {told}"
                    self.books.told(posted_seq, rows)
            except BaseException as error:
                troubles.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=read)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
        assert troubles == []


def run(
    home: Home, folder: Path, *, seed: int, kills: int, works: Sequence[str] = WORKS, pause: float = 0.02
) -> None:
    """Rounds until so many processes were killed, some in each of the works, then all work in peace.

    Between two looks of the reader lies a pause, in seconds.
    """
    bureau = Bureau(home, folder, seed=seed, works=works, pause=pause)
    try:
        for _ in range(ROUNDS_PER_KILL * kills):
            if bureau.killed.total() >= kills and bureau.killed.keys() >= set(works):
                break
            bureau.round()
        else:
            pytest.fail(f"too few were killed at work: {bureau.killed}")
        bureau.finish()
    finally:
        bureau.go_home()
    assert Segment.objects.exclude(replaced_by=None).exists()


def test_nothing_is_lost_or_doubled_by_kills_at_random_moments(
    home_factory: Callable[..., Home], engine: str, tmp_path: Path
) -> None:
    """In some of the works on each engine, so that each work is tried on one of them."""
    works = WORKS[ENGINES.index(engine) :: len(ENGINES)]
    run(home_factory(), tmp_path, seed=0, kills=len(works), works=works, pause=0.2)


@pytest.mark.long
def test_nothing_is_lost_or_doubled_by_kills_in_each_work_at_random_moments(
    home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    run(home_factory(), tmp_path, seed=0, kills=len(WORKS))


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_is_lost_or_doubled_by_a_hundred_kills_at_random_moments(
    home_factory: Callable[..., Home], tmp_path: Path, seed: int
) -> None:
    run(home_factory(), tmp_path, seed=seed, kills=25)
