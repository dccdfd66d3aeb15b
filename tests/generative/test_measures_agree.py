"""The engine and the plain-Python reference answer every question about every small ledger alike."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measure_cases import (
    DAYS,
    DIMENSIONS,
    FIRST_DAYS,
    LAST_SEQ,
    cases,
    ledgers,
    snapshot_of,
    the_catalog,
)

from xiaobao.analysis import reference
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, Question, evaluate_all
from xiaobao.lib.periods import Period


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_the_engine_and_the_reference_answer_alike(
    case: tuple[pl.DataFrame, pl.DataFrame, list[Question]],
) -> None:
    rows, tagged, calls, asked = case
    with snapshot_of(rows, tagged, calls) as snapshot:
        answers = evaluate_all(asked, snapshot=snapshot, catalog=the_catalog())
        expected = [reference.evaluate(one, snapshot=snapshot, catalog=the_catalog()) for one in asked]
    assert [outcomes(answer) for answer in answers] == [outcomes(answer) for answer in expected]


def outcomes(answer: Answer) -> list[tuple[tuple[str, ...], Decimal | None, str | None]]:
    return [(row.members, row.value, row.why_none) for row in answer.rows]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=ledgers("pbc"),
    dimension=st.sampled_from(DIMENSIONS["pbc"]),
    path=st.sampled_from(("hotline", "institution")),
)
def test_the_groups_of_any_dimension_sum_to_the_total(rows: pl.DataFrame, dimension: str, path: str) -> None:
    period = Period(from_on=FIRST_DAYS["pbc"], to_on=FIRST_DAYS["pbc"] + timedelta(days=DAYS))
    total = Question(
        measure=the_catalog().measure("complaints"),
        domain=the_catalog().domain("pbc"),
        simulated=True,
        readings=(Reading(period=period, posted_seq=LAST_SEQ),),
        where=(("path", path),),
    )
    with snapshot_of(rows) as snapshot:
        whole, parts = evaluate_all(
            [total, replace(total, by=(dimension,))], snapshot=snapshot, catalog=the_catalog()
        )
    assert sum(int(row.value or 0) for row in parts.rows) == whole.only().value
