"""Reads `plausibility.toml`."""

import re

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.plausibility import Plausibility
from xiaobao.catalog.readers.decoding import Record, toml_table, wrong
from xiaobao.lib.text import name_key

_PATH = "plausibility.toml"


class _Plausibility(Record, frozen=True, kw_only=True):
    amount_limit: int
    usual_amount_from: int
    amounts_needed: int
    units: dict[str, int]
    same_text_rows: int
    same_text_characters: int
    empty_texts: list[str]
    identity_length: tuple[int, int]
    contact_digits: tuple[int, int]
    contact_doubtful: str | None = None
    totals_begin: tuple[str, ...] = ()
    form_begins: tuple[str, ...] = ()


def read_plausibility(files: CatalogFiles) -> dict[str, Plausibility]:
    """What is unlikely, by domain; nothing where the catalog has no such file."""
    if _PATH not in files:
        return {}
    return {key: _of(key, row) for key, row in toml_table(files, _PATH, _Plausibility).items()}


def _of(key: str, row: _Plausibility) -> Plausibility:
    for name in ("amount_limit", "usual_amount_from", "amounts_needed", "same_text_rows"):
        if getattr(row, name) < 1:
            raise wrong(_PATH, f"{key}.{name}", zh="应大于 0", en="is greater than 0")
    for name, (fewest, most) in (
        ("identity_length", row.identity_length),
        ("contact_digits", row.contact_digits),
    ):
        if not 0 < fewest <= most:
            raise wrong(_PATH, f"{key}.{name}", zh="下限应大于 0 且不大于上限", en="counts up from 1")
    if row.contact_doubtful is not None:
        _check_expression(key, row.contact_doubtful)
    return Plausibility(
        amount_limit=row.amount_limit,
        usual_amount_from=row.usual_amount_from,
        amounts_needed=row.amounts_needed,
        units=row.units,
        same_text_rows=row.same_text_rows,
        same_text_characters=row.same_text_characters,
        empty_texts=frozenset(map(name_key, row.empty_texts)),
        identity_length=row.identity_length,
        contact_digits=row.contact_digits,
        contact_doubtful=row.contact_doubtful,
        totals_begin=_beginnings(key, "totals_begin", row.totals_begin),
        form_begins=_beginnings(key, "form_begins", row.form_begins),
    )


def _beginnings(key: str, name: str, stated: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(name_key, stated)):
        raise wrong(_PATH, f"{key}.{name}", zh="含空的词", en="holds an empty word")
    return stated


def _check_expression(key: str, expression: str) -> None:
    try:
        re.compile(expression)
    except re.error as error:
        raise wrong(
            _PATH, f"{key}.contact_doubtful", zh=f"不是正则表达式：{error}", en=f"is no expression: {error}"
        ) from error
