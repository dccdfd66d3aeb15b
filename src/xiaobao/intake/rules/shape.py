"""Rules of shape: what a cell must look like to be read at all. Text columns → typed columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

import polars as pl

from xiaobao.catalog.domains import Domain
from xiaobao.intake.coded import Coded, tidied
from xiaobao.intake.rules.cells import Cells
from xiaobao.ledger.entries import AMOUNT, MOMENT
from xiaobao.lib.errors import XiaobaoError

_AMOUNT = r"^-?[0-9]{1,16}(?:\.[0-9]{1,2})?$"
_INTEGER = r"^-?[0-9]{1,18}$"
# A spreadsheet turns long numbers into 1.23457E+15 or 20201.0; control characters are never part of a number.
_NO_NUMBER = r"(?i)^[+-]?[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]+$|^[0-9]+\.0*$|\p{Cc}"
_NUMBER_LIMIT = 100
_PLAIN_NUMBER = r"^[A-DF-Z0-9\-]{1,100}$"  # nothing to tidy, nothing to doubt: without E there is no exponent
_DIRECTIVES = {"Y": r"(?P<Y>\d{4})", "m": r"(?P<m>\d{2})", "d": r"(?P<d>\d{2})"} | {
    name: rf"(?P<{name}>\d{{1,2}})" for name in "HMS"
}
_PRINTED = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss"}

# Days of 1954 to 2118, as a spreadsheet counts them: from 1899-12-30, or on old Macintoshes from 1904-01-01.
_SERIAL = re.compile(r"([2-7][0-9]{4})(?:\.[0-9]+)?", re.ASCII)
_SINCE_1900, _SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)

_REMEMBERED = 1 << 14  # the same days come again in every block

Parse = Callable[[str], datetime | None]


def complaint_numbers(cells: Cells) -> pl.Series:
    """Numbers in normal form (`ledger.entries.normal_complaint_no`)."""
    if cells.text.str.contains(_PLAIN_NUMBER).all():
        cells.findings.ran("required", "complaint_no_form")
        return cells.text
    stated = _stated(tidied(cells.text))
    cells.report_empty(stated.is_null())
    cells.report(
        "complaint_no_form", stated.str.contains(_NO_NUMBER) | (stated.str.len_chars() > _NUMBER_LIMIT)
    )
    return stated


def texts(cells: Cells) -> pl.Series:
    """Tidy text; with a lookup the looked-up value, and what it does not know stays as stated."""
    if cells.column.lookup is None:
        stated = _stated(tidied(cells.text))
    else:
        coded = Coded.of(cells.text)
        lookup = _keyed(cells.column.lookup)
        found = [lookup.get(value.casefold(), value) or None for value in coded.values]
        unknown = [bool(value) and value.casefold() not in lookup for value in coded.values]
        cells.report("value_kept_as_stated", coded.where(unknown), expected=_choices(cells.column.lookup))
        stated = coded.spread(found, pl.String())
    cells.report_empty(stated.is_null())
    return stated


def narratives(cells: Cells) -> pl.Series:
    """The text as received, null where there is nothing but white space."""
    blank = ~cells.text.str.contains(r"\S")
    cells.report_empty(blank)
    return cells.text.set(blank, None) if blank.any() else cells.text


def choices(cells: Cells, *, rule_id: str, allowed: Sequence[str]) -> pl.Series:
    """Values of a closed list, through the column's lookup; others are reported under `rule_id`."""
    lookup = _keyed(cells.column.lookup or {value: value for value in allowed})
    coded = Coded.of(cells.text)
    found = [lookup.get(value.casefold()) for value in coded.values]
    empty = [not value and answer is None for value, answer in zip(coded.values, found, strict=True)]
    unknown = [bool(value) and answer is None for value, answer in zip(coded.values, found, strict=True)]
    if cells.column.required:
        cells.report("required", coded.where(empty))
    expected = _choices(cells.column.lookup or dict.fromkeys(allowed, ""))
    cells.report(rule_id, coded.where(unknown), expected=expected)
    return coded.spread(found, pl.String())


def dates(cells: Cells) -> pl.Series:
    """Dates by the first format that fits."""
    return _read(cells, lambda moment: moment.date(), pl.Date())


def days_of_moments(cells: Cells, domain: Domain) -> pl.Series:
    """Business days of local moments: one after the cut-off belongs to the next day."""
    return _read(cells, lambda moment: domain.business_day(_local(moment, domain)), pl.Date())


def moments(cells: Cells, domain: Domain) -> pl.Series:
    """Local moments of the domain → moments in UTC."""
    return _read(cells, lambda moment: _local(moment, domain).astimezone(UTC), MOMENT)


