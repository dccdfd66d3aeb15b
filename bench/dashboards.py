"""How long do the questions of a dashboard take, against three engines on tables of their own?"""

import math
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench import arrivals
from bench.dashboard_home import (
    THREADS,
    ask,
    board_of,
    copy_of,
    described,
    home_of,
    sequence_at,
    write_current,
)
from bench.dashboard_questions import QUESTIONS, RATIOS, VARIANTS, Dashboard
from bench.first_answers import first_answers
from bench.generated_home import SMALL_COMMITS
from bench.peers import Peer
from bench.peers.duckdb_table import DuckDbTable
from bench.peers.postgresql import PostgresTable, settings
from bench.peers.sqlite_table import SqliteTable
from tests import postgres
from xiaobao.analysis.measures import Answer
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home

RUNS = 20
SECONDS_PER_QUESTION = 8.0
"""A slow engine is asked less often, at least three times."""
AS_OF_DAYS_BACK = 90
WRITING_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds of the runs of one question in one engine."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.runs)

    @property
    def p95(self) -> float:
        """Of twenty the nineteenth."""
        return sorted(self.runs)[math.ceil(len(self.runs) * 0.95) - 1]


class WrongAnswerError(Exception):
    """Two engines answer differently: nothing is timed."""


def section(folder: Path, rows: int) -> str:
    """The section of the page."""
    home = home_of(folder, rows)
    board = board_of(home, rows)
    with ExitStack() as stack:
        peers = loaded_peers(stack, folder, home, board)
        ours = time_ours(home, board)
        theirs = {peer.name: time_peer(board, peer) for peer in peers}
    lines = [
        "## Dashboards",
        "",
        f"24 months of the nightly rewrite, then {SMALL_COMMITS:,} small commits merged as they came: "
        f"{described(home)}. Every answer was first compared with that of each peer; each peer has a table "
        f"of its own of the current rows, in the same order, under the same indexes, {THREADS} threads.",
        "",
        *compared(ours, theirs),
        *ratios(home, board),
        asked_first(home, rows),
        *earlier(folder, home, rows),
        *while_writing(folder, home, board),
        "",
    ]
    return "\n".join(lines)


def loaded_peers(stack: ExitStack, folder: Path, home: Home, board: Dashboard) -> list[Peer]:
    """The three peers with their tables, stopped with the stack; every answer is the same as ours."""
    current = folder / "current.parquet"
    snapshot = manifest.open_snapshot(home)
    write_current(snapshot.entry_files, current, as_of=snapshot.posted_seq)
    peers: list[Peer] = [
        DuckDbTable(folder / "peer.duckdb", threads=THREADS),
        PostgresTable(postgres.start(options=settings(threads=THREADS))),
        SqliteTable(folder / "peer.sqlite3", threads=THREADS),
    ]
    for peer in peers:
        stack.callback(peer.close)
        peer.load(current, board.tables())
        require_equal(home, board, peer)
    return peers


def require_equal(home: Home, board: Dashboard, peer: Peer, *, as_of: int | None = None) -> None:
    """Raise WrongAnswerError where the product and a peer differ in any variant of any question."""
    for place, question in enumerate(QUESTIONS):
        for variant in range(VARIANTS):
            ours = ask(home, board, place, variant, as_of=as_of)
            theirs = [tuple(map(_plain, row)) for row in peer.ask(question.sql(board, peer, variant))]
            if ours != theirs or not ours:
                said = f"{ours[:3]} … {peer.name}: {theirs[:3]} …"
                raise WrongAnswerError(f"{question.name}, variant {variant}: {said}")


def time_ours(home: Home, board: Dashboard, *, as_of: int | None = None) -> list[Timing]:
    """A timing for each question."""
    return [
        timed(lambda variant, place=place: ask(home, board, place, variant, as_of=as_of))  # type: ignore[misc]
        for place in range(len(QUESTIONS))
    ]


def time_peer(board: Dashboard, peer: Peer) -> list[Timing]:
    """A timing for each question."""
    return [
        timed(lambda variant, question=question: peer.ask(question.sql(board, peer, variant)))  # type: ignore[misc]
        for question in QUESTIONS
    ]


def timed(call: Callable[[int], object]) -> Timing:
    """Runs over the variants in turn, each asked once before unless that would take long."""
    start = time.perf_counter()
    call(0)
    if time.perf_counter() - start < SECONDS_PER_QUESTION / RUNS:
        for variant in range(1, VARIANTS):
            call(variant)
    runs: list[float] = []
    while len(runs) < RUNS and (len(runs) < 3 or sum(runs) < SECONDS_PER_QUESTION):
        start = time.perf_counter()
        call(len(runs) % VARIANTS)
        runs.append(time.perf_counter() - start)
    return Timing(runs=tuple(runs))


