"""What a run has told of a day's hot issues, as it is kept and printed; every text in it is masked."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.told import Raised, key_of
from xiaobao.lib.periods import ONE_DAY, Period

VERSION = 1
_SAME_SHARE = 0.5
"""Of the smaller of two topics, the complaints in common from which one goes on in the other."""


class TopicState(StrEnum):
    """What an issue does: its complaints of the window against those that the run before had."""

    NEW = "new"
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"
    CLOSED = "closed"


class ToldMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An institution and how many of the complaints are its."""

    member: str
    count: int


class ToldName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer calls an issue, and who that is."""

    text: str
    by: str
    on: date


class ToldDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of an issue, as the surge detector judges it."""

    day: date
    count: int | None
    """Complaints of its institution and category that say its words, or of which those are demanded; None for
    a day nobody reported."""
    score: Decimal | None
    """-log10 of the chance of as many, by the days before; None where the past is too short."""
    alarm: bool


class ToldIssue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One hot issue of a day."""

    id: str
    """It keeps that of the issue of an earlier run that it goes on from."""
    where: tuple[tuple[str, str], ...]
    """Category, and the institution where it is one's."""
    label: str
    terms: tuple[str, ...]
    all: int
    distinct: int
    """Each family of near-duplicates once."""
    before: int
    institutions: tuple[ToldMember, ...]
    first_day: date
    last_day: date
    score: Decimal
    state: TopicState | None
    """None where no run of the closed day before is kept that could say so."""
    first_raised: Raised | None
    complaints: tuple[int, ...]
    """Their keys in the ledger, rising."""
    excerpts: tuple[str, ...]
    name: ToldName | None = None
    """None where no officer gave one."""
    merged: tuple[str, ...] = ()
    """Ids of the issues that officers had go into it."""
    former_names: tuple[ToldName, ...] = ()
    """Other names, which officers gave to those."""
    split_from: str | None = None
    """The issue that officers had it split from."""
    days: tuple[ToldDay, ...] = ()
    """The window, day by day."""
    demanded: tuple[str, ...] = ()
    """Kinds of what its institution demands and others hardly ever do; `terms` are then what is demanded."""
    untold: bool = False
    """No night has told it yet: it is found, and others are more surprising."""
    missing: int = 0
    """Nights since it was last found."""

    @property
    def called(self) -> str:
        """By an officer, else by its most telling words."""
        return self.name.text if self.name else self.label

    @property
    def period(self) -> Period:
        """From the first to the last of its complaints."""
        return Period(from_on=self.first_day, to_on=self.last_day + ONE_DAY)

    @property
    def key(self) -> str:
        """What it is of: `business.1=B02,institution=GY01`."""
        return key_of(self.where)


class ToldDemand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an institution demands of consumers, of one kind."""

    kind: str
    institution: str
    all: int
    distinct: int
    quotes: tuple[str, ...]


class ToldIssues(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hot issues of one counting path."""

    path: str | None
    complaints: int
    """In the window."""
    without_text: int
    """Of them, those whose text did not come or has expired."""
    before: int
    past_days: int
    """Days before the window with complaints."""
    judged: bool
    """False where the past is too short to hold anything against."""
    not_judged: tuple[str, ...]
    """Institutions with nothing before the window."""
    issues: tuple[ToldIssue, ...]
    closed: tuple[ToldIssue, ...]
    """As the run of the closed day before found them: no issue of this day goes on from them."""
    demands: tuple[ToldDemand, ...]
    clusters: tuple[ToldIssue, ...] = ()
    """All that was found, before officers' decisions, and what rests since an earlier night: what the next
    run goes on from. Older runs in which nothing was decided have none and are gone on from by `issues`."""

    @property
    def followed(self) -> tuple[ToldIssue, ...]:
        """What the next run goes on from."""
        return self.clusters or self.issues

    @property
    def with_text(self) -> int:
        """Complaints of the window whose text can be read."""
        return self.complaints - self.without_text

    @property
    def can_be_judged(self) -> bool:
        """False where the past is too short, or no complaint of the window has a text that can be read."""
        return self.judged and self.with_text > 0


def nothing_told() -> ToldIssues:
    """Of a path that nobody has looked at."""
    return ToldIssues(
        path=None,
        complaints=0,
        without_text=0,
        before=0,
        past_days=0,
        judged=False,
        not_judged=(),
        issues=(),
        closed=(),
        demands=(),
    )


class ToldTopics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hot issues of a day."""

    version: int = VERSION
    day: date
    first_day: date
    """Of the window, which ends with the day."""
    posted_seq: int
    catalog_digest: str
    program_version: str = ""
    """Of xiaobao, which looked; empty in runs of before it was kept."""
    masking_version: str
    """Of numbers, then of names; empty where names cannot be masked here, so that nothing is told."""
    refused: dict[str, str]
    """Why nothing was looked for, by language; empty where it was."""
    paths: tuple[ToldIssues, ...]
    decided: int = 0
    """Serial of the last officer's decision that it knows; 0 before the first."""

    def on_path(self, path: str | None) -> ToldIssues | None:
        """What was told of a path; None where it was not looked at."""
        return next((one for one in self.paths if one.path == path), None)


def encode(told: ToldTopics) -> bytes:
    """The same bytes for the same run."""
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=1) + b"\n"


def decode(content: bytes) -> ToldTopics:
    """A run as it was kept."""
    return msgspec.json.decode(content, type=ToldTopics)


def goes_on(where: Filter, complaints: Iterable[int], earlier: Iterable[ToldIssue]) -> ToldIssue | None:
    """The earlier issue of the same institution and category with most complaints in common; None without."""
    mine = set(complaints)
    best, most = None, 0
    for one in earlier:
        common = len(mine & set(one.complaints))
        same = one.where == tuple(where) and common >= _SAME_SHARE * min(len(mine), len(one.complaints))
        if same and common > most:
            best, most = one, common
    return best
