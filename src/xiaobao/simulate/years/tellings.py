"""`tellings.toml`: the parts a narrative is put together from, and what enquiries ask."""

from datetime import date

from xiaobao.simulate.ranges import Strict

TELLINGS_FILE = "simulation/tellings.toml"

ByLine = dict[str, tuple[str, ...]]
"""Line of business (`card`, `loan`, …) → sentences."""


class Names(Strict, frozen=True, kw_only=True):
    """Invented persons' names."""

    family: tuple[str, ...]
    given: tuple[str, ...]


class Spelling(Strict, frozen=True, kw_only=True):
    """One habit of spelling, and in which share of narratives it is met."""

    share: float
    words: dict[str, str]


class EnquiryTheme(Strict, frozen=True, kw_only=True):
    """What callers ask."""

    id: str
    weight: float
    texts: tuple[str, ...]
    from_on: date | None = None
    epidemic: bool = False


class Tellings(Strict, frozen=True, kw_only=True):
    """`tellings.toml`."""

    openings: tuple[str, ...]
    speakers: tuple[str, ...]
    times: tuple[str, ...]
    closings: tuple[str, ...]
    second: tuple[str, ...]
    demands: ByLine
    details: ByLine
    others: ByLine
    """Kind of entry → texts."""
    names: Names
    cities: dict[str, tuple[str, ...]]
    spelling: tuple[Spelling, ...]
    enquiry: tuple[EnquiryTheme, ...]
