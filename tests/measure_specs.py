"""Spec tables of the measures: small ledgers, a question, and what must come out.

`tests/spec/measures/<measure>.toml` holds `[[case]]` tables of the shape of `Case`. They are run by one
parametrised test, by the engine and by the plain-Python reference, and the reference page of measures shows
them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
import polars as pl
from measure_cases import snapshot_of, the_catalog

from xiaobao.analysis import reference
from xiaobao.analysis.compare import period_on_period
from xiaobao.analysis.derive import Derived, derive, figure_of
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, Question, evaluate
from xiaobao.analysis.reports import ReportingFact, evaluate_reports
from xiaobao.catalog.measures import OF_CALLS, OF_REPORTS, MeasureKind
from xiaobao.ledger.calls import CALL_SCHEMA
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA, complaint_key, entry_id, month_of
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import ONE_DAY, Period

FOLDER = Path(__file__).parent / "spec" / "measures"
LAST_SEQ = 9
ALL = "all"
"""The key of an answer without groups."""

Cell = object


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ledger, a question, an answer."""

    title: str
    rows: list[dict[str, Cell]] = []
    """Complaints: `n` alike (1), received `on`, posted as batch `seq` (1), with columns of the ledger.
    `tagged` gives them the tag of the measure, `sign = -1` takes them back."""
    calls: list[dict[str, Cell]] = []
    """Rows of call counts of a `day`."""
    reports: list[dict[str, Cell]] = []
    """Reports and deliveries: `institution`, `day`, and what each adds to quantities of reports."""
    period: tuple[date, date] | None = None
    """First and last day."""
    readings: list[tuple[date, date, int]] = []
    """Instead of a period: first and last day of each reading with its sequence."""
    by: tuple[str, ...] = ()
    where: dict[str, str] = msgspec.field(default_factory=lambda: {"path": "institution"})
    of: dict[str, str] = {}
    silent: list[str] = []
    """Institutions that had not reported."""
    answer: dict[str, str]
    """Members, joined by ` / `, → the value, or the reason why there is none."""


