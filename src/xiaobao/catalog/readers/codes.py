"""Reads `standards/<id>/standard.toml` and its code tables."""

from datetime import date

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.codes import Code, CodeTable, Facet, Standard
from xiaobao.catalog.readers.decoding import Record, Text, folders, listed, rows, toml, wrong
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Language, Words


class _Standard(Record, frozen=True, kw_only=True):
    name: Text
    source: str
    reconstructed: bool
    from_on: date
    to_on: date | None = None
    languages: list[Language]
    """Languages the names are stated in; a name without the other language stands for both."""
    confidence: str
    notes: tuple[str, ...] = ()


class _Code(Record, frozen=True, kw_only=True):
    code: str
    parent: str | None = None
    name_zh: str | None = None
    name_en: str | None = None
    aliases: str = ""
    from_on: date | None = None
    to_on: date | None = None
    source: str
    confidence: str
    note: str | None = None


def read_standards(files: CatalogFiles) -> dict[str, Standard]:
    """All coding standards by id."""
    return {name: _standard(files, name) for name in folders(files, "standards")}


def _standard(files: CatalogFiles, standard_id: str) -> Standard:
    path = f"standards/{standard_id}/standard.toml"
    stated = toml(files, path, _Standard)
    if stated.to_on is not None and stated.to_on <= stated.from_on:
        raise wrong(path, "to_on", zh="不晚于 from_on", en="is not later than from_on")
    tables = {
        facet: _table(files, f"standards/{standard_id}/{facet.value}.csv", standard_id, facet, stated)
        for facet in Facet
        if f"standards/{standard_id}/{facet.value}.csv" in files
    }
    return Standard(
        id=standard_id,
        name=stated.name.words(),
        source=stated.source,
        reconstructed=stated.reconstructed,
        from_on=stated.from_on,
        to_on=stated.to_on,
        tables=tables,
    )


def _table(files: CatalogFiles, path: str, standard_id: str, facet: Facet, standard: _Standard) -> CodeTable:
    codes: dict[str, Code] = {}
    for row in rows(files, path, _Code):
        if row.code in codes:
            raise wrong(path, row.code, zh="代码重复", en="the code is there twice")
        codes[row.code] = _code(path, row, codes, standard)
    _check_aliases(path, codes)
    return CodeTable(standard_id=standard_id, facet=facet, codes=codes)


def _code(path: str, row: _Code, above: dict[str, Code], standard: _Standard) -> Code:
    if row.parent is not None and row.parent not in above:
        raise wrong(
            path,
            row.code,
            zh=f"上级代码 {row.parent} 不在它之前",
            en=f"its parent {row.parent} does not come before it",
        )
    from_on = row.from_on or standard.from_on
    to_on = row.to_on or standard.to_on
    if to_on is not None and to_on <= from_on:
        raise wrong(path, row.code, zh="to_on 不晚于 from_on", en="to_on is not later than from_on")
    return Code(
        code=row.code,
        parent=row.parent,
        level=1 if row.parent is None else above[row.parent].level + 1,
        name=_name(path, row, standard),
        from_on=from_on,
        to_on=to_on,
        source=row.source,
        confidence=row.confidence,
        aliases=listed(row.aliases),
    )


def _name(path: str, row: _Code, standard: _Standard) -> Words:
    stated = {"zh": row.name_zh, "en": row.name_en}
    for language in standard.languages:
        if stated[language] is None:
            raise wrong(path, row.code, zh=f"没有 name_{language}", en=f"has no name_{language}")
    either = row.name_zh or row.name_en or row.code
    return Words(zh=row.name_zh or either, en=row.name_en or either)


def _check_aliases(path: str, codes: dict[str, Code]) -> None:
    """An alias means one code, and no alias reads like another row's code; names may repeat (其他)."""
    meaning = {name_key(code): code for code in codes}
    for row in codes.values():
        for alias in row.aliases:
            other = meaning.setdefault(name_key(alias), row.code)
            if other != row.code:
                raise wrong(
                    path,
                    row.code,
                    zh=f"别名 {alias} 已属于 {other}",
                    en=f"its alias {alias} already means {other}",
                )
