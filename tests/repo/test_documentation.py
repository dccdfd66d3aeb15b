"""The repository about itself: what is there is told, and what is told is there."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from xiaobao.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
HOW_TO = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/how-to").glob("*.md"))


def tracked() -> list[Path]:
    """The files git knows; the test is skipped where the project is not a checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_reference_page_is_what_the_commands_say() -> None:
    environment = {**os.environ, "XIAOBAO_LANGUAGE": "en"}
    made = subprocess.run(
        [sys.executable, "-c", "from xiaobao.cli.reference import page; print(page(), end='')"],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert made.stdout.decode() == (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_used_in_a_how_to_page(name: str) -> None:
    assert f"xiaobao {name}" in HOW_TO


def test_every_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    unexplained = [
        name for group in groups for name in group if not re.search(re.escape(f'"{name}",') + r"\s+#", text)
    ]
    assert unexplained == []


def test_every_make_target_is_described() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    phony = next(line for line in lines if line.startswith(".PHONY:")).split()[1:]
    described = {line.split(":")[0] for line in lines if re.match(r"^[a-z-]+:.*##", line)}
    assert set(phony) == described


def test_no_file_names_a_registry_host_or_a_path_of_a_machine() -> None:
    hosts = "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian"])
    paths = "|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]+/"])
    pattern = re.compile(f"{hosts}|{paths}")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".csv"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_no_tracked_file_is_over_two_megabytes() -> None:
    assert [path.name for path in tracked() if path.stat().st_size > 2_000_000] == []


def test_both_readmes_open_with_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        opening = (ROOT / name).read_text(encoding="utf-8")[:2500]
        assert "make demo" in opening and "make test" in opening, name
