"""One invented bank, day after day: what it has received, what it has reported, what it reports next."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.codes import Standard
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.sources import Source
from xiaobao.simulate.complaints import Complaint, Drawer
from xiaobao.simulate.incidents import SPOILERS, Incident, expected_rows
from xiaobao.simulate.ranges import Ranges
from xiaobao.simulate.reports import Kind, Report, ReportRow, rows_of

_ONE_DAY = timedelta(days=1)
_MORNING = timedelta(hours=9, minutes=5)
_UNMAPPED_SUFFIX = "X"


@dataclass(slots=True, kw_only=True)
class Bank:
    """The state of one bank; `report_day` moves it on by a day."""

    code: str
    seed: int
    domain: Domain
    source: Source
    standard: Standard
    ranges: Ranges
    drawer: Drawer
    calendar: Calendar
    revision: int = 0
    reported: dict[str, Complaint] = field(default_factory=dict)
    """Complaints the bureau has, by number, as last stated."""
    withdrawn: dict[str, Complaint] = field(default_factory=dict)
    _arriving: list[tuple[date, tuple[Complaint, ...]]] = field(default_factory=list)
    _to_withdraw: tuple[Complaint, ...] = ()
    """Complaints of a report that is on its way and that the next report already withdraws."""

    def report_day(self, day: date, incident: Incident) -> list[Report]:
        """The reports about business day `day`, in the order the bank writes them."""
        random = Random(f"{self.seed}:{self.code}:{day.isoformat()}")
        self._let_arrive(day)
        if incident is Incident.NIL:
            return [self._report(self._at(random, day), day, "nil", [])]
        new = self._new(random, day)
        if incident is Incident.NIL_REVERSED:
            return self._nil_reversed(random, day, new)
        news_of_old = self._news_of_old(random, day)
        return self._with_rows(random, day, incident, new, news_of_old)

    def correction(self, day: date, *, amended: int, withdrawn: int, added: int) -> Report:
        """A supplementary report about `day` of the next morning that puts right what was said of it."""
        random = Random(f"{self.seed}:{self.code}:{day.isoformat()}:correction")
        self._let_arrive(day + _ONE_DAY)
        of_day = [c for c in self.reported.values() if c.received_on == day and c.entry_kind == "complaint"]
        chosen = random.sample(of_day, min(amended + withdrawn, len(of_day)))
        rows = [
            *rows_of([self.drawer.amended(random, c) for c in chosen[:amended]], "amend"),
            *rows_of(chosen[amended:], "withdraw"),
            *rows_of([self._draw(random, day, 9000 + number) for number in range(added)], "new"),
        ]
        return self._report(self._morning(random, day) + timedelta(hours=2), day, "supplementary", rows)

    def _with_rows(
        self, random: Random, day: date, incident: Incident, new: list[Complaint], old: list[ReportRow]
    ) -> list[Report]:
        at = self._at(random, day)
        match incident:
            case Incident.LATE:
                return [self._regular(self._in_the_evening(random, day), day, new, old)]
            case Incident.NEXT_DAY:
                return [self._regular(self._morning(random, day), day, new, old)]
            case Incident.SUPPLEMENTARY:
                return self._held_back(random, day, new, old)
            case Incident.BAD_ROWS:
                return self._with_bad_rows(random, day, new, old)
            case Incident.WRONG_TOTAL:
                first = replace(self._regular(at - timedelta(hours=1), day, new, old), stated_excess=3)
                mended = self._report(at, day, "regular", list(first.rows))
                return [first, mended]
            case Incident.OVERTAKEN:
                return [self._overtaken(random, day, new, old)]
            case _:
                return [self._regular(at, day, new, old)]

    def _regular(self, at: datetime, day: date, new: list[Complaint], old: list[ReportRow]) -> Report:
        self._arrive_on(day + _ONE_DAY, new)
        return self._report(at, day, "regular", [*rows_of(new, "new"), *old])

    def _nil_reversed(self, random: Random, day: date, new: list[Complaint]) -> list[Report]:
        self._arrive_on(day + _ONE_DAY, new)
        return [
            self._report(self._at(random, day), day, "nil", []),
            self._report(self._morning(random, day), day, "supplementary", rows_of(new, "new")),
        ]

    def _held_back(
        self, random: Random, day: date, new: list[Complaint], old: list[ReportRow]
    ) -> list[Report]:
        count = max(1, round(self.ranges.incident_sizes.held_back * len(new)))
        regular = self._regular(self._at(random, day), day, new[:-count], old)
        self._arrive_on(day + _ONE_DAY, new[-count:])
        return [
            regular,
            self._report(self._morning(random, day), day, "supplementary", rows_of(new[-count:], "new")),
        ]

    def _with_bad_rows(
        self, random: Random, day: date, new: list[Complaint], old: list[ReportRow]
    ) -> list[Report]:
        affordable = int(len(new) * self.source.reject_share_limit / 2)
        count = max(1, min(self.ranges.incident_sizes.bad_rows_most, affordable))
        first_spoiler = random.randrange(len(SPOILERS))
        spoilers = [SPOILERS[(first_spoiler + number) % len(SPOILERS)] for number in range(count)]
        bad = [
            ReportRow(event=s.event, complaint=s.complaint, overwritten=s.overwritten, rule_id=s.rule_id)
            for s in (spoil(c) for spoil, c in zip(spoilers, new[:count], strict=True))
        ]
        good = [self._unmapped(new[count]), *new[count + 1 :]]
        rows = [*rows_of(good, "new"), *bad, *old]
        random.shuffle(rows)
        rows.append(ReportRow(event="new", complaint=good[-1], rule_id="duplicate_in_file"))
        self._arrive_on(day + _ONE_DAY, [*good, *new[:count]])
        return [
            self._report(self._at(random, day), day, "regular", rows),
            self._report(self._morning(random, day), day, "supplementary", rows_of(new[:count], "new")),
        ]

    def _unmapped(self, complaint: Complaint) -> Complaint:
        """With a code no table has: accepted with a warning while the standard is reconstructed."""
        if not self.standard.reconstructed:
            return complaint
        return replace(complaint, business_code=complaint.business_code[:3] + _UNMAPPED_SUFFIX)

    def _overtaken(self, random: Random, day: date, new: list[Complaint], old: list[ReportRow]) -> Report:
        count = self.ranges.incident_sizes.overtaken_withdrawals
        self._to_withdraw = tuple(new[:count])
        self._arrive_on(day + 2 * _ONE_DAY, new[count:])
        at = self._just_in_time(random, day + _ONE_DAY)
        return self._report(at, day, "regular", [*rows_of(new, "new"), *old])

    def _news_of_old(self, random: Random, day: date) -> list[ReportRow]:
        """Amendments, closures and withdrawals of what was reported, and withdrawn numbers reported again."""
        shares, before = self.ranges.events, tuple(self.reported.values())
        rows = rows_of(self._to_withdraw, "withdraw")
        self.withdrawn.update({c.complaint_no: c for c in self._to_withdraw})
        self._to_withdraw = ()
        for complaint in tuple(self.withdrawn.values()):
            if complaint.received_on < day - _ONE_DAY and random.random() < shares.reinstated:
                rows.append(self._reinstated(complaint))
        for complaint in before:
            row = self._news_of(random, complaint, day)
            if row is not None:
                rows.append(row)
        return rows

    def _news_of(self, random: Random, complaint: Complaint, day: date) -> ReportRow | None:
        shares, drawn = self.ranges.events, random.random()
        if drawn < shares.withdrawn:
            self.withdrawn[complaint.complaint_no] = self.reported.pop(complaint.complaint_no)
            return ReportRow(event="withdraw", complaint=complaint)
        if drawn < shares.withdrawn + shares.amended:
            return self._amended(self.drawer.amended(random, complaint))
        may_close = complaint.accepted_on is not None and complaint.closed_on is None
        if may_close and drawn < shares.withdrawn + shares.amended + shares.closed:
            return self._amended(replace(complaint, closed_on=day))
        return None

    def _amended(self, complaint: Complaint) -> ReportRow:
        self.reported[complaint.complaint_no] = complaint
        return ReportRow(event="amend", complaint=complaint)

    def _reinstated(self, complaint: Complaint) -> ReportRow:
        self.reported[complaint.complaint_no] = self.withdrawn.pop(complaint.complaint_no)
        return ReportRow(event="reinstate", complaint=complaint)

    def _new(self, random: Random, day: date) -> list[Complaint]:
        mean = expected_rows(self.ranges, self.code, day, self.calendar)
        deviation = (mean + (self.ranges.volume.spread * mean) ** 2) ** 0.5
        count = max(1, round(random.gauss(mean, deviation)))
        return [self._draw(random, day, number) for number in range(1, count + 1)]

    def _draw(self, random: Random, day: date, number: int) -> Complaint:
        return self.drawer.draw(random, complaint_no=f"{self.code}-{day:%Y%m%d}-{number:04d}", day=day)

    def _arrive_on(self, day: date, complaints: list[Complaint]) -> None:
        self._arriving.append((day, tuple(complaints)))

    def _let_arrive(self, day: date) -> None:
        for arrives_on, complaints in self._arriving:
            if arrives_on <= day:
                self.reported.update({c.complaint_no: c for c in complaints})
        self._arriving = [item for item in self._arriving if item[0] > day]

    def _report(self, at: datetime, day: date, kind: Kind, rows: list[ReportRow]) -> Report:
        self.revision += 1
        return Report(at=at, day=day, kind=kind, revision=self.revision, rows=tuple(rows))

    def _at(self, random: Random, day: date) -> datetime:
        return self._deadline(day) - timedelta(seconds=random.randrange(300, 3300))

    def _in_the_evening(self, random: Random, day: date) -> datetime:
        return self._deadline(day) + timedelta(seconds=random.randrange(1200, 10_800))

    def _just_in_time(self, random: Random, day: date) -> datetime:
        """After the bank's own regular report of the day, before its deadline."""
        return self._deadline(day) - timedelta(seconds=random.randrange(30, 240))

    def _morning(self, random: Random, day: date) -> datetime:
        midnight = datetime.combine(day + _ONE_DAY, datetime.min.time(), tzinfo=self.domain.time_zone)
        return midnight + _MORNING + timedelta(seconds=random.randrange(3600))

    def _deadline(self, day: date) -> datetime:
        return datetime.combine(day, self.source.deadline, tzinfo=self.domain.time_zone)
