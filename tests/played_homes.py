"""A home played from simulated deliveries, and what every engine must say of it alike."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from pytest import CaptureFixture

from xiaobao.analysis.questions import QuestionError
from xiaobao.casework.briefs import queries
from xiaobao.catalog import reading
from xiaobao.catalog.measures import OF_CALLS, MeasureKind, Quantity
from xiaobao.cli import main
from xiaobao.ledger.engines.chosen import ENGINE_VARIABLE
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.periods import ONE_DAY, Period, day_period
from xiaobao.lib.words import Words
from xiaobao.outputs.brief.record import BASIS
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.submissions import manifest, poster, tagging
from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import Mark
from xiaobao.workflows.compose_brief import brief_of
from xiaobao.workflows.measure import Call, measure
from xiaobao.workflows.play import play

FIRST_DAY = date(2020, 3, 2)  # a Monday
LAST_DAY = date(2020, 3, 4)
DAY = LAST_DAY.isoformat()
TAGGED_AT = datetime(2020, 3, 6, tzinfo=UTC)
_GROUPS: Sequence[tuple[str, ...]] = (
    (),
    ("institution",),
    ("group", "region"),
    ("business.1", "channel.1"),
    ("day", "status"),
    ("branch", "day"),
)
_PATHS = {Quantity.REPEATS: (("path", "hotline"),)}
"""Of what the institutions do not state."""


def play_some_days(folder: Path) -> Path:
    """A home of three simulated days, closed day by day."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    recipe = Recipe(mark="simulated", from_on=FIRST_DAY, days=days, seed=11)
    deliveries = ensure_deliveries(reading.load(), recipe, folder / "deliveries")
    created_at = datetime(2020, 3, 2, tzinfo=UTC)
    home = create_home(folder / "home", domain_id="pbc", mark=Mark.SIMULATED, at=created_at)
    play(home, deliveries, until=None, now=_now, on_progress=_unwatched)
    for tag in home.catalog().tags:  # a share of tagged complaints is told where the tag's rule has run
        tagging.run(home, tag, at=TAGGED_AT)
    poster.post_pending(home, at=TAGGED_AT, now=_now)
    return home.path


def without_topics(path: Path) -> None:
    """Have a new home decide nothing of hot issues: looking for them is half the time of a short play."""
    decided = (reading.installed_root() / "topics.toml").read_text(encoding="utf-8")
    (path / "catalog").mkdir(exist_ok=True)
    without = re.sub(r"^\[\[hot\]\]\n(?:(?!\[\[).*\n)*", "", decided, flags=re.MULTILINE)
    assert without != decided
    (path / "catalog/topics.toml").write_text(without, encoding="utf-8")


def _now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def engine(setting: str | None) -> Iterator[None]:
    """The setting of the engine for what is asked inside."""
    before = os.environ.pop(ENGINE_VARIABLE, None)
    if setting is not None:
        os.environ[ENGINE_VARIABLE] = setting
    try:
        yield
    finally:
        os.environ.pop(ENGINE_VARIABLE, None)
        if before is not None:
            os.environ[ENGINE_VARIABLE] = before


def require_every_measure_agrees(path: Path, url: str, *, every_group: bool = True) -> int:
    """Every measure of the catalog, over days and as of sequences and closes; how many were answered.

    Without `every_group` a measure is asked until it answers and then every third time, the next one by
    other groups and as of other moments.
    """
    home = open_home(path)
    answered: list[str] = []
    places = {measure_id: place for place, measure_id in enumerate(home.catalog().measures)}
    for call in _calls(home):
        places[call.measure_id] += 1
        if not every_group and call.measure_id in answered and places[call.measure_id] % 3:
            continue
        try:
            with engine(None):
                expected = measure(home, call)
        except QuestionError:  # not every group suits every measure: calls have no business
            continue
        answered.append(call.measure_id)
        with engine(url):
            found = measure(home, call)
        assert found == expected, call
        counts = home.catalog().measure(call.measure_id).kind is MeasureKind.COUNT
        if counts and call.by and not call.complete:
            assert found.answer.moved_rows == len(found.answer.rows), call
    assert set(home.catalog().measures) - set(answered) == set()
    return len(answered)


def require_commands_agree(path: Path, url: str, said: CaptureFixture[str], folder: Path) -> None:
    """Briefs, rows behind figures and traces, as a person types them: the same bytes."""
    composed = []
    for setting, author in ((None, "here"), (url, "there")):
        options = ("--day", DAY, "--path", "institution", "--by", author, "--out", folder / f"{author}.html")
        with engine(setting):
            typed("brief", "compose", *options, home=path)
        composed.append(queries.every()[-1])
    assert composed[0].name != composed[1].name
    assert composed[0].digest == composed[1].digest
    document = brief_of(open_home(path), composed[0])
    figures = [figure.id for figure in document.figures if figure.basis != BASIS][:20:5]
    commands = [
        *(("brief", "rows", composed[0].name, figure) for figure in figures),
        *_traces(path),
        ("measure", "complaints", "--day", DAY, "--by", "institution", "--where", "path=institution"),
    ]
    for command in commands:
        shown = []
        for setting in (None, url):
            said.readouterr()
            with engine(setting):
                typed(*command, home=path)
            shown.append(said.readouterr().out)
        assert shown[0] == shown[1], command


def typed(*arguments: str | Path, home: Path) -> None:
    """A command that must succeed."""
    words = ["--format", "json", *map(str, arguments), "--home", str(home)]
    assert main.run(words) is ExitCode.FINE, words


def _calls(home: Home) -> Iterator[Call]:
    head = manifest.read().head
    days = Period(from_on=FIRST_DAY, to_on=LAST_DAY + ONE_DAY)
    of_path = (("path", "institution"),)
    for statistic in home.catalog().measures.values():
        path = _PATHS.get(statistic.part, () if statistic.part in OF_CALLS else of_path)
        groups = [by for by in _GROUPS if by or statistic.kind is not MeasureKind.RANK]
        for by in groups:
            yield Call(measure_id=statistic.id, period=day_period(LAST_DAY), by=by, where=path)
        if statistic.kind in (MeasureKind.COUNT, MeasureKind.SHARE, MeasureKind.RANK):
            for as_of in (1, head // 2, FIRST_DAY + ONE_DAY):
                yield Call(measure_id=statistic.id, period=days, by=groups[1], where=path, as_of=as_of)
    where = (*of_path, ("business.1", "B03"))
    yield Call(measure_id="complaints", period=days, by=("path",))
    yield Call(measure_id="complaint_share", period=days, by=("institution",), where=where, of=of_path)
    yield Call(
        measure_id="complaint_rank", period=days, where=(*of_path, ("institution", "GY01")), of=of_path
    )
    yield Call(measure_id="complaints", period=days, by=("region",), where=of_path, complete=True)


def _traces(path: Path) -> Iterator[Sequence[str]]:
    home = open_home(path)
    rows = manifest.reading(home, lambda snapshot: next(snapshot.pages()))
    amended = rows.filter(rows["sign"] == -1).row(0, named=True)
    yield ("trace", "--complaint", amended["source_code"], amended["complaint_no"])
    yield ("trace", "--entry", str(amended["entry_id"]))


def _unwatched(_done: int, _total: int, _words: Words) -> None:
    """Nobody watches."""
