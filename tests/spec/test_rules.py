"""Every validation rule by its spec rows: what keeps it passes, what breaks it is found at its place."""

import polars as pl
import pytest
from bank_report_files import catalog
from rule_specs import Case, cases_of, outcome, specified

from xiaobao.catalog.rules import Severity
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.rows_of_form import FORM, HEADER, TOTALS
from xiaobao.intake.sentences import sentences

SPECS = [(rule_id, place, case) for rule_id in specified() for place, case in enumerate(cases_of(rule_id), 1)]
OF_THE_FORM = (TOTALS, FORM, HEADER)
"""What is told of rows that are no data and are not read as such."""
IDS = [f"{rule_id}-{place}-{'breaks' if case.breaks else 'keeps'}" for rule_id, place, case in SPECS]


@pytest.mark.parametrize(("rule_id", "case"), [(rule_id, case) for rule_id, _, case in SPECS], ids=IDS)
def test_a_file_breaks_the_rules_it_is_said_to_break_and_no_others(rule_id: str, case: Case) -> None:
    result = outcome(case)

    expected = {rule_id, *case.also} if case.breaks else set(case.also)
    assert set(result.findings["rule_id"]) == expected
    assert rule_id in result.checks_run
    if case.breaks:
        _assert_bites(rule_id, case, result)


def _assert_bites(rule_id: str, case: Case, result: CheckResult) -> None:
    found = result.findings.filter(pl.col("rule_id") == rule_id)
    if case.column is not None:
        assert (found["row_number"][0], found["column"][0]) == (1, case.column)
    told = next(sentences(found, catalog())).sentence
    assert "{" not in told.zh + told.en
    match catalog().rules[rule_id].severity:
        case Severity.RETURN:
            assert result.decision is Decision.RETURNED
        case Severity.REJECT:
            assert result.rejected >= 1
        case Severity.WARN:
            accepted = set(range(1, result.read + 1)) - _rejected(result)
            assert result.accepted == len(accepted)
            numbers = found["row_number"].drop_nulls()
            if rule_id in OF_THE_FORM:
                assert result.read == len(case.rows) + case.beside
                return
            assert numbers.is_empty() or set(numbers) & accepted


def _rejected(result: CheckResult) -> set[int]:
    rejecting = result.findings.filter(pl.col("severity") == Severity.REJECT.value)
    return set(rejecting["row_number"].drop_nulls())
