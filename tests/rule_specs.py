"""Spec rows of the validation rules: for each rule files that keep it and files that break it.

`tests/spec/rules/<rule>.toml` holds `[[case]]` tables of the shape of `Case`: the changed cells of a usual
row of the source, or a text, or the name of a file that `rule_files` makes. They are run by one parametrised
test, and the reference page of rules shows them.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
from bank_report_files import KEYS, StatedHistory, catalog
from rule_files import MADE, bytes_of_rows, usual

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.sources import DeliveryKind, RevisionType
from xiaobao.intake.call_days import CALL_DAY_SCHEMA
from xiaobao.intake.check import check
from xiaobao.intake.day_counts import DAY_COUNT_SCHEMA
from xiaobao.intake.delivery import CheckResult, Delivery

SPECS = Path(__file__).parent / "spec" / "rules"
_SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICIAL = "standards/jrt0169-2018/standard.toml"


class RecentDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows that the source reported on each of its recent days."""

    rows: int
    days: int = 90
    """Of how many days, ending with the one so many days before the day of the delivery:"""
    until: int = 1
    delivery: int = 1
    """Which delivery of the day stated them."""
    lag: int = 1
    channel: str = "A0101"
    business: str = "B0302"
    cause: str = "C01"


class RecentCalls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An interval of calls that the branch stated on each of its recent days."""

    begins: str = "09:00"
    """Local time."""
    minutes: int = 30
    seat_place: str | None = "home"
    offered: int = 100
    answered: int = 80
    days: int = 80


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file as it is delivered, and whether it breaks the rule."""

    breaks: bool
    rows: list[dict[str, str]] = msgspec.field(default_factory=lambda: [{}])
    """Cells that differ from a usual row of the source, by header; they come first in the file."""
    beside: int = 10
    """Usual rows below them, so that the share of rejected rows stays low."""
    replace: dict[str, str] = msgspec.field(default_factory=dict)
    """Texts of the CSV file so made, replaced by others."""
    append: str = ""
    hex_after: str = ""
    """Bytes after the file."""
    encoding: str = "utf-8"
    text: str | None = None
    """The whole file, instead of rows."""
    made: str | None = None
    """The name of a file in `rule_files.MADE`, instead of rows."""
    shown: str | None = None
    """What the reference page says of the file where its cells do not tell."""
    column: str | None = None
    """Header of the column that a finding must name, on the first row."""
    also: list[str] = msgspec.field(default_factory=list)
    """Other rules that find something in it."""
    source: str = "bank-gy01"
    day: date = date(2020, 3, 2)
    kind: DeliveryKind = DeliveryKind.REGULAR
    revision: int = 1
    """For a source that counts its deliveries."""
    total: int | None = None
    simulated: bool | None = None
    """Mark of the home; that of the source when not stated."""
    known: dict[str, bool] | None = None
    """Numbers the ledger knows → whether withdrawn; this, `last_revision` or recent days make a history."""
    same: list[str] = msgspec.field(default_factory=list)
    """Known numbers of which the ledger has the same content as the file."""
    last_revision: int | None = None
    recent: list[RecentDays] | None = None
    recent_calls: list[RecentCalls] | None = None
    keys: bool = False
    """Whether the keys of the home are at hand."""
    official: bool = False
    """Whether the coding standard is the official text instead of a reconstruction."""
    limits: dict[str, int] = msgspec.field(default_factory=dict)
    """Limits lowered, so that a small file is beyond them: `module:NAME` → number."""
    catalog: dict[str, str] = msgspec.field(default_factory=dict)
    """Files of the catalog that differ: path → their text."""
    catalog_replace: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    """Path of a file of the catalog → texts in it, replaced by others."""


class _Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    case: list[Case]


def specified() -> tuple[str, ...]:
    """The rules that have spec rows."""
    return tuple(sorted(path.stem for path in SPECS.glob("*.toml")))


def cases_of(rule_id: str) -> list[Case]:
    """The spec rows of a rule, as written."""
    stated = tomllib.loads((SPECS / f"{rule_id}.toml").read_text(encoding="utf-8"))
    return msgspec.convert(stated, _Spec).case


