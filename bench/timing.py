"""Seconds of a call, and its highest memory."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

_SAMPLE_SECONDS = 0.01
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def seconds(call: Callable[[], object], *, times: int = 1) -> float:
    """The median of `times` runs, in seconds of wall time."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def seconds_and_mebibytes(call: Callable[[], object]) -> tuple[float, float]:
    """The wall time of one run, and the highest resident memory of the process while it lasted."""
    done = threading.Event()
    highest = [_resident_bytes()]

    def watch() -> None:
        while not done.wait(_SAMPLE_SECONDS):
            highest.append(max(highest.pop(), _resident_bytes()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        taken = seconds(call)
    finally:
        done.set()
        watcher.join()
    return taken, highest[0] / 1024**2


def peak_mebibytes() -> float:
    """The highest resident memory of this program so far.

    Not that of `getrusage`, which goes on from the process that started it.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES


def rate(rows: int, taken: float) -> str:
    """Seconds and rows a second, as a table shows them."""
    return f"{taken:.2f} s, {rows / taken / 1e6:.3f} M rows/s"
