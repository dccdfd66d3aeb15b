"""The checker at home: the package installed alone, without the server's libraries."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples/cfpb/complaints_structured_2014_dev.csv"
DOWNLOAD_LIMIT_BYTES = 120_000_000
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with the base install and nothing else."""
    folder = tmp_path_factory.mktemp("base")
    venv.create(folder / "environment", with_pip=True)
    found = folder / "environment/bin"
    downloads = folder / "downloads"
    lock = ("--require-hashes", "-r", str(ROOT / "requirements/base.lock"))
    _run(found / "python", *PIP, "download", "--only-binary", ":all:", "-d", str(downloads), *lock)
    _run(sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(downloads), str(ROOT))
    assert sum(file.stat().st_size for file in downloads.iterdir()) <= DOWNLOAD_LIMIT_BYTES
    _run(found / "python", *PIP, "install", "--no-index", "--find-links", str(downloads), *lock)
    wheel = next(downloads.glob("xiaobao-*.whl"))
    _run(found / "python", *PIP, "install", "--no-index", "--no-deps", str(wheel))
    return found


def _run(command: str | Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run([command, *arguments], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_reporter_checks_a_file_without_the_server(commands: Path) -> None:
    said = _run(commands / "xiaobao", "check", str(SAMPLE), "--source", "cfpb-public", "--day", "2014-11-14")
    assert "8340 rows read = 8340 accepted + 0 rejected" in said


def test_a_reporter_makes_pseudonyms_without_the_server(commands: Path, tmp_path: Path) -> None:
    key, file, made = tmp_path / "bureau.key", tmp_path / "report.csv", tmp_path / "out.csv"
    key.write_text(f"p0001 {'5' * 64}\n")
    key.chmod(0o600)
    file.write_text("complaint,phone\nT1,13812345678\n")
    told = ("--column", "phone", "--kind", "contact", "--key", str(key), "--out", str(made))

    said = _run(commands / "xiaobao", "--language", "en", "pseudonym", str(file), *told)

    assert "1 made now (key p0001)" in said
    assert re.fullmatch(r"complaint,phone\nT1,p0001-[0-9a-f]{8}:[0-9a-f]{32}\n", made.read_text())


@pytest.mark.parametrize("module", ["django", "duckdb", "ibis", "pandas", "pyarrow"])
def test_nothing_of_the_server_is_there(commands: Path, module: str) -> None:
    assert "ModuleNotFoundError" in _run(commands / "python", "-c", f"import {module}", code=1)


def test_a_command_of_the_server_says_what_to_install(commands: Path) -> None:
    said = _run(commands / "xiaobao", "--language", "zh", "post", "--home", "nowhere", code=2)
    assert 'pip install "xiaobao[server]"' in said
    assert "Traceback" not in said


def test_the_whole_help_shows_without_the_server(commands: Path) -> None:
    assert "close-day" in _run(commands / "xiaobao", "--help")


def test_a_reporter_gets_a_template_without_the_server(commands: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    _run(commands / "xiaobao", "template", "bank-gy01", "--day", "2020-03-02", "--out", str(out))
    assert out.stat().st_size > 0
