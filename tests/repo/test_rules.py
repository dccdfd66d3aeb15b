"""Every validation rule is proved by spec rows and told on its reference page."""

import importlib.util
from pathlib import Path

import pytest
from bank_report_files import catalog
from rule_specs import cases_of, specified

ROOT = Path(__file__).parents[2]
RULES = sorted(catalog().rules)


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_has_a_row_that_keeps_it_and_one_that_breaks_it(rule_id: str) -> None:
    assert rule_id in specified(), f"tests/spec/rules/{rule_id}.toml is missing"
    assert {case.breaks for case in cases_of(rule_id)} == {True, False}


def test_every_spec_is_of_a_rule() -> None:
    assert sorted(set(specified()) - set(RULES)) == []


def test_the_reference_page_of_rules_is_what_catalog_and_spec_rows_say() -> None:
    found = importlib.util.spec_from_file_location("rules_page", ROOT / "scripts" / "rules_page.py")
    assert found is not None and found.loader is not None
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)

    assert script.page() == (ROOT / "docs/reference/rules.md").read_text(encoding="utf-8")
