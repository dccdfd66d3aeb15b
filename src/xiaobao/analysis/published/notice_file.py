"""Reads the numbers of published notices from a CSV file, one printed number a line."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from xiaobao.lib.encoding import BYTE_ORDER_MARK, Recogniser, Undecodable, wide_encoding
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.periods import Quarter
from xiaobao.lib.text import tidy
from xiaobao.lib.words import Words

NEEDED = ("quarter", "entity_type", "entity", "metric", "value", "confidence")
OPTIONAL = ("unit", "change_pct", "change_base", "share_pct", "share_of", "source", "note")
QUOTED, DERIVED = "quoted", "derived"
ENTITY_TYPES = ("total", "group", "group_median", "business_line", "bank")
_VALUE_AS_PRINTED = "数值原文"
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?", re.ASCII)
_MINUS = "\N{MINUS SIGN}"
_IN_TEN_THOUSANDS = re.compile(r"原文\s*约?\s*(\d+(?:\.\d+)?)\s*万")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A number as printed, and the span of what it may stand for where print has rounded it."""

    value: Decimal
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One line of the file: a number of a notice with the ratios printed beside it."""

    line: int
    quarter: Quarter
    entity_type: str
    entity: str
    metric: str
    printed: Printed
    quoted: bool
    """False for a number that somebody worked out: it proves nothing and is not to be proved."""
    value_quoted: bool
    """True also where only the name beside a quoted number was worked out: good for sums and medians."""
    change_per_cent: Decimal | None
    change_base: str
    share_per_cent: Decimal | None
    share_of: str


class NoticeFileError(UserError):
    """A file of notices that cannot be used; names the line and what to do."""

    def __init__(self, path: Path, *, line: int, zh: str, en: str) -> None:
        super().__init__(
            Words(zh=f"{path} 第 {line} 行：{zh}", en=f"{path}, line {line}: {en}"),
            exit_code=ExitCode.DATA_REFUSED,
        )


def read_notices(paths: Sequence[Path], *, called: Callable[[str], str] = str) -> tuple[NoticeLine, ...]:
    """Every line of the files in order; NoticeFileError names the first that cannot be used.

    The same number quoted twice must be the same; ratios may stand with either. `called` says under which one
    name a bank goes that is written in several ways.
    """
    known: dict[tuple[Quarter, str, str], NoticeLine] = {}
    lines: list[NoticeLine] = []
    for path in paths:
        read = [_line(path, number, cells, called) for number, cells in _cells(path)]
        if not read:
            raise NoticeFileError(path, line=2, zh="没有任何一行数字", en="there is no line with a number")
        _refuse_contradictions(path, read, known)
        lines += read
    return tuple(lines)


def unused_columns(paths: Sequence[Path]) -> tuple[str, ...]:
    """Names of columns of the files of which nothing is read."""
    names = {name: None for path in paths for name in _header(csv.reader(io.StringIO(_text(path))))}
    return tuple(name for name in names if name not in (*NEEDED, *OPTIONAL))


def _cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = _header(reader)
        _check_header(path, header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise NoticeFileError(
                    path,
                    line=reader.line_num,
                    zh=f"有 {len(cells)} 个字段，表头有 {len(header)} 个；数字含千分位逗号的应加引号",
                    en=f"has {len(cells)} fields, the header {len(header)}; "
                    "a number with commas in it stands in quotes",
                )
            yield reader.line_num, {name: tidy(cell) for name, cell in zip(header, cells, strict=True)}
    except csv.Error as error:
        raise NoticeFileError(
            path, line=reader.line_num, zh=f"不是 CSV：{error}", en=f"not CSV: {error}"
        ) from error


def _header(reader: Iterator[list[str]]) -> list[str]:
    return [tidy(name) for name in next(reader, [])]


def _text(path: Path) -> str:
    """The file in UTF-8 or GB18030, as spreadsheets save it."""
    content = path.read_bytes()
    marked = content.startswith(BYTE_ORDER_MARK)
    if (wide := wide_encoding(content)) is not None:
        raise _not_read(path, 1, wide)
    recogniser = Recogniser(marked=marked)
    found = recogniser.feed(content.removeprefix(BYTE_ORDER_MARK), at=0)
    if isinstance(found, Undecodable):
        raise _not_read(path, content.count(b"\n", 0, found.at) + 1, "")
    return content.decode(recogniser.encoding)


def _not_read(path: Path, line: int, encoding: str) -> NoticeFileError:
    return NoticeFileError(
        path,
        line=line,
        zh=f"不是 UTF-8 或 GB18030 编码{encoding and f'（是 {encoding}）'}；请在表格软件中另存为 CSV UTF-8",
        en=f"is neither UTF-8 nor GB18030{encoding and f' ({encoding})'}; save it as CSV UTF-8",
    )


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    if missing or twice:
        known = ", ".join((*NEEDED, *OPTIONAL))
        zh = [f"缺 {'、'.join(missing)}"] * bool(missing) + [f"重复 {'、'.join(twice)}"] * bool(twice)
        en = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has twice {', '.join(twice)}"] * bool(twice)
        raise NoticeFileError(
            path,
            line=1,
            zh=f"表头{'，'.join(zh)}；列为 {known}",
            en=f"the header {' and '.join(en)}; columns are {known}",
        )


def _line(path: Path, number: int, cells: Mapping[str, str], called: Callable[[str], str]) -> NoticeLine:
    confidence = _one_of(path, number, "confidence", cells, (QUOTED, DERIVED))
    value = _number(path, number, "value", cells)
    if value is None:
        raise NoticeFileError(path, line=number, zh="value 为空", en="value is empty")
    try:
        quarter = Quarter.parse(cells["quarter"])
    except ValueError:
        raise NoticeFileError(
            path,
            line=number,
            zh=f"quarter {cells['quarter']!r} 不是季度，应如 2020Q2",
            en=f"quarter {cells['quarter']!r} is no quarter such as 2020Q2",
        ) from None
    entity_type = _one_of(path, number, "entity_type", cells, ENTITY_TYPES)
    return NoticeLine(
        line=number,
        quarter=quarter,
        entity_type=entity_type,
        entity=called(cells["entity"]) if entity_type == "bank" else cells["entity"],
        metric=cells["metric"],
        printed=_printed(value, cells.get("note", "")),
        quoted=confidence == QUOTED,
        value_quoted=confidence == QUOTED or cells.get("note", "").startswith(_VALUE_AS_PRINTED),
        change_per_cent=_number(path, number, "change_pct", cells),
        change_base=cells.get("change_base", ""),
        share_per_cent=_number(path, number, "share_pct", cells),
        share_of=cells.get("share_of", ""),
    )


def _one_of(path: Path, number: int, column: str, cells: Mapping[str, str], known: tuple[str, ...]) -> str:
    if cells[column] not in known:
        raise NoticeFileError(
            path,
            line=number,
            zh=f"{column} {cells[column]!r} 应为 {'、'.join(known)} 之一",
            en=f"{column} {cells[column]!r} is one of {', '.join(known)}",
        )
    return cells[column]


def _number(path: Path, number: int, column: str, cells: Mapping[str, str]) -> Decimal | None:
    written = cells.get(column, "").replace(_MINUS, "-")
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise NoticeFileError(
            path,
            line=number,
            zh=f'{column} {cells[column]!r} 不是数字（可写作 1234、"1,234" 或 12.5%）',
            en=f'{column} {cells[column]!r} is no number such as 1234, "1,234" or 12.5%',
        )
    return Decimal(written.replace(",", "").removesuffix("%"))


def _printed(value: Decimal, note: str) -> Printed:
    """A count stands for itself; one with places, or printed in 万, for all that rounds to it."""
    half = Fraction(0)
    if found := _IN_TEN_THOUSANDS.search(note):
        places = len(found[1].partition(".")[2])
        half = Fraction(10_000, 2 * 10**places)
    elif value != value.to_integral_value() or "." in str(value):
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        half = Fraction(1, 2 * 10 ** max(-exponent, 0))
    return Printed(value=value, low=Fraction(value) - half, high=Fraction(value) + half)


def _refuse_contradictions(
    path: Path, lines: Sequence[NoticeLine], known: dict[tuple[Quarter, str, str], NoticeLine]
) -> None:
    for line in lines:
        if not line.quoted:
            continue
        first = known.setdefault((line.quarter, line.entity, line.metric), line)
        if first.printed.value != line.printed.value:
            raise NoticeFileError(
                path,
                line=line.line,
                zh=f"{line.quarter} {line.entity} {line.metric} 与另一行（{first.printed.value}）不同；"
                "请核对来源，留下一个",
                en=f"{line.quarter} {line.entity} {line.metric} differs from another line "
                f"({first.printed.value}); check the sources and keep one",
            )
