"""A machine with several processes, a clock and a power cord: what happens next is drawn from a seed.

Processes are threads of which one runs at a time. They change over at the places where code touches storage
or waits, so that a run is a sequence of steps that the seed alone decides.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from simulation.disk import Disk, Draw, Loss
from simulation.sqlite_files import Verdict

_STUCK_STEPS = 60_000
_FOR_GOOD = 1 << 60
_CLOCK_STEPS = (
    timedelta(seconds=61),
    timedelta(hours=1),
    timedelta(days=2),
    -timedelta(hours=1),
    -timedelta(days=2),
)


class Died(BaseException):
    """Raised in a process that was killed, or whose machine lost power, wherever it touches anything."""


class StuckError(Exception):
    """The processes wait for one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How a run is disturbed; chances are a step's."""

    stays: float
    """Chance that the process at work goes on working."""
    fails: float = 0.0
    """Chance that the disk refuses an operation."""
    kills: float = 0.0
    stalls: float = 0.0
    clock_steps: float = 0.0
    slow_syncs: float = 0.0
    """Chance that a sync takes so long that others do a lot meanwhile."""
    hangs_at: str | None = None
    """The first process that comes to this step stays there for good; others go on."""
    loss: Loss = field(default_factory=lambda: Loss(dropped=1.0, torn=0.0))


