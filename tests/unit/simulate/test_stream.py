"""The small simulator: deterministic, complete in what goes wrong, and with a truth that fits its files."""

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog, CatalogError
from xiaobao.lib.errors import UserError
from xiaobao.simulate.incidents import expected_rows
from xiaobao.simulate.manifest import ManifestError, PlannedDelivery, read_manifest
from xiaobao.simulate.ranges import RANGES_FILE, SCENARIOS_FILE, read_ranges
from xiaobao.simulate.recipes import OtherRecipeError, Recipe, ensure_deliveries
from xiaobao.simulate.stream import simulated_period
from xiaobao.simulate.truth import (
    TRUTH_NAME,
    ComplaintTruth,
    RejectedRowTruth,
    ReturnedFileTruth,
    Truth,
    read_truth,
)
from xiaobao.workflows.validate_catalog import validate_catalog

MONDAY = date(2020, 3, 2)
RECIPE = Recipe(mark="simulated", from_on=MONDAY, days=4, seed=7)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return reading.load()


@pytest.fixture(scope="module")
def folder(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stream") / "simulated"
    ensure_deliveries(catalog, RECIPE, folder)
    return folder


@pytest.fixture(scope="module")
def deliveries(folder: Path) -> tuple[PlannedDelivery, ...]:
    return read_manifest(folder / "deliveries.jsonl")


@pytest.fixture(scope="module")
def truth(folder: Path) -> list[Truth]:
    return read_truth(folder / TRUTH_NAME)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(folder: Path, file: str) -> list[dict[str, str]]:
    content = (folder / file).read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else None
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    return [row for row in found if row["投诉编号"] != "合计"]


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    catalog: Catalog, folder: Path, tmp_path: Path
) -> None:
    ensure_deliveries(catalog, RECIPE, tmp_path / "again")
    ensure_deliveries(catalog, Recipe(mark="simulated", from_on=MONDAY, days=4, seed=8), tmp_path / "other")
    assert contents(tmp_path / "again") == contents(folder)
    assert contents(tmp_path / "other") != contents(folder)


def test_every_bank_says_something_about_every_day(deliveries: tuple[PlannedDelivery, ...]) -> None:
    said = {(delivery.source_code, delivery.day) for delivery in deliveries}
    assert len(said) == 18 * 4
    assert all(delivery.source_code.startswith(("bank-gy", "bank-gf")) for delivery in deliveries)


def test_everything_that_goes_wrong_in_life_goes_wrong_here(
    catalog: Catalog, deliveries: tuple[PlannedDelivery, ...], truth: list[Truth]
) -> None:
    domain = catalog.domain("pbc")
    kinds = Counter(delivery.kind for delivery in deliveries)
    late = [d for d in deliveries if d.kind == "regular" and domain.business_day(d.at) > d.day]
    assert kinds["nil"] >= 2
    assert kinds["supplementary"] >= 3
    assert len(late) >= 3
    assert any(isinstance(item, ReturnedFileTruth) for item in truth)
    assert len({item.rule_id for item in truth if isinstance(item, RejectedRowTruth)}) >= 5
    assert any(isinstance(item, ComplaintTruth) and item.state == "withdrawn" for item in truth)
    assert any(isinstance(item, ComplaintTruth) and item.closed_on is not None for item in truth)


def test_every_event_and_both_encodings_are_written(
    folder: Path, deliveries: tuple[PlannedDelivery, ...]
) -> None:
    files = [delivery.file for delivery in deliveries if delivery.file is not None]
    events = Counter(row["事件"] for file in files for row in rows(folder, file))
    encodings = Counter(_encoding((folder / file).read_bytes()) for file in files)
    assert {"新增", "更正", "撤销"} <= set(events)
    assert set(encodings) == {"utf-8-sig", "utf-8", "gb18030"}


def _encoding(content: bytes) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def test_the_header_is_that_of_the_catalog_and_totals_are_those_stated(
    catalog: Catalog, folder: Path, deliveries: tuple[PlannedDelivery, ...], truth: list[Truth]
) -> None:
    returned = {item.file for item in truth if isinstance(item, ReturnedFileTruth)}
    layout = catalog.source("bank-gy01").layouts[0]
    for delivery in deliveries:
        if delivery.file is None:
            assert delivery.stated_total == 0
            continue
        found = rows(folder, delivery.file)
        assert list(found[0]) == [column.headers[0] for column in layout.columns]
        assert (len(found) == delivery.stated_total) == (delivery.file not in returned)


def test_a_returned_file_comes_again_with_the_same_rows_and_a_higher_revision(
    folder: Path, deliveries: tuple[PlannedDelivery, ...], truth: list[Truth]
) -> None:
    for item in truth:
        if not isinstance(item, ReturnedFileTruth):
            continue
        first = next(d for d in deliveries if d.file == item.file)
        mended = next(d for d in deliveries if d.source_code == first.source_code and d.at > first.at)
        assert (mended.day, mended.kind) == (first.day, "regular")
        assert mended.revision is not None and first.revision is not None
        assert mended.revision == first.revision + 1
        assert mended.file is not None
        assert rows(folder, mended.file) == rows(folder, item.file)


