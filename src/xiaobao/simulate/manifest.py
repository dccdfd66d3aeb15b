"""The manifest of a folder of deliveries: what is delivered when, one JSON line each, in order of `at`."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

MANIFEST_NAME = "deliveries.jsonl"

Mark = Literal["replay", "simulated"]
DeliveryKind = Literal["regular", "supplementary", "nil"]


class ManifestError(UserError):
    """A manifest that cannot be played; names the file and the line."""


class PlannedDelivery(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One delivery of a manifest."""

    at: datetime
    """When it arrives: aware, later than every line before it."""
    mark: Mark
    """What the data are; only a home of the same mark takes them."""
    source_code: str
    day: date
    """The business day the reporter declares."""
    kind: DeliveryKind
    revision: int | None
    stated_total: int | None
    """Rows the reporter says the file has."""
    file: str | None
    """Relative to the manifest's folder; None for a nil report."""
    covers_from: date | None = None
    """First day of the period that the delivery states up to `day`; None: the day alone."""


def write_manifest(deliveries: Iterable[PlannedDelivery], folder: Path) -> Path:
    """Write the deliveries in order of `at` as `deliveries.jsonl` of the folder; its path."""
    path = folder / MANIFEST_NAME
    lines = [msgspec.json.encode(delivery) for delivery in sorted(deliveries, key=lambda line: line.at)]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def read_manifest(path: Path) -> tuple[PlannedDelivery, ...]:
    """The deliveries of a manifest; ManifestError where a line is wrong, out of order or lacks its file."""
    if not path.is_file():
        raise _error(path, 0, zh="没有这个清单文件", en="there is no such manifest")
    deliveries = tuple(
        _read_line(path, number, line) for number, line in enumerate(path.read_bytes().splitlines(), start=1)
    )
    _check_order(path, deliveries)
    return deliveries


def _read_line(path: Path, number: int, line: bytes) -> PlannedDelivery:
    try:
        delivery = msgspec.json.decode(line, type=PlannedDelivery)
    except msgspec.DecodeError as error:
        raise _error(path, number, zh=f"无法读取：{error}", en=f"cannot be read: {error}") from error
    if delivery.at.tzinfo is None:
        raise _error(path, number, zh="时刻缺少时区", en="the moment has no time zone")
    if (delivery.file is None) != (delivery.kind == "nil"):
        raise _error(
            path, number, zh="零报告不带文件，其他报送必须带文件", en="a nil report has no file, others have"
        )
    if delivery.file is not None and not (path.parent / delivery.file).is_file():
        raise _error(path, number, zh=f"缺少文件 {delivery.file}", en=f"file {delivery.file} is missing")
    return delivery


def _check_order(path: Path, deliveries: Sequence[PlannedDelivery]) -> None:
    for number, (earlier, later) in enumerate(pairwise(deliveries), start=2):
        if later.at <= earlier.at:
            raise _error(path, number, zh="时刻不晚于上一行", en="its moment is not after the line before")


def _error(path: Path, number: int, *, zh: str, en: str) -> ManifestError:
    return ManifestError(
        Words(zh=f"清单 {path} 第 {number} 行：{zh}", en=f"manifest {path}, line {number}: {en}")
    )
