"""Reads `published/<id>.toml`: how published notices count."""

from datetime import date
from decimal import Decimal, InvalidOperation

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.published import Break, Explained, Notices, PrintedNumber, PublishedGroup
from xiaobao.catalog.readers.decoding import Record, Text, stems, toml, wrong
from xiaobao.lib.periods import Quarter
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words

CHECKS = ("share", "change", "total", "median", "rate")
"""What is computed again of a printed number."""


class _Group(Record, frozen=True, kw_only=True):
    name: str
    from_quarter: str
    members: tuple[str, ...] = ()


class _Alias(Record, frozen=True, kw_only=True):
    name: str
    also: tuple[str, ...]


class _Break(Record, frozen=True, kw_only=True):
    from_quarter: str
    zh: str
    en: str


class _Exception(Record, frozen=True, kw_only=True):
    quarter: str
    entity: str
    metric: str
    check: str
    printed: str = ""
    zh: str
    en: str


class _Notices(
    Record,
    frozen=True,
    kw_only=True,
    rename={"groups": "group", "breaks": "break", "exceptions": "exception", "aliases": "alias"},
):
    name: Text
    source: str
    owner: str
    next_review_on: date
    groups: tuple[_Group, ...]
    breaks: tuple[_Break, ...] = ()
    exceptions: tuple[_Exception, ...] = ()
    domain: str = ""
    aliases: tuple[_Alias, ...] = ()


def read_published(files: CatalogFiles) -> dict[str, Notices]:
    """All series of notices by id."""
    return {name: _notices(files, name) for name in stems(files, "published", ".toml")}


def _notices(files: CatalogFiles, notices_id: str) -> Notices:
    path = f"published/{notices_id}.toml"
    stated = toml(files, path, _Notices)
    return Notices(
        id=notices_id,
        name=stated.name.words(),
        source=stated.source,
        owner=stated.owner,
        next_review_on=stated.next_review_on,
        groups=_groups(path, stated.groups),
        breaks=tuple(
            Break(from_quarter=_quarter(path, one.from_quarter), why=Words(zh=one.zh, en=one.en))
            for one in stated.breaks
        ),
        exceptions={_number(path, one): _explained(path, one) for one in stated.exceptions},
        domain_id=stated.domain,
        aliases={name_key(other): one.name for one in stated.aliases for other in one.also},
    )


def _groups(path: str, stated: tuple[_Group, ...]) -> dict[str, PublishedGroup]:
    found: dict[str, PublishedGroup] = {}
    for row in stated:
        twice = {name for other in found.values() for name in other.members} & set(row.members)
        if row.name in found or twice:
            raise wrong(path, row.name, zh="组或成员重复", en="the group or a member is there twice")
        found[row.name] = PublishedGroup(
            name=row.name, from_quarter=_quarter(path, row.from_quarter), members=frozenset(row.members)
        )
    return found


def _number(path: str, row: _Exception) -> PrintedNumber:
    if row.check not in CHECKS:
        raise wrong(path, f"exception.{row.entity}.check", zh=f"应为 {CHECKS} 之一", en=f"is one of {CHECKS}")
    return PrintedNumber(
        quarter=_quarter(path, row.quarter), entity=row.entity, metric=row.metric, check=row.check
    )


def _explained(path: str, row: _Exception) -> Explained:
    try:
        printed = Decimal(row.printed) if row.printed else None
    except InvalidOperation as error:
        where = f"exception.{row.entity}.printed"
        raise wrong(path, where, zh="不是数字", en="is no number") from error
    return Explained(why=Words(zh=row.zh, en=row.en), printed=printed)


def _quarter(path: str, stated: str) -> Quarter:
    try:
        return Quarter.parse(stated)
    except ValueError as error:
        raise wrong(path, stated, zh="不是季度，应如 2020Q2", en="is no quarter such as 2020Q2") from error
