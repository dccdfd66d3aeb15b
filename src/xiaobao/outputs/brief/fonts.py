"""Which fonts set a document: those of the site or the system first, those of the package last."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from xiaobao.lib.words import Language, Words

FONTS_FOLDER = "fonts"
"""Folder of a home where a site puts its own licensed fonts; they come before all others."""
_SYSTEM_FOLDERS = (Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),)
"""Where Debian keeps the free FangSong, Kai and Hei. No other system font is looked at: what a document looks
like must not depend on what else a machine has."""
_PACKED = ("Noto Serif SC", "Noto Sans SC")
_log = logging.getLogger(__name__)

# GB/T 9704-2012: text in FangSong, headings in Hei, title and mark of the issuer in Xiaobiaosong.
_ROLES: Mapping[str, tuple[str, ...]] = {
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "FandolFang R", "FandolFang", "Noto Serif SC"),
    "strong": ("SimHei", "黑体", "FandolHei", "Noto Sans SC"),
    "emphasis": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "FandolKai", "Noto Serif SC"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "Noto Serif SC"),
}
_STANDARD: Mapping[str, tuple[str, ...]] = {
    "body": ("仿宋_GB2312", "FangSong_GB2312", "FangSong"),
    "strong": ("黑体", "SimHei"),
    "emphasis": ("楷体_GB2312", "KaiTi_GB2312", "KaiTi"),
    "title": ("方正小标宋简体", "FZXiaoBiaoSong-B05S"),
}
"""What the standard asks for, by the names it goes by."""
_PARTS: Mapping[str, Words] = {
    "body": Words(zh="正文", en="text"),
    "strong": Words(zh="标题与表头", en="headings"),
    "emphasis": Words(zh="提要", en="summary"),
    "title": Words(zh="刊名与题目", en="masthead and title"),
}
_LATIN = ("Libertinus Serif",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """Fonts of a document: role → families in the order they are tried, glyph by glyph."""

    families: Mapping[str, tuple[str, ...]]
    folders: tuple[Path, ...]


def fonts_for(language: Language, *, site: Path | None = None) -> Fonts:
    """The fonts found; `site` is a folder of the site's own fonts, which may be missing."""
    packed = Path(pylopdf_fonts_zh_cn.__file__).parent
    folders = tuple(folder for folder in (site, *_SYSTEM_FOLDERS, packed) if folder and folder.is_dir())
    present = _families(folders)
    found: dict[str, tuple[str, ...]] = {}
    for role, wanted in _ROLES.items():
        families = tuple(family for family in wanted if family in present)
        latin = _LATIN if language == "en" and role in ("body", "emphasis") else ()
        found[role] = (*latin, *dict.fromkeys((*families, *_PACKED)))
    if language == "zh":
        _tell_missing(folders)
    return Fonts(families=found, folders=folders)


def missing_in(folders: tuple[Path, ...]) -> tuple[Words, ...]:
    """What the standard asks for and no folder has, each with the family that stands in for it."""
    present = _families(folders)
    found = []
    for role, wanted in _ROLES.items():
        name, *others = _STANDARD[role]
        if not {name, *others} & present:
            used = next((family for family in wanted if family in present), _PACKED[0])
            found.append(
                Words(
                    zh=f"缺字体 {name}（{_PARTS[role].zh}），改用 {used}",
                    en=f"the font {name} ({_PARTS[role].en}) is missing, {used} is used instead",
                )
            )
    return tuple(found)


@lru_cache(maxsize=8)
def _tell_missing(folders: tuple[Path, ...]) -> None:
    """Once a process: the log names the fonts that are missing and those that stand in."""
    for words in missing_in(folders):
        _log.warning("%s / %s", words.zh, words.en)


@lru_cache(maxsize=8)
def _families(folders: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(
        typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in folders]).families()
    )
