"""Which fonts set a document: those of the site or the system first, those of the package last."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from xiaobao.lib.words import Language

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
_LATIN = ("Libertinus Serif",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """Fonts of a document: role → families in the order they are tried, glyph by glyph."""

    families: Mapping[str, tuple[str, ...]]
    folders: tuple[Path, ...]

    def used(self) -> dict[str, str]:
        """Role → the family that sets it, rare characters aside."""
        return {role: families[0] for role, families in self.families.items()}


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
    fonts = Fonts(families=found, folders=folders)
    _log.info("fonts: %s", ", ".join(f"{role} {family}" for role, family in fonts.used().items()))
    return fonts


@lru_cache(maxsize=8)
def _families(folders: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(
        typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in folders]).families()
    )