def amounts(cells: Cells) -> pl.Series:
    """Amounts with at most two decimals; nothing is rounded."""
    amount = _numbers(cells, _AMOUNT, rule_id="type_amount").cast(AMOUNT)
    cells.report("amount_negative", amount < 0, expected="≥ 0")
    return amount


def integers(cells: Cells) -> pl.Series:
    """Whole numbers."""
    return _numbers(cells, _INTEGER, rule_id="type_integer").cast(pl.Int64)


def _numbers(cells: Cells, regular: str, *, rule_id: str) -> pl.Series:
    """The text of regular numbers, null elsewhere; most values are regular and cost one look."""
    cells.findings.ran(rule_id, *(("required",) if cells.column.required else ()))
    irregular = ~cells.text.str.contains(regular)
    if not irregular.any():
        return cells.text
    stated = _stated(cells.text.clone().scatter(irregular.arg_true(), tidied(cells.text.filter(irregular))))
    cells.report_empty(stated.is_null())
    wrong = ~stated.str.contains(regular)
    cells.report(rule_id, wrong)
    return stated.set(wrong.fill_null(False), None)


def _read(cells: Cells, of: Callable[[datetime], date | datetime], dtype: pl.DataType) -> pl.Series:
    parsers = [_parser(pattern) for pattern in cells.column.formats]
    coded = Coded.of(cells.text)
    read = [_converted(_first(parsers, value), of) for value in coded.values]
    wrong = [bool(value) and answer is None for value, answer in zip(coded.values, read, strict=True)]
    serials = [
        _days_of_serial(value) if bad else None for value, bad in zip(coded.values, wrong, strict=True)
    ]
    numbered = coded.where([each is not None for each in serials])
    days = None if numbered is None else coded.spread(serials, pl.String())
    cells.report("date_serial", numbered, expected=days)
    others = [bad and serial is None for bad, serial in zip(wrong, serials, strict=True)]
    formats = _printed(cells.column.formats)
    cells.report("type_date", coded.where(others), expected=formats, of_dates=True)
    if cells.column.required:
        cells.report("required", coded.empty())
    return coded.spread(read, dtype)


def _days_of_serial(value: str) -> str | None:
    """The days that a spreadsheet's number may mean, since 1900 and since 1904; None for no such number."""
    match = _SERIAL.fullmatch(value)
    if match is None:
        return None
    days = timedelta(days=int(match[1]))
    return " / ".join(str(epoch + days) for epoch in (_SINCE_1900, _SINCE_1904))


def _converted(moment: datetime | None, of: Callable[[datetime], date | datetime]) -> date | datetime | None:
    try:
        return None if moment is None else of(moment)
    except OverflowError:  # the first or last day of the calendar, in another time zone
        return None


def _local(moment: datetime, domain: Domain) -> datetime:
    return moment.replace(tzinfo=domain.time_zone)


def _first(parsers: Sequence[Parse], value: str) -> datetime | None:
    for parse in parsers:
        if (moment := parse(value)) is not None:
            return moment
    return None


@cache
def _parser(pattern: str) -> Parse:
    """Reads what a strptime format of the catalog means, with one or two digits where signs part them."""
    expression = _expression(pattern)

    @lru_cache(maxsize=_REMEMBERED)
    def parse(value: str) -> datetime | None:
        match = expression.fullmatch(value)
        if match is None:
            return None
        parts = {name: int(text) for name, text in match.groupdict().items()}
        try:
            return datetime(  # noqa: DTZ001  # a local moment; its zone is the domain's
                parts["Y"],
                parts["m"],
                parts["d"],
                parts.get("H", 0),
                parts.get("M", 0),
                parts.get("S", 0),
            )
        except ValueError:
            return None

    return parse


def _expression(pattern: str) -> re.Pattern[str]:
    parted = re.fullmatch(r"(?:%\w\W+)*%\w", pattern) is not None
    built = []
    for literal, directive in re.findall(r"([^%]+)|%(.)", pattern):
        if directive and directive not in _DIRECTIVES:
            raise XiaobaoError(f"dates cannot be read by %{directive} of {pattern!r}")
        group = _DIRECTIVES.get(directive, re.escape(literal))
        built.append(group.replace("{2}", "{1,2}") if parted else group)
    return re.compile("".join(built), re.ASCII)


def _stated(text: pl.Series) -> pl.Series:
    return text.set(text == "", None)


def _keyed(lookup: Mapping[str, str]) -> dict[str, str]:
    return {key.casefold(): value for key, value in lookup.items()}


def _choices(lookup: Mapping[str, str]) -> str:
    return " / ".join(key for key in lookup if key)


def _printed(formats: Sequence[str]) -> str:
    shown = []
    for pattern in formats:
        for directive, letters in _PRINTED.items():
            pattern = pattern.replace(directive, letters)
        shown.append(pattern)
    return " / ".join(shown)
