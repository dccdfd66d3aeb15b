"""Checks a brief before anything is derived: does it speak of this close, and ask what may be asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from xiaobao.analysis.compare import windows
from xiaobao.analysis.figures import Figure
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.errors import XiaobaoError
from xiaobao.outputs.brief import annex, hot, watched
from xiaobao.outputs.brief.check import Checked, Refusal, described, refuse
from xiaobao.outputs.brief.document import Chart, Label, Tokens, block_id
from xiaobao.outputs.brief.record import BASIS, value_of
from xiaobao.outputs.brief.series import SERIES, WEEK_CHANGE, week_before, week_of

_OF_A_WHOLE = (MeasureKind.SHARE, MeasureKind.RANK)


def header_refusals(checked: Checked) -> Iterator[Refusal]:
    """What the header says of the close and the close does not."""
    header, record = checked.brief.header, checked.truth.record
    if header.series not in SERIES:
        yield refuse("header", zh=f"没有 {header.series} 系列", en=f"there is no series {header.series}")
    stated = {
        "day": (header.day, record.day),
        "posted_seq": (header.posted_seq, record.posted_seq),
        "close_head": (header.close_head, record.close_head),
        "catalog_digest": (header.catalog_digest, record.catalog_digest),
    }
    for name, (told, known) in stated.items():
        if told != known:
            yield refuse(
                "header",
                zh=f"{name} 写作 {told}，日结记载为 {known}",
                en=f"{name} says {told}, the close says {known}",
            )


def shape_refusals(checked: Checked) -> Iterator[Refusal]:
    """Figures that are there twice, that nobody can derive, or that a daily brief does not read so."""
    ids = [figure.id for figure in checked.brief.figures]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield refuse("figures", zh=f"数字 {twice} 出现两次", en=f"figure {twice} is there twice")
    for figure in checked.brief.figures:
        try:
            yield from _shape(checked, figure)
        except (XiaobaoError, KeyError, ValueError) as error:
            yield refuse(figure.id, zh=f"无法推得：{error}", en=f"cannot be derived: {error}")


def chart_refusals(checked: Checked) -> Iterator[Refusal]:
    """Charts whose hollow columns are not the days on which nobody works, or whose rows are uneven."""
    calendar = checked.naming.catalog.calendar_of(checked.naming.domain_id)
    for place, block in enumerate(checked.brief.blocks, start=1):
        if not isinstance(block, Chart):
            continue
        if any(len(series.values) != len(block.categories) for series in block.series):
            yield refuse(block_id(place), zh="图中数与类目不等", en="the chart has uneven rows")
        days = [day_named(tokens) for tokens in block.categories]
        idle = tuple(n for n, day in enumerate(days) if day is not None and not calendar.is_working_day(day))
        if block.hollow != idle:
            yield refuse(
                block_id(place),
                zh="图中空心的不是非工作日",
                en="the hollow columns are not the days on which nobody works",
            )


def day_named(tokens: Tokens) -> date | None:
    """The day a run of tokens names first, None when it names none."""
    days = (one.code for one in tokens if isinstance(one, Label) and one.kind in ("day", "short_day"))
    return next((date.fromisoformat(code) for code in days), None)


def _shape(checked: Checked, figure: Figure) -> Iterator[Refusal]:
    place = described(figure, checked.naming)
    if figure.basis == hot.BASIS:
        yield from _hot_figure(checked, figure, place)
        return
    if figure.basis == watched.BASIS:
        yield from _told_figure(checked, figure, place)
        return
    if figure.catalog_digest != checked.truth.record.catalog_digest:
        yield refuse(
            place,
            zh=f"目录摘要 {figure.catalog_digest} 不是日结所用的目录",
            en=f"catalog {figure.catalog_digest} is not the one of the close",
        )
    if not (_record_figure_fits if figure.basis == BASIS else _counted_figure_fits)(checked, figure):
        yield refuse(
            place,
            zh=f"路径、口径或整体不是本期的（{figure.basis}；of {dict(figure.of)}）",
            en=f"path, basis or whole is not that of this brief ({figure.basis}; of {dict(figure.of)})",
        )
    if not _readings_fit(checked, figure):
        yield refuse(
            place,
            zh=f"读取期 {annex.readings_text(figure)} 不是各日日结的序号（补报：先按本日日结，后按各自日结）",
            en=f"the readings {annex.readings_text(figure)} are not the sequences of the days' closes "
            "(late data: first as of this close, then as of their own)",
        )


def _told_figure(checked: Checked, figure: Figure, place: str) -> Iterator[Refusal]:
    if not watched.fits(figure, checked.truth.nights, path=checked.brief.header.path):
        yield refuse(
            place,
            zh="不是夜间监测所报的数：请先执行 xiaobao surges find，再重新撰写",
            en="is not what the run of the night told: run xiaobao surges find, then compose again",
        )


def _hot_figure(checked: Checked, figure: Figure, place: str) -> Iterator[Refusal]:
    if not hot.fits(figure, checked.truth.hot, path=checked.brief.header.path):
        yield refuse(
            place,
            zh="不是热点问题运行结果所报的数：请先执行 xiaobao topics find，再重新撰写",
            en="is not what the run of hot issues told: run xiaobao topics find, then compose again",
        )


def _record_figure_fits(checked: Checked, figure: Figure) -> bool:
    value_of(checked.truth.record, figure.measure_id, dict(figure.where))
    return figure.of == () and figure.readings == (checked.truth.record.reading(),)


def _counted_figure_fits(checked: Checked, figure: Figure) -> bool:
    path = checked.brief.header.path
    whole = (("path", path),) if path else ()
    kinds = "+".join(sorted(checked.naming.catalog.measure(figure.measure_id).entry_kinds))
    return (
        set(whole) <= set(figure.where)
        and figure.of == (whole if checked.kind(figure) in _OF_A_WHOLE else ())
        and figure.basis == f"{path or 'none'}:{kinds}"
    )


def _readings_fit(checked: Checked, figure: Figure) -> bool:
    """Each day at its own close; late data, and the count of all days they end in, as of this close."""
    if checked.span.is_week and (week := _week_readings_fit(checked, figure)) is not None:
        return week
    closes, record, readings = checked.truth.closes, checked.truth.record, figure.readings
    if not readings or any(len(reading.period) != 1 for reading in readings):
        return False
    own = [closes.get(reading.period.from_on) == reading.posted_seq for reading in readings]
    now = [
        reading.posted_seq == record.posted_seq and reading.period.from_on in closes for reading in readings
    ]
    half = len(readings) // 2
    match checked.kind(figure):
        case MeasureKind.LATE:
            return len(readings) == 2 * half and all(now[:half]) and all(own[half:])
        case MeasureKind.COUNT:
            return all(own) or all(now)
        case MeasureKind.CHANGE:
            return all(own) and [one.period.from_on for one in readings] == sorted(closes)[:-3:-1]
        case MeasureKind.AVERAGE:
            return readings == _averaged(checked, figure)
    return readings == (record.reading(),)


def _week_readings_fit(checked: Checked, figure: Figure) -> bool | None:
    """Weeks as the span has them; None for the single days of a weekly brief, which read as in a daily."""
    span, weeks = checked.span, checked.span.readings
    match checked.kind(figure):
        case MeasureKind.COUNT if len(figure.readings) == 1 and figure.readings[0] in weeks:
            return True
        case MeasureKind.COUNT | MeasureKind.LATE if _learnt_since(checked, figure):
            return True
        case MeasureKind.SHARE | MeasureKind.MEDIAN:
            return figure.readings == (span.present,)
        case MeasureKind.RANK:
            return len(figure.readings) == 1 and figure.readings[0] in weeks
        case MeasureKind.CHANGE:
            return figure.readings == weeks and figure.measure_id == WEEK_CHANGE
        case MeasureKind.AVERAGE:
            return False
    return None


def _learnt_since(checked: Checked, figure: Figure) -> bool:
    """Days before the week as known at the close of the week before; for late data after the same now."""
    record, closes, readings = checked.truth.record, checked.truth.closes, figure.readings
    half = len(readings) // 2 if checked.kind(figure) is MeasureKind.LATE else 0
    now, then = readings[:half], readings[half:]
    first, since = week_of(record.day).from_on, week_before(record.day, closes)
    return (
        since is not None
        and bool(then)
        and all(one.posted_seq == since and len(one.period) == 1 for one in then)
        and all(one.period.from_on in closes and one.period.from_on < first for one in then)
        and now == tuple(replace(one, posted_seq=record.posted_seq) for one in then[:half])
        and len(now) in (0, len(then))
    )


def _averaged(checked: Checked, figure: Figure) -> tuple[object, ...]:
    naming = checked.naming
    measure = naming.catalog.measure(figure.measure_id)
    calendar = naming.catalog.calendar_of(naming.domain_id)
    return windows(measure, checked.truth.record.day, closes=checked.truth.closes, calendar=calendar)
