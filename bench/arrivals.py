"""A process that delivers and posts twice a second, for a reader of another to be measured beside it."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from bench.histories import world_of
from xiaobao.ledger.entries import BATCH_SCHEMA, Event
from xiaobao.lib.clock import now
from xiaobao.submissions import manifest, own_batches
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.poster import post_pending

ROWS = 1_000
AMENDED = 100
COMMITS_A_SECOND = 2
_REVISION = 1_000_000  # above every revision of the generated ledger
_AT = datetime(2021, 1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What the process did."""

    commits: int
    seconds: float
    median_seconds: float
    """Of one delivery and its posting."""


class StillPosting:
    """True while the process posts."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __call__(self) -> bool:
        return self._process.poll() is None

    def result(self) -> Posted:
        """What it did; CalledProcessError when it failed."""
        said, _ = self._process.communicate()
        if self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, self._process.args)
        return Posted(**json.loads(said.splitlines()[-1]))


@contextmanager
def posting(home: Home, *, seconds: int) -> Iterator[StillPosting]:
    """Run the process; the block starts when it has posted once."""
    command = [sys.executable, "-m", "bench.arrivals", str(home.path), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        yield StillPosting(process)
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Post a batch every half second until the time is over; a posting that takes longer delays the next."""
    home, seconds = open_home(Path(sys.argv[1])), int(sys.argv[2])
    batches = list(_batches(home, count=seconds * COMMITS_A_SECOND + 1))
    _post(home, batches[0])
    print("posting", flush=True)
    start = time.perf_counter()
    taken: list[float] = []
    for number, batch in enumerate(batches[1:]):
        wait = start + number / COMMITS_A_SECOND - time.perf_counter()
        time.sleep(max(wait, 0))
        begun = time.perf_counter()
        _post(home, batch)
        taken.append(time.perf_counter() - begun)
        if time.perf_counter() - start > seconds:
            break
    done = Posted(
        commits=len(taken), seconds=time.perf_counter() - start, median_seconds=statistics.median(taken)
    )
    print(json.dumps(asdict(done)))


def _post(home: Home, batch: pl.DataFrame) -> None:
    own_batches.add(
        home,
        batch,
        kind="bench",
        batch_kind="decision",
        source_code=batch["source_code"][0],
        payload={},
        at=_AT,
    )
    (note,) = post_pending(home, at=_AT, now=now)
    assert note.posted == batch.height, note


def _batches(home: Home, *, count: int) -> Iterator[pl.DataFrame]:
    """Batches of one bank: new numbers, and amendments of complaints that stand in the ledger."""
    bank = world_of(home.catalog()).banks[0]
    standing = manifest.reading(home, lambda snapshot: _standing(snapshot.entry_files, bank, count * AMENDED))
    fresh = ROWS - AMENDED
    for number in range(count):
        amended = standing.slice(number * AMENDED, AMENDED).with_columns(
            pl.lit(Event.AMEND.value).alias("event"), pl.lit("amended").alias("status")
        )
        stated = standing.sample(fresh, seed=number).with_columns(
            pl.format(f"{bank}-N{{}}", pl.int_range(number * fresh, (number + 1) * fresh)).alias(
                "complaint_no"
            ),
            pl.lit(Event.NEW.value).alias("event"),
        )
        yield (
            pl.concat([amended, stated])
            .with_columns(
                pl.lit(_REVISION + number, pl.Int64()).alias("revision"),
                pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row_number"),
            )
            .select(*BATCH_SCHEMA)
        )


def _standing(files: tuple[Path, ...], bank: str, rows: int) -> pl.DataFrame:
    """Complaints of a bank that were stated once and never again."""
    of_bank = pl.scan_parquet(list(files)).filter(
        pl.col("source_code") == f"bank-{bank.lower()}", pl.col("received_on").dt.year() == 2020
    )
    once = of_bank.filter(pl.len().over("complaint_key") == 1, pl.col("sign") == 1)
    return once.head(rows).collect()


if __name__ == "__main__":
    main()
