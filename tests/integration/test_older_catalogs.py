"""A home that worked by a catalog of an older shape is read, verified, rebuilt and printed by today's."""

import re
from pathlib import Path

import pytest
from bank_files import DAY, EVENING, NOW, SOURCE, bank_file, deliver, row
from conftest import HomeFactory

from xiaobao.catalog import reading
from xiaobao.intake.rule_ids import LATER_RULES
from xiaobao.submissions import catalogs, closing, receipts
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.models import Receipt
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.rebuild import rebuild
from xiaobao.submissions.verify import verify

LATER_FILES = (
    "detectors.toml",
    "linkage.toml",
    "near_duplicates.toml",
    "plausibility.toml",
    "recent_days.toml",
)
LATER_KEYS = ("earliest_on", "retention_years")


def _older() -> dict[str, bytes]:
    """Today's catalog without the files and the rules that came later, each of which may be absent."""
    files = {path: content for path, content in reading.load().files.items() if path not in LATER_FILES}
    rules = files["rules.toml"].decode()
    for rule_id in LATER_RULES:
        rules = re.sub(rf"(?ms)^\[{rule_id}\]\n.*?(?=^\[(?!{rule_id})|\Z)", "", rules)
    return files | {"rules.toml": rules.encode()}


def _written(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def _worked(home: Home, folder: Path) -> None:
    deliver(home, bank_file(folder, [*(row(f"A{place}") for place in range(30)), row("B", bank="？")]))
    post_pending(home, at=EVENING, now=NOW)
    closing.close_day(home, DAY, skip_from=None, at=EVENING, now=NOW)


def test_a_home_of_an_older_catalog_is_as_whole_under_todays(
    home_factory: HomeFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_factory()
    monkeypatch.setenv("XIAOBAO_CATALOG", str(_written(tmp_path / "older", _older())))
    older = open_home(home.path)
    _worked(older, tmp_path)
    monkeypatch.delenv("XIAOBAO_CATALOG")
    today = open_home(home.path)

    given = receipts.read(today, Receipt.objects.get(source_code=SOURCE))
    problems = verify(today, reread=True)
    made = rebuild(today, tmp_path / "again")

    assert given.catalog_digest == older.catalog().digest != today.catalog().digest
    assert given.first_findings
    assert problems == ()
    assert (made.differences.count, made.entries) == (0, 30)


def test_an_archived_catalog_that_lacks_what_is_needed_today_is_read(home: Home) -> None:
    files = _older()
    domain = files["domains/pbc.toml"].decode()
    files["domains/pbc.toml"] = re.sub(rf"(?m)^({'|'.join(LATER_KEYS)}) =.*\n", "", domain).encode()
    digest = home.archive.keep(reading.pack(files), room=catalogs.ROOM)

    read = catalogs.read(home, digest)

    assert read.digest == digest
    assert read.domain("pbc") == home.catalog().domain("pbc")
    assert not LATER_RULES & set(read.rules)
