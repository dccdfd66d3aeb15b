"""Questions put to the ledger and their answers, as values; what may not be asked is refused here."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.figures import Reading
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import Denominator
from xiaobao.catalog.measures import DENOMINATORS, Measure, MeasureKind
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

Filter = tuple[tuple[str, str], ...]
"""(dimension, member), such as ("institution", "ICBC") or ("business.1", "B03")."""

DAYS_OF_A_READING_LIMIT = 40_000
"""A reading is spread into its days; a longer one is a slip of the pen, not a question."""


RANKS = (MeasureKind.RANK, MeasureKind.RANK_CHANGE)
_COMPARING = (MeasureKind.CHANGE, MeasureKind.RANK_CHANGE)


class QuestionError(UserError):
    """A question that has no honest answer; says which part of it and what may be asked instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be computed: a measure over readings of the ledger, in groups, filtered."""

    measure: Measure
    domain: Domain
    simulated: bool
    readings: tuple[Reading, ...]
    """What each reading means depends on the kind of the measure; see `analysis.measures.evaluate`."""
    by: tuple[str, ...] = ()
    where: Filter = ()
    of: Filter = ()
    """SHARE: the filter of the whole; a part of `where`. RANK without `by`: the filter of those ranked."""
    complete: bool = False
    """True: also list members of `by` that nobody complained of, with 0."""
    not_reporting: tuple[frozenset[str], ...] = ()
    """Institutions whose figures had not arrived, one set a reading; empty when everybody reported."""

    def silent(self) -> tuple[frozenset[str], ...]:
        """One set of institutions that had not reported for each reading."""
        return self.not_reporting or tuple(frozenset() for _ in self.readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """The value of one group; `members` follow the question's `by`."""

    members: tuple[str, ...]
    value: FigureValue | None
    why_none: str | None = None
    """`not_enough_days`, `zero_base`, `no_base_data`, `not_reported`, `not_ranked`, `group_of_one`,
    `no_members`, `no_denominator`: set exactly when value is None."""
    denominator: Denominator | None = None
    """RATIO over outlets or customers: what the count was divided by."""

    def __post_init__(self) -> None:
        if (self.value is None) != (self.why_none is not None):
            raise ValueError(f"a value or the reason why there is none: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The groups of a question in the order of their members (by code point, not by a collation)."""

    question: Question
    rows: tuple[AnswerRow, ...]
    moved_rows: int
    """Rows that came over from the engine: one a group and count, never one a complaint."""

    def row(self, *members: str) -> AnswerRow | None:
        """The row of a group, None when the ledger has nothing of it."""
        return next((row for row in self.rows if row.members == members), None)

    def only(self) -> AnswerRow:
        """The single row of a question without `by`."""
        (row,) = self.rows
        return row


def refuse_what_cannot_be_asked(question: Question) -> None:
    """QuestionError when the question adds paths, contradicts itself, or has the wrong readings."""
    _dimensions_once(question)
    _paths_apart(question)
    _part_of_the_whole(question)
    _right_readings(question)
    _institutions_told(question)
    if question.not_reporting and len(question.not_reporting) != len(question.readings):
        raise _error(
            zh="未报机构名单须与各读取期一一对应",
            en="the sets of institutions that did not report must match the readings one to one",
        )


def named_dimensions(question: Question) -> frozenset[str]:
    """The dimensions a question groups by or holds to a member."""
    return frozenset((*question.by, *_names(question.where)))


def ranked_dimension(question: Question) -> str:
    """RANK without `by`: the one dimension that `where` fixes and `of` leaves open."""
    (dimension,) = {name for name, _ in question.where} - {name for name, _ in question.of}
    return dimension


def _error(*, zh: str, en: str) -> QuestionError:
    return QuestionError(Words(zh=zh, en=en))


def _dimensions_once(question: Question) -> None:
    for names in (question.by, _names(question.where), _names(question.of)):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice == ["path"]:
            raise _error(
                zh="路径出现两次：各路径的数字从不相加，请只留一条，或用 --by path 并列",
                en="path is named twice: paths are never added; name one, or take --by path for both",
            )
        if twice:
            raise _error(
                zh=f"维度 {twice[0]} 出现两次；每个维度只能限定一个成员",
                en=f"dimension {twice[0]} is named twice; a dimension can be held to one member only",
            )


def _paths_apart(question: Question) -> None:
    if not question.domain.paths:
        return
    kind, by = question.measure.kind, question.by
    of_a_whole = kind is MeasureKind.SHARE or (kind in RANKS and not by)
    kept = _names(question.of if of_a_whole else question.where)
    if kind is not MeasureKind.SHARE:
        kept += by[:-1] if kind in RANKS else by
    if "path" not in kept:
        known = ", ".join(question.domain.paths)
        beside = kind is not MeasureKind.SHARE
        raise _error(
            zh=f"各路径的数字从不相加：请用 --where path=… 限定一条路径（{known}）"
            + ("，或用 --by path 并列" if beside else ""),
            en=f"paths are never added: hold the question to one with --where path=… ({known})"
            + (", or set them side by side by --by path" if beside else ""),
        )


def _part_of_the_whole(question: Question) -> None:
    kind, by, where, of = question.measure.kind, question.by, set(question.where), set(question.of)
    if kind is MeasureKind.SHARE and not of <= where:
        raise _error(
            zh="占比的分子须是分母的一部分：of 的每个条件也要在 where 中",
            en="a share is a part of its whole: every condition of `of` must be in `where` too",
        )
    if kind in RANKS and not by and not (of < where and len(where - of) == 1):
        raise _error(
            zh="排名须按一个维度分组，或 where 恰比 of 多一个条件",
            en="a rank needs a dimension to rank by, or exactly one condition in `where` beyond `of`",
        )
    if kind in RANKS and by and by[-1] in dict(where):
        raise _error(
            zh=f"按 {by[-1]} 排名时不能只留其一个成员",
            en=f"a rank by {by[-1]} cannot be held to one {by[-1]}",
        )
    if of and (kind not in (MeasureKind.SHARE, *RANKS) or (kind in RANKS and by)):
        raise _error(zh="只有占比与单项排名才有 of", en="only a share and the rank of one member take `of`")


def _right_readings(question: Question) -> None:
    readings, kind = question.readings, question.measure.kind
    if not readings and kind is not MeasureKind.LATE:
        raise _error(zh="没有读取期，无从计数", en="without a reading there is nothing to count")
    if any(len(reading.period) > DAYS_OF_A_READING_LIMIT for reading in readings):
        raise _error(
            zh=f"期间过长：不得超过 {DAYS_OF_A_READING_LIMIT} 天",
            en=f"the period is too long: at most {DAYS_OF_A_READING_LIMIT} days",
        )
    if kind in _COMPARING and len(readings) > 2:
        raise _error(zh="环比只比较两期", en="a change compares two readings")
    if kind is MeasureKind.AVERAGE and any(len(reading.period) != 1 for reading in readings[1:]):
        raise _error(zh="日均的每个读取期须为一天", en="an average is taken over single days")
    if kind is MeasureKind.LATE:
        _same_days_twice(readings)
    for counted in counted_together(question):
        _days_once(counted)


def counted_together(question: Question) -> tuple[tuple[Reading, ...], ...]:
    """The readings in groups whose counts are added up: no day may lie in a group twice."""
    readings = question.readings
    match question.measure.kind:
        case MeasureKind.CHANGE | MeasureKind.RANK_CHANGE:
            return tuple((reading,) for reading in readings)
        case MeasureKind.AVERAGE:
            return (readings[1:],)
        case MeasureKind.LATE:
            half = len(readings) // 2
            return (readings[:half], readings[half:])
        case _:
            return (readings,)


def _institutions_told(question: Question) -> None:
    """A median goes over institutions, a rate needs the one or the group it is of."""
    measure, told = question.measure, named_dimensions(question)
    if measure.kind is MeasureKind.MEDIAN and told & {"institution", "unit", "source"}:
        raise _error(
            zh="中位数在各机构之间取，不能再按机构、单位或来源分组或限定",
            en="a median goes over institutions: neither group by nor hold it to one, a unit or a source",
        )
    if measure.whole in DENOMINATORS and not told & {"institution", "group"}:
        raise _error(
            zh="比率的分母按机构登记：请用 --by 或 --where 给出 institution 或 group",
            en="its denominators are of institutions: name institution or group by --by or --where",
        )


def _same_days_twice(readings: tuple[Reading, ...]) -> None:
    half = len(readings) // 2
    now, then = readings[:half], readings[half:]
    if [reading.period for reading in now] != [reading.period for reading in then]:
        raise _error(
            zh="补报须先列各日现在的读取，再列同样各日当时的读取",
            en="late data need the days as read now, then the same days as read then",
        )


def _days_once(readings: Iterable[Reading]) -> None:
    periods = sorted((reading.period for reading in readings), key=lambda period: period.from_on)
    for earlier, later in pairwise(periods):
        if later.from_on < earlier.to_on:
            raise _error(
                zh=f"{later.from_on} 被读取两次，会重复计数",
                en=f"{later.from_on} is read twice and would count twice",
            )


def _names(filters: Filter) -> tuple[str, ...]:
    return tuple(name for name, _ in filters)
