"""A catalog that was archived before its files had to say more is read as the standing one says."""

import re
from collections.abc import Mapping

import pytest
from bank_report_files import catalog

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import CatalogError

PBC = "domains/pbc.toml"
LATER_FILES = ("masking.toml", "tags.toml", "detectors.toml", "plausibility.toml", "recent_days.toml")
LATER_KEYS: Mapping[str, tuple[str, ...]] = {
    PBC: ("earliest_on", "retention_years"),
    "deadlines.toml": ("count",),
    "rules.toml": ("basis",),
}


def _without(text: bytes, *keys: str) -> bytes:
    """The file without any line that states one of these keys."""
    kept = re.sub(rf"(?m)^({'|'.join(keys)})\s*=.*\n", "", text.decode())
    assert kept != text.decode()
    return kept.encode()


def _older() -> dict[str, bytes]:
    """The catalog as a program would have archived it that asked for less."""
    files = {path: content for path, content in catalog().files.items() if path not in LATER_FILES}
    return files | {path: _without(files[path], *keys) for path, keys in LATER_KEYS.items()}


def test_an_archived_catalog_says_what_it_states_and_the_standing_one_the_rest() -> None:
    older = _older()

    read = reading.parse_archived(older, standing=catalog().files)

    assert read.domain("pbc") == catalog().domain("pbc")
    assert (read.rules, read.masking, read.tags) == (catalog().rules, catalog().masking, catalog().tags)
    assert read.deadlines == catalog().deadlines
    assert (read.recent_days, read.plausibility) == ((), {})  # nobody asked for them then, nor does it now


def test_what_an_archived_catalog_states_is_never_replaced() -> None:
    other = catalog().files[PBC].replace(b"retention_years = ", b"retention_years = 1")

    read = reading.parse_archived({**_older(), PBC: other}, standing=catalog().files)

    assert read.domain("pbc").retention_years == int(f"1{catalog().domain('pbc').retention_years}")


def test_the_digest_of_an_archived_catalog_is_that_of_its_own_files() -> None:
    older = _older()

    read = reading.parse_archived(older, standing=catalog().files)

    assert reading.pack(read.files) == reading.pack(older)
    assert dict(read.files) == older


@pytest.mark.parametrize("path", [PBC, "rules.toml"])
def test_what_neither_catalog_states_is_named(path: str) -> None:
    key = LATER_KEYS[path][0]
    standing = {**catalog().files, path: _without(catalog().files[path], key)}

    with pytest.raises(CatalogError, match=rf"{path}.*missing required field `{key}`"):
        reading.parse_archived(_older(), standing=standing)


def test_a_file_that_neither_catalog_has_is_named() -> None:
    standing = {path: content for path, content in catalog().files.items() if path != "masking.toml"}

    with pytest.raises(CatalogError, match=r"masking\.toml"):
        reading.parse_archived(_older(), standing=standing)


def test_the_catalog_in_force_is_never_completed() -> None:
    with pytest.raises(CatalogError):
        reading.parse(_older())
