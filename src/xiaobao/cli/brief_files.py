"""Files that briefs are read from and written to."""

from pathlib import Path

from xiaobao.casework.briefs import queries
from xiaobao.casework.briefs.drafts import Life, serial_of
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.outputs import register
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.renderings import Renderings
from xiaobao.outputs.brief.words import words_of
from xiaobao.outputs.register import Issued
from xiaobao.submissions.home import Home
from xiaobao.workflows.compose_brief import KeptDraft, brief_of

_FOLDER = "briefs"


class WordsFileError(UserError):
    """A file of edited words that cannot be read."""


def draft_path(home: Home, life: Life) -> Path:
    """Where the page of a draft goes when nobody says where."""
    return home.path / _FOLDER / f"draft-{life.name}.html"


def words_path(home: Home, draft: str) -> Path:
    """Where the editable words of a draft lie when nobody says where."""
    return home.path / _FOLDER / f"draft-{draft.upper()}.txt"


def page_path(home: Home, issued: Issued) -> Path:
    """Where the page of an issued brief goes when nobody says where."""
    return home.path / _FOLDER / f"{issued.series}-{issued.number}.html"


def write_draft(page: Path, kept: KeptDraft) -> tuple[Path, ...]:
    """Write page, PDF, DOCX and editable words of a draft beside one another. The files written."""
    words = page.with_suffix(".txt")
    write_file(words, words_of(kept.brief).encode())
    return (*write_renderings(page, kept.renderings), words)


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


def read_words(path: Path) -> str:
    """The words in a file; WordsFileError when it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise WordsFileError(
            Words(
                zh=f"没有文件 {path}；请给出修改后的文件", en=f"there is no file {path}; name the edited one"
            )
        ) from error
    except (UnicodeDecodeError, OSError) as error:
        raise WordsFileError(
            Words(zh=f"{path} 不能读作文字（UTF-8）：{error}", en=f"{path} cannot be read as UTF-8: {error}")
        ) from error


def named_brief(home: Home, name: str, *, series: str) -> Brief:
    """The issued brief of a number, or the last revision of a draft; raises as their look-ups do."""
    if serial_of(name) is not None:
        return brief_of(home, queries.life_of(name))
    return register.brief_of(home, register.find(name, series=series))
