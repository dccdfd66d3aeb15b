"""At the door: what a home says no to before it keeps a byte, and what it makes of the declared revision."""

from datetime import date, datetime

from xiaobao.catalog.sources import DeliveryKind, RevisionType, Source, Subject
from xiaobao.intake.delivery import Delivery
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import ExpiredMonth

_REVISION_LIMIT = 1 << 63


class DeliveryRefusedError(UserError):
    """A delivery this home does not take; nothing of it was kept."""

    def __init__(self, words: Words, *, exit_code: ExitCode = ExitCode.DATA_REFUSED) -> None:
        super().__init__(words, exit_code=exit_code)


class RevisionRefusedError(DeliveryRefusedError):
    """A revision that is not of the type its source declares: the call is wrong, not the data."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.WRONG_CALL)


class PeriodRefusedError(DeliveryRefusedError):
    """A period that this delivery cannot state: the call is wrong, not the data."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.WRONG_CALL)


def admit(home: Home, delivery: Delivery, *, at: datetime) -> Delivery:
    """The delivery with its revision as the ledger will take it.

    Raises UnknownKeyError for a source nobody knows, DeliveryRefusedError for one of another domain or mark
    and for a day that has not begun or whose month has expired, PeriodRefusedError for a period that it
    cannot state, and RevisionRefusedError for a revision not of the source's type.
    """
    source = home.catalog().source(delivery.source_code)
    _require_domain(home, source)
    _require_mark(home, source)
    _require_begun(home, delivery.day, at=at)
    require_unexpired(delivery.day)
    return Delivery(
        source_code=delivery.source_code,
        day=delivery.day,
        kind=delivery.kind,
        revision=_revision(source, delivery),
        stated_total=delivery.stated_total,
        covers_from=_covers_from(home, delivery, source),
    )


def _covers_from(home: Home, delivery: Delivery, source: Source) -> date | None:
    first = delivery.covers_from
    if first is None or first == delivery.day:
        return None
    if source.subject is Subject.CALLS:
        raise PeriodRefusedError(
            Words(
                zh="接听数据按日报送，不能用 --covers-from 声明一段时期",
                en="calls are reported by day: their delivery states no period, leave --covers-from out",
            )
        )
    if delivery.kind is DeliveryKind.SUPPLEMENTARY:
        raise PeriodRefusedError(
            Words(
                zh="补报只作补充，不声明涵盖的时期；请去掉 --covers-from",
                en="a supplementary delivery adds to what was stated and covers no period: "
                "leave --covers-from out",
            )
        )
    earliest = home.domain.earliest_on
    if not earliest <= first < delivery.day:
        raise PeriodRefusedError(
            Words(
                zh=f"涵盖的时期应始于 {earliest} 至 {delivery.day} 之间，给出的是 {first}",
                en=f"the period covered begins between {earliest} and {delivery.day}, given {first}",
            )
        )
    return first


def _require_domain(home: Home, source: Source) -> None:
    if source.domain_id != home.domain_id:
        raise DeliveryRefusedError(
            Words(
                zh=f"来源 {source.code} 属于领域 {source.domain_id}，本家目录是 {home.domain_id}",
                en=f"source {source.code} is of the domain {source.domain_id}, this home of {home.domain_id}",
            )
        )


def _require_mark(home: Home, source: Source) -> None:
    if source.simulated and not home.simulated:
        raise DeliveryRefusedError(
            Words(
                zh=f"来源 {source.code} 是模拟的，只能报入模拟家目录",
                en=f"source {source.code} is simulated: only a simulated home takes it",
            )
        )
    if home.simulated and not source.simulated:
        raise DeliveryRefusedError(
            Words(
                zh=f"来源 {source.code} 是真实的，不能报入模拟家目录",
                en=f"source {source.code} is real: a simulated home does not take it",
            )
        )


def _require_begun(home: Home, day: date, *, at: datetime) -> None:
    today = home.domain.business_day(at)
    if day > today:
        raise DeliveryRefusedError(
            Words(
                zh=f"申报的业务日 {day} 尚未开始（今天是 {today}）；请核对 --day",
                en=f"the declared day {day} has not begun (today is {today}); check --day",
            )
        )


def require_unexpired(day: date) -> None:
    """Raise DeliveryRefusedError for a day of a month whose raw files were destroyed."""
    month = day.strftime("%Y-%m")
    if ExpiredMonth.objects.filter(month=month).exists():
        raise DeliveryRefusedError(
            Words(
                zh=f"{month} 的原件已按保存期限销毁，该月不再接收报送；仍须更正的，请以之后的业务日报送",
                en=f"the raw files of {month} were destroyed at the end of their retention and it takes no "
                "deliveries; send what must still be amended for a later business day",
            )
        )


def _revision(source: Source, delivery: Delivery) -> int | None:
    if source.revision is RevisionType.ARRIVAL:
        _require_none(source, delivery.revision)
        return None
    if source.revision is RevisionType.DATE:
        return _dated(source, delivery)
    return _serial(source, delivery)


def _require_none(source: Source, stated: int | None) -> None:
    if stated is not None:
        raise RevisionRefusedError(
            Words(
                zh=f"来源 {source.code} 没有版次，以到达先后为准；请去掉 --revision",
                en=f"source {source.code} has no revisions, order of arrival decides; leave --revision out",
            )
        )


def _dated(source: Source, delivery: Delivery) -> int:
    if delivery.revision is None:
        return int(delivery.day.strftime("%Y%m%d"))
    text = str(delivery.revision)
    try:
        if len(text) != len("20141028"):
            raise ValueError(text)
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise RevisionRefusedError(
            Words(
                zh=f"来源 {source.code} 的版次是日期，形如 20141028；给出的是 {text}",
                en=f"the revision of source {source.code} is a date such as 20141028; given {text}",
            )
        ) from error
    return delivery.revision


def _serial(source: Source, delivery: Delivery) -> int | None:
    is_nil = delivery.kind is DeliveryKind.NIL and source.subject is not Subject.CALLS
    if delivery.revision is None and is_nil:
        return None  # it has no rows a revision could order; a nil of calls states its day
    if delivery.revision is None or not 0 < delivery.revision < _REVISION_LIMIT:
        raise RevisionRefusedError(
            Words(
                zh=f"来源 {source.code} 的每份报送要带版次（从 1 起递增的整数）：--revision N",
                en=f"deliveries of {source.code} carry a revision, a whole number from 1: --revision N",
            )
        )
    return delivery.revision
