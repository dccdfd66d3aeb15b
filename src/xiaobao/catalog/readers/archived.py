"""A catalog of the past, which may lack what files have to state today: decision 0097.

What it does not state and nothing can be read without, the standing catalog says at the same place.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from xiaobao.catalog.catalog import CatalogFiles

_MISSING = re.compile(r"Object missing required field `(?P<key>.+?)`(?: - at `\$(?P<place>.*)`)?")
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+)\]|\[\.\.\.\]")


@dataclass(frozen=True, slots=True)
class ArchivedFiles(Mapping[str, bytes]):
    """The files of a catalog as it was used, and those in force, which state what it does not."""

    own: CatalogFiles
    standing: CatalogFiles

    def __getitem__(self, path: str) -> bytes:
        return self.own[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)


def complete(stated: object, standing: object, *, error: msgspec.ValidationError) -> bool:
    """Add the key whose absence is the error to `stated`, as `standing` has it; False where it has none."""
    missing = _MISSING.match(str(error))
    if missing is None:
        return False
    key, added = missing["key"], False
    steps = list(_STEP.finditer(missing["place"] or ""))
    for own, other in _places(stated, standing, steps):
        if isinstance(own, dict) and key not in own:
            if not isinstance(other, dict) or key not in other:
                return False
            own[key] = other[key]
            added = True
    return added


def _places(own: object, other: object, steps: list[re.Match[str]]) -> Iterator[tuple[object, object]]:
    """The place that the steps lead to in either; a step that names no key leads to every one."""
    if not steps:
        yield own, other
        return
    step, following = steps[0], steps[1:]
    for key in _keys(own, step):
        yield from _places(_at(own, key), _at(other, key), following)


def _keys(value: object, step: re.Match[str]) -> list[str | int]:
    if step["name"] is not None:
        return [step["name"]]
    if step["index"] is not None:
        return [int(step["index"])]
    return (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )


def _at(value: object, key: str | int) -> object:
    """What lies under a key; in a list that is too short its last, as what is dated stands in order."""
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and value and isinstance(key, int):
        return value[min(key, len(value) - 1)]
    return None
