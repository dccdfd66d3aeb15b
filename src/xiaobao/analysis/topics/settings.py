"""What is decided about topics, as analysis takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A kind of thing demanded of consumers, with the words that say it."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """When texts are a topic, and what is told of it."""

    least_texts: int
    """Distinct texts that share a phrase, at least."""
    least_score: float
    """-log10 of the chance, from which a phrase may begin a topic and a topic is told."""
    stray_share: float
    """Texts of a topic that may be others by chance."""
    most_topics: int
    most_excerpts: int
    excerpt_characters: int
    demands: tuple[str, ...]
    """Regular expressions of what says that something is demanded, lower case; what is demanded is near."""
    demands_first: tuple[str, ...] = ()
    """The same, of what stands before what is demanded."""
    demands_last: tuple[str, ...] = ()
    """The same, of what stands behind what is demanded."""
    no_demands: tuple[str, ...] = ()
    """What they match is demanded of nobody, or not by the institution: it is passed over."""
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """When what one institution demands is an issue."""

    shares: tuple[float, ...]
    """Of the demands at other institutions, below which a word is unusual: how sharply is tried in turn."""
    least_score: float
    """-log10 of the chance of so many complaints."""
    least_unusual: int
    """Complaints with an unusual demand, at least, among `least_texts` of which anything is demanded."""
