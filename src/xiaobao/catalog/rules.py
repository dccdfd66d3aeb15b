"""Validation rules: the sentence a bank reads, and how hard a rule bites. `catalog/rules.toml`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xiaobao.lib.words import Words


class Severity(StrEnum):
    """What a finding does."""

    RETURN = "return"  # the whole file goes back
    REJECT = "reject"  # the row is not accepted
    WARN = "warn"  # the row is accepted and the finding told


SEVERITIES = {
    Severity.RETURN: Words(zh="退回", en="return"),
    Severity.REJECT: Words(zh="拒收该行", en="reject row"),
    Severity.WARN: Words(zh="提示", en="warn"),
}
"""What a finding does, as a person reads it."""


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
    from_on: date | None = None
    """The first business day whose deliveries it is applied to; None for always."""
    to_on: date | None = None
    """The first business day whose deliveries it is no longer applied to."""

    def in_force_on(self, day: date) -> bool:
        """True where the rule is applied to a delivery of that business day."""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day < self.to_on)
