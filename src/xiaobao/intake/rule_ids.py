"""Which rule a check reports under: archived catalogs and a site's files may lack the newer ones."""

from collections.abc import Mapping
from datetime import date

from xiaobao.catalog.catalog import CatalogError
from xiaobao.catalog.rules import Rule
from xiaobao.lib.words import Words

_TOLD_BEFORE_AS = {
    "date_serial": "type_date",
    "code_out_of_force": "code_unknown",
    "code_parent": "code_unmapped",
    "code_other_facet": "code_unmapped",
    "region_parent": "region_unknown",
    "known_unchanged": "known_as_new",
    "container_empty": "container_members",
    "container_method": "container_broken",
}
"""Rules that were made out of others: a catalog that lacks one tells the same under the other."""

LATER_RULES = frozenset(
    {"dated_after_day", "accepted_and_declined", "limit_exceeded", "longest_limit_exceeded"}
    | {"amount_implausible", "amount_unit", "amounts_small", "stated_sum", "group_total"}
    | {"header_of_other_source", "row_of_totals", "row_of_form", "header_repeated"}
    | {"text_broken", "text_empty", "text_repeated", "region_out_of_force"}
    | {"personal_masked", "personal_rewritten", "personal_placeholder"}
    | {"identity_check", "identity_form", "contact_form"}
    | {"volume_unusual", "mix_unusual", "code_vanished", "template_outdated"}
    | {"calls_unusual", "calls_lost_unusual", "calls_missing"}
)
"""Rules that came later: a catalog that lacks one does not apply it. Without the others nothing is read."""


class RuleIds:
    """The rules that are applied to deliveries of one business day."""

    def __init__(self, rules: Mapping[str, Rule], *, day: date) -> None:
        self._rules = rules
        self._day = day

    def applied(self, rule_id: str) -> Rule | None:
        """The rule to report under; None for one not in force, CatalogError for one that has to be there."""
        rule = self._rules.get(rule_id)
        if rule is not None:
            return rule if rule.in_force_on(self._day) else None
        if rule_id in _TOLD_BEFORE_AS:
            return self.applied(_TOLD_BEFORE_AS[rule_id])
        if rule_id in LATER_RULES:
            return None
        raise CatalogError(
            Words(zh=f"目录文件 rules.toml 缺少规则 {rule_id}", en=f"catalog file rules.toml lacks {rule_id}")
        )
