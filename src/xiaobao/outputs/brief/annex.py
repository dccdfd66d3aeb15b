"""The annex of a brief: every figure with its filter, periods, basis, value and the command for its rows."""

from dataclasses import dataclass

from xiaobao.analysis.figures import Figure, Reading
from xiaobao.analysis.names import ENTRY_KIND_WORDS
from xiaobao.lib.words import Language, Words
from xiaobao.outputs.brief import hot, watched
from xiaobao.outputs.brief.document import Brief, Chart, Table, figures_of, lines
from xiaobao.outputs.brief.labels import DIMENSION_WORDS, Naming
from xiaobao.outputs.brief.record import BASIS, RECORD_MEASURES
from xiaobao.outputs.brief.series import series_words
from xiaobao.outputs.brief.vocabulary import absent

TITLE = Words(zh="附表：数字及其来源", en="Annex: the figures and where they come from")
READINGS_NOTE = Words(
    zh="“收到日期@记账序号”：收到于该日、记账至该序号止所知。",
    en="“day@sequence”: received on that day, as known by that posting sequence. ",
)
COMMAND_NOTE = Words(
    zh="末栏命令列出该数背后的台账行（先设 XIAOBAO_HOME，或加 --home）。",
    en="The command in the last column shows the rows of the ledger behind the figure "
    "(set XIAOBAO_HOME, or add --home).",
)
IN_TEXT = Words(zh="正文所用数字", en="Figures of the text")
IN_TABLES = Words(
    zh="仅见于图表的数字（屏幕阅读时展开）", en="Figures of tables and charts only (unfold on screen)"
)
HEADS = (
    Words(zh="编号", en="No."),
    Words(zh="指标", en="Measure"),
    Words(zh="筛选", en="Filter"),
    Words(zh="收到日期@记账序号", en="Day@sequence"),
    Words(zh="口径", en="Basis"),
    Words(zh="数值", en="Value"),
    Words(zh="查看命令", en="Command"),
)
_SHOWN_READINGS = 3
_RUNS = (watched.BASIS, hot.BASIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexRow:
    """One figure as the annex prints it."""

    figure: Figure
    measure: str
    where: str
    readings: str
    basis: str
    value: str
    command: str


def rows_of(brief: Brief, naming: Naming) -> tuple[tuple[AnnexRow, ...], tuple[AnnexRow, ...]]:
    """Figures that the text prints or stands on, then those that only tables print."""
    in_tables = _only_in_tables(brief)
    rows = [(figure.id in in_tables, _row(figure, brief, naming)) for figure in brief.figures]
    return (
        tuple(row for only_tables, row in rows if not only_tables),
        tuple(row for only_tables, row in rows if only_tables),
    )


def measure_name(figure: Figure, naming: Naming) -> str:
    """The name of the figure's measure."""
    if figure.basis == BASIS:
        return RECORD_MEASURES[figure.measure_id].to(naming.language)
    if figure.basis == hot.BASIS:
        return hot.HOT_MEASURES[figure.measure_id].to(naming.language)
    if figure.basis == watched.BASIS:
        return watched.RUN_MEASURES[figure.measure_id].to(naming.language)
    return naming.catalog.measure(figure.measure_id).name.to(naming.language)


def where_text(figure: Figure, naming: Naming) -> str:
    """The figure's filter in words; `all` when it has none."""
    colon, semicolon = ("：", "；") if naming.language == "zh" else (": ", "; ")
    parts = [
        f"{DIMENSION_WORDS[dimension].to(naming.language)}{colon}{naming.member(dimension, member).text}"
        for dimension, member in (
            *figure.where,
            *(figure.of if figure.basis in _RUNS else ()),
        )
        if dimension != "day"
    ]
    return semicolon.join(parts) or Words(zh="全部", en="all").to(naming.language)


def basis_text(figure: Figure, naming: Naming) -> str:
    """The counting path and the kinds counted; what the close recorded says so."""
    if figure.basis == BASIS:
        return Words(zh="日结记录", en="record of the close").to(naming.language)
    if figure.basis == watched.BASIS:
        return Words(zh="夜间监测", en="run of the night").to(naming.language)
    if figure.basis == hot.BASIS:
        return Words(zh="热点问题运行结果", en="run of hot issues").to(naming.language)
    path, _, kinds = figure.basis.partition(":")
    words = [ENTRY_KIND_WORDS[kind].to(naming.language) for kind in kinds.split("+")]
    if path != "none":
        words.insert(0, naming.label("path", path).text)
    return ("，" if naming.language == "zh" else ", ").join(words)


def readings_text(figure: Figure) -> str:
    """`2014-10-28@57`, several of them joined; runs are shortened in the middle, never in the record."""
    shown = [reading_text(reading) for reading in figure.readings]
    if len(shown) <= _SHOWN_READINGS:
        return ", ".join(shown)
    return f"{shown[0]}, {shown[1]} … {shown[-1]} ({len(shown)})"


def reading_text(reading: Reading) -> str:
    """`2014-10-28@57`, `2014-10-22..2014-10-28@57`."""
    period = reading.period
    days = f"{period.from_on}" if len(period) == 1 else f"{period.from_on}..{period.last_on}"
    return f"{days}@{reading.posted_seq}"


def command_of(figure: Figure, brief: Brief) -> str:
    """The command line that shows what stands behind a figure; `NUMBER` while it has none."""
    if figure.basis == BASIS:
        return f"xiaobao status --day {figure.readings[0].period.from_on}"
    if figure.basis == watched.BASIS and figure.measure_id not in watched.COUNTED:
        return f"xiaobao surges show --on {dict(figure.where)[watched.RUN_DAY]}"
    if figure.basis == hot.BASIS:
        return f"xiaobao topics show --on {dict(figure.where)[hot.RUN_DAY]}"
    command = f"xiaobao brief rows {brief.header.number or 'NUMBER'} {figure.id}"
    return command + series_words(brief.header.series)


def _row(figure: Figure, brief: Brief, naming: Naming) -> AnnexRow:
    return AnnexRow(
        figure=figure,
        measure=measure_name(figure, naming) + _per_cent(figure, naming),
        where=where_text(figure, naming),
        readings=readings_text(figure),
        basis=basis_text(figure, naming),
        value=_value(figure, naming.language),
        command=command_of(figure, brief),
    )


def _per_cent(figure: Figure, naming: Naming) -> str:
    """The unit where a value is no count: a bare 12.4 might be of anything."""
    if figure.basis in (BASIS, *_RUNS):
        of_hundred = figure.measure_id == "watch.share"
    else:
        of_hundred = naming.catalog.measure(figure.measure_id).unit.en == "%"
    return Words(zh="（%）", en=" (%)").to(naming.language) if of_hundred else ""


def _value(figure: Figure, language: Language) -> str:
    return str(figure.value) if figure.value is not None else absent(figure.why_none, language)


def _only_in_tables(brief: Brief) -> set[str]:
    blocks = enumerate(brief.blocks, start=1)
    in_tables = {f"b{place}" for place, block in blocks if isinstance(block, Table | Chart)}
    in_text = {
        figure_id
        for place, tokens in lines(brief)
        if place.partition(" ")[0] not in in_tables
        for token in tokens
        for figure_id in figures_of(token)
    }
    return {figure.id for figure in brief.figures} - in_text
