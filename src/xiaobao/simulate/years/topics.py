"""What entries are about: scenarios, themes of surges, letters, the known event, the case, enquiries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xiaobao.simulate.ranges import Scenario, Scenarios, Weights
from xiaobao.simulate.years.intentions import CaseRanges, Intentions, Known, Letter, Theme
from xiaobao.simulate.years.tellings import EnquiryTheme, Tellings


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing to complain of, or to ask."""

    id: str
    business: str
    causes: Weights
    channels: Weights
    texts: tuple[str, ...]
    line: str
    """Which demands and details go with it; empty for enquiries and letters, which are told whole."""
    products: tuple[str, ...] = ()
    amounts: tuple[int, int] | None = None
    card_center: float = 0.0
    epidemic: bool = False
    repayment: bool = False
    weight: Weights = field(default_factory=dict)
    """Group → weight in the banks' reports; none for what is only put in on purpose."""
    hotline: float = 0.0
    enquiry: float = 0.0
    asked_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The table, and where in it the kinds lie."""

    all: tuple[Topic, ...]
    scenarios: range
    themes: range
    letters: range
    known: range
    case: int
    enquiries: range

    def place(self, topic_id: str) -> int:
        """The place of a topic by its id; ValueError for one that is none."""
        return [topic.id for topic in self.all].index(topic_id)


def topics_of(scenarios: Scenarios, intentions: Intentions, tellings: Tellings) -> Topics:
    """The table of one catalog; a KeyError tells a theme or case whose scenario does not exist."""
    told = {scenario.id: scenario for scenario in scenarios.scenario}
    parts: tuple[list[Topic], ...] = (
        [_of_scenario(each) for each in scenarios.scenario],
        [_of_theme(each, told) for each in intentions.theme],
        [_of_letter(each) for each in intentions.letter],
        [_of_known(each) for each in intentions.known],
        [_of_case(intentions.case, told)],
        [_of_enquiry(each) for each in tellings.enquiry],
    )
    ranges, start = [], 0
    for part in parts:
        ranges.append(range(start, start + len(part)))
        start += len(part)
    return Topics(
        all=tuple(topic for part in parts for topic in part),
        scenarios=ranges[0],
        themes=ranges[1],
        letters=ranges[2],
        known=ranges[3],
        case=ranges[4].start,
        enquiries=ranges[5],
    )


def _of_scenario(scenario: Scenario) -> Topic:
    return Topic(
        id=scenario.id,
        business=scenario.business,
        causes=scenario.causes,
        channels=scenario.channels,
        texts=scenario.texts,
        line=scenario.line,
        products=scenario.products,
        amounts=scenario.amounts,
        card_center=scenario.card_center,
        epidemic=scenario.epidemic,
        repayment=scenario.repayment,
        weight=scenario.weight,
        hotline=scenario.hotline,
    )


def _of_theme(theme: Theme, told: Mapping[str, Scenario]) -> Topic:
    like = told[theme.scenario]
    return Topic(
        id=theme.id,
        business=theme.business,
        causes=theme.causes,
        channels=theme.channels,
        texts=theme.texts,
        line=like.line,
        products=like.products,
        amounts=like.amounts,
        card_center=like.card_center,
    )


def _of_letter(letter: Letter) -> Topic:
    return Topic(
        id=letter.id,
        business=letter.business,
        causes=letter.causes,
        channels=letter.channels,
        texts=(letter.text,),
        line="",
        amounts=(300, 60_000),
    )


def _of_known(known: Known) -> Topic:
    return Topic(
        id=known.id,
        business=known.business,
        causes=known.causes,
        channels=known.channels,
        texts=known.texts,
        line="wealth",
        products=(known.product,),
        amounts=known.amounts,
    )


def _of_case(case: CaseRanges, told: Mapping[str, Scenario]) -> Topic:
    like = told[case.scenario]
    return Topic(
        id="case",
        business=like.business,
        causes={max(like.causes, key=lambda cause: like.causes[cause]): 1.0},
        channels=like.channels,
        texts=case.texts,
        line=like.line,
        products=like.products,
        amounts=like.amounts,
        card_center=like.card_center,
    )


def _of_enquiry(enquiry: EnquiryTheme) -> Topic:
    return Topic(
        id=f"enquiry-{enquiry.id}",
        business="",
        causes={"": 1.0},
        channels={"": 1.0},
        texts=enquiry.texts,
        line="",
        epidemic=enquiry.epidemic,
        enquiry=enquiry.weight,
        asked_from=enquiry.from_on,
    )
