"""What a code, name or alias may mean in a code table."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from xiaobao.catalog.codes import Code, CodeTable
from xiaobao.lib.text import name_key


def meanings(table: CodeTable, value: str) -> tuple[Code, ...]:
    """The code stated, or else every code that bears the name."""
    if not value:
        return ()
    stated = table.codes.get(value)
    return (stated,) if stated is not None else _names(_Keyed(table)).get(name_key(value), ())


class _Keyed:
    """A code table as a key of the cache: the same table is the same object."""

    def __init__(self, table: CodeTable) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.table is self.table


@lru_cache(maxsize=32)
def _names(keyed: _Keyed) -> Mapping[str, tuple[Code, ...]]:
    found: dict[str, dict[str, Code]] = defaultdict(dict)
    for code in keyed.table.codes.values():
        together = (f"{code.code} {code.name.zh}", f"{code.code} {code.name.en}")  # as templates offer them
        for name in (code.code, code.name.zh, code.name.en, *together, *code.aliases):
            if key := name_key(name):
                found[key][code.code] = code
    return {key: tuple(codes.values()) for key, codes in found.items()}
