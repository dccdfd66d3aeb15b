"""When texts are a topic, and the kinds of conditions demanded of consumers. `catalog/topics.toml`."""

import math
from dataclasses import dataclass
from datetime import date

from xiaobao.catalog.decided import in_force
from xiaobao.lib.words import Words

_FILE = "topics.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsDecision:
    """What is in force from a day until the next decision."""

    from_on: date
    least_texts: int
    """Distinct texts that share a phrase, at least."""
    least_score: float
    """-log10 of the chance of so many texts, from which a topic is told."""
    stray_share: float
    """Of a topic's texts, how many may be others that share its words by chance."""
    most_topics: int
    most_excerpts: int
    excerpt_characters: int
    demands: tuple[str, ...]
    """Regular expressions of what says that something is demanded, lower case, near what is demanded."""
    demands_first: tuple[str, ...] = ()
    """The same, of what stands before what is demanded; none in older catalogs, nor of the next two."""
    demands_last: tuple[str, ...] = ()
    """The same, of what stands behind what is demanded."""
    no_demands: tuple[str, ...] = ()
    """What they match is passed over: what consumers ask for, what others than the institution demand."""


LONGEST_WINDOW_DAYS = 31
"""Of hot issues: so far behind the end of a month their runs may quote its narratives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotDecision:
    """How the hot issues of a day are looked for, from a day until the next decision."""

    from_on: date
    window_days: int
    """The window ends with the day."""
    baseline_days: int
    """Before the window: what its topics are held against."""
    least_past_days: int
    """Days with complaints before the window, below which nothing is judged."""
    least_score: float
    """-log10 of the chance, as of a topic: many groups are looked at every night."""
    most_told: int
    """Of each counting path."""
    unusual_shares: tuple[float, ...] = ()
    """Of the demands at other institutions, below which a word demanded is unusual, tried in turn; none where
    it is no issue, as before it was decided."""
    least_demand_score: float = math.inf
    """As `least_score`, of unusual demands."""
    least_unusual: int = 3
    """Complaints with an unusual demand, at least, among `least_texts` of which anything is demanded; as many
    as those in older catalogs."""
    resting_nights: int = 0
    """So long what was told keeps its id where it is no longer found; none in older catalogs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionKind:
    """Something demanded of consumers, in force `[from_on, to_on)`."""

    from_on: date
    to_on: date | None
    kind: str
    name: Words
    words: tuple[str, ...]
    """Lower case; one of them in a sentence is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsDecisions:
    """All decisions about topics."""

    decisions: tuple[TopicsDecision, ...]
    conditions: tuple[ConditionKind, ...]
    hot: tuple[HotDecision, ...] = ()

    def on(self, day: date) -> TopicsDecision:
        """The decision in force on that day; UserError before the first."""
        return in_force(self.decisions, day, file=_FILE, of=Words(zh="决定", en="decision"))

    def hot_on(self, day: date) -> HotDecision:
        """The decision on hot issues in force on that day; UserError before the first."""
        return in_force(
            self.hot, day, file=_FILE, of=Words(zh="热点问题决定（[[hot]]）", en="decision on hot issues")
        )

    def conditions_on(self, day: date) -> tuple[ConditionKind, ...]:
        """The kinds in force on that day, in the order of the file."""
        return tuple(
            one for one in self.conditions if one.from_on <= day and (one.to_on is None or day < one.to_on)
        )
