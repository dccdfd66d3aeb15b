"""The embedded engine and a Spark Connect server answer every question about every small ledger alike."""

from dataclasses import replace
from datetime import UTC, date, datetime

import engine_agreement
import polars as pl
import pytest
from measure_cases import snapshot_of, the_catalog
from sail import Sail

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Question
from xiaobao.analysis.outcomes import NO_DATA
from xiaobao.ledger.calls import CALL_SCHEMA
from xiaobao.lib.periods import day_period


def test_any_ledger_any_question(sail: Sail) -> None:
    engine_agreement.hold(sail.url, examples=8)


@pytest.mark.long
def test_many_ledgers_many_questions(sail: Sail) -> None:
    engine_agreement.hold(sail.url, examples=200)  # a second each


@pytest.mark.parametrize(("day", "posted_seq"), [(date(2020, 2, 27), 0), (date(2020, 3, 9), 1)])
def test_a_sum_over_no_calls_brings_no_row(sail: Sail, day: date, posted_seq: int) -> None:
    said = {"posted_seq": 1, "recorded_at": datetime(2020, 4, 1, tzinfo=UTC), "sign": 1, "row_number": 1}
    counted = {"day": date(2020, 2, 27), "branch_code": "110000", "offered": 5, "answered": 4}
    asked = Question(
        measure=the_catalog().measure("answer_rate"),
        domain=the_catalog().domain("pbc"),
        simulated=True,
        readings=(Reading(period=day_period(day), posted_seq=posted_seq),),
    )
    engine = engine_agreement.CountingSpark(sail.url)
    with snapshot_of(pl.DataFrame(), calls=pl.DataFrame([said | counted], schema=CALL_SCHEMA)) as embedded:
        distributed = replace(embedded, engine=engine)
        (answer,) = engine_agreement.require_equal_answers([asked], embedded, distributed)
    engine.close()
    assert [row.why_none for row in answer.rows] == [NO_DATA]
    assert sum(engine.heights) == answer.moved_rows == 0
