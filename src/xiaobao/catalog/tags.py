"""Rule-versioned tags that can be re-run over the past. `catalog/tags.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag and the rule that sets it: every named column holds one of its values, inside the dates."""

    id: str
    rule_version: str
    name: Words
    columns: Mapping[str, tuple[str, ...]]
    """Ledger column → values (a code stands for itself and all below it)."""
    from_on: date | None
    to_on: date | None
