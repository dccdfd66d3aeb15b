"""From a printed figure to the rows of the ledger behind it."""

from dataclasses import replace

from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.outputs.brief import hot, watched
from xiaobao.outputs.brief.annex import command_of
from xiaobao.outputs.brief.desk import desk_of
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.gather import MEASURES
from xiaobao.outputs.brief.record import BASIS
from xiaobao.outputs.brief.rows import ReadingRows, rows_behind
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home


class NoRowsError(UserError):
    """A figure that is not there, or that counts something else than rows of the ledger."""


def rows_of_figure(home: Home, brief: Brief, figure_id: str) -> tuple[ReadingRows, ...]:
    """The rows behind a figure of a brief, one part a reading. NoRowsError when it has none."""
    figure = brief.figure(figure_id)
    if figure is None:
        last = brief.figures[-1].id if brief.figures else ""
        raise NoRowsError(
            Words(
                zh=f"简报中没有数字 {figure_id}（共有 f1 至 {last}）",
                en=f"the brief has no figure {figure_id}; it has f1 to {last}",
            )
        )
    if figure.basis == BASIS:
        command = command_of(figure, brief)
        raise NoRowsError(
            Words(
                zh=f"{figure_id} 出自日结与回执的记载，不是台账行之和；见 {command}",
                en=f"{figure_id} comes from the record of the close, not from rows of the ledger; "
                f"see {command}",
            )
        )
    if figure.basis == hot.BASIS:
        raise _not_rows(figure, brief, Words(zh="热点问题运行结果", en="a run of hot issues"))
    if figure.basis == watched.BASIS:
        figure = _counted(figure, brief)
    desk = desk_of(home, brief)
    return manifest.asking(
        home,
        lambda snapshot: rows_behind(
            figure,
            snapshot=snapshot,
            catalog=desk.catalog,
            domain=desk.catalog.domain(home.domain_id),
            simulated=home.simulated,
        ),
        as_of=max(reading.posted_seq for reading in figure.readings),
    )


def _counted(figure: Figure, brief: Brief) -> Figure:
    """A count that a night's run told, as a count of the ledger over the same days."""
    several = len(dict(figure.where)) < len(figure.where)
    if figure.measure_id not in watched.COUNTED or several:
        raise _not_rows(figure, brief, Words(zh="夜间监测", en="a run of the night"))
    where = (pair for pair in (*figure.where, *figure.of) if pair[0] not in (watched.RUN_DAY, "day"))
    return replace(figure, measure_id=MEASURES[MeasureKind.COUNT], where=tuple(sorted(where)), of=())


def _not_rows(figure: Figure, brief: Brief, source: Words) -> NoRowsError:
    command = command_of(figure, brief)
    return NoRowsError(
        Words(
            zh=f"{figure.id} 出自{source.zh}，不是台账行之和；见 {command}",
            en=f"{figure.id} comes from {source.en}, not from rows of the ledger; see {command}",
        )
    )
