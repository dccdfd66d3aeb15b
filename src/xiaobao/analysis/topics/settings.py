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
    """Words that say that something is demanded."""
    conditions: tuple[Condition, ...]
