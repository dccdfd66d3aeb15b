"""A Sail server for one test session: Spark Connect in a process of its own, on loopback."""

import os
import select
import subprocess
import sys
import tempfile
from dataclasses import dataclass

_START_SECONDS = 60
_STOP_SECONDS = 10
_PROGRAM = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()  # until the test session lets go of it, or is killed
"""


class SailError(Exception):
    """The server cannot be started here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sail:
    """A running server of our own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"sc://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop the server; stopping twice does no harm."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start() -> Sail:
    """Start a server; SailError says why it cannot."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "RUST_LOG": "warn"},
        )
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
        line = process.stdout.readline() if ready else b""
        if not line.strip().isdigit():
            process.kill()
            process.wait()
            log.seek(0)
            said = log.read().decode(errors="replace").strip()
            raise SailError(f"Sail did not start: {said[-500:]}")
    return Sail(port=int(line), process=process)
