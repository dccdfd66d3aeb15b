"""Paths are never added: a type error first, an error at run time where the type was lost."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from xiaobao.analysis.amounts import (
    Amount,
    BasisError,
    FigureValue,
    Hotline,
    InstitutionReport,
    basis_type,
    figure_value,
    plain,
)
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


FIGURES = """
from xiaobao.analysis.figures import Figure
from xiaobao.analysis.questions import AnswerRow
def added(one: Figure, other: Figure, row: AnswerRow) -> object:
    assert one.value and other.value and row.value
    return {}
"""


@pytest.mark.parametrize(
    "expression",
    ["one.value + other.value", "one.value - row.value", "row.value + 1", "sum([one.value, other.value])"],
)
def test_the_values_of_figures_and_of_answers_have_no_sum_at_all(expression: str, tmp_path: Path) -> None:
    # Whether they are of one path is not known to mypy, so that no two of them are added as they are.
    assert "error:" in faults_of(FIGURES.format(expression), tmp_path)
    assert "Success" in faults_of(FIGURES.format("Amount(one.value, Hotline)"), tmp_path)


def test_a_value_of_a_figure_prints_and_compares_but_is_never_added() -> None:
    value = FigureValue("12.50")
    assert (str(value), value == Decimal("12.5"), value > 12) == ("12.50", True, True)
    for add in (
        lambda: value + value,  # type: ignore[operator]
        lambda: value - 1,  # type: ignore[operator]
        lambda: Decimal(1) + value,
        lambda: 1 - value,
        lambda: sum([value, value]),  # type: ignore[list-item]
    ):
        with pytest.raises(TypeError, match="only as an Amount"):
            add()
    assert (Amount(value, Hotline) - Amount(value, Hotline)).value == 0


def test_a_value_is_json_as_any_number_is() -> None:
    written = msgspec.json.encode({"value": FigureValue("12.50")}, enc_hook=plain)
    assert written == b'{"value":"12.50"}'
    assert figure_value(FigureValue, "12.50") == FigureValue("12.50")
    with pytest.raises(ValueError, match="is no number"):
        figure_value(FigureValue, "twelve")
    with pytest.raises(NotImplementedError):
        plain(object())
