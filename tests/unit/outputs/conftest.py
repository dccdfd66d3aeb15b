"""A day of hand-made figures in each domain, and the truth that fits them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from xiaobao.analysis.figures import Figure, Reading
from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import day_period
from xiaobao.lib.words import Language
from xiaobao.outputs.brief.book import Book
from xiaobao.outputs.brief.check import Checked, Refusal
from xiaobao.outputs.brief.check_figures import figure_refusals
from xiaobao.outputs.brief.check_shape import header_refusals, shape_refusals
from xiaobao.outputs.brief.check_tokens import token_refusals
from xiaobao.outputs.brief.compose import compose, naming_of
from xiaobao.outputs.brief.document import Brief
from xiaobao.outputs.brief.facts import BriefFacts, Comparison, Group, Late, Member, Point
from xiaobao.outputs.brief.record import CloseRecord, Rows
from xiaobao.outputs.brief.series import span_of
from xiaobao.outputs.brief.truth import Outcome, Truth

DAY, BEFORE = date(2020, 3, 27), date(2020, 3, 26)
CLOSES = {date(2020, 3, 24): 11, date(2020, 3, 25): 14, BEFORE: 20, DAY: 31}
PATH = (("path", "institution"),)
HEAD = "c" * 64


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped catalog."""
    return reading.load()


class Day:
    """Makes figures of one day; counts are given, shares and changes follow from them by hand."""

    def __init__(self, catalog: Catalog, *, total: int = 832, previous: int = 800) -> None:
        self.catalog = catalog
        self.total, self.previous = total, previous

    def figure(
        self, measure: str, value: str | None, *days: date, why: str | None = None, **where: str
    ) -> Figure:
        filters = tuple(sorted((*PATH, *((name.replace("_", "."), one) for name, one in where.items()))))
        whole = measure in ("complaint_share", "complaint_rank")
        return Figure(
            id="",
            measure_id=measure,
            where=filters,
            of=PATH if whole else (),
            readings=tuple(Reading(period=day_period(day), posted_seq=CLOSES[day]) for day in days or (DAY,)),
            catalog_digest=self.catalog.digest,
            basis="institution:complaint",
            value=None if value is None else Decimal(value),
            why_none=why,
        )

    def comparison(self, count: int, previous: int, change: str, **where: str) -> Comparison:
        return Comparison(
            count=self.figure("complaints", str(count), **where),
            previous=self.figure("complaints", str(previous), BEFORE, **where),
            change=self.figure("complaints_dod", change, DAY, BEFORE, **where),
            averages=(
                self.figure("complaints_avg_7", "812.5", DAY, *sorted(CLOSES)[:-1], **where),
                self.figure(
                    "complaints_avg_30", None, DAY, *sorted(CLOSES)[:-1], why="not_enough_days", **where
                ),
            ),
        )

    def member(
        self, dimension: str, member: str, count: int, previous: int, rank: str | None, *numbers: str
    ) -> Member:
        share, change = numbers
        where = {dimension.replace(".", "_"): member}
        return Member(
            member=member,
            comparison=self.comparison(count, previous, change, **where),
            share=self.figure("complaint_share", share, **where),
            rank=self.figure("complaint_rank", rank, why=None if rank else "not_ranked", **where),
        )

    def silent(self, member: str) -> Member:
        def none(measure: str, *days: date) -> Figure:
            return self.figure(measure, None, *days, why="not_reported", institution=member)

        return Member(
            member=member,
            comparison=Comparison(
                count=none("complaints"),
                previous=self.figure("complaints", "60", BEFORE, institution=member),
                change=none("complaints_dod", DAY, BEFORE),
                averages=(),
            ),
            share=none("complaint_share"),
            rank=none("complaint_rank"),
        )

    def late(self) -> Late:
        earlier = tuple(sorted(CLOSES))[:-1]
        now = tuple(Reading(period=day_period(day), posted_seq=CLOSES[DAY]) for day in earlier)
        then = tuple(Reading(period=day_period(day), posted_seq=CLOSES[day]) for day in earlier)

        def made(measure: str, value: str, readings: tuple[Reading, ...]) -> Figure:
            blank = self.figure(measure, value)
            return Figure(
                **{name: getattr(blank, name) for name in blank.__slots__ if name != "readings"},
                readings=readings,
            )

        return Late(
            from_day=earlier[0],
            to_day=earlier[-1],
            now=made("complaints", "2460", now),
            then=made("complaints", "2448", then),
            difference=made("complaints_late", "12", (*now, *then)),
            previous_difference=made("complaints_late", "0", (now[-1], then[-1])),
        )