CALM = Weather(stays=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """When the power fails: before a step is done. Without `after`, when all work is done."""

    after: int | None = None
    """So many steps, of the kind where one is given."""
    at: str | None = None
    """A part of the words of a step, such as `sync`."""


class Process:
    """A thread that runs when it is its turn."""

    def __init__(self, machine: "Machine", name: str, work: Callable[[], object]) -> None:
        self.name, self.machine = name, machine
        self.turn = threading.Semaphore(0)
        self.dead = self.done = False
        self.refused = False
        """The disk refused it something since it last asked."""
        self.sleeps_until = 0
        self.locks: dict[int, int] = {}
        """Handles of files it has locked, with their inodes; they are let go when it dies."""
        self.trouble: BaseException | None = None
        self._work = work
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def _run(self) -> None:
        self.turn.acquire()
        try:
            self._work()
        except Died:
            pass
        except BaseException as error:
            if not self.dead:
                self.trouble = error
        finally:
            self.machine.finished(self)


class Machine:
    """Runs processes one step at a time, until they are done or the power is cut."""

    def __init__(self, *, draw: Draw, now: datetime) -> None:
        self.draw = draw
        self.now = now
        self.steps = 0
        self.weather = CALM
        self.disk: Disk | None = None
        self.cut = Cut()
        self.cut_into: Path | None = None
        self.losses: list[str] | None = None
        """What the cut lost; None while there was none."""
        self.on_death: Callable[[], None] = lambda: None
        self.trace: list[str] = []
        self.tracing = False
        self._digest = sha256()
        self._dice = draw("machine")
        self._drawn: Counter[str] = Counter()
        self._processes: list[Process] = []
        self._main = threading.Semaphore(0)

    @property
    def digest(self) -> str:
        """Of all steps so far: two runs are the same when theirs is."""
        return self._digest.hexdigest()

    def clock(self) -> datetime:
        """What the machine's clock says."""
        return self.now

    def run(
        self,
        works: Mapping[str, Callable[[], object]],
        *,
        weather: Weather,
        cut: Cut,
        into: Path,
    ) -> None:
        """Run processes side by side until all are done or the power is cut; what it leaves goes `into`."""
        self.weather, self.cut, self.cut_into, self.losses = weather, cut, into, None
        self._started_at, self._of_kind = self.steps, 0
        self._processes = [Process(self, name, work) for name, work in works.items()]
        self._stuck_at = self.steps + _STUCK_STEPS
        for process in self._processes:
            process.thread.start()
        self._next(None)
        self._main.acquire()
        for process in self._processes:
            process.thread.join()
        troubles = [process.trouble for process in self._processes if process.trouble is not None]
        self._processes = []
        if troubles:
            raise troubles[0]

    def process(self) -> Process | None:
        """The process that asks; None for whoever watches from outside."""
        here = threading.current_thread()
        return next((one for one in self._processes if one.thread is here), None)

    def step(self, what: str, path: Path) -> Verdict:
        """A process is about to touch storage: what becomes of it, once it is its turn again."""
        process = self.process()
        if process is None:
            return Verdict.GO
        if process.dead:
            return Verdict.OFF
        self._record(process, f"{what} {path.name if self.disk is None else self._place(path)}")
        if self._is_cut(what):
            self._cut()
            return Verdict.OFF
        self._require_motion()
        fails = self._disturb(process)
        if what == self.weather.hangs_at and not self.hanging():
            self.hang(process)
        elif " sync" in what and self._dice.random() < self.weather.slow_syncs:
            process.sleeps_until = self.steps + self._dice.choice((30, 300, 1500))
        if not process.dead:
            self._change_over(process, waits=False)
        if process.dead:
            return Verdict.OFF
        if fails:
            process.refused = True
        return Verdict.FAILS if fails else Verdict.GO

    def wait(self, seconds: float) -> None:
        """A process sleeps: others run."""
        process = self.process()
        if process is None:
            return
        if process.dead:
            raise Died
        self.now += timedelta(seconds=seconds)
        self._record(process, "waits")
        self._require_motion()
        if self._is_cut("waits"):
            self._cut()
        else:
            self._change_over(process, waits=True)
        if process.dead:
            raise Died

    def hang(self, process: Process) -> None:
        """A process stays where it is for good: only a power cut ends it."""
        process.sleeps_until = _FOR_GOOD
        self._note("hangs")

    def hanging(self) -> list[Process]:
        """The processes that stay where they are for good."""
        return [one for one in self._processes if one.sleeps_until == _FOR_GOOD]

    def random_bytes(self, count: int, *, caller: str) -> bytes:
        """Bytes for tokens, salts and keys, from the seed.

        By step and caller: libraries that draw some once a program run change nobody else's.
        """
        process = self.process()
        name = f"bytes {self.steps} {process.name if process else 'outside'} {caller}"
        self._drawn[name] += 1
        return self.draw(f"{name} {self._drawn[name]}").randbytes(count)

    def finished(self, process: Process) -> None:
        """A process has ended; called by its own thread, last of all."""
        try:
            self.on_death()
        finally:
            process.done = True
            self._next(None)

    def _record(self, process: Process, words: str) -> None:
        self.steps += 1
        self.now += timedelta(milliseconds=self._dice.randrange(1, 20))
        line = f"{self.steps} {process.name}: {words}"
        self._digest.update(line.encode())
        if self.tracing:
            self.trace.append(line)

    def _is_cut(self, what: str) -> bool:
        if self.cut.at is None:
            return self.steps - self._started_at == self.cut.after
        if self.cut.at in what:
            self._of_kind += 1
        return self._of_kind == self.cut.after

    def _require_motion(self) -> None:
        if self.steps > self._stuck_at:
            raise StuckError(f"no end after {_STUCK_STEPS} steps")

    def _place(self, path: Path) -> str:
        assert self.disk is not None
        return path.relative_to(self.disk.root).as_posix() if self.disk.holds(path) else path.name

    def _disturb(self, process: Process) -> bool:
        """Draw what goes wrong at this step; whether the disk refuses it."""
        chance = self._dice.random()
        weather = self.weather
        if (chance := chance - weather.kills) < 0:
            process.dead = True
            self._note("killed")
        elif (chance := chance - weather.stalls) < 0:
            process.sleeps_until = self.steps + self._dice.choice((50, 300, 1500))
            self.now += self._dice.choice((timedelta(0), timedelta(seconds=61), timedelta(days=2)))
            self._note("stalls")
        elif (chance := chance - weather.clock_steps) < 0:
            self.now += self._dice.choice(_CLOCK_STEPS)
            self._note(f"the clock steps to {self.now}")
        elif chance - weather.fails < 0:
            self._note("the disk refuses")
            return True
        return False

    def _note(self, words: str) -> None:
        if self.tracing:
            self.trace.append(f"    {words}")

    def _cut(self) -> None:
        assert self.disk is not None
        assert self.cut_into is not None
        self.losses = self.disk.cut(self.cut_into, loss=self.weather.loss, draw=self.draw)
        self._note(f"power cut; lost: {self.losses}")
        for process in self._processes:
            process.dead = True

    def _change_over(self, process: Process, *, waits: bool) -> None:
        asleep = process.sleeps_until > self.steps
        if not (waits or asleep) and self._dice.random() < self.weather.stays:
            return
        following = self._choose(process if waits or asleep else None)
        if following is not process:
            following.turn.release()
            process.turn.acquire()

    def _choose(self, but: Process | None) -> Process:
        ready = [one for one in self._processes if not one.done]
        if all(one.sleeps_until == _FOR_GOOD and not one.dead for one in ready):
            self._cut()  # nothing else will happen any more
        awake = [one for one in ready if one.sleeps_until <= self.steps or one.dead]
        others = [one for one in awake if one is not but]
        return self._dice.choice(others or awake or ready)

    def _next(self, but: Process | None) -> None:
        if all(one.done for one in self._processes):
            self._main.release()
        else:
            self._choose(but).turn.release()
