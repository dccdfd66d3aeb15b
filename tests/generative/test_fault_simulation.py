"""Power cuts on a seeded machine: what was acknowledged survives, and a forgotten sync is noticed."""

from pathlib import Path

import pytest
from simulation.disk import Loss
from simulation.machine import Cut
from simulation.run import BrokenError, Ran, make_template, run, run_day, run_race

EVERYTHING_UNSYNCED = Loss(dropped=1.0, torn=0.0)
HALF_OF_IT = Loss(dropped=0.5, torn=0.5)
SEEDS_TOGETHER = 4
KEEP, KEYS = "submissions.archive._keep", "privacy.keys.for_writing"

FORGOTTEN = (
    ("ledger.segments._seal syncs the file", 3, Cut()),
    ("ledger.segments._seal by put_in_place syncs the folder", 3, Cut()),
    ("submissions.archive._seal by new_file syncs the file", 3, Cut()),
    (f"{KEEP} by put_in_place syncs the folder", 3, Cut()),
    (f"{KEEP} by make_folder syncs the folder", 3, Cut()),
    (f"{KEYS} by new_file syncs the file", 3, Cut()),
    (f"{KEYS} by write_once syncs the folder", 3, Cut()),
    ("sqlite database", 3, Cut()),
    ("sqlite folder of a deleted journal", 1, Cut()),  # what PRAGMA synchronous=FULL leaves out
    ("sqlite journal", 3, Cut(at="sqlite sync database", after=2)),
    ("sqlite folder of a new journal", 3, Cut(at="sqlite sync database", after=2)),
)
"""A sync that is left out, how much of a day is done, and when the power fails."""

RACES = (
    (f"{KEYS} by write_once syncs the folder", f"{KEYS} syncs the folder"),
    (f"{KEEP} by put_in_place syncs the folder", f"{KEEP} syncs the folder"),
    (f"{KEEP} by make_folder syncs the folder", f"{KEEP} by make_folder syncs the folder"),
)
"""Where one process hangs, and the sync by which another does not rely on it."""

NOT_NEEDED = {
    f"{KEYS} by make_folder syncs the folder",  # it is synced for the ledger's key too, before any answer
    "lib.waiting.locked by make_folder syncs the folder",  # lock files, and the home's own folder
    "submissions.receiving.recheck_unfinished by make_folder syncs the folder",
    "submissions.sweeping._free_locks by make_folder syncs the folder",
    "submissions.home._use_database syncs the folder",  # asks whether the file system can do it at all
    "submissions.receiving._work_copy by make_folder syncs the folder",  # nothing in it outlives a process
    "submissions.runs.write by make_folder syncs the folder",  # results, made from the ledger again
    "submissions.runs.write by new_file syncs the file",
    "submissions.runs.write by put_in_place syncs the folder",
    "workflows.renew_search.renew_search by make_folder syncs the folder",  # the same of the search index
    "submissions.search_parts.write by new_file syncs the file",
    "submissions.search_parts.write by put_in_place syncs the folder",
}
"""Syncs whose loss changes nothing, each for its reason."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that every seed starts from."""
    return make_template(tmp_path_factory.mktemp("simulation") / "home")


def _seeds(template: Path, numbers: range) -> list[Ran]:
    return [run(template, seed) for seed in numbers]


@pytest.mark.parametrize("first", range(0, 8, SEEDS_TOGETHER))
def test_what_was_acknowledged_survives_power_cuts(template: Path, first: int) -> None:
    _seeds(template, range(first, first + SEEDS_TOGETHER))


@pytest.mark.long
@pytest.mark.parametrize("first", range(8, 400, SEEDS_TOGETHER))
def test_what_was_acknowledged_survives_many_power_cuts(template: Path, first: int) -> None:
    _seeds(template, range(first, first + SEEDS_TOGETHER))


def test_a_seed_replays_exactly_and_every_sync_is_accounted_for(template: Path) -> None:
    first, again = run(template, 5), run(template, 5)

    assert first == again
    proved = {name for name, *_ in FORGOTTEN} | {guard for _, guard in RACES}
    assert first.syncs - proved - NOT_NEEDED == set()


@pytest.mark.parametrize(("forgotten", "acts", "cut"), FORGOTTEN)
def test_a_forgotten_sync_is_noticed(template: Path, forgotten: str, acts: int, cut: Cut) -> None:
    loss = EVERYTHING_UNSYNCED if cut.at is None else HALF_OF_IT

    run_day(template, 5, acts=acts, cut=cut, loss=loss)
    with pytest.raises(BrokenError):
        run_day(template, 5, acts=acts, cut=cut, loss=loss, without=forgotten)


@pytest.mark.parametrize(("hangs_at", "guard"), RACES)
def test_nobody_relies_on_what_another_has_not_synced(template: Path, hangs_at: str, guard: str) -> None:
    run_race(template, 0, hangs_at=hangs_at)
    with pytest.raises(BrokenError):
        run_race(template, 0, hangs_at=hangs_at, without=guard)


@pytest.mark.long
@pytest.mark.parametrize("loss", [EVERYTHING_UNSYNCED, HALF_OF_IT])
def test_a_day_survives_a_cut_at_every_sync(template: Path, loss: Loss) -> None:
    steps = run_day(template, 0, cut=Cut(), loss=loss)

    for number in range(1, sum(" sync" in step for step in steps) + 1):
        run_day(template, number, cut=Cut(at=" sync", after=number), loss=loss)
