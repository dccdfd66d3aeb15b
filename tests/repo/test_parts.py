"""The parts of the package: what the server's libraries carry needs none of the further ones."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xiaobao.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
NEED_TEXT = {"coder", "vectors"}
"""The commands that read codes off texts or make sentence vectors."""
NAMES = {"scikit-learn": "sklearn"}
"""Where the name to import is another than the package's."""
IMPORTED_WITHOUT = """
import importlib
import sys

absent = set(sys.argv[1].split())


class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Nowhere())
for command in sys.argv[2].split():
    try:
        importlib.import_module(f"xiaobao.cli.{command.replace('-', '_')}")
    except ModuleNotFoundError as error:
        assert error.name.partition(".")[0] in absent, error
        print(command)
"""


def packages(lock: str) -> set[str]:
    """What the lock names."""
    text = (ROOT / f"requirements/{lock}.lock").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9_.-]+)==", text, re.MULTILINE))


def without(absent: set[str]) -> set[str]:
    """The commands that cannot be imported where these packages are not installed."""
    names = " ".join(sorted(NAMES.get(name, name.replace("-", "_")) for name in absent))
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_WITHOUT, names, " ".join(COMMANDS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_all_but_what_reads_codes_off_texts_goes_without_the_text_part() -> None:
    absent = (packages("text") | packages("bench")) - packages("server")

    assert {"scikit-learn", "onnx", "tokenizers"} <= absent
    assert without(absent) == NEED_TEXT


@pytest.mark.parametrize("package", ["scipy", "sklearn"])
def test_a_package_that_is_absent_is_noticed(package: str) -> None:
    assert without({package})
