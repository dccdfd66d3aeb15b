"""How long from a file to a readable ledger, how long a measure takes, how long a rebuild?"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from bench import deliveries
from bench.timing import seconds
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Question, evaluate
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.lib.clock import now
from xiaobao.lib.periods import Period, days_before
from xiaobao.submissions.home import Home, Mark, create_home
from xiaobao.submissions.manifest import open_snapshot
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.rebuild import rebuild
from xiaobao.workflows.receive import receive

MORNING = datetime(2019, 12, 27, 1, tzinfo=UTC)
YEAR = Period(from_on=deliveries.FIRST_DAY, to_on=deliveries.LAST_DAY)
PATH = ("path", "institution")
QUESTIONS: dict[str, tuple[tuple[str, ...], Period, tuple[tuple[str, str], ...]]] = {
    "business × channel over a year": (("business.1", "channel.1"), YEAR, (PATH,)),
    "month × institution": (("month", "institution"), YEAR, (PATH,)),
    "business, middle classes, last 30 days": (
        ("business.2",),
        days_before(deliveries.LAST_DAY, 30),
        (PATH,),
    ),
    "region of one business": (("region",), YEAR, (("business.1", "B03"), PATH)),
    "days of the last week": (("day",), days_before(deliveries.LAST_DAY, 7), (PATH,)),
}


def _home(folder: Path) -> Home:
    return create_home(folder, domain_id="pbc", mark=Mark.SIMULATED, at=MORNING)


def _deliver(home: Home, path: Path, *, revision: int) -> None:
    delivery = Delivery(
        source_code=deliveries.SOURCE,
        day=deliveries.LAST_DAY,
        kind=DeliveryKind.REGULAR if revision == 1 else DeliveryKind.SUPPLEMENTARY,
        revision=revision,
    )
    receipt = receive(home, path, delivery=delivery, at=MORNING + timedelta(minutes=revision), now=now())
    assert receipt.rejected == 0, receipt


def _post(home: Home) -> None:
    post_pending(home, at=MORNING + timedelta(days=1), now=now)


def _create_table(path: Path) -> None:
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2")
        engine.execute("CREATE TABLE entries AS SELECT * FROM read_csv(?, header = true)", [str(path)])


def _percentile_95(call: Callable[[], object]) -> tuple[float, float]:
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), sorted(taken)[18]


def from_file(path: Path, folder: Path, rows: int) -> tuple[Home, list[tuple[str, str]]]:
    """One large file taken in and posted; DuckDB reading the same file into a table of its own beside it."""
    home = _home(folder)
    received = seconds(lambda: _deliver(home, path, revision=1))
    posted = seconds(lambda: _post(home))
    table = seconds(lambda: _create_table(path), times=3)
    return home, [
        ("receive (keep, check, batch, receipt)", f"{received:.2f} s"),
        ("post", f"{posted:.2f} s, {rows / posted / 1e6:.2f} M rows/s"),
        ("DuckDB `CREATE TABLE AS` from the same file", f"{table:.2f} s"),
        ("from file to readable ledger, share of DuckDB's rate", f"{table / (received + posted):.1%}"),
    ]


def questions(home: Home, catalog: Catalog) -> list[tuple[str, str]]:
    """Counts over the ledger, 20 runs each."""
    results = []
    for name, (by, period, where) in QUESTIONS.items():
        snapshot = open_snapshot(home)
        question = Question(
            measure=catalog.measure("complaints"),
            domain=catalog.domain("pbc"),
            simulated=True,
            readings=(Reading(period=period, posted_seq=snapshot.posted_seq),),
            by=by,
            where=tuple(sorted(where)),
        )
        answer = evaluate(question, snapshot=snapshot, catalog=catalog)
        median, high = _percentile_95(lambda q=question, s=snapshot: evaluate(q, snapshot=s, catalog=catalog))  # type: ignore[misc]
        moved = f"{answer.moved_rows} rows moved"
        results.append((name, f"median {median * 1000:.0f} ms, p95 {high * 1000:.0f} ms, {moved}"))
        snapshot.close()
    return results


def rebuilt(catalog: Catalog, folder: Path, rows: int, *, files: int = 100) -> list[tuple[str, str]]:
    """The same number of rows from 100 deliveries, then rebuilt from journal and batch files."""
    home = _home(folder / "many")
    path = folder / "part.csv"
    each = rows // files
    start = time.perf_counter()
    for number in range(files):
        deliveries.write(catalog, path, each, seed=number, first_number=number * each)
        _deliver(home, path, revision=number + 1)
    _post(home)
    delivered = time.perf_counter() - start
    taken = seconds(lambda: rebuild(home, folder / "rebuilt"))
    return [
        (f"{files} files of {each:,} rows written, received and posted", f"{delivered:.1f} s"),
        ("rebuild, compared in every column (goal ≤ 30 s for 1 M)", f"{taken:.1f} s"),
    ]
