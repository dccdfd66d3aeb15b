"""Every measure is told on its reference page, with the tables that prove it."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest
from measure_cases import the_catalog
from measure_specs import cases_of

ROOT = Path(__file__).parents[2]


def test_the_reference_page_of_measures_is_what_catalog_and_spec_tables_say() -> None:
    found = importlib.util.spec_from_file_location("measures_page", ROOT / "scripts" / "measures_page.py")
    assert found is not None and found.loader is not None
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)

    assert script.page() == (ROOT / "docs/reference/measures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("measure_id", sorted(the_catalog().measures))
def test_a_measure_has_a_case_and_says_who_answers_for_it(measure_id: str) -> None:
    measure = the_catalog().measure(measure_id)
    assert cases_of(measure_id)
    assert measure.owner and measure.why and measure.formula
    assert measure.next_review_on > date(2026, 11, 25)
