"""A file that somebody goes on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

_LONG = b"\r\n" * 250_000
"""Long enough that the writer gets its turn while the file is read, on a busy machine too."""


@contextmanager
def being_written(path: Path) -> Iterator[None]:
    """While this lasts, a blank line is added to the file again and again, many of them before it begins."""
    begun, ended = Event(), Event()

    def write() -> None:
        with path.open("ab", buffering=0) as stream:
            stream.write(_LONG)
            while not ended.is_set():
                stream.write(b"\r\n")
                begun.set()

    writer = Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        ended.set()
        writer.join()