def test_a_rejected_row_stands_where_the_truth_says_and_follows_mended(
    folder: Path, truth: list[Truth]
) -> None:
    stated = {item.complaint_no for item in truth if isinstance(item, ComplaintTruth)}
    rejected = [item for item in truth if isinstance(item, RejectedRowTruth)]
    assert rejected
    for item in rejected:
        row = rows(folder, item.file)[item.row_number - 1]
        assert row["投诉编号"] == item.complaint_no
        assert item.complaint_no in stated


def test_a_number_stands_twice_in_a_file_only_where_the_truth_says_so(
    folder: Path, deliveries: tuple[PlannedDelivery, ...], truth: list[Truth]
) -> None:
    rejected = [item for item in truth if isinstance(item, RejectedRowTruth)]
    repeated = {(item.file, item.complaint_no) for item in rejected if item.rule_id == "duplicate_in_file"}
    found = set()
    for delivery in deliveries:
        if delivery.file is not None:
            numbers = Counter(row["投诉编号"] for row in rows(folder, delivery.file))
            found |= {(delivery.file, number) for number, count in numbers.items() if count > 1}
    assert found == repeated
    assert repeated


def test_the_correction_is_apart_and_changes_the_truth(folder: Path, truth: list[Truth]) -> None:
    (correction,) = read_manifest(folder / "correction" / "deliveries.jsonl")
    corrected = read_truth(folder / "correction" / TRUTH_NAME)
    assert correction.day == date(2020, 3, 5)
    assert correction.kind == "supplementary"
    assert corrected != truth


def test_the_folder_says_that_it_is_simulated(folder: Path, deliveries: tuple[PlannedDelivery, ...]) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "模拟" in readme
    assert "invented" in readme
    assert all(delivery.mark == "simulated" for delivery in deliveries)
    assert all("simulated" in delivery.file for delivery in deliveries if delivery.file)


def test_a_folder_made_otherwise_is_not_written_over(catalog: Catalog, folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    with pytest.raises(OtherRecipeError):
        ensure_deliveries(catalog, Recipe(mark="simulated", from_on=MONDAY, days=5, seed=7), folder)
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(OtherRecipeError):
        ensure_deliveries(catalog, RECIPE, tmp_path)
    assert contents(folder) == before
    assert contents(tmp_path) == {"letter.txt": b"mine"}


def test_an_interrupted_folder_is_written_again(catalog: Catalog, folder: Path, tmp_path: Path) -> None:
    ensure_deliveries(catalog, RECIPE, tmp_path / "half")
    (tmp_path / "half" / "deliveries.jsonl").unlink()
    next((tmp_path / "half" / "files").iterdir()).unlink()
    ensure_deliveries(catalog, RECIPE, tmp_path / "half")
    assert contents(tmp_path / "half") == contents(folder)


def test_days_before_the_standard_and_no_days_are_refused(catalog: Catalog) -> None:
    with pytest.raises(UserError):
        simulated_period(catalog, from_on=date(2000, 1, 1), days=3)
    with pytest.raises(UserError):
        simulated_period(catalog, from_on=MONDAY, days=0)


def test_an_unknown_key_in_the_ranges_is_an_error() -> None:
    files = dict(reading.read_files(reading.installed_root()))
    files[RANGES_FILE] = files[RANGES_FILE] + b"\n[surprise]\nlevel = 1\n"
    with pytest.raises(CatalogError, match="surprise"):
        read_ranges(reading.parse(files))


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '{"at":"2020-03-02T16:00:00","mark":"simulated","source_code":"x","day":"2020-03-02","kind":"nil",'
        '"revision":1,"stated_total":0,"file":null}',
        '{"at":"2020-03-02T16:00:00+08:00","mark":"simulated","source_code":"x","day":"2020-03-02",'
        '"kind":"regular","revision":1,"stated_total":0,"file":"absent.csv"}',
        '{"at":"2020-03-02T16:00:00+08:00","mark":"simulated","source_code":"x","day":"2020-03-02",'
        '"kind":"regular","revision":1,"stated_total":0,"file":null}',
    ],
)
def test_a_wrong_manifest_line_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "deliveries.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ManifestError, match="line 1"):
        read_manifest(tmp_path / "deliveries.jsonl")


def test_validating_the_catalog_finds_a_scenario_with_an_unknown_code(tmp_path: Path) -> None:
    scenarios = reading.read_files(reading.installed_root())[SCENARIOS_FILE]
    (tmp_path / "simulation").mkdir()
    (tmp_path / SCENARIOS_FILE).write_bytes(scenarios.replace(b'"B03026"', b'"B03027"'))
    problems = validate_catalog(overlay=tmp_path).problems
    assert len(problems) == 1
    assert "B03027" in problems[0].en


def test_a_holiday_brings_what_a_sunday_brings_and_a_make_up_day_what_a_friday_does(catalog: Catalog) -> None:
    ranges, calendar = read_ranges(catalog), catalog.calendar_of("pbc")

    def mean(day: date) -> float:
        return expected_rows(ranges, "GY01", day, calendar)

    tomb_sweeping, monday, sunday = date(2020, 4, 6), date(2020, 4, 13), date(2020, 4, 12)
    assert mean(tomb_sweeping) == mean(sunday) < mean(monday)
    make_up, friday = date(2020, 4, 26), date(2020, 4, 24)  # a Sunday worked for Labour Day
    assert mean(make_up) == mean(friday) > mean(sunday)
    assert mean(date(1990, 10, 1)) == mean(monday)  # a year the calendar does not know
