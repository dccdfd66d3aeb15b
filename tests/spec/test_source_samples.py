"""Every source and every layout of the catalog by its samples: what is delivered, and what becomes of it."""

import pytest
from bank_report_files import catalog
from source_samples import SOURCES, declared_in, lines_of, told

FOLDERS = sorted(path.name for path in SOURCES.iterdir() if path.is_dir())
SAMPLES = [(folder, declared) for folder in FOLDERS for declared in declared_in(folder)]


@pytest.mark.parametrize(("folder", "declared"), SAMPLES, ids=[f"{f}-{d['sample']}" for f, d in SAMPLES])
def test_a_sample_becomes_the_entries_that_are_expected(folder: str, declared: dict[str, object]) -> None:
    expected = [line for line in lines_of(folder) if line["sample"] == declared["sample"]]

    assert list(told(folder, declared)) == expected


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_sample_is_expected_and_every_layout_has_one(folder: str) -> None:
    lines = [line for line in lines_of(folder) if "source" in line]
    sources = [source for source in catalog().sources.values() if source.code in {x["source"] for x in lines}]

    assert sorted(line["sample"] for line in lines) == sorted(
        path.name for path in (SOURCES / folder / "samples").iterdir()
    )
    assert {line["layout"] for line in lines} == {layout.id for each in sources for layout in each.layouts}
    assert all(line["accepted"] for line in lines)


def test_every_format_has_a_sample() -> None:
    formats = {line["format"] for folder in FOLDERS for line in lines_of(folder) if "source" in line}

    assert formats == {"csv", "xlsx", "jsonl"}
