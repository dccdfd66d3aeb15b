"""Validation rules: the sentence a bank reads, and how hard a rule bites. `catalog/rules.toml`."""

from dataclasses import dataclass
from enum import StrEnum

from xiaobao.lib.words import Words


class Severity(StrEnum):
    """What a finding does."""

    RETURN = "return"  # the whole file goes back
    REJECT = "reject"  # the row is not accepted
    WARN = "warn"  # the row is accepted and the finding told


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One validation rule."""

    id: str
    severity: Severity
    needs_history: bool
    """True when it can only run where the ledger is at hand."""
    basis: str
    """Where the rule comes from: article, section, or the bureau's own decision."""
    title: Words
    sentence: Words
    """What is wrong and what to do; places {column}, {value}, {expected}, {row} may be used."""