def record(day: date, catalog: Catalog) -> CloseRecord:
    banks = [f"bank-gy0{number}" for number in range(1, 7)]
    statuses = {
        **dict.fromkeys(banks, "arrived"),
        "bank-gy05": "late",
        "bank-gy06": "nil",
        "bank-gf01": "missing",
    }
    return CloseRecord(
        day=day,
        posted_seq=CLOSES[day],
        close_head=HEAD if day == DAY else "b" * 64,
        catalog_digest=catalog.digest,
        statuses=statuses if day == DAY else dict.fromkeys(banks, "arrived"),
        rows={
            "bank-gy01": Rows(read=123, accepted=120, rejected=3),
            "bank-gy02": Rows(read=98, accepted=98, refused=1),
        },
    )


@pytest.fixture
def facts(catalog: Catalog) -> BriefFacts:
    """A simulated day: 832 complaints after 800; one bank silent, one code not stated."""
    day = Day(catalog)
    codes = sorted(code for code in _table(catalog, "business"))[:2]
    cause = sorted(_table(catalog, "cause"))[0]
    institutions = (
        day.member("institution", "GY01", 502, 480, "1", "60.3", "4.6"),
        day.member("institution", "GY02", 330, 330, "2", "39.7", "0.0"),
        day.silent("GF01"),
    )
    businesses = (
        day.member("business.1", codes[0], 500, 500, "1", "60.1", "0.0"),
        day.member("business.1", codes[1], 322, 290, "2", "38.7", "11.0"),
        day.member("business.1", "not_stated", 10, 10, None, "1.2", "0.0"),
    )
    return BriefFacts(
        series="daily",
        span=span_of("daily", DAY, CLOSES),
        week=None,
        domain=catalog.domain("pbc"),
        catalog=catalog,
        simulated=True,
        mark="simulated",
        path="institution",
        record=record(DAY, catalog),
        previous=record(BEFORE, catalog),
        closed=CLOSES,
        total=day.comparison(832, 800, "4.0"),
        groups=tuple(
            Group(
                group=group,
                comparison=day.comparison(832, 800, "4.0", group=group),
                share=day.figure("complaint_share", "100.0", group=group),
                median=day.figure("complaints_median", "416.0", group=group),
            )
            for group in list(catalog.register("pbc", simulated=True).groups)[:1]
        ),
        institutions=institutions,
        businesses=businesses,
        causes=(day.member("cause.1", cause, 832, 800, "1", "100.0", "4.0"),),
        cells={
            (member.member, category.member): day.figure(
                "complaints",
                None if member.member == "GF01" else "7",
                why="not_reported" if member.member == "GF01" else None,
                institution=member.member,
                business_1=category.member,
            )
            for member in institutions
            for category in businesses
        },
        late=day.late(),
        course=tuple(
            Point(
                day=one,
                count=day.figure("complaints", value, one),
                working=catalog.calendar_of("pbc").is_working_day(one),
            )
            for one, value in zip(sorted(CLOSES), ("811", "837", "800", "832"), strict=True)
        ),
        stated_names={},
    )


def _table(catalog: Catalog, facet: str) -> list[str]:
    (standard,) = (catalog.standards[one] for one in catalog.domain("pbc").standard_ids)
    (table,) = (table for table in standard.tables.values() if table.facet == facet)
    return [code.code for code in table.codes.values() if code.level == 1]


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    """Both languages in turn."""
    return "zh" if request.param == "zh" else "en"


@pytest.fixture
def brief(facts: BriefFacts, language: Language) -> Brief:
    """The day's draft in each language."""
    return compose(facts, language=language)


@pytest.fixture
def checked(facts: BriefFacts) -> Callable[[Brief], Checked]:
    """A brief with its labels, and the hand-made figures as the truth."""

    def make(brief: Brief) -> Checked:
        known = {figure.id: figure for figure in compose(facts, language=brief.header.language).figures}
        truth = Truth(
            closes=CLOSES,
            record=facts.record,
            previous=facts.previous,
            figures={
                one.id: Outcome(value=known[one.id].value, why_none=known[one.id].why_none)
                for one in brief.figures
            },
            first={
                ("institution", 2): frozenset({"GY01", "GY02"}),
                ("business.1", 2): frozenset(one.member for one in facts.businesses[:2]),
                ("cause.1", 1): frozenset(one.member for one in facts.causes),
            },
        )
        book = Book(brief.header.language)
        book.figures = known
        return Checked(brief=brief, naming=naming_of(facts, brief.header.language, book), truth=truth)

    return make


@pytest.fixture
def refusals(checked: Callable[[Brief], Checked]) -> Callable[[Brief], list[Refusal]]:
    """Everything a check finds in a brief."""

    def find(brief: Brief) -> list[Refusal]:
        one = checked(brief)
        return [*header_refusals(one), *shape_refusals(one), *figure_refusals(one), *token_refusals(one)]

    return find
