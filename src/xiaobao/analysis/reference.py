"""The same answers in slow plain Python over every row: trusted, independent, never used in service."""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Answer, AnswerRow, Filter, Question, refuse_what_cannot_be_asked
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.deadlines import LimitSet, TimeLimit
from xiaobao.catalog.measures import MeasureKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import ONE_DAY, day_period

Row = Mapping[str, object]
Group = tuple[str, ...]
_COLUMNS = {
    "path": "path",
    "source": "source_code",
    "institution": "institution_code",
    "unit": "unit_code",
    "entry_kind": "entry_kind",
    "status": "status",
    "received_via": "received_via",
    "standard": "standard_id",
    **{name: name for name in ("product", "repeats", "business_code", "closed_on", "forwarded_on", "amount")},
}
_IDENTITY = ("complaint_key", "source_code", "complaint_no")
_NO_PLACE = {"not_stated", "unmapped", "out_of_list"}


def evaluate(question: Question, *, snapshot: Snapshot, catalog: Catalog) -> Answer:
    """What `analysis.measures.evaluate` must say; `moved_rows` is the whole ledger."""
    if str(question.measure.part).startswith("calls_"):
        return _calls(question, snapshot)
    refuse_what_cannot_be_asked(question)
    rows = snapshot.run(snapshot.entries()).to_dicts()
    tags = snapshot.run(snapshot.tags()).to_dicts()
    for row in rows:
        row["tags"] = [tag for tag in tags if all(tag[name] == row[name] for name in _IDENTITY)]
    outcomes = _outcomes(question, rows, catalog)
    answered = tuple(
        AnswerRow(members=group, value=None, why_none=found)
        if isinstance(found, str)
        else AnswerRow(members=group, value=found)
        for group, found in sorted(outcomes.items())
    )
    return Answer(question=question, rows=answered, moved_rows=len(rows))


_CALLS = {
    "calls_offered": ("offered", "offered"),
    "calls_answered": ("answered", "answered"),
    "calls_abandoned": ("abandoned", "abandoned"),
    "calls_in_time": ("answered_in_time", "answered_in_time"),
    "calls_wait_seconds": ("answered_wait_seconds", "answered_wait_seconds"),
    "calls_timed": ("answered", "answered_in_time"),
    "calls_wait_known": ("answered", "answered_wait_seconds"),
}
"""Quantity → what is added, and what must be known of a row for that."""


def _calls(question: Question, snapshot: Snapshot) -> Answer:
    rows = snapshot.run(snapshot.calls()).to_dicts()
    sums: dict[Group, dict[str, int]] = {}
    standing: Counter[Group] = Counter()
    for reading, row in product(question.readings, rows):
        members = {
            "branch": row["branch_code"] or "not_stated",
            "source": row["source_code"] or "not_stated",
            "seat_place": row["seat_place"] or "not_stated",
            "day": row["day"].isoformat(),
            "month": row["day"].isoformat()[:7],
        }
        if row["posted_seq"] > reading.posted_seq or row["day"] not in reading.period or row["sign"] == 0:
            continue
        if any(members[name] != member for name, member in question.where):
            continue
        group = tuple(members[name] for name in question.by)
        standing[group] += row["sign"]
        for quantity, (added, known) in _CALLS.items():
            known_sums = sums.setdefault(group, dict.fromkeys(_CALLS, 0))
            known_sums[quantity] += row["sign"] * row[added] if row[known] is not None else 0
    answered: list[AnswerRow] = []
    for group in sorted(one for one in sums if standing[one] > 0) if question.by else [()]:
        measure = question.measure
        if standing[group] <= 0:
            answered.append(AnswerRow(members=group, value=None, why_none="no_data"))
            continue
        part, whole = sums[group][str(measure.part)], sums[group][str(measure.whole)]
        value = _half_up(Fraction(measure.times * part, whole), measure.decimals) if whole else None
        answered.append(AnswerRow(members=group, value=value, why_none=None if whole else "zero_base"))
    return Answer(question=question, rows=tuple(answered), moved_rows=len(rows))


