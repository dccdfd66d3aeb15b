"""Reads `regions/<standard>.csv`."""

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.readers.decoding import Record, listed, rows, stems, wrong
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words


class _Region(Record, frozen=True, kw_only=True):
    code: str
    name_zh: str
    name_en: str
    aliases: str = ""
    source: str
    confidence: str


def read_regions(files: CatalogFiles) -> tuple[dict[str, dict[str, Words]], dict[str, dict[str, str]]]:
    """Region standard → code → name, and region standard → `name_key` of a name or alias → code."""
    names: dict[str, dict[str, Words]] = {}
    aliases: dict[str, dict[str, str]] = {}
    for standard in stems(files, "regions", ".csv"):
        path = f"regions/{standard}.csv"
        stated = rows(files, path, _Region)
        names[standard] = {row.code: Words(zh=row.name_zh, en=row.name_en) for row in stated}
        aliases[standard] = _aliases(path, stated)
    return names, aliases


def _aliases(path: str, stated: list[_Region]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in stated:
        for name in (row.code, row.name_zh, row.name_en, *listed(row.aliases)):
            other = found.setdefault(name_key(name), row.code)
            if other != row.code:
                raise wrong(path, row.code, zh=f"{name} 已指 {other}", en=f"{name} already means {other}")
    return found
