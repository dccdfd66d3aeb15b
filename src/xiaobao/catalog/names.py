"""What the masking of names, addresses and employers goes by. `catalog/names.toml`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """The bureau's words; empty where a catalog has no such file."""

    reconstructed: bool
    """True while they rest on memory."""
    surnames: frozenset[str]
    double_surnames: frozenset[str]
    labels: tuple[str, ...]
    """Before a name."""
    honorifics: tuple[str, ...]
    """After a surname."""
    no_names: tuple[str, ...]
    """Products and words that begin like a name."""
    tails_of_no_name: tuple[str, ...]
    """Words that end the name of a place or company which begins like a person's; empty in older catalogs."""
    signs_of_no_name: frozenset[str]
    """Signs that stand in no given name."""
    hidden: frozenset[str]
    """Signs that stand for a name which somebody has hidden already."""
    streets: tuple[str, ...]
    doors: tuple[str, ...]
    regions_end: tuple[str, ...]
    """The last words of regions, which are kept."""
    kept_after_address: tuple[str, ...]
    """What follows the address of a branch."""
    employed_before: tuple[str, ...]
    employed_after: tuple[str, ...]
    """An employer stands between one of these and one of those before."""
    not_employed_after: tuple[str, ...]
    """Longer words that begin like one of those and say nothing of employment; empty in older catalogs."""
    employer_before: tuple[str, ...]
    employer_after: tuple[str, ...]
    """An employer stands next to one of these."""
    kept_organisations: tuple[str, ...]
    """Parts of the names of those whom complaints are about."""
