"""How long from a file to a readable ledger: a large one, known rows, a small one; and a rebuild?"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from bench import deliveries
from bench.bank import Bank, new_home
from bench.django_peer import validate_and_save
from bench.duckdb_peer import creating_table
from bench.timing import seconds, seconds_and_mebibytes
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Question, evaluate
from xiaobao.catalog.catalog import Catalog
from xiaobao.ledger.batches import complaint_keys
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.clock import now
from xiaobao.lib.periods import Period, days_before
from xiaobao.submissions import compaction, lease
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.manifest import open_snapshot
from xiaobao.submissions.rebuild import rebuild

ROWS_PER_FILE = 1_000_000
PEER_ROWS = 100_000
SMALL_DELIVERIES = 5
Results = list[tuple[str, str]]

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


def from_file(path: Path, folder: Path, rows: int) -> tuple[Bank, Results]:
    """One large file taken in and posted; its peers, on the same file, beside it."""
    peer_rows = min(rows, PEER_ROWS)
    new_home(folder / "peer")
    saved = seconds(lambda: validate_and_save(path, peer_rows)) / peer_rows
    with creating_table(path, rows) as create:
        table = seconds(create, times=5) / rows
    bank = Bank(home=new_home(folder / "home"))
    received, receiving_memory = seconds_and_mebibytes(lambda: bank.deliver_file(path))
    posted, posting_memory = seconds_and_mebibytes(bank.post)
    ours = (received + posted) / rows
    return bank, [
        ("receive (keep, check, batch, receipt)", f"{received:.2f} s, up to {receiving_memory:.0f} MiB"),
        ("post (memory: goal ≤ 2,048 MiB)", f"{_rate(rows, posted)}, up to {posting_memory:.0f} MiB"),
        ("DuckDB `CREATE TABLE AS`, types given, no rules, 2 threads", _rate(rows, table * rows)),
        ("from file to readable ledger, share of DuckDB's rate (goal ≥ 8%)", f"{table / ours:.1%}"),
        (
            f"csv + pydantic + Django `bulk_create`, {peer_rows:,} rows of it",
            _rate(peer_rows, saved * peer_rows),
        ),
        ("from file to readable ledger, times that rate (goal ≥ 20)", f"{saved / ours:.1f}"),
    ]


def sent_again(bank: Bank, catalog: Catalog, folder: Path, rows: int) -> Results:
    """All rows of the file once more, as amendments of which a tenth changes something."""
    again = deliveries.amended(catalog, rows, seed=1)
    received = seconds(lambda: bank.deliver(again, folder / "again.csv"))
    posted, memory = seconds_and_mebibytes(bank.post)
    return [
        (f"{rows:,} known rows, a tenth amended: write and receive", f"{received:.2f} s"),
        ("post (goal ≥ 0.3 M rows/s, ≤ 2,048 MiB)", f"{_rate(rows, posted)}, up to {memory:.0f} MiB"),
    ]


def filled(bank: Bank, catalog: Catalog, folder: Path, *, have: int, want: int) -> None:
    """Post files of new rows until the ledger holds as many; rewrite it by month, as every night does."""
    for first in range(have, want, ROWS_PER_FILE):
        rows = min(ROWS_PER_FILE, want - first)
        bank.deliver(deliveries.frame(catalog, rows, seed=first, first_number=first), folder / "part.csv")
        bank.post()
    with lease.held(now=now) as mine:
        compaction.rewrite_by_month(bank.home, mine, now=now())


def small_delivery(bank: Bank, catalog: Catalog, folder: Path, *, numbers_from: int) -> Results:
    """A thousand rows, a tenth of them amendments, into the ledger, until a measure counts them."""
    steps = []
    for number in range(SMALL_DELIVERIES):
        first = numbers_from + 900 * number
        fresh = deliveries.frame(catalog, 900, seed=first, first_number=first)
        known = deliveries.amended(catalog, 1_000, seed=1, turn=number + 1).gather_every(10)
        path = folder / f"small-{number}.csv"
        pl.concat([fresh, known]).write_csv(path)
        received = seconds(lambda path=path: bank.deliver_file(path))  # type: ignore[misc]
        posted = seconds(bank.post)
        steps.append((received, posted, seconds(lambda: _ask(bank.home, catalog))))
    received, posted, asked = (statistics.median(step) for step in zip(*steps, strict=True))
    keyed = deliveries.frame(catalog, 1_000, seed=1)
    entries, looked_up = _lookup(bank, keyed)
    return [
        (
            f"1,000 rows into {entries / 1e6:.1f} M entries, a tenth amended: receive, post, measure",
            f"{received:.2f} s, {posted:.2f} s, {asked:.2f} s",
        ),
        ("from the call to in measures (goal ≤ 1 s)", f"{received + posted + asked:.2f} s"),
        (f"lookup of {keyed.height:,} keys in {entries / 1e6:.1f} M entries", f"{looked_up * 1000:.0f} ms"),
    ]


def questions(home: Home, catalog: Catalog) -> list[tuple[str, str]]:
    """Counts over the ledger, 20 runs each."""
    results = []
    for name in QUESTIONS:
        snapshot = open_snapshot(home)
        question = question_of(name, catalog, snapshot)
        answer = evaluate(question, snapshot=snapshot, catalog=catalog)
        median, high = _percentile_95(lambda q=question, s=snapshot: evaluate(q, snapshot=s, catalog=catalog))  # type: ignore[misc]
        moved = f"{answer.moved_rows} rows moved"
        results.append((name, f"median {median * 1000:.0f} ms, p95 {high * 1000:.0f} ms, {moved}"))
        snapshot.close()
    return results


def rebuilt(catalog: Catalog, folder: Path, rows: int, *, files: int = 100) -> Results:
    """The same number of rows from 100 deliveries, then rebuilt from journal and batch files."""
    bank = Bank(home=new_home(folder / "many"))
    each = rows // files
    for number in range(files):
        part = deliveries.frame(catalog, each, seed=number, first_number=number * each)
        bank.deliver(part, folder / "part.csv")
    posted = seconds(bank.post)
    taken, memory = seconds_and_mebibytes(lambda: _rebuild(bank, folder / "rebuilt"))
    return [
        (f"post {files} files of {each:,} rows", _rate(rows, posted)),
        (
            f"rebuild {rows:,} entries, compared in every column (goal ≤ 30 s, ≤ 2,048 MiB)",
            f"{taken:.1f} s, up to {memory:.0f} MiB",
        ),
    ]


def _rebuild(bank: Bank, target: Path) -> None:
    assert rebuild(open_home(bank.home.path), target).differences.count == 0


def question_of(name: str, catalog: Catalog, snapshot: Snapshot) -> Question:
    """The question of that name, as of the snapshot."""
    by, period, where = QUESTIONS[name]
    return Question(
        measure=catalog.measure("complaints"),
        domain=catalog.domain("pbc"),
        simulated=True,
        readings=(Reading(period=period, posted_seq=snapshot.posted_seq),),
        by=by,
        where=tuple(sorted(where)),
    )


def _ask(home: Home, catalog: Catalog) -> None:
    snapshot = open_snapshot(home)
    evaluate(question_of("month × institution", catalog, snapshot), snapshot=snapshot, catalog=catalog)
    snapshot.close()


def _percentile_95(call: Callable[[], object]) -> tuple[float, float]:
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), sorted(taken)[18]


def _lookup(bank: Bank, known: pl.DataFrame) -> tuple[int, float]:
    """How many entries there are, and the seconds to find those of some complaints."""
    source = pl.lit(deliveries.SOURCE).alias("source_code")
    keys = complaint_keys(known.select(source, complaint_no="投诉编号"))
    snapshot = open_snapshot(bank.home)
    entries = pl.scan_parquet(list(snapshot.entry_files), glob=False).select(pl.len()).collect().item()
    taken = seconds(lambda: snapshot.lookup(keys), times=5)
    snapshot.close()
    return entries, taken


def _rate(rows: int, taken: float) -> str:
    return f"{taken:.2f} s, {rows / taken / 1e6:.2f} M rows/s"
