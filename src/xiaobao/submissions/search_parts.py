"""Where the parts of the search index lie, one a month of narratives, so that each goes with its month.

A part is never changed: a newer one takes its place when `state.json` names it. Readers see one state whole.
"""

import shutil
from pathlib import Path

import msgspec

from xiaobao.lib.files import make_folder, new_file, put_in_place, sync_folder
from xiaobao.lib.ids import new_token
from xiaobao.submissions.home import Home

FORMAT = 1
"""Of the index; an index of another one is made anew."""
_STATE = "state.json"


class SearchState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the index holds."""

    format: int = FORMAT
    posted_seq: int
    """Complaints as they stand at this posting sequence."""
    masking_version: str
    """Of numbers, then of names."""
    expired: tuple[str, ...]
    """Months that had expired."""
    parts: dict[str, str]
    """Month of the narratives → name of the folder."""


def read(home: Home) -> SearchState | None:
    """The state of the index; None where there is none that this version can read."""
    try:
        content = (home.search_folder / _STATE).read_bytes()
        state = msgspec.json.decode(content, type=SearchState)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return state if state.format == FORMAT else None


def write(home: Home, state: SearchState) -> None:
    """Name the parts that answer from now on, durably, and remove all others."""
    folder = home.search_folder
    temporary = folder / f".{new_token()}.part"
    with new_file(temporary) as stream:
        stream.write(msgspec.json.encode(state, order="deterministic"))
    put_in_place(temporary, folder / _STATE)
    for path in folder.iterdir():
        if path.name not in (_STATE, *state.parts.values()):
            _remove(path)


def new_part(home: Home, month: str) -> Path:
    """The folder of a part that is to be made."""
    make_folder(home.search_folder.absolute())
    return home.search_folder / f"{month}.{new_token()}"


def remove_month(home: Home, month: str) -> None:
    """Remove, durably, whatever stands of a month, named or not."""
    if not home.search_folder.is_dir():
        return
    for path in home.search_folder.glob(f"{month}.*"):
        _remove(path)
    sync_folder(home.search_folder)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
