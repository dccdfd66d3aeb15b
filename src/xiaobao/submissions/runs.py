"""Results of the night: one file a kind and business day below `runs/`, made from the ledger at any time.

Nothing of the record stands on them: whoever loses the folder runs the night's work again.
"""

from datetime import date
from pathlib import Path

from xiaobao.lib.files import make_folder, new_file, put_in_place, sync_folder
from xiaobao.lib.ids import new_token
from xiaobao.submissions.home import Home

SURGES = "surges"
TOPICS = "topics"
CODING = "coding"
LINKAGE = "linkage"


def read(home: Home, kind: str, day: date) -> bytes | None:
    """What a run has written of a day; None where no run has."""
    try:
        return _path(home, kind, day).read_bytes()
    except FileNotFoundError:
        return None


def write(home: Home, kind: str, day: date, content: bytes) -> Path:
    """Write what a run found, durably; what an earlier run wrote of the day is replaced."""
    path = _path(home, kind, day)
    make_folder(path.parent.absolute())
    temporary = path.parent / f".{new_token()}.part"
    with new_file(temporary) as stream:
        stream.write(content)
    put_in_place(temporary, path)
    return path


def remove(home: Home, kind: str, first_on: date, last_on: date) -> None:
    """Remove, durably, what runs of these days have written."""
    folder = home.runs_folder / kind
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.json")):
        if first_on.isoformat() <= path.stem <= last_on.isoformat():
            path.unlink()
    sync_folder(folder)


def _path(home: Home, kind: str, day: date) -> Path:
    return home.runs_folder / kind / f"{day.isoformat()}.json"
