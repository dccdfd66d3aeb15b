"""Reads the runs of the nights of a brief's days."""

from collections.abc import Mapping
from datetime import date

from xiaobao.analysis.surges import told
from xiaobao.analysis.topics import told as told_topics
from xiaobao.outputs.brief.hot import HotDay, hot_of
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


def hot_at(home: Home, day: date, sequence: int, *, path: str | None) -> HotDay | None:
    """What the run of a closed day told of hot issues, as it is kept; None without one of that close."""
    content = runs.read(home, runs.TOPICS, day)
    run = told_topics.decode(content) if content is not None else None
    return hot_of(run, path=path) if run is not None and run.posted_seq == sequence else None
