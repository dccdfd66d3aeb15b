"""What is read of a file that changes meanwhile is worth nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from xiaobao.lib.unchanged import FileChangedError, unchanged


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def _cut(path: Path) -> None:
    path.write_bytes(b"")


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.rename(path)


@pytest.mark.parametrize("change", [_append, _cut, _replace, Path.unlink])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b")

    with pytest.raises(FileChangedError, match=r"report\.csv was written"), unchanged(path):
        change(path)


def test_what_goes_wrong_because_the_file_is_gone_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b")

    with pytest.raises(FileChangedError), unchanged(path):
        path.unlink()
        path.read_bytes()


def test_a_file_that_stays_and_other_errors_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b")

    with unchanged(path):
        assert path.read_bytes() == b"a,b"
    with pytest.raises(FileNotFoundError), unchanged(tmp_path / "none"):
        (tmp_path / "none").read_bytes()
    with pytest.raises(ValueError, match="its own"), unchanged(path):
        raise ValueError("its own")
