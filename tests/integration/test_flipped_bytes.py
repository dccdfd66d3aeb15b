"""A byte that changed, anywhere in a home: found and named; repaired where the rest tells what was there."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from brief_homes import CREATED_AT
from django.apps import apps
from django.db import connections
from store import rows
from used_homes import FIRST_DAY, used

from xiaobao.cli import main
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.ledger.tables import Table
from xiaobao.lib.errors import ExitCode
from xiaobao.privacy.key_files import KeyFileError
from xiaobao.privacy.master_keys import read_master_keys
from xiaobao.submissions import journal, manifest, rebuild
from xiaobao.submissions.batch_files import BATCH_ROOM
from xiaobao.submissions.commits import rows_of
from xiaobao.submissions.database import SQLITE_FILE
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.models import Batch, LedgerHead, Segment
from xiaobao.submissions.pending import CALLS, table_of_kind
from xiaobao.submissions.verify_archive import files_of

Said = pytest.CaptureFixture[str]

FILES = (
    "home.toml",
    "keys/ledger.key",
    "keys/master.key",
    "keys/narrative-digest.key",
    "keys/narrative/*.key",
    "keys/pseudonym/*.key",
    "keys/raw/*.key",
    "archive/batch/*",
    "archive/catalog/*",
    "archive/close/*",
    "archive/document/*",
    "archive/journal/*",
    "archive/narrative/*/*",
    "archive/note/*",
    "archive/raw/*/*",
    "archive/receipt/*",
    "segments/*",
)
"""Every kind of file of a home but its database."""

COPIES = "briefs/*"
"""Pages for people: what was issued lies sealed in the archive and is printed again from there."""

RUNS = "runs/*/*"
"""Results of the night, made from the ledger again; whoever prints them looks again."""

INDEX = ("search/state.json", "search/*/*")
"""Where narratives say what: a projection, made from the ledger and the archive again."""

NO_TRUTH = {
    "submissions_homerecord": {"created_at", "business_at"},
    "submissions_ledgerhead": {"recorded_at", "token", "holder", "lease_until"},
    "submissions_segment": {"created_at", "replaced_at"},
    "submissions_submission": {"id", "tries", "trouble"},
    "submissions_batchcounts": {"batch_id", "counts"},  # sealed, and made again of the batch where broken
}
"""Columns that no figure, receipt or close rests on."""


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """A home in which everything has happened."""
    return sqlite_home_factory(at=CREATED_AT, filled=used)


def told(home: Home, said: Said, command: str = "verify") -> tuple[ExitCode, str]:
    """What a command says of the home, as a person types it."""
    said.readouterr()
    code = main.run(["--language", "en", command, "--home", str(home.path)])
    shown = said.readouterr()
    connections.close_all()
    return code, shown.out + shown.err


@contextmanager
def flipped(path: Path, dice: random.Random) -> Iterator[int]:
    """One byte of a file is another for the length of the block; its place. Empty room is left alone."""
    content = path.read_bytes()
    place = dice.choice([number for number, byte in enumerate(content) if byte])
    damaged = bytearray(content)
    damaged[place] ^= dice.randrange(1, 256)
    path.write_bytes(damaged)
    try:
        yield place
    finally:
        connections.close_all()
        path.write_bytes(content)


def says_the_same(path: Path, before: bytes) -> bool:
    """Of the two files with room for spaces and capitals: whether they still mean what they did."""
    try:
        if path.name == "home.toml":
            return bool(msgspec.toml.decode(path.read_bytes()) == msgspec.toml.decode(before))
        return path.name == "master.key" and read_master_keys(path).current.secret == bytes.fromhex(
            before.decode()
        )
    except (msgspec.MsgspecError, KeyFileError, UnicodeDecodeError):
        return False


def find(home: Home, said: Said, path: Path, dice: random.Random) -> None:
    """Flip a byte of a file: `verify` ends with 3 and names it."""
    before = path.read_bytes()
    with flipped(path, dice) as place:
        code, words = told(home, said)
        if not says_the_same(path, before):
            name = path.name.removesuffix(".key")
            assert (code, name in words) == (ExitCode.SYSTEM_FAILED, True), f"{path} {place}: {words}"
            assert "XIAOBAO_TRACEBACK" not in words, words


@pytest.mark.parametrize("kind", FILES)
def test_a_flipped_byte_of_a_file_is_found_and_named(home: Home, capsys: Said, kind: str) -> None:
    dice = random.Random(kind)
    paths = sorted(home.path.glob(kind))
    for path in dice.sample(paths, min(len(paths), 2)):
        find(home, capsys, path, dice)


@pytest.mark.long
@pytest.mark.parametrize("kind", FILES)
def test_flipped_bytes_of_every_file_are_found_and_named(home: Home, capsys: Said, kind: str) -> None:
    dice = random.Random(kind)
    for path in sorted(home.path.glob(kind)) * 5:
        find(home, capsys, path, dice)


def test_every_kind_of_file_is_looked_at(home: Home) -> None:
    known = {path for kind in (*FILES, COPIES, RUNS, *INDEX, SQLITE_FILE) for path in home.path.glob(kind)}
    there = {path for path in home.path.rglob("*") if path.is_file()}

    assert there == known
    assert all(list(home.path.glob(kind)) for kind in FILES)


def test_every_file_of_the_archive_is_one_that_a_record_names(home: Home) -> None:
    records = list(journal.records(home))
    named = {file for record in records for file in files_of(record)}
    named |= {(journal.ROOM, record.digest) for record in records}

    assert {(room, digest) for room in home.archive.rooms() for digest in home.archive.digests(room)} == named


def find_in_database(home: Home, said: Said, dice: random.Random) -> None:
    """Flip a byte of the database: it is found, or nothing that counts is another."""
    path = home.path / SQLITE_FILE
    before = set(truth_of(home))
    with flipped(path, dice) as place:
        code, words = told(home, said)
        assert "XIAOBAO_TRACEBACK" not in words, words
        if code is ExitCode.FINE:
            others = set(truth_of(home)) ^ before
            assert others == set(), f"byte {place} was not found"


def truth_of(home: Home) -> list[tuple[Any, ...]]:
    """Every row of the database, without the columns that nothing rests on."""
    open_home(home.path)
    models = [*apps.get_app_config("submissions").get_models(), *apps.get_app_config("outputs").get_models()]
    found: list[tuple[Any, ...]] = []
    for model in models:
        left_out = NO_TRUTH.get(model._meta.db_table, set())
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
        if not names:
            continue
        every = model._default_manager.all()
        counted = every.filter(replaced_by=None) if model is Segment else every
        found += [(model.__name__, *row) for row in counted.values_list(*names)]
    connections.close_all()
    return found


def test_flipped_bytes_of_the_database_are_found_or_change_nothing(home: Home, capsys: Said) -> None:
    dice = random.Random(7)
    for _ in range(20):
        find_in_database(home, capsys, dice)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_many_flipped_bytes_of_the_database_are_found(home: Home, capsys: Said, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(150):
        find_in_database(home, capsys, dice)


def test_each_of_several_damaged_segments_is_named(home: Home, capsys: Said) -> None:
    live = damaged_segments(home)

    code, words = told(home, capsys)

    assert code is ExitCode.SYSTEM_FAILED
    assert [name in words for name in live] == [True] * len(live)


def live_segments() -> set[str]:
    """The names of the segments that are the ledger, of all tables."""
    return set(Segment.objects.filter(replaced_by=None).values_list("name", flat=True))


def damaged_segments(home: Home) -> list[str]:
    """A changed byte in the first live segment, the others cut off, and the last one gone; their names."""
    live = sorted(live_segments())
    assert len(live) > 1
    first, last = home.segments_folder / live[0], home.segments_folder / live[-1]
    content = bytearray(first.read_bytes())
    content[20] ^= 1
    first.write_bytes(content)
    for name in live[1:-1]:
        (home.segments_folder / name).write_bytes(b"PAR1")
    last.unlink()
    return live


def test_damaged_segments_are_made_again(home: Home, capsys: Said, tmp_path: Path) -> None:
    before, old = rows(home), live_segments()
    head = LedgerHead.objects.get().posted_seq
    names = damaged_segments(home)

    code, words = told(home, capsys, "repair")

    assert code is ExitCode.FINE, words
    assert all(name in words for name in names)
    again = open_home(home.path)
    assert rows(again).equals(before)
    assert not old & live_segments()
    assert LedgerHead.objects.get().posted_seq == head
    assert rebuild.rebuild(again, tmp_path / "again").differences.count == 0
    assert told(home, capsys, "repair")[0] is ExitCode.FINE


@pytest.mark.parametrize(
    "kind", ["archive/batch/*", "archive/catalog/*", "archive/narrative/*/*", "archive/note/*"]
)
def test_a_damaged_file_is_made_again_from_what_it_was_made_of(home: Home, capsys: Said, kind: str) -> None:
    made_from_files = {batch.batch_digest for batch in Batch.objects.filter(kind__in=["delivery", CALLS])}
    paths = [path for path in home.path.glob(kind) if "batch" not in kind or path.name in made_from_files]
    for number, path in enumerate(paths):
        path.write_bytes(b"xiaobao" * number)

    code, words = told(home, capsys, "repair")

    assert code is ExitCode.FINE, words
    assert paths and all(path.name in words for path in paths)
    assert told(home, capsys)[0] is ExitCode.FINE


@pytest.mark.parametrize("table", Table)
def test_flipped_bytes_in_a_table_of_either_database_are_named_and_made_good(
    home_factory: Callable[..., Home], capsys: Said, table: Table
) -> None:
    home = home_factory(at=CREATED_AT, filled=used)
    before = {one: all_rows(home, one) for one in Table}
    of_table = [row.batch_digest for row in Batch.objects.all() if table_of_kind(row.kind) is table]
    batch = home.archive.path_of(of_table[0], room=BATCH_ROOM)
    live = Segment.objects.filter(table=table.value, replaced_by=None).values_list("name", flat=True)
    damaged = [batch, *(home.segments_folder / name for name in live)]
    dice = random.Random(table)

    with ExitStack() as stack:
        for path in damaged:
            stack.enter_context(flipped(path, dice))
        code, words = told(home, capsys)

    assert (code, [path.name in words for path in damaged]) == (ExitCode.SYSTEM_FAILED, [True] * len(damaged))
    for path in damaged[1:]:
        path.write_bytes(b"")
    if table is not Table.TAGS:  # no raw file tells what a run of tags set
        batch.write_bytes(b"")
    assert told(home, capsys, "repair")[0] is ExitCode.FINE
    assert told(home, capsys)[0] is ExitCode.FINE
    again = open_home(home.path)
    assert all(rows_before.height for rows_before in before.values())
    assert {one: all_rows(again, one).equals(before[one]) for one in Table} == dict.fromkeys(Table, True)


def all_rows(home: Home, table: Table) -> pl.DataFrame:
    """All rows of a table, in an order of their own."""
    asked = {Table.ENTRIES: Snapshot.entries, Table.TAGS: Snapshot.tags, Table.CALLS: Snapshot.calls}[table]
    found = manifest.reading(home, lambda snapshot: snapshot.run(asked(snapshot)))
    return found.sort(pl.all())


def test_a_damaged_raw_file_is_whole_again_when_it_is_delivered_again(
    home: Home, capsys: Said, templates: Path
) -> None:
    file = next(templates.rglob("GY02.csv"))
    for path in home.path.glob("archive/raw/*/*"):
        path.write_bytes(b"")
    before = len(told(home, capsys)[1].splitlines())

    words = ["receive", "--source", "bank-gy02", "--day", FIRST_DAY.isoformat(), "--revision", "1"]
    assert main.run([*words, str(file), "--home", str(home.path)]) is ExitCode.FINE

    assert len(told(home, capsys)[1].splitlines()) == before - 1


def test_what_nothing_tells_is_not_repaired(home: Home, capsys: Said) -> None:
    before = rows(home)
    decision = Batch.objects.get(kind="decision")
    home.archive.path_of(decision.batch_digest, room="batch").unlink()
    names = damaged_segments(home)

    code, words = told(home, capsys, "repair")

    assert code is ExitCode.SYSTEM_FAILED
    assert "the ledger is unchanged" in words
    open_home(home.path)
    assert live_segments() == set(names)
    assert before.height > 0
    kept = {path.name for path in home.segments_folder.iterdir()}
    assert kept <= set(Segment.objects.values_list("name", flat=True))


def test_a_rule_that_would_post_other_rows_today_repairs_nothing(
    home: Home, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = damaged_segments(home)
    monkeypatch.setattr("xiaobao.submissions.remaking.rows_of", _one_code_changed)

    code, words = told(home, capsys, "repair")

    assert code is ExitCode.SYSTEM_FAILED
    assert "the ledger is unchanged" in words
    open_home(home.path)
    assert live_segments() == set(names)


def _one_code_changed(*arguments: Any, **named: Any) -> Any:
    made = rows_of(*arguments, **named)
    entries = made.tables[Table.ENTRIES].with_columns(pl.lit("B09").alias("business_code"))
    return replace(made, tables={**made.tables, Table.ENTRIES: entries})
