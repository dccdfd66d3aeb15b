"""What two engines over the same files must agree on: answers, rows behind figures, lookups and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import ibis
import polars as pl
from hypothesis import HealthCheck, given, settings
from measure_cases import Case, cases, snapshot_of, the_catalog

from xiaobao.analysis.derive import figure_of
from xiaobao.analysis.measures import Answer, Question, evaluate_all
from xiaobao.catalog.measures import OF_CALLS
from xiaobao.ledger.engines import Stored
from xiaobao.ledger.engines.spark.engine import SparkEngine
from xiaobao.ledger.entries import SCHEMA
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.outputs.brief.rows import rows_behind


class CountingSpark(SparkEngine):
    """Keeps how many rows each question brought over."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.heights: list[int] = []

    def run(
        self,
        expression: ibis.Expr,
        *,
        stored: Mapping[str, Stored] | None = None,
        given: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        rows = super().run(expression, stored=stored, given=given)
        self.heights.append(rows.height)
        return rows


def hold(url: str, *, examples: int) -> None:
    """Any small ledger and any questions about it: DuckDB and the server at `url` agree."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=cases())
    def agree(case: Case) -> None:
        rows, tagged, calls, asked = case
        engine = CountingSpark(url)
        try:
            with snapshot_of(rows, tagged, calls) as embedded:
                distributed = replace(embedded, engine=engine)
                answers = require_equal_answers(asked, embedded, distributed)
                assert sum(engine.heights) == sum(answer.moved_rows for answer in answers)
                if answers[0].question.measure.part not in OF_CALLS:
                    require_equal_drill_downs(answers[0], embedded, distributed)
                require_equal_rows(embedded, distributed, keys=rows["complaint_key"])
        finally:
            engine.close()

    agree()


def require_equal_answers(
    asked: Sequence[Question], embedded: Snapshot, distributed: Snapshot
) -> tuple[Answer, ...]:
    """Every value, every reason why there is none, every number of rows moved; the answers."""
    expected = evaluate_all(asked, snapshot=embedded, catalog=the_catalog())
    answers = evaluate_all(asked, snapshot=distributed, catalog=the_catalog())
    for answer, other in zip(answers, expected, strict=True):
        assert answer == other
    return answers


def require_equal_drill_downs(answer: Answer, embedded: Snapshot, distributed: Snapshot) -> None:
    """The rows behind the first and the last figure of an answer."""
    for row in {answer.rows[0], answer.rows[-1]} if answer.rows else ():
        figure = figure_of(answer, row, id="f1", catalog_digest="")
        expected, found = (
            rows_behind(
                figure,
                snapshot=snapshot,
                catalog=the_catalog(),
                domain=answer.question.domain,
                simulated=answer.question.simulated,
            )
            for snapshot in (embedded, distributed)
        )
        assert [part.reading for part in found] == [part.reading for part in expected]
        for part, other in zip(found, expected, strict=True):
            require_same(part.rows, other.rows)


def require_equal_rows(embedded: Snapshot, distributed: Snapshot, *, keys: pl.Series) -> None:
    """Whole rows: of complaints, page by page, and straight from the engine; now and as of each sequence."""
    wanted = keys.unique().sort().gather_every(2)
    for posted_seq in {0, embedded.posted_seq // 2, embedded.posted_seq}:
        one, other = distributed.at(posted_seq), embedded.at(posted_seq)
        require_same(one.lookup(wanted), other.lookup(wanted))
        require_same(_whole(one), _whole(other))
    require_same(
        distributed.run(distributed.entries()).sort("entry_id"),
        embedded.run(embedded.entries()).sort("entry_id"),
    )


def require_same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """The same columns, types, rows and order."""
    assert dict(found.schema) == dict(expected.schema)
    assert found.equals(expected)


def _whole(snapshot: Snapshot) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=SCHEMA), *snapshot.pages()])
