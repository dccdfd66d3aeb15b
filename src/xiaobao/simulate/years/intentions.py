"""`injections.toml`: the ranges from which surges, campaigns, the known event and the case are drawn.

`miscoding.toml`, which a site may add: banks that report wrongly.
"""

from datetime import date
from typing import Literal

from xiaobao.simulate.ranges import Strict, Weights

INJECTIONS_FILE = "simulation/injections.toml"
MISCODING_FILE = "simulation/miscoding.toml"


class SurgeRanges(Strict, frozen=True, kw_only=True):
    """Rises of counts."""

    per_quarter: tuple[int, int]
    days: tuple[int, int]
    times: tuple[float, float]
    fewest: int
    ramp: float
    levels: Weights
    paths: Weights


class CampaignRanges(Strict, frozen=True, kw_only=True):
    """Letters written alike."""

    per_quarter: tuple[int, int]
    days: tuple[int, int]
    size: tuple[int, int]
    paths: Weights
    edited: float
    edits: dict[str, str]
    """What is changed in an edited letter, each about every second time."""


class CaseRanges(Strict, frozen=True, kw_only=True):
    """The case of the published article."""

    scenario: str
    path: str
    from_on: date
    to_on: date
    size: tuple[int, int]
    working_days: tuple[int, int]
    cell_mean: tuple[float, float]
    texts: tuple[str, ...]
    proofs: tuple[str, ...]
    percents: tuple[str, ...]


class Known(Strict, frozen=True, kw_only=True):
    """An event of which the day is known."""

    id: str
    from_on: date
    days: int
    group: str
    path: str
    business: str
    causes: Weights
    channels: Weights
    product: str
    a_day: float
    amounts: tuple[int, int]
    texts: tuple[str, ...]


class Theme(Strict, frozen=True, kw_only=True):
    """What a surge is about."""

    id: str
    business: str
    causes: Weights
    channels: Weights
    scenario: str
    texts: tuple[str, ...]
    from_on: date | None = None
    """None for what may happen in any year."""


class Letter(Strict, frozen=True, kw_only=True):
    """What a campaign sends."""

    id: str
    business: str
    causes: Weights
    channels: Weights
    text: str


class Miscoding(Strict, frozen=True, kw_only=True):
    """Banks that report wrongly from a day on; which banks, when and how much is drawn from the ranges."""

    id: str
    kind: Literal["codes", "enquiry"]
    """`codes`: complaints get the codes of another matter; `enquiry`: they are recorded as enquiries."""
    banks: int
    """How many banks do so."""
    from_on: date
    to_on: date
    """It begins within these days."""
    share: tuple[float, float]
    """Of a bank's complaints from then on."""


class Miscodings(Strict, frozen=True, kw_only=True):
    """`miscoding.toml`."""

    miscoding: tuple[Miscoding, ...]


class Intentions(Strict, frozen=True, kw_only=True):
    """`injections.toml`."""

    surges: SurgeRanges
    campaigns: CampaignRanges
    case: CaseRanges
    known: tuple[Known, ...]
    theme: tuple[Theme, ...]
    letter: tuple[Letter, ...]
