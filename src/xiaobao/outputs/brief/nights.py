"""Reads the runs of the nights of a brief's days."""

from collections.abc import Mapping
from datetime import date

from xiaobao.analysis.surges import told
from xiaobao.outputs.brief.watched import Night, night_of
from xiaobao.submissions import runs
from xiaobao.submissions.home import Home


def nights_of(home: Home, days: Mapping[date, int], *, path: str | None) -> dict[date, Night]:
    """The runs of closed days (day → posting sequence of its close), as they are kept; of that close only."""
    found: dict[date, Night] = {}
    for day, sequence in days.items():
        content = runs.read(home, runs.SURGES, day)
        if content is None:
            continue
        night = night_of(told.decode(content), path=path)
        if night is not None and night.posted_seq == sequence:
            found[day] = night
    return found
