"""What is so unlikely in a domain that it is told. `catalog/plausibility.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausibility:
    """Thresholds of one domain; amounts in its currency."""

    amount_limit: int
    """Above it an amount is implausible."""
    usual_amount_from: int
    """Where half the amounts of a file are below it, they look like another unit."""
    amounts_needed: int
    """In a file with fewer amounts above zero nothing is concluded of its unit."""
    units: Mapping[str, int]
    """The sign of a larger unit in a text → how many of the currency it is."""
    same_text_rows: int
    """One text in more rows of a file than this is told."""
    same_text_characters: int
    """Shorter texts may be alike in any number of rows."""
    empty_texts: frozenset[str]
    """Texts that say nothing, as `lib.text.name_key` gives them."""
    identity_length: tuple[int, int]
    """Fewest and most letters and digits of a document's number."""
    contact_digits: tuple[int, int]
    """Fewest and most digits of a phone number."""
    contact_doubtful: str | None
    """A regular expression of phone numbers that cannot be."""
    totals_begin: tuple[str, ...]
    """How rows of totals begin that no layout reads as such; none where the catalog is older."""
    form_begins: tuple[str, ...]
    """How rows begin that belong to the form, such as who filled it in; none where the catalog is older."""
