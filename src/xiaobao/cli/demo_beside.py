"""A step of the demonstration that runs beside the others from the beginning, as the command line it is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

import click

from xiaobao.cli.demo_commands import Step
from xiaobao.cli.progress import progress
from xiaobao.cli.session import Session
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words

_WAITING = Words(zh="已从一开始在旁进行，等它完成", en="beside the others from the beginning; nearly done")
_COMMAND = "from xiaobao.cli.main import main; main()"
_SETTINGS = {
    "POLARS_MAX_THREADS": "1",  # its tables are small, and the other core has work
    "PYTHONIOENCODING": "utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A step under way, and the file of what it tells."""

    step: Step
    process: subprocess.Popen[bytes]
    told: BinaryIO

    def finish(self, session: Session) -> ExitCode:
        """Wait for it, and show what it told; its exit code."""
        with progress(session) as advance:
            advance(0, 0, _WAITING)
            self.process.wait()
        self.told.seek(0)
        click.echo(self.told.read().decode(errors="replace"), nl=False)
        code = self.process.returncode
        return ExitCode(code) if code in set(ExitCode) else ExitCode.SYSTEM_FAILED


@contextmanager
def beside(session: Session, step: Step) -> Iterator[Beside]:
    """Start the step; when the block ends before it does, it is ended, and can be continued."""
    command = [sys.executable, "-c", _COMMAND, "--language", session.language, *step.arguments]
    with (
        TemporaryFile() as told,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_SETTINGS},
        ) as process,
    ):
        try:
            yield Beside(step=step, process=process, told=told)
        finally:
            process.terminate()  # does nothing to one that has ended
