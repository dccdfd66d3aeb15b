"""Every measure by its spec tables: the engine and the plain-Python reference say what is written there."""

import pytest
from measure_cases import the_catalog
from measure_specs import Case, answers, cases_of, derived_again, specified

SPECS = [
    (measure_id, place, case)
    for measure_id in specified()
    for place, case in enumerate(cases_of(measure_id), 1)
]


@pytest.mark.parametrize(
    ("measure_id", "case"),
    [(measure_id, case) for measure_id, _, case in SPECS],
    ids=[f"{measure_id}-{place}" for measure_id, place, _ in SPECS],
)
def test_a_measure_says_what_its_spec_table_says(measure_id: str, case: Case) -> None:
    for answer in answers(measure_id, case):
        assert answer == case.answer


@pytest.mark.parametrize(
    ("measure_id", "case"),
    [(measure_id, case) for measure_id, _, case in SPECS],
    ids=[f"{measure_id}-{place}" for measure_id, place, _ in SPECS],
)
def test_a_figure_of_each_row_derives_again_to_the_same(measure_id: str, case: Case) -> None:
    for derived in derived_again(measure_id, case):
        assert derived.agrees


def test_every_measure_has_a_spec_table_and_every_table_a_measure() -> None:
    assert set(specified()) == set(the_catalog().measures)
