"""The home whose dashboards are measured, where they are asked, and its current rows for the peers."""

import os
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import duckdb

from bench.dashboard_questions import QUESTIONS, Dashboard
from bench.generated_home import make_home
from bench.histories import DAYS, FIRST_DAY, ROWS_PER_COMPLAINT, world_of
from bench.peers import COLUMNS, ORDER, Row
from xiaobao.analysis.dimensions import Scope
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.models import Segment

THREADS = 2


def home_of(folder: Path, rows: int) -> Home:
    """The generated home of that size in the folder, made when it is not there."""
    path = folder / f"home-{rows}"
    return open_home(path) if path.is_dir() else make_home(path, rows=rows)


def copy_of(home: Home, path: Path) -> Home:
    """A copy to write to; segments never change, so that they are linked."""
    segments = home.segments_folder.name

    def copy(source: str, target: str) -> None:
        (os.link if Path(source).parent.name == segments else shutil.copy2)(source, target)

    shutil.copytree(home.path, path, copy_function=copy)
    return open_home(path)


def board_of(home: Home, rows: int, *, days_back: int = 0) -> Dashboard:
    """Where the questions are asked; its last day lies `days_back` days before the last of the ledger."""
    return Dashboard(
        scope=Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog()),
        last_day=FIRST_DAY + timedelta(days=DAYS - 1 - days_back),
        complaints=int(rows / ROWS_PER_COMPLAINT),
    )


def sequence_at(home: Home, *, days_back: int) -> int:
    """The sequence of the last batch of a day."""
    return (DAYS - days_back) * world_of(home.catalog()).batches_a_day


def ask(home: Home, board: Dashboard, question: int, variant: int, *, as_of: int | None = None) -> list[Row]:
    """The product's answer as a running process gives it: manifest read, snapshot opened and closed."""
    answer = QUESTIONS[question].ours
    return manifest.reading(home, lambda snapshot: answer(board, snapshot, variant), as_of=as_of)


def described(home: Home) -> str:
    """Its size, its files and the commits in them."""
    live = Segment.objects.filter(replaced_by=None)
    rows, size = (sum(live.values_list(name, flat=True)) for name in ("rows", "size_bytes"))
    unsorted = live.filter(month=None).count()
    return (
        f"{rows:,} entries in {live.count()} files of {size / 1e6:,.0f} MB together, {unsorted} of them "
        f"not yet rewritten by month"
    )


def write_current(files: Sequence[Path], path: Path, *, as_of: int) -> int:
    """The current rows as of a sequence: of each complaint the last row that is no marker; how many."""
    listed = ", ".join(f"'{file}'" for file in files)
    columns, order = ", ".join(COLUMNS), ", ".join(ORDER)
    with duckdb.connect() as engine:
        engine.execute(f"SET threads = {THREADS}")
        engine.execute(f"SET temp_directory = '{path.parent}'")
        engine.execute(
            f"""COPY (
            WITH rows AS (SELECT * FROM read_parquet([{listed}]) WHERE sign <> 0 AND posted_seq <= {as_of}),
            last AS (
                SELECT max(entry_id) AS entry_id FROM rows
                GROUP BY complaint_key, source_code, complaint_no)
            SELECT {columns} FROM rows SEMI JOIN last USING (entry_id) WHERE sign = 1 ORDER BY {order}
            ) TO '{path}' (FORMAT parquet)"""
        )
        return int(engine.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchall()[0][0])
