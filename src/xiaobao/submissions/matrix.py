"""Source × day: how every source stands for each day of a period, now or as of a sequence."""

from collections import defaultdict
from datetime import date

import msgspec

from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.submissions import reporting
from xiaobao.submissions.covered_days import covered, events_in
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import ReportingEvent
from xiaobao.submissions.overview import journal_sequence_of
from xiaobao.submissions.reporting import REPORTED, ReportingStatus

NOT_DUE = "not_due"


class MatrixRow(msgspec.Struct, frozen=True, kw_only=True):
    """One source and how it stands for each day."""

    source_code: str
    name: Words
    cells: tuple[str, ...]
    """In the order of the days: of `ReportingStatus`, or `reporting.RETURNED`, or `NOT_DUE`."""
    due: int
    reported: int
    """Of the days due."""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """How the sources of a home stand for the days of a period."""

    mark: str
    as_of_sequence: int | None
    """Position in the journal; None for the present."""
    days: tuple[date, ...]
    rows: tuple[MatrixRow, ...]


def reporting_matrix(home: Home, period: Period, *, as_of: int | date | None) -> Matrix:
    """The matrix of a period; every source of the home that was due or reported has a row.

    Raises AsOfUnknownError for a sequence or close that does not exist, catalog.calendars.UnknownYearError
    where a source is due on working days of a year nobody knows.
    """
    sequence = None if as_of is None else journal_sequence_of(as_of)
    days = tuple(period)
    events = _events(days, sequence)
    returned = reporting.returned_in(period, as_of_sequence=sequence)
    due = {(source.code, day) for source, day in reporting.due_in(home, period)}
    codes = sorted({code for code, _ in due | returned | events.keys()})
    return Matrix(
        mark=home.mark.value,
        as_of_sequence=sequence,
        days=days,
        rows=tuple(_row(home, code, days, events=events, returned=returned, due=due) for code in codes),
    )


_Cell = tuple[str, date]


def _events(days: tuple[date, ...], sequence: int | None) -> dict[_Cell, list[ReportingEvent]]:
    found: dict[_Cell, list[ReportingEvent]] = defaultdict(list)
    for day, event in events_in(covered(days[-1], days[0]), as_of_sequence=sequence):
        found[event.source_code, day].append(event)
    return dict(found)


def _row(
    home: Home,
    code: str,
    days: tuple[date, ...],
    *,
    events: dict[_Cell, list[ReportingEvent]],
    returned: frozenset[_Cell],
    due: set[_Cell],
) -> MatrixRow:
    cells = tuple(
        _cell((code, day), events=events.get((code, day), []), returned=returned, due=due) for day in days
    )
    due_cells = [cell for cell, day in zip(cells, days, strict=True) if (code, day) in due]
    return MatrixRow(
        source_code=code,
        name=home.catalog().source(code).name,
        cells=cells,
        due=len(due_cells),
        reported=sum(cell in REPORTED for cell in due_cells),
    )


def _cell(place: _Cell, *, events: list[ReportingEvent], returned: frozenset[_Cell], due: set[_Cell]) -> str:
    status = reporting.shown(reporting.standing(events), returned=place in returned)
    return NOT_DUE if status == ReportingStatus.PENDING and place not in due else status
