"""`years.toml`: how much, when, where and how the course of years happens; an unknown key is an error."""

from datetime import date

from xiaobao.simulate.ranges import Habits, Strict, Weights

YEARS_FILE = "simulation/years.toml"

PerPath = dict[str, float]
"""Stream (`institution`, `hotline`, `hotline_enquiry`) or path → value."""


class DayKinds(Strict, frozen=True, kw_only=True):
    """Days of a path against the mean of its working days."""

    weekday: tuple[float, float, float, float, float, float, float]
    holiday: float
    make_up: float
    rebound: tuple[float, ...]
    """On the first working days after a holiday of three days or more."""


class Repayment(Strict, frozen=True, kw_only=True):
    """The usual repayment days, and what scenarios of repayment rise to on the days after."""

    days: tuple[int, ...]
    after: tuple[float, ...]


class ConsumerDay(Strict, frozen=True, kw_only=True):
    """The yearly day of consumers and the days after it."""

    month: int
    day: int
    factors: tuple[float, ...]


class Phase(Strict, frozen=True, kw_only=True):
    """A stretch of the epidemic, until the next one begins."""

    from_on: date
    volume: PerPath
    epidemic_share: float


class Policy(Strict, frozen=True, kw_only=True):
    """A policy made public: enquiries rise on the working days after it."""

    published_on: date
    enquiries: tuple[float, ...]


class Shares(Strict, frozen=True, kw_only=True):
    """Shares of groups in the complaints of the 18 banks, and of banks within their group."""

    state_owned: float
    joint_stock: float
    banks: Weights


class Hotline(Strict, frozen=True, kw_only=True):
    """What is particular to the hotline."""

    out_of_list: float
    others: tuple[str, ...]
    via: Weights
    via_closed: Weights
    enquiry_kinds: Weights
    enquiry_names_bank: float
    repeat: float


class InstitutionPath(Strict, frozen=True, kw_only=True):
    """What is particular to the banks' reports."""

    kinds: Weights


class Excitation(Strict, frozen=True, kw_only=True):
    """How complaints bring on more in their cell, and how banks' levels wander."""

    offspring: float
    decay: float
    lags: int
    drift_deviation: float
    drift_memory: float
    mix_deviation: float


class Duplicates(Strict, frozen=True, kw_only=True):
    """People who tell both the bank and the hotline."""

    share: float
    days_before: int
    other_cause: float
    other_business: float


class Regions(Strict, frozen=True, kw_only=True):
    """Regions of complainants, by weight."""

    institution: Weights
    hotline: Weights
    closed_city: Weights


class Handling(Strict, frozen=True, kw_only=True):
    """What becomes of a complaint, in days and shares."""

    accepted_same_day: float
    closed: float
    closed_days_median: float
    closed_days_spread: float
    closed_days_most: int
    amended: float
    withdrawn: float
    reinstated: float
    respond_days_median: float
    declined_listed: float


class DeliveryIncidents(Strict, frozen=True, kw_only=True):
    """What goes wrong with which share of a bank's daily deliveries."""

    late: float
    next_day: float
    supplementary: float
    bad_rows: float
    wrong_total: float
    held_back: float
    bad_rows_most: int
    bad_share_most: float
    smallest_file: int


class Persons(Strict, frozen=True, kw_only=True):
    """Invented numbers of invented people."""

    identity_regions: tuple[str, ...]
    phone_prefix: str
    card_prefix: str
    identity_stated: PerPath


class AnswerRate(Strict, frozen=True, kw_only=True):
    """Share of calls offered that are answered, from a day on."""

    from_on: date
    rate: float


class HomeSeats(Strict, frozen=True, kw_only=True):
    """Share of calls answered at home, from a day on."""

    from_on: date
    share: float
    closed_city: float


class CallSettings(Strict, frozen=True, kw_only=True):
    """Calls of the hotline."""

    invalid: float
    answer_rate: tuple[AnswerRate, ...]
    home_seats: tuple[HomeSeats, ...]
    half_hours: Weights
    records: frozenset[str]
    target_seconds: int
    wait_seconds: float
    talk_seconds: float
    patience_seconds: float


class Years(Strict, frozen=True, kw_only=True):
    """`years.toml`."""

    daily_from: date
    volume: dict[str, dict[int, float]]
    days: dict[str, DayKinds]
    repayment: Repayment
    consumer_day: ConsumerDay
    phase: tuple[Phase, ...]
    policy: tuple[Policy, ...]
    shares: Shares
    hotline: Hotline
    institution: InstitutionPath
    excitation: Excitation
    duplicates: Duplicates
    regions: Regions
    handling: Handling
    incidents: DeliveryIncidents
    habits: Habits
    people: Persons
    calls: CallSettings
