"""Paths are never added: a type error first, an error at run time where the type was lost."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from xiaobao.analysis.amounts import Amount, BasisError, Hotline, InstitutionReport, basis_type
from xiaobao.catalog.reading import load

ROOT = Path(__file__).parents[3]
HEAD = """
from decimal import Decimal
from xiaobao.analysis.amounts import Amount, Hotline, InstitutionReport
hotline = Amount(Decimal(29771), Hotline)
reported = Amount(Decimal(780), InstitutionReport)
"""


def faults_of(statement: str, folder: Path) -> str:
    path = folder / "added.py"
    path.write_text(HEAD + statement + "\n", encoding="utf-8")
    options = ["--strict", "--follow-imports=silent", "--cache-dir", str(folder / "cache"), "--config-file="]
    found = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(path)],
        cwd=ROOT,
        env={"MYPYPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout


def test_adding_two_paths_is_a_type_error_and_adding_within_one_is_none(tmp_path: Path) -> None:
    assert "Success" in faults_of("total = hotline + hotline - hotline", tmp_path)
    for statement in ("total = hotline + reported", "total = reported - hotline"):
        assert "Unsupported operand types" in faults_of(statement, tmp_path)


def test_where_the_type_was_lost_the_sum_is_refused() -> None:
    one, other = Amount(Decimal(1), Hotline), Amount(Decimal(2), InstitutionReport)
    with pytest.raises(BasisError, match="Hotline and InstitutionReport"):
        one + other  # type: ignore[operator]
    assert (one + one).value == 2


def test_every_path_of_every_domain_has_a_type_of_its_own() -> None:
    paths = {path for domain in load().domains.values() for path in domain.paths}
    types = {basis_type(f"{path}:complaint") for path in paths}
    assert len(types) == len(paths)