def compared(ours: Sequence[Timing], theirs: dict[str, list[Timing]]) -> Iterable[str]:
    """A line a question, and the goals."""
    yield f"| question | asked as | median ms | p95 ms | {' | '.join(f'{name}, ms' for name in theirs)} |"
    yield f"| --- | --- | --: | --: | {' | '.join('--:' for _ in theirs)} |"
    for place, (question, own) in enumerate(zip(QUESTIONS, ours, strict=True)):
        cells = [question.name, question.how, f"{own.median * 1000:.1f}", f"{own.p95 * 1000:.1f}"]
        cells += [f"{timing[place].median * 1000:.1f}" for timing in theirs.values()]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield f"* highest p95 of a question: {max(one.p95 for one in ours) * 1000:.0f} ms (goal ≤ 150, aim 100)"
    for name, timing in theirs.items():
        ratio = statistics.geometric_mean(b.median / a.median for a, b in zip(timing, ours, strict=True))
        said = f"ours takes {ratio:.2f} × its time" if ratio > 1 else f"it takes {1 / ratio:.1f} × ours"
        yield f"* {name}: {said}, geometric mean (goal {_GOALS[name.partition(' ')[0]]})"


def ratios(home: Home, board: Dashboard) -> Iterable[str]:
    """A line for each ratio, whose two sides are sums of their own."""
    for name, by in RATIOS.items():

        def asked(variant: int, name: str = name, by: tuple[str, ...] = by) -> Answer:
            period = board.months(12, back=variant)
            return manifest.reading(home, lambda snapshot: board.count(snapshot, period, by, measure=name))

        start = time.perf_counter()
        rows = len(asked(0).rows)
        first, timing = time.perf_counter() - start, timed(asked)
        yield (
            f"* `{name}` by {', '.join(f'`{one}`' for one in by)} over a year, {rows} rows: median "
            f"{timing.median * 1000:.0f} ms, p95 {timing.p95 * 1000:.0f} ms (goal ≤ 150), the first time "
            f"{first * 1000:.0f} ms"
        )


def asked_first(home: Home, rows: int) -> str:
    """What a process takes that keeps nothing yet."""
    taken = ", ".join(f"{one * 1000:.0f}" for one in first_answers(home, rows))
    return f"* asked for the first time in a new process, in the order above: {taken} ms"


_GOALS = {"DuckDB": "ours ≤ 2.5 ×", "PostgreSQL": "≥ 8 × ours", "SQLite": "≥ 50 × ours"}


def earlier(folder: Path, home: Home, rows: int) -> Iterable[str]:
    """The same questions as of an earlier sequence, against the present of the same days."""
    board = board_of(home, rows, days_back=AS_OF_DAYS_BACK)
    as_of = sequence_at(home, days_back=AS_OF_DAYS_BACK)
    _require_equal_as_of(folder, home, board, as_of)
    now, then = time_ours(home, board), time_ours(home, board, as_of=as_of)
    ratios = [b.median / a.median for a, b in zip(now, then, strict=True)]
    yield (
        f"* as of {AS_OF_DAYS_BACK} days earlier, questions about the days until then: highest p95 "
        f"{max(one.p95 for one in then) * 1000:.0f} ms, {max(ratios):.2f} × the present at most (goal ≤ 2)"
    )


def _require_equal_as_of(folder: Path, home: Home, board: Dashboard, as_of: int) -> None:
    """Compare with current rows made as of the sequence, in a table of DuckDB's."""
    current = folder / "current-as-of.parquet"
    write_current(manifest.open_snapshot(home).entry_files, current, as_of=as_of)
    path = folder / "as-of.duckdb"
    path.unlink(missing_ok=True)
    peer = DuckDbTable(path, threads=THREADS)
    peer.load(current, board.tables())
    require_equal(home, board, peer, as_of=as_of)
    peer.close()


def while_writing(folder: Path, home: Home, board: Dashboard) -> Iterable[str]:
    """A reader that asks without pause while a poster of another process commits twice a second."""
    copy = copy_of(home, folder / f"{home.path.name}-written-{os.getpid()}")
    runs: list[float] = []
    with arrivals.posting(copy, seconds=WRITING_SECONDS) as still_posting:
        while still_posting():
            start = time.perf_counter()
            ask(copy, board, len(runs) % len(QUESTIONS), len(runs) // len(QUESTIONS) % VARIANTS)
            runs.append(time.perf_counter() - start)
        posted = still_posting.result()
    reader = Timing(runs=tuple(runs))
    yield (
        f"* while commits of {arrivals.ROWS:,} rows arrive ({posted.commits} in {posted.seconds:.0f} s, two "
        f"a second asked for; each {posted.median_seconds:.2f} s to post): {len(runs)} answers, median "
        f"{reader.median * 1000:.0f} ms, p95 {reader.p95 * 1000:.0f} ms (goal ≤ 150)"
    )


def curve(folder: Path, sizes: Sequence[int]) -> str:
    """How the medians grow with the ledger."""
    lines = ["## Dashboards by size", "", f"| question | {' | '.join(f'{size:,}' for size in sizes)} |"]
    lines.append(f"| --- | {' | '.join('--:' for _ in sizes)} |")
    columns = []
    for size in sizes:
        home = home_of(folder, size)
        columns.append(time_ours(home, board_of(home, size)))
    for place, question in enumerate(QUESTIONS):
        medians = " | ".join(f"{column[place].median * 1000:.1f} ms" for column in columns)
        lines.append(f"| {question.name} | {medians} |")
    return "\n".join([*lines, ""])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