@cache
def specified() -> tuple[str, ...]:
    """The measures that have a spec table."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def cases_of(measure_id: str) -> tuple[Case, ...]:
    """The cases of a measure."""
    stated = tomllib.loads((FOLDER / f"{measure_id}.toml").read_text(encoding="utf-8"))
    return tuple(msgspec.convert(stated["case"], list[Case]))


def answers(measure_id: str, case: Case) -> Iterator[Mapping[str, str]]:
    """What the engine says and, of complaints, what the reference says."""
    question = _question(measure_id, case)
    if question.measure.part in OF_REPORTS:
        yield _told(evaluate_reports(question, [_report(one) for one in case.reports]))
        return
    with _ledger(measure_id, case) as snapshot:
        yield _told(evaluate(question, snapshot=snapshot, catalog=the_catalog()))
        yield _told(reference.evaluate(question, snapshot=snapshot, catalog=the_catalog()))


def derived_again(measure_id: str, case: Case) -> Iterator[Derived]:
    """Every row of the answer as a figure, computed again from the ledger; nothing for reports."""
    question = _question(measure_id, case)
    if question.measure.part in OF_REPORTS:
        return
    with _ledger(measure_id, case) as snapshot:
        answer = evaluate(question, snapshot=snapshot, catalog=the_catalog())
        for row in answer.rows:
            yield derive(
                figure_of(answer, row, id="f1", catalog_digest=""),
                snapshot=snapshot,
                catalog=the_catalog(),
                domain=question.domain,
                simulated=question.simulated,
                not_reporting=question.not_reporting,
            )


def _told(answer: Answer) -> Mapping[str, str]:
    return {
        " / ".join(row.members) or ALL: str(row.value) if row.why_none is None else row.why_none
        for row in answer.rows
    }


def _question(measure_id: str, case: Case) -> Question:
    measure = the_catalog().measure(measure_id)
    of_entries = measure.part not in (*OF_CALLS, *OF_REPORTS)
    where = case.where if of_entries else {k: v for k, v in case.where.items() if k != "path"}
    readings = _readings(measure_id, case)
    return Question(
        measure=measure,
        domain=the_catalog().domain("pbc"),
        simulated=True,
        readings=readings,
        by=case.by,
        where=tuple(where.items()),
        of=tuple(case.of.items()),
        not_reporting=tuple(frozenset(case.silent) for _ in readings) if case.silent else (),
    )


def _readings(measure_id: str, case: Case) -> tuple[Reading, ...]:
    measure = the_catalog().measure(measure_id)
    if case.readings:
        return tuple(
            Reading(period=Period(from_on=first, to_on=last + ONE_DAY), posted_seq=seq)
            for first, last, seq in case.readings
        )
    assert case.period is not None
    period = Period(from_on=case.period[0], to_on=case.period[1] + ONE_DAY)
    if measure.kind in (MeasureKind.CHANGE, MeasureKind.RANK_CHANGE):
        return period_on_period(
            period,
            compared_days=measure.compared_days,
            compared_months=measure.compared_months,
            posted_seq=LAST_SEQ,
        )
    return (Reading(period=period, posted_seq=LAST_SEQ),)


def _report(stated: Mapping[str, Cell]) -> ReportingFact:
    institution, day = str(stated["institution"]), stated["day"]
    assert isinstance(day, date)
    return ReportingFact(
        source_code=f"sim-bank-{institution.lower()}",
        path="institution",
        institution_code=institution,
        day=day,
        amounts={one: int(str(stated[one.value])) for one in OF_REPORTS if one.value in stated},
    )


@contextmanager
def _ledger(measure_id: str, case: Case) -> Iterator[Snapshot]:
    rows: list[dict[str, object]] = []
    tags: list[dict[str, object]] = []
    for stated in case.rows:
        for _ in range(int(str(stated.get("n", 1)))):
            rows.append(_row(stated, number=len(rows) + 1))
            if stated.get("tagged"):
                tags.append(_tag(measure_id, rows[-1]))
    calls = [_call(one, number=number) for number, one in enumerate(case.calls, 1)]
    with snapshot_of(
        pl.DataFrame(rows, schema=SCHEMA),
        pl.DataFrame(tags, schema=TAG_SCHEMA),
        pl.DataFrame(calls, schema=CALL_SCHEMA),
        posted_seq=LAST_SEQ,
    ) as snapshot:
        yield snapshot


def _row(stated: Mapping[str, Cell], *, number: int) -> dict[str, object]:
    day, seq, sign = stated["on"], int(str(stated.get("seq", 1))), int(str(stated.get("sign", 1)))
    assert isinstance(day, date)
    standard = the_catalog().standard_on("pbc", day)
    cells = {key: value for key, value in stated.items() if key in SCHEMA and key != "sign"}
    recorded = stated.get("recorded", day)
    assert isinstance(recorded, date)
    return {
        "path": "institution",
        "institution_code": "GY01",
        "entry_kind": "complaint",
        "standard_id": standard.id if standard else None,
        "business_code": "B03",
        "cause_code": "C01",
        "region_code": "110000",
        **cells,
        "received_on": day,
        "month": month_of(day),
        "posted_seq": seq,
        "entry_id": entry_id(seq, number, sign),
        "complaint_key": complaint_key("a-source", str(number)),
        "sign": sign,
        "recorded_at": datetime(recorded.year, recorded.month, recorded.day, 4, tzinfo=UTC),
        "row_number": number,
        "source_code": "a-source",
        "complaint_no": str(number),
        "event": "new",
        "submitted_codes": "||",
    }


def _tag(measure_id: str, row: Mapping[str, object]) -> dict[str, object]:
    tag = the_catalog().tags[str(the_catalog().measure(measure_id).tag)]
    kept = {name: row[name] for name in TAG_SCHEMA if name in row}
    return {**kept, "tag": tag.id, "rule_version": tag.rule_version, "sign": 1}


def _call(stated: Mapping[str, Cell], *, number: int) -> dict[str, object]:
    day = stated["day"]
    assert isinstance(day, date)
    starts = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(minutes=30 * number)
    return {
        "posted_seq": 1,
        "recorded_at": starts,
        "sign": 1,
        "source_code": "sim-hotline-calls-110000",
        "branch_code": "110000",
        "starts_at": starts,
        "minutes": 30,
        "revision": 1,
        "row_number": number,
        **stated,
    }
