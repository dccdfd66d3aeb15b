"""A home on a disk of its own that fills up and turns read-only; run in a mount namespace of its own.

`unshare -rm python small_disk.py TEMPLATE FILE DISK` copies the home TEMPLATE to a small file system at DISK,
does a day's work on it while the disk is full to different degrees, and prints one JSON line a command.
"""

import contextlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

from brief_homes import FIRST_DAY
from django.db import connections

from xiaobao.cli import main

DAY = FIRST_DAY.isoformat()
SPARE_BYTES = 3_000_000
LEFT_BYTES = (0, 16_384, 40_960, 98_304)
"""How much of the disk is free when a command is tried."""


def run(home: Path, *command: str, left: int | None) -> None:
    """One command in both languages' turn; what it said goes out as a line."""
    for language in ("zh", "en"):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main.run(["--language", language, *command, "--home", str(home)])
        connections.close_all()
        line = {"command": command[0], "left": left, "code": int(code), "language": language}
        sys.__stdout__.write(json.dumps({**line, "said": said.getvalue()}) + "\n")


def run_full(home: Path, *command: str) -> None:
    """A command on a disk that is full, then with room again."""
    ballast = home.parent / "ballast"
    for left in LEFT_BYTES:
        with ballast.open("wb") as stream:
            stream.write(bytes(max(shutil.disk_usage(home).free - left, 0)))
        run(home, *command, left=left)
        ballast.unlink()
    run(home, *command, left=None)
    run(home, "verify", left=None)


def play(template: Path, file: Path, disk: Path) -> None:
    """A day on a full disk, and commands on one that is read-only."""
    size = sum(path.stat().st_size + 4096 for path in template.rglob("*")) + SPARE_BYTES
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], check=True)
    home = disk / "home"
    shutil.copytree(template, home)
    receive = ("receive", "--source", "bank-gy01", "--day", DAY, "--revision", "1", str(file))
    close = ("close-day", "--day", DAY, "--at", f"{DAY}T18:00")
    for command in ((*receive, "--at", f"{DAY}T12:00"), ("post",), close):
        run_full(home, *command)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for command in (("receive", *receive[1:-1], str(file), "--at", f"{DAY}T19:00"), ("post",), ("status",)):
        run(home, *command, left=-1)
    run(home, "verify", left=None)


if __name__ == "__main__":
    play(*map(Path, sys.argv[1:]))