def outcome(case: Case) -> CheckResult:
    """The file of a case, checked."""
    known = _catalog_of(case)
    source = known.source(case.source)
    history = None
    if (case.known, case.last_revision, case.recent, case.recent_calls) != (None, None, None, None):
        history = StatedHistory(
            case.known,
            last=case.last_revision,
            same=case.same,
            recent=day_counts(case.day, case.recent or []),
            calls=call_days(case.day, case.recent_calls or []),
        )
    delivery = Delivery(
        source_code=case.source,
        day=case.day,
        kind=case.kind,
        revision=case.revision if source.revision is RevisionType.SERIAL else None,
        stated_total=case.total,
    )
    with TemporaryDirectory() as folder, _lowered(case.limits):
        path = Path(folder) / "delivery"
        path.write_bytes(content_of(case))
        return check(
            path,
            delivery=delivery,
            catalog=known,
            simulated=source.simulated if case.simulated is None else case.simulated,
            history=history,
            keys=KEYS if case.keys else None,
        )


def day_counts(day: date, recent: Sequence[RecentDays]) -> pl.DataFrame:
    """`DAY_COUNT_SCHEMA` of the recent days before a day."""
    stated = [
        (
            day - timedelta(days=ago),
            each.delivery,
            each.lag,
            facet.value,
            getattr(each, facet.value),
            each.rows,
        )
        for each in recent
        for ago in range(each.until, each.until + each.days)
        for facet in Facet
    ]
    return pl.DataFrame(stated, schema=DAY_COUNT_SCHEMA, orient="row")


def call_days(day: date, recent: Sequence[RecentCalls]) -> pl.DataFrame:
    """`CALL_DAY_SCHEMA` of the recent days before a day, in the time of Shanghai."""
    stated = [
        (
            each_day,
            1,
            int(datetime.combine(each_day, time.fromisoformat(each.begins), _SHANGHAI).timestamp()) // 60,
            each.minutes,
            each.seat_place,
            each.offered,
            each.answered,
        )
        for each in recent
        for each_day in (day - timedelta(days=ago) for ago in range(1, each.days + 1))
    ]
    return pl.DataFrame(stated, schema=CALL_DAY_SCHEMA, orient="row")


def content_of(case: Case) -> bytes:
    """The bytes of the file."""
    if case.made is not None:
        return MADE[case.made]()
    if case.text is not None:
        return case.text.encode(case.encoding) + bytes.fromhex(case.hex_after)
    stated = [usual(case.source, f"T{place}") | changed for place, changed in enumerate(case.rows, start=1)]
    beside = [usual(case.source, f"OK{number}") for number in range(case.beside)]
    text = bytes_of_rows([*stated, *beside]).decode()
    for old, new in case.replace.items():
        assert old in text, f"{old!r} is not in the file"
        text = text.replace(old, new)
    return (text + case.append).encode(case.encoding) + bytes.fromhex(case.hex_after)


@contextmanager
def _lowered(limits: Mapping[str, int]) -> Iterator[None]:
    with ExitStack() as stack:
        for place, limit in limits.items():
            module, name = place.split(":")
            stack.enter_context(patch.object(import_module(module), name, limit))
        yield


def _catalog_of(case: Case) -> Catalog:
    replaced = dict(case.catalog_replace)
    if case.official:
        replaced[OFFICIAL] = {"reconstructed = true": "reconstructed = false"}
    if not case.catalog and not replaced:
        return catalog()
    return _changed(
        tuple(sorted(case.catalog.items())),
        tuple(sorted((path, tuple(sorted(texts.items()))) for path, texts in replaced.items())),
    )


@cache
def _changed(
    files: tuple[tuple[str, str], ...], replaced: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
) -> Catalog:
    found: dict[str, bytes] = dict(catalog().files) | {path: text.encode() for path, text in files}
    for path, texts in replaced:
        found[path] = _with_texts(found[path], dict(texts))
    return reading.parse(found)


def _with_texts(content: bytes, texts: Mapping[str, str]) -> bytes:
    text = content.decode()
    for old, new in texts.items():
        assert old in text, f"{old!r} is not in the file of the catalog"
        text = text.replace(old, new)
    return text.encode()
