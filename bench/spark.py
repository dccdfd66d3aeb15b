"""What do the same questions cost inside the process, on Sail and on a small Spark cluster?

All run on this machine over the same files: this shows what an answer costs each engine, not what more
machines would bring.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ledger import QUESTIONS, question_of
from bench.timing import seconds
from tests import sail, spark_cluster
from xiaobao.analysis.measures import Answer, evaluate
from xiaobao.catalog.catalog import Catalog
from xiaobao.ledger.engines import Engine
from xiaobao.ledger.engines.duckdb import DuckDbEngine
from xiaobao.ledger.engines.spark.engine import SparkEngine
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.submissions.home import Home
from xiaobao.submissions.manifest import open_snapshot

COLD = "the first answer of all: connect, look at the files, ask"
WARM = "the first answer of a later command"
RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What one engine answered, and in how many seconds."""

    answers: Mapping[str, Answer]
    seconds: Mapping[str, float]


def measure(home: Home, catalog: Catalog, folder: Path) -> list[tuple[str, str]]:
    """Rows of the results table; every engine must give the same answers."""
    asked = {"DuckDB": _ask(home, catalog, DuckDbEngine)}
    server = sail.start()
    try:
        asked["Sail"] = _ask(home, catalog, lambda: SparkEngine(server.url))
    finally:
        server.stop()
    missing = []
    try:
        with spark_cluster.running(folder) as url:
            asked["Spark, 2 workers"] = _ask(home, catalog, lambda: SparkEngine(url))
    except spark_cluster.ClusterError as error:
        missing.append(("Spark, 2 workers", f"not measured: {error}"))
    answers = asked["DuckDB"].answers
    assert all(one.answers == answers for one in asked.values())
    rows = []
    for name in (COLD, WARM, *QUESTIONS):
        figures = ", ".join(f"{engine} {one.seconds[name] * 1000:.0f} ms" for engine, one in asked.items())
        moved = f"; {answers[name].moved_rows} rows moved" if name in answers else ""
        rows.append((name, figures + moved))
    return rows + missing


def _ask(home: Home, catalog: Catalog, engine: Callable[[], Engine]) -> _Asked:
    """The first answer twice, then every question: the median of `RUNS` after a first that does not count."""
    taken: dict[str, float] = {}
    for name in (COLD, WARM):
        started = time.perf_counter()
        with _opened(home, engine) as snapshot:
            evaluate(
                question_of(next(iter(QUESTIONS)), catalog, snapshot), snapshot=snapshot, catalog=catalog
            )
            taken[name] = time.perf_counter() - started
    answers: dict[str, Answer] = {}
    with _opened(home, engine) as snapshot:
        for name in QUESTIONS:
            question = question_of(name, catalog, snapshot)
            answers[name] = evaluate(question, snapshot=snapshot, catalog=catalog)
            taken[name] = seconds(
                lambda asked=question: evaluate(asked, snapshot=snapshot, catalog=catalog),  # type: ignore[misc]
                times=RUNS,
            )
    return _Asked(answers=answers, seconds=taken)


@contextmanager
def _opened(home: Home, engine: Callable[[], Engine]) -> Iterator[Snapshot]:
    snapshot = open_snapshot(home, engine=engine)
    try:
        yield snapshot
    finally:
        snapshot.close()
