"""Reads `divisions/<region standard>.csv`."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.readers.decoding import Record, rows, stems, wrong
from xiaobao.catalog.regions import Division, Divisions
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words


class _Division(Record, frozen=True, kw_only=True):
    code: str
    parent: str
    name_zh: str
    from_on: date | None = None
    to_on: date | None = None
    source: str
    confidence: str


def read_divisions(files: CatalogFiles, regions: Mapping[str, Mapping[str, Words]]) -> dict[str, Divisions]:
    """Region standard → the divisions below its regions, a parent before its children."""
    return {name: _divisions(files, name, regions) for name in stems(files, "divisions", ".csv")}


def _divisions(files: CatalogFiles, standard: str, regions: Mapping[str, Mapping[str, Words]]) -> Divisions:
    path = f"divisions/{standard}.csv"
    if standard not in regions:
        raise wrong(path, "", zh="没有同名的地区标准", en="there is no region standard of that name")
    found: dict[str, Division] = {}
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows(files, path, _Division):
        if row.code in found or row.code in regions[standard]:
            raise wrong(path, row.code, zh="重复", en="is there twice")
        if row.parent not in found and row.parent not in regions[standard]:
            raise wrong(path, row.code, zh=f"其上没有 {row.parent}", en=f"has no {row.parent} above it")
        found[row.code] = Division(
            code=row.code, name=row.name_zh, parent=row.parent, from_on=row.from_on, to_on=row.to_on
        )
        names[name_key(row.name_zh)].append(row.code)
    return Divisions(by_code=found, by_name={name: tuple(codes) for name, codes in names.items()})
