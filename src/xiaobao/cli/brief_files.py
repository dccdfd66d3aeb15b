"""Files that briefs are read from and written to."""

from datetime import date
from pathlib import Path

import msgspec

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.compose import SERIES
from xiaobao.outputs.brief.document import Brief, decode
from xiaobao.outputs.brief.renderings import Renderings
from xiaobao.outputs.register import Issued
from xiaobao.submissions.home import Home

_FOLDER = "briefs"


class DraftError(UserError):
    """A draft file that is none, or of another day."""


def draft_path(home: Home, brief: Brief) -> Path:
    """Where the draft of a brief goes when nobody says where."""
    header = brief.header
    return home.path / _FOLDER / f"draft-{header.series}-{header.day}-{header.language}.json"


def page_path(home: Home, issued: Issued) -> Path:
    """Where the page of an issued brief goes when nobody says where."""
    return home.path / _FOLDER / f"{issued.series}-{issued.number}.html"


def write_renderings(page: Path, renderings: Renderings) -> tuple[Path, ...]:
    """Write page, PDF and DOCX beside one another; the page where `page` says. The files written."""
    files = renderings.by_suffix()
    written = tuple(page if suffix == ".html" else page.with_suffix(suffix) for suffix in files)
    for path, content in zip(written, files.values(), strict=True):
        write_file(path, content)
    return written


def write_file(path: Path, content: bytes) -> None:
    """Write a file, its folder made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def named_brief(home: Home, name: str) -> Brief:
    """The issued brief of a number, or the draft in a file; DraftError, UnknownNumberError."""
    if name.endswith(".json"):
        return read_draft(Path(name))
    return register.brief_of(home, register.find(name, series=SERIES))


def read_draft(path: Path, *, day: date | None = None) -> Brief:
    """The draft in a file; DraftError when it cannot be read or is of another day."""
    try:
        brief = decode(path.read_bytes())
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise DraftError(
            Words(zh=f"{path} 不是简报草稿：{error}", en=f"{path} is not the draft of a brief: {error}")
        ) from error
    if day is not None and brief.header.day != day:
        raise DraftError(
            Words(
                zh=f"{path} 是 {brief.header.day} 的草稿，不是 {day} 的",
                en=f"{path} is the draft of {brief.header.day}, not of {day}",
            )
        )
    return brief