def _outcomes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    match question.measure.kind:
        case MeasureKind.COUNT:
            return _counts(question, rows, catalog)
        case MeasureKind.SHARE:
            return _shares(question, rows, catalog)
        case MeasureKind.RANK:
            return _ranks(question, rows, catalog)
        case MeasureKind.CHANGE:
            return _changes(question, rows, catalog)
        case MeasureKind.AVERAGE:
            return _averages(question, rows, catalog)
        case MeasureKind.LATE:
            return _late(question, rows, catalog)
        case MeasureKind.RANK_CHANGE:
            return _rank_changes(question, rows, catalog)
        case MeasureKind.PERIOD_AVERAGE:
            return _period_averages(question, rows, catalog)
        case MeasureKind.MEDIAN:
            return _medians(question, rows, catalog)
        case MeasureKind.RATIO:
            return _ratios(question, rows, catalog)


def _counts(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = _sums(question, question.readings, rows, catalog)
    return {
        group: "not_reported" if _silent(question, group, catalog) else Decimal(sums[group])
        for group in _listed(question, [sums], catalog)
    }


def _shares(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = _sums(question, question.readings, rows, catalog)
    whole = _sums(question, question.readings, rows, catalog, by=(), where=question.of)[()]
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [sums], catalog):
        if _silent(question, group, catalog):
            found[group] = "not_reported"
        elif whole == 0:
            found[group] = "zero_base"
        else:
            found[group] = _half_up(Fraction(100 * sums[group], whole), question.measure.decimals)
    return found


def _ranks(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    if question.by:
        sums = _sums(question, question.readings, rows, catalog)
        return {
            group: _place(question, group, sums, question.by, catalog)
            for group in _listed(question, [sums], catalog)
        }
    ((dimension, member),) = set(question.where) - set(question.of)
    sums = _sums(question, question.readings, rows, catalog, by=(dimension,), where=question.of)
    return {(): _place(question, (member,), sums, (dimension,), catalog)}


def _place(
    question: Question, group: Group, sums: Mapping[Group, int], by: tuple[str, ...], catalog: Catalog
) -> Decimal | str:
    if group[-1] in _NO_PLACE:
        return "not_ranked"
    if _silent(question, group, catalog, by=by):
        return "not_reported"
    better = [
        other
        for other, total in sums.items()
        if other[:-1] == group[:-1]
        and total > sums.get(group, 0)
        and other[-1] not in _NO_PLACE
        and not _silent(question, other, catalog, by=by)
    ]
    return Decimal(1 + len(better))


def _rank_changes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = [_ranked_sums(question, (reading,), rows, catalog) for reading in question.readings]
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, sums, catalog):
        by, ranked = _ranked_group(question, group)
        places = [_place(question, ranked, one, by, catalog) for one in sums]
        if len(places) < 2:
            found[group] = "not_enough_days"
            continue
        now, before = places
        if isinstance(now, str) or isinstance(before, str):
            found[group] = now if isinstance(now, str) else before
        else:
            found[group] = before - now
    return found


def _ranked_group(question: Question, group: Group) -> tuple[tuple[str, ...], Group]:
    if question.by:
        return question.by, group
    ((dimension, member),) = set(question.where) - set(question.of)
    return (dimension,), (member,)


def _ranked_sums(
    question: Question, readings: Iterable[Reading], rows: Sequence[Row], catalog: Catalog
) -> Counter[Group]:
    if question.by:
        return _sums(question, readings, rows, catalog)
    by, _ = _ranked_group(question, ())
    return _sums(question, readings, rows, catalog, by=by, where=question.of)


def _period_averages(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    calendar = catalog.calendars[question.domain.calendar_id]
    worked = [
        Reading(period=day_period(day), posted_seq=reading.posted_seq)
        for reading in question.readings
        for day in reading.period
        if calendar.is_working_day(day)
    ]
    sums = _sums(question, worked, rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [sums], catalog):
        if _silent(question, group, catalog):
            found[group] = "not_reported"
        elif not worked or len(worked) < (question.measure.minimum_days or 1):
            found[group] = "not_enough_days"
        else:
            found[group] = _half_up(Fraction(sums[group], len(worked)), question.measure.decimals)
    return found


def _medians(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    by = (*question.by, "institution")
    sums = _sums(question, question.readings, rows, catalog, by=by)
    shown = Counter({group: total for group, total in sums.items() if total != 0})
    listed = {group[:-1] for group in shown} if question.by else {()}
    if question.by and question.complete:
        listed |= set(_possible(question, catalog))
    register = catalog.registers[(question.domain.id, question.simulated)]
    days = [day for reading in question.readings for day in reading.period]
    found: dict[Group, Decimal | str] = {}
    for group in listed:
        told = {**dict(question.where), **dict(zip(question.by, group, strict=True))}.get("group")
        members = {
            one.code
            for one in register.institutions.values()
            for day in days
            if one.from_on <= day
            and (not one.to_on or day < one.to_on)
            and (told is None or any(_group_member(one.code, day, question, catalog) == told for day in days))
        }
        if members & {code for silent in question.not_reporting for code in silent}:
            found[group] = "not_reported"
        elif len(members) < 2:
            found[group] = "group_of_one" if members else "no_members"
        else:
            middle = Fraction(statistics.median(Fraction(shown[(*group, one)]) for one in members))
            found[group] = _half_up(middle, question.measure.decimals)
    return found


def _ratios(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    measure, measured = question.measure, Measuring(question, rows, catalog)
    part = measured.sums(str(measure.part))
    stated = str(measure.whole) in ("outlets", "customers")
    whole = Counter[Group]() if stated else measured.sums(str(measure.whole))
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [part] if stated else [part, whole], catalog):
        under = _serving(question, group, catalog) if stated else whole[group]
        if _silent(question, group, catalog):
            found[group] = "not_reported"
        elif not under:
            found[group] = "no_denominator" if stated else "zero_base"
        else:
            found[group] = _half_up(Fraction(measure.times * part[group], under), measure.decimals)
    return found


def _serving(question: Question, group: Group, catalog: Catalog) -> int | None:
    """The outlets or customers that serve on the last day of the question."""
    told = {**dict(question.where), **dict(zip(question.by, group, strict=True))}
    register = catalog.registers[(question.domain.id, question.simulated)]
    on = max(day for reading in question.readings for day in reading.period)
    numbers = next(n for quantity, n in register.denominators.items() if quantity == question.measure.whole)
    if "institution" in told:
        codes = [told["institution"]]
    else:
        codes = [
            code
            for code in register.institutions
            if _group_member(code, on, question, catalog) == told["group"]
        ]
    serving = [
        [
            one.value
            for one in numbers.get(code, ())
            if one.from_on <= on and (not one.to_on or on < one.to_on)
        ]
        for code in codes
    ]
    return sum(values[0] for values in serving) if serving and all(serving) else None


class Measuring:
    """Row by row what each quantity adds."""

    def __init__(self, question: Question, rows: Sequence[Row], catalog: Catalog) -> None:
        self._question, self._rows, self._catalog = question, rows, catalog
        self._state = max((reading.posted_seq for reading in question.readings), default=0)
        recorded = [row["recorded_at"] for row in rows if int(str(row["posted_seq"])) <= self._state]
        self._on = question.domain.business_day(max(recorded)) if recorded else date.min  # type: ignore[type-var,arg-type]

    def sums(self, quantity: str) -> Counter[Group]:
        """Group → the sum of a quantity."""
        weights = [self._weight(row, quantity) for row in self._rows]
        weighed = [
            {**row, "sign": int(str(row["sign"])) * weight}
            for row, weight in zip(self._rows, weights, strict=True)
        ]
        return _sums(self._question, self._question.readings, weighed, self._catalog)

    def _weight(self, row: Row, quantity: str) -> int:
        match quantity:
            case "closed":
                return int(row["closed_on"] is not None)
            case "repeats":
                return int(bool(row["repeats"]))
            case "tagged":
                return self._tagged(row)
            case "incomplete":
                names = ("institution_code", "business_code", "cause_code", "region_code")
                return int(not all(row[name] for name in names))
            case "judged" | "on_time" | "handled" | "handling_days":
                return self._of_limit(row, quantity)
        return 1

    def _tagged(self, row: Row) -> int:
        tag = self._catalog.tags[str(self._question.measure.tag)]
        standing = 0
        tags = row["tags"]
        assert isinstance(tags, list)
        for one in tags:
            if (one["tag"], one["rule_version"]) == (tag.id, tag.rule_version):
                standing += one["sign"] if one["posted_seq"] <= self._state else 0
        return int(standing > 0)

    def _of_limit(self, row: Row, quantity: str) -> int:
        for limits in self._catalog.deadlines.values():
            for limit in limits.limits:
                begun = row.get(limit.begins or "")
                if (
                    (limits.domain_id, limit.id) == (self._question.domain.id, self._question.measure.limit)
                    and limit.path is not None
                    and row["path"] == limit.path
                    and isinstance(begun, date)
                    and (limits.from_on <= begun or self._first_of_path(limits, limit, quantity))
                    and not (limits.to_on and begun >= limits.to_on)
                ):
                    ended = next((row[name] for name in limit.ends if row[name] is not None), None)
                    return self._judged(begun, ended, limit, quantity)
        return 0

    def _first_of_path(self, limits: LimitSet, limit: TimeLimit, quantity: str) -> bool:
        """How long something took is told of times before the first rule as well."""
        if quantity not in ("handled", "handling_days"):
            return False
        return not any(
            other.from_on < limits.from_on and (other.domain_id, each.id) == (limits.domain_id, limit.id)
            for other in self._catalog.deadlines.values()
            for each in other.limits
            if each.path == limit.path
        )

    def _judged(self, begun: date, ended: object, limit: TimeLimit, quantity: str) -> int:
        if quantity == "handled":
            return int(isinstance(ended, date))
        if quantity == "handling_days":
            return (ended - begun).days if isinstance(ended, date) else 0
        due = self._due(begun, limit)
        if due is None:
            return 0
        if quantity == "on_time":
            return int(isinstance(ended, date) and ended <= due)
        return int(isinstance(ended, date) or due < self._on)

    def _due(self, begun: date, limit: TimeLimit) -> date | None:
        """Day by day: working days counted off, or calendar days and then on to a working day."""
        calendar = self._catalog.calendars[self._question.domain.calendar_id]
        day, left = begun, limit.count
        if not calendar.knows(day):
            return None
        while left > 0:
            day += ONE_DAY
            if not calendar.knows(day):
                return None
            left -= 1 if limit.unit == "calendar_day" or calendar.is_working_day(day) else 0
        while not calendar.is_working_day(day):
            day += ONE_DAY
            if not calendar.knows(day):
                return None
        return day


def _changes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    present = _sums(question, question.readings[:1], rows, catalog)
    compared = _sums(question, question.readings[1:], rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [present, compared], catalog):
        if _silent(question, group, catalog):
            found[group] = "not_reported"
        elif len(question.readings) == 1:
            found[group] = "not_enough_days"
        elif compared[group] == 0:
            found[group] = "zero_base"
        else:
            difference = Fraction(100 * (present[group] - compared[group]), compared[group])
            found[group] = _half_up(difference, question.measure.decimals)
    return found


def _averages(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    calendar = catalog.calendars[question.domain.calendar_id]
    days = [
        (_sums(question, (reading,), rows, catalog), place)
        for place, reading in enumerate(question.readings)
        if place > 0 and calendar.is_working_day(reading.period.from_on)
    ]
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [sums for sums, _ in days], catalog):
        totals = [sums[group] for sums, place in days if not _silent(question, group, catalog, only=place)]
        if not totals or len(totals) < (question.measure.minimum_days or 1):
            found[group] = "not_enough_days"
        else:
            found[group] = _half_up(Fraction(sum(totals), len(totals)), question.measure.decimals)
    return found


def _late(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    half = len(question.readings) // 2
    now = _sums(question, question.readings[:half], rows, catalog)
    then = _sums(question, question.readings[half:], rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [now, then], catalog):
        found[group] = Decimal(now[group] - then[group]) if half else "not_enough_days"
    return found


def _sums(
    question: Question,
    readings: Iterable[Reading],
    rows: Sequence[Row],
    catalog: Catalog,
    *,
    by: tuple[str, ...] | None = None,
    where: Filter | None = None,
) -> Counter[Group]:
    """Group → sum of signs, reading by reading and row by row."""
    dimensions = question.by if by is None else by
    conditions = question.where if where is None else where
    sums: Counter[Group] = Counter()
    for reading, row in product(readings, rows):
        counted = row["entry_kind"] in question.measure.entry_kinds
        known = int(str(row["posted_seq"])) <= reading.posted_seq
        if counted and known and _day(row) in reading.period and _fits(row, conditions, question, catalog):
            group = tuple(_member(row, name, question, catalog) for name in dimensions)
            sums[group] += int(str(row["sign"]))
    return sums


def _fits(row: Row, conditions: Filter, question: Question, catalog: Catalog) -> bool:
    return all(_member(row, name, question, catalog) == member for name, member in conditions)


def _day(row: Row) -> date:
    day = row["received_on"]
    assert isinstance(day, date)
    return day


def _member(row: Row, dimension: str, question: Question, catalog: Catalog) -> str:
    """The member of a dimension that one row belongs to."""
    if dimension in ("day", "month"):
        return _day(row).isoformat()[: 10 if dimension == "day" else 7]
    if "." in dimension:
        return _code_member(row, dimension, catalog)
    column = {"group": "institution_code", "region": "region_code"}.get(dimension) or _COLUMNS[dimension]
    value = row[column]
    if value is None or value == "":
        return "not_stated"
    if dimension == "group":
        return _group_member(str(value), _day(row), question, catalog)
    if dimension == "region" and value not in catalog.regions[question.domain.region_standard]:
        return "unmapped"
    return str(value)


def _code_member(row: Row, dimension: str, catalog: Catalog) -> str:
    facet, _, level = dimension.partition(".")
    code = row[f"{facet}_code"]
    if not code:
        return "not_stated"
    standard = catalog.standards.get(str(row["standard_id"]))
    table = standard.tables.get(Facet(facet)) if standard else None
    entry = table.codes.get(str(code)) if table else None
    if table is None or entry is None or not entry.in_force_on(_day(row)):
        return "unmapped"
    return table.ancestor(entry.code, int(level)) or "unmapped"


def _group_member(code: str, day: date, question: Question, catalog: Catalog) -> str:
    if code == "out_of_list":
        return code
    register = catalog.registers[(question.domain.id, question.simulated)]
    institution = register.institutions.get(code)
    return (institution.group_on(day) if institution else None) or "unmapped"


def _listed(question: Question, sums: Sequence[Mapping[Group, int]], catalog: Catalog) -> set[Group]:
    if not question.by:
        return {()}
    listed = {group for one in sums for group, total in one.items() if total != 0}
    return listed | (set(_possible(question, catalog)) if question.complete else set())


def _possible(question: Question, catalog: Catalog) -> Iterator[Group]:
    """The groups that a complaint somebody might have made would fall into."""
    for row in _imaginable(question, catalog):
        if _fits(row, question.where, question, catalog):
            yield tuple(_member(row, name, question, catalog) for name in question.by)


def _imaginable(question: Question, catalog: Catalog) -> Iterator[Row]:
    asked = {*question.by, *(name for name, _ in question.where)}
    for day in {day for reading in question.readings for day in reading.period}:
        standard = catalog.standard_on(question.domain.id, day)
        choices: dict[str, list[object]] = {"received_on": [day]}
        choices["standard_id"] = [standard.id if standard else None]
        if asked & {"institution", "group"}:
            register = catalog.registers[(question.domain.id, question.simulated)]
            institutions = register.institutions.values()
            choices["institution_code"] = [
                one.code for one in institutions if one.from_on <= day and (not one.to_on or day < one.to_on)
            ]
        for facet in Facet:
            if standard and any(name.startswith(f"{facet.value}.") for name in asked):
                codes = standard.tables[facet].codes.values()
                choices[f"{facet.value}_code"] = [code.code for code in codes if code.in_force_on(day)]
        if "path" in asked:
            choices["path"] = list(question.domain.paths)
        if "region" in asked:
            choices["region_code"] = list(catalog.regions[question.domain.region_standard])
        if "entry_kind" in asked:
            choices["entry_kind"] = list(question.measure.entry_kinds)
        for values in product(*choices.values()):
            yield dict(zip(choices, values, strict=True))


def _silent(
    question: Question,
    group: Group,
    catalog: Catalog,
    *,
    by: tuple[str, ...] | None = None,
    only: int | None = None,
) -> bool:
    """True when the institution a group is about had not reported for a reading (for reading `only`)."""
    members = dict(question.where)
    members.update(zip(question.by if by is None else by, group, strict=True))
    about = {members.get("institution")}
    if "source" in members and members["source"] in catalog.sources:
        about.add(catalog.sources[members["source"]].institution_code)
    return any(
        bool(about & silent)
        for place, silent in enumerate(question.not_reporting)
        if only is None or place == only
    )


def _half_up(value: Fraction, decimals: int) -> Decimal:
    scaled = floor(abs(value) * 10**decimals + Fraction(1, 2))
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-decimals)
