"""One invented complaint: drawn from a scenario, amended as a bank would amend it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from xiaobao.simulate import people
from xiaobao.simulate.ranges import Ranges, Scenario, Scenarios

_OLDEST_DAYS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What a bank states of one complaint."""

    complaint_no: str
    entry_kind: str
    received_on: date
    accepted_on: date | None
    closed_on: date | None
    unit_code: str | None
    channel_code: str
    business_code: str
    cause_code: str
    region_code: str
    product: str | None
    amount: Decimal | None
    identity: str | None
    contact: str
    narrative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Draws complaints of one bank."""

    ranges: Ranges
    scenarios: Scenarios
    group: str
    """Group of the bank: which weights of the scenarios apply."""
    unit_code: str | None
    """Its card center, where the register has one."""

    def draw(self, random: Random, *, complaint_no: str, day: date) -> Complaint:
        """A new complaint received on `day`."""
        scenario = self._scenario(random)
        contact = people.phone(random, self.ranges.people)
        identity = people.identity(random, self.ranges.people)
        amount = _amount(random, scenario)
        return Complaint(
            complaint_no=complaint_no,
            entry_kind=_one_of(random, self.ranges.entry_kinds),
            received_on=day,
            accepted_on=day if random.random() < 0.9 else None,
            closed_on=None,
            unit_code=self.unit_code if random.random() < scenario.card_center else None,
            channel_code=_one_of(random, scenario.channels),
            business_code=scenario.business,
            cause_code=_one_of(random, scenario.causes),
            region_code=_one_of(random, self.ranges.provinces),
            product=random.choice(scenario.products) if scenario.products else None,
            amount=amount,
            identity=identity if random.random() < 0.8 else None,
            contact=contact,
            narrative=self._narrative(
                random, scenario, contact=contact, identity=identity, amount=amount, day=day
            ),
        )

    def amended(self, random: Random, complaint: Complaint) -> Complaint:
        """The complaint with another classification, as after a second look."""
        others = [s for s in self.scenarios.scenario if s.business != complaint.business_code]
        scenario = random.choice(others)
        return replace(
            complaint, business_code=scenario.business, cause_code=_one_of(random, scenario.causes)
        )

    def _scenario(self, random: Random) -> Scenario:
        weights = [scenario.weight[self.group] for scenario in self.scenarios.scenario]
        return random.choices(self.scenarios.scenario, weights=weights)[0]

    def _narrative(
        self,
        random: Random,
        scenario: Scenario,
        *,
        contact: str,
        identity: str,
        amount: Decimal | None,
        day: date,
    ) -> str:
        earlier = day - timedelta(days=random.randrange(1, _OLDEST_DAYS))
        template = (
            random.choice(self.scenarios.openings)
            + random.choice(scenario.texts)
            + random.choice(self.scenarios.closings)
        )
        return template.format(
            city=random.choice(self.scenarios.cities),
            amount=amount if amount is not None else random.randrange(10, 5000),
            days=random.randrange(3, _OLDEST_DAYS),
            times=random.randrange(2, 12),
            on=f"{earlier.month}月{earlier.day}日",
            phone=contact,
            identity=identity,
            card=people.card(random, self.ranges.people),
        )


def _amount(random: Random, scenario: Scenario) -> Decimal | None:
    if scenario.amounts is None or random.random() < 0.2:
        return None
    low, high = scenario.amounts
    yuan = low * (high / low) ** random.random()  # evenly over orders of size: most sums are small
    return Decimal(round(yuan * 100)) / 100 if random.random() < 0.3 else Decimal(round(yuan))


def _one_of(random: Random, weights: Mapping[str, float]) -> str:
    return random.choices(tuple(weights), weights=tuple(weights.values()))[0]
