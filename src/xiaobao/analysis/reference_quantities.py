"""The plain-Python reference: what a row adds to each quantity of a ratio."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from xiaobao.analysis.questions import Question
from xiaobao.analysis.reference_rows import Group, Row, group_member, sums_of
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.deadlines import LimitSet, TimeLimit
from xiaobao.lib.periods import ONE_DAY


def serving(question: Question, group: Group, catalog: Catalog) -> int | None:
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
            if group_member(code, on, question, catalog) == told["group"]
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
        return sums_of(self._question, self._question.readings, weighed, self._catalog)

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
