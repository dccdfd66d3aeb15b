"""Kills at chosen steps, with redelivery: nothing acknowledged is lost, nothing is there twice."""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import crash_child
import polars as pl
import pytest
from engines import ENGINES
from store import AT, DAY, present, rows

from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions import closes, rebuild
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.models import Batch, LedgerHead, Receipt
from xiaobao.submissions.verify import verify

_HEADER = (
    "投诉编号,事件,类别,收到日期,受理日期,办结日期,被投诉机构,业务办理渠道,业务类别,投诉原因,地区,产品,金额,"
    "证件号,联系电话,投诉内容"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A step of ours, and whether the process dies before or after it."""

    module: str
    name: str
    when: str = "after"
    kind: str = ""
    """Of the journal record meant, where the step writes one."""


def _step(module: str, name: str, when: str = "after") -> Point:
    return Point(module=f"xiaobao.submissions.{module}", name=name, when=when)


def _sealed(kind: str, when: str = "after") -> Point:
    """The journal's file of that kind is sealed, and its transaction still open."""
    return Point(module="xiaobao.submissions.journal", name="append", when=when, kind=kind)


POINTS = (
    _step("receiving", "_keep_raw"),  # the bytes are kept, nobody knows of them
    _step("receiving", "_submit"),  # the submission is committed
    _step("receiving", "_check"),
    _step("conclusions", "_keep"),  # the batch file is kept
    _sealed("receipt"),
    _step("conclusions", "_record"),  # all of the receipt is written, nothing committed
    _step("receiving", "conclude"),  # the receipt is committed and not acknowledged
    _step("poster", "health.require_sound", "before"),  # the lease is held
    _sealed("claim"),
    _step("claims", "claim_pending"),  # the claim is durable
    _step("commits", "post"),
    Point(module="xiaobao.ledger.segments", name="_write"),  # the segment lies under its temporary name
    _step("segment_files", "write_segment"),  # the segment has its name, no transaction names it
    _step("poster", "enter"),  # inside the one transaction
    _sealed("posted"),
    _step("poster", "notes.record"),
    _step("poster", "_commit"),  # committed, and nobody told
    _step("compaction", "rewrite_months"),  # merged files lie there unnamed
    _step("compaction", "enter"),  # inside the transaction that replaces
    _step("compaction", "_replace"),
    _sealed("reporting", "before"),
    _sealed("close"),
    _step("closing", "seal"),  # the close is committed, and nobody told
)


class Bank:
    """A reporter that keeps its own books: what it sent, and what the ledger must hold after each day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books: dict[str, str] = {}
        self.days = 0

    @property
    def day(self) -> date:
        return DAY + (self.days - 1) * ONE_DAY

    def next_file(self) -> Path:
        """The next day's file: three new complaints, and changes to those of the days before."""
        self.days += 1
        lines = [self._line(f"{self.days}-{number}", "新增", "B0301") for number in range(1, 4)]
        if self.days > 1:
            lines.append(self._line(f"{self.days - 1}-1", "更正", "B0302"))
            lines.append(self._line(f"{self.days - 1}-2", "撤销", "B0301"))
        if self.days > 2:
            lines.append(self._line(f"{self.days - 2}-2", "撤销后重报", "B0303"))
        path = self.folder / f"report-{self.days}.csv"
        path.write_text("\n".join([_HEADER, *lines]) + "\n", encoding="utf-8")
        return path

    def _line(self, number: str, event: str, business: str) -> str:
        if event == "撤销":
            del self.books[number]
        else:
            self.books[number] = business
        return f"{number},{event},投诉,{self.day},,,国有行01,A01,{business},C01,,,,,,"


def plan_of(home: Home, bank: Bank, path: Path, point: Point) -> dict[str, str]:
    return {
        "home": str(home.path),
        "file": str(path),
        "revision": str(bank.days),
        "day": bank.day.isoformat(),
        "at": (AT + (bank.days - 1) * ONE_DAY).isoformat(),
        "module": point.module,
        "name": point.name,
        "when": point.when,
        "kind": point.kind,
    }


def killed_day(home: Home, bank: Bank, point: Point) -> None:
    """A day whose process dies at a point, and the day done again by whoever comes after."""
    plan = plan_of(home, bank, bank.next_file(), point)
    command = [sys.executable, crash_child.__file__, json.dumps(plan)]
    died = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL, f"{point} was never reached: {died.stdout} {died.stderr}"

    said: list[str] = []
    home = open_home(home.path)
    later = business_now(home, at=None, now=AT)
    crash_child.run_day(home, {**plan, "at": later.isoformat()}, say=said.append)

    acknowledged = died.stdout.splitlines()
    assert said[0].startswith("receipt") and said[0].endswith("accepted")
    for number, words in enumerate(acknowledged):
        if words != "posted":
            assert said[number] == words, f"{point}: acknowledged as {words}, then as {said[number]}"
    assert present(home) == bank.books, str(point)


def untouched_twin(factory: Callable[..., Home], days: int, folder: Path) -> pl.DataFrame:
    """The rows of a home to which the same bank reported without any trouble."""
    home = factory()
    bank = Bank(folder)
    nowhere = Point(module="", name="")
    for _ in range(days):
        plan = plan_of(home, bank, bank.next_file(), nowhere)
        crash_child.run_day(home, plan, say=lambda words: None)
    return rows(home)


def run(factory: Callable[..., Home], points: tuple[Point, ...], tmp_path: Path) -> None:
    home = factory()
    bank = Bank(tmp_path)
    for point in points:
        killed_day(home, bank, point)

    assert Receipt.objects.count() == Batch.objects.count() == len(points)
    assert LedgerHead.objects.get().posted_seq == len(points)
    assert verify(home, reread=True) == ()
    assert rebuild.rebuild(home, tmp_path / "again").differences.first == ()
    assert len(closes.close_sequences(home)) == len(points)
    ours = rows(home)
    (tmp_path / "twin").mkdir()
    twin = untouched_twin(factory, len(points), tmp_path / "twin")
    assert ours.drop("recorded_at").equals(twin.drop("recorded_at"))


def test_nothing_is_lost_or_doubled_by_a_kill_at_any_step(
    home_factory: Callable[..., Home], engine: str, tmp_path: Path
) -> None:
    """Every second step on each engine, so that each step is tried on one of them."""
    run(home_factory, POINTS[ENGINES.index(engine) :: len(ENGINES)], tmp_path)


@pytest.mark.long
def test_nothing_is_lost_or_doubled_by_a_kill_at_each_step(
    home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    run(home_factory, POINTS, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_is_lost_or_doubled_by_a_hundred_kills(
    home_factory: Callable[..., Home], tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    run(home_factory, tuple(draw.choice(POINTS) for _ in range(25)), tmp_path)
