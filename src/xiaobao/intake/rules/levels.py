"""Codes stated level by level, in a column each: a lower one lies under the upper ones beside it."""

from collections.abc import Iterator

from xiaobao.catalog.codes import Code, CodeTable
from xiaobao.intake.rules.code_names import meanings


def lowest(levels: list[str], *, table: CodeTable) -> Code | None:
    """The lowest level, stated by its code beneath upper ones that all mean something; else None."""
    stated = [level for level in levels if level]
    if not stated or not all(meanings(table, level) for level in stated[:-1]):
        return None
    return table.codes.get(stated[-1])


def lies_under(code: Code, levels: list[str], *, table: CodeTable) -> bool:
    """True where every upper level that is stated is one of the code's own."""
    above = set(_above(code, table))
    uppers = [level for level in levels if level][:-1]
    return all(any(upper.code in above for upper in meanings(table, level)) for level in uppers)


def _above(code: Code, table: CodeTable) -> Iterator[str]:
    parent = code.parent
    while parent is not None:
        yield parent
        parent = table.codes[parent].parent
