"""What the value of a field stands for: a code and those below it, or what bears that name."""

from collections.abc import Iterator

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.names import ENTRY_KIND_WORDS
from xiaobao.analysis.search.index import Members
from xiaobao.catalog.codes import CodeTable, Facet
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words


def members_in(scope: Scope) -> Members:
    """By the tables of a domain; a value that they do not know stands for itself, as it was stated."""

    def members(name: str, value: str) -> frozenset[str]:
        return frozenset((value, *_known(name, value, scope)))

    return members


def _known(name: str, value: str, scope: Scope) -> Iterator[str]:
    key = name_key(value)
    match name:
        case "business" | "cause" | "channel":
            for standard in scope.standards():
                yield from _below(standard.tables[Facet(name)], value, key)
        case "institution":
            found = scope.catalog.register(scope.domain.id, simulated=scope.simulated).resolve(value)
            if found is not None:
                yield found.institution_code
        case "region":
            regions = scope.catalog.regions.get(scope.domain.region_standard, {})
            yield from (code for code, words in regions.items() if _named(words, key))
        case "path":
            yield from (code for code, words in scope.domain.paths.items() if _named(words, key))
        case "kind":
            yield from (code for code, words in ENTRY_KIND_WORDS.items() if _named(words, key))


def _below(table: CodeTable, value: str, key: str) -> Iterator[str]:
    """Codes that are, or lie below, one of that code or name."""
    tops = {one.code for one in table.codes.values() if one.code == value or _named(one.name, key)}
    for one in table.codes.values():
        place: str | None = one.code
        while place is not None and place not in tops:
            place = table.codes[place].parent
        if place is not None:
            yield one.code


def _named(words: Words, key: str) -> bool:
    return bool(key) and key in (name_key(words.zh), name_key(words.en))
