"""Small ledgers and questions about them, generated: for the tests that two ways of counting agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import strategies as st

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Question
from xiaobao.analysis.questions import RANKS
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.measures import DENOMINATORS, MeasureKind
from xiaobao.catalog.reading import load
from xiaobao.ledger.calls import CALL_SCHEMA
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA, complaint_key, entry_id, month_of
from xiaobao.ledger.segments import write_segment
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period, day_period

LAST_SEQ = 4
MEASURES = {
    MeasureKind.COUNT: "complaints",
    MeasureKind.SHARE: "complaint_share",
    MeasureKind.RANK: "complaint_rank",
    MeasureKind.CHANGE: "complaints_dod",
    MeasureKind.AVERAGE: "complaints_avg_7",
    MeasureKind.LATE: "complaints_late",
    MeasureKind.RANK_CHANGE: "complaint_rank_qoq",
    MeasureKind.PERIOD_AVERAGE: "complaints_per_working_day",
    MeasureKind.MEDIAN: "complaints_median",
}
RATIOS = (
    *("closure_rate", "answer_on_time_rate", "acceptance_on_time_rate", "handling_days", "repeat_share"),
    *("epidemic_share", "incomplete_share", "per_1k_outlets", "per_10m_customers"),
)
RECORDED_AFTER_DAYS = {1: 4, 2: 12, 3: 19, 4: 40}
"""How long after the first day each batch was recorded: limits pass in between."""
FIRST_DAYS = {"pbc": date(2020, 2, 27), "cfpb": date(2023, 8, 22)}
"""Over a weekend and a month's end; over the change of the CFPB's trees."""
DAYS = 9
INSTITUTIONS = {
    "pbc": ("GY01", "GF01", "GF02", "out_of_list", None),
    "cfpb": ("EQUIFAX", "A NEW COMPANY", None),
}
REGIONS = {"pbc": ("110000", "没有这个省", None), "cfpb": ("CA", "NOWHERE", None)}
DIMENSIONS = {
    "pbc": (
        "institution",
        "group",
        "unit",
        "region",
        "business.1",
        "business.2",
        "cause.1",
        "day",
        "entry_kind",
        "product",
        "closed_on",
        "amount",
    ),
    "cfpb": ("institution", "region", "received_via", "business.1", "cause.2", "standard", "month"),
}
OF_INSTITUTIONS = {"institution", "unit", "source"}
CLOSED = {
    "pbc": ("institution", "group", "region", "business.1", "day", "entry_kind"),
    "cfpb": ("region", "business.1", "standard", "month"),
}


@cache
def the_catalog() -> Catalog:
    return load()


@cache
def codes(domain_id: str, facet: Facet) -> tuple[str | None, ...]:
    """Some codes of every level and standard, one nobody knows, and none."""
    found: list[str] = []
    for standard_id in the_catalog().domain(domain_id).standard_ids:
        table = the_catalog().standards[standard_id].tables.get(facet)
        for level in (1, 2, 3):
            found += [code.code for code in table.codes.values() if code.level == level][-2:] if table else []
    return (*found, "no such code", None)


@st.composite
def contents(draw: st.DrawFn, domain_id: str) -> dict[str, object]:
    """What one reporter states of one complaint."""
    day = FIRST_DAYS[domain_id] + timedelta(days=draw(st.integers(0, DAYS - 1)))
    standard = the_catalog().standard_on(domain_id, day)
    later = st.none() | st.integers(0, 30).map(lambda days: day + timedelta(days=days))
    return {
        **{name: draw(later) for name in ("accepted_on", "forwarded_on", "responded_on", "closed_on")},
        "product": draw(st.sampled_from((None, "", "易方卡"))),
        "amount": draw(st.sampled_from((None, Decimal("0.00"), Decimal("1200.50")))),
        "repeats": draw(st.sampled_from((None, "", "7"))),
        "received_on": day,
        "month": month_of(day),
        "path": draw(st.sampled_from(("hotline", "institution"))) if domain_id == "pbc" else None,
        "institution_code": draw(st.sampled_from(INSTITUTIONS[domain_id])),
        "unit_code": draw(st.sampled_from(("U1", None))),
        "entry_kind": draw(st.sampled_from(("complaint", "complaint", "enquiry"))),
        "received_via": draw(st.sampled_from(("Web", None))),
        "region_code": draw(st.sampled_from(REGIONS[domain_id])),
        "business_code": draw(st.sampled_from(codes(domain_id, Facet.BUSINESS))),
        "cause_code": draw(st.sampled_from(codes(domain_id, Facet.CAUSE))),
        "standard_id": standard.id if standard and draw(st.integers(0, 9)) else None,
    }


@st.composite
def ledgers(draw: st.DrawFn, domain_id: str) -> pl.DataFrame:
    """Complaints stated, amended and withdrawn over four batches, as signed rows."""
    rows: list[dict[str, object]] = []
    for number in range(draw(st.integers(0, 8))):
        stated: dict[str, object] | None = None
        for posted_seq in sorted(draw(st.sets(st.integers(1, LAST_SEQ), min_size=1, max_size=3))):
            wanted = draw(st.none() | contents(domain_id)) if stated else draw(contents(domain_id))
            for sign, content in ((-1, stated), (1, wanted)):
                if content is not None:
                    rows.append(ledger_row(content, number=number, posted_seq=posted_seq, sign=sign))
            stated = wanted
    return pl.DataFrame(rows, schema=SCHEMA).sort("entry_id")


def ledger_row(content: dict[str, object], *, number: int, posted_seq: int, sign: int) -> dict[str, object]:
    first = FIRST_DAYS["pbc" if content["path"] else "cfpb"]
    recorded = first + timedelta(days=RECORDED_AFTER_DAYS[posted_seq])
    return {
        **content,
        "posted_seq": posted_seq,
        "entry_id": entry_id(posted_seq, number + 1, sign),
        "complaint_key": complaint_key("a-source", str(number)),
        "sign": sign,
        "recorded_at": datetime(recorded.year, recorded.month, recorded.day, tzinfo=UTC),
        "row_number": number + 1,
        "source_code": "a-source",
        "complaint_no": str(number),
        "event": "new",
        "submitted_codes": "||",
    }


@st.composite
def tags(draw: st.DrawFn) -> pl.DataFrame:
    """Complaints tagged and tags taken back, by the present rule version and an older one."""
    version = the_catalog().tags["epidemic"].rule_version
    rows: list[dict[str, object]] = []
    for number in sorted(draw(st.sets(st.integers(0, 7), max_size=5))):
        stated = draw(st.sampled_from((version, version, "older")))
        given, taken = sorted(draw(st.tuples(st.integers(1, LAST_SEQ), st.integers(1, LAST_SEQ + 2))))
        for posted_seq, sign in ((given, 1), (taken, -1)):
            if posted_seq <= LAST_SEQ and (sign > 0 or taken > given):
                rows.append(
                    {
                        "posted_seq": posted_seq,
                        "recorded_at": datetime(2020, 4, 1, tzinfo=UTC),
                        "complaint_key": complaint_key("a-source", str(number)),
                        "source_code": "a-source",
                        "complaint_no": str(number),
                        "tag": "epidemic",
                        "rule_version": stated,
                        "sign": sign,
                    }
                )
    return pl.DataFrame(rows, schema=TAG_SCHEMA)


@st.composite
def readings(draw: st.DrawFn, domain_id: str, kind: MeasureKind) -> tuple[Reading, ...]:
    first = FIRST_DAYS[domain_id]
    sequences = st.integers(0, LAST_SEQ)

    def single(offset: int) -> Reading:
        return Reading(period=day_period(first + timedelta(days=offset)), posted_seq=draw(sequences))

    def span(start: int, stop: int) -> Reading:
        period = Period(from_on=first + timedelta(days=start), to_on=first + timedelta(days=stop))
        return Reading(period=period, posted_seq=draw(sequences))

    match kind:
        case MeasureKind.CHANGE | MeasureKind.RANK_CHANGE:
            both = (span(4, 8), span(draw(st.integers(0, 3)), 4))
            return both[: draw(st.integers(1, 2))]
        case MeasureKind.AVERAGE:
            return tuple(single(offset) for offset in (8, *draw(st.sets(st.integers(0, 7)))))
        case MeasureKind.LATE:
            days = sorted(draw(st.sets(st.integers(0, 7), max_size=4)))
            return tuple(single(offset) for offset in (*days, *days))
        case _:
            edges = sorted(draw(st.sets(st.integers(0, DAYS), min_size=2, max_size=4)))
            return tuple(span(start, stop) for start, stop in pairwise(edges))


WHOLE_GROUP = frozenset(f"GY{number:02}" for number in range(1, 7))
"""All state-owned banks of the simulated register."""


@st.composite
def questions(draw: st.DrawFn, domain_id: str) -> Question:
    # The register of the CFPB is open: nobody can list the members a median goes over.
    kinds = [one for one in MeasureKind if domain_id == "pbc" or one is not MeasureKind.MEDIAN]
    kind = draw(st.sampled_from((*kinds, MeasureKind.RATIO, MeasureKind.RATIO)))
    ratio = kind is MeasureKind.RATIO
    measure = the_catalog().measure(draw(st.sampled_from(RATIOS)) if ratio else MEASURES[kind])
    complete = kind not in RANKS and draw(st.integers(0, 3)) == 0
    dimensions = CLOSED[domain_id] if complete else DIMENSIONS[domain_id]
    by = tuple(draw(st.lists(st.sampled_from(dimensions), unique=True, max_size=1 if complete else 2)))
    path = (("path", draw(st.sampled_from(("hotline", "institution")))),) if domain_id == "pbc" else ()
    more = draw(st.none() | st.sampled_from(tuple(MEMBERS)))
    free = more is not None and more not in by[-1:] and not complete
    where = (*path, (more, draw(members(domain_id, more)))) if more and free else path
    if kind is MeasureKind.MEDIAN:
        by = tuple(name for name in by if name not in OF_INSTITUTIONS)
        where = tuple(pair for pair in where if pair[0] != "institution")
    if measure.whole in DENOMINATORS and not {"institution", "group"} & {*by, *dict(where)}:
        by = (draw(st.sampled_from(("institution", "group") if domain_id == "pbc" else ("institution",))),)
        complete = complete and domain_id == "pbc"
    read = draw(readings(domain_id, kind))
    silent = st.frozensets(st.sampled_from(("GY01", "GF01", "EQUIFAX")), max_size=2) | st.just(WHOLE_GROUP)
    if kind in RANKS and not by and len(where) == len(path):
        by = (draw(st.sampled_from(dimensions)),)
    of = draw(st.sampled_from((path, where))) if kind is MeasureKind.SHARE else ()
    return Question(
        measure=replace(
            measure, decimals=draw(st.integers(0, 2)), minimum_days=draw(st.none() | st.integers(1, 4))
        ),
        domain=the_catalog().domain(domain_id),
        simulated=domain_id == "pbc",
        readings=read,
        by=by,
        where=where,
        of=path if kind in RANKS and not by else of,
        complete=complete,
        not_reporting=draw(st.just(()) | st.tuples(*(silent for _ in read))),
    )


MEMBERS: dict[str, tuple[str, ...]] = {
    "institution": (),
    "business.1": (),
    "product": ("易方卡", "not_stated"),
    "amount": ("0.00", "1200.50", "not_stated"),
    "closed_on": ("2020-03-05", "2023-09-01", "not_stated"),
    "forwarded_on": ("2020-03-01", "not_stated"),
    "repeats": ("7", "not_stated"),
}
"""What a question may hold to a member, with members; those of the first two depend on the domain."""


def members(domain_id: str, dimension: str) -> st.SearchStrategy[str]:
    if dimension == "institution":
        return st.sampled_from([code or "not_stated" for code in INSTITUTIONS[domain_id]])
    if dimension == "business.1":
        majors = [code for code in codes(domain_id, Facet.BUSINESS)[:2] if code]
        return st.sampled_from([*majors, "unmapped", "not_stated"])
    return st.sampled_from(MEMBERS[dimension])


@contextmanager
def snapshot_of(
    rows: pl.DataFrame,
    tagged: pl.DataFrame | None = None,
    calls: pl.DataFrame | None = None,
    *,
    posted_seq: int = LAST_SEQ,
) -> Iterator[Snapshot]:
    with TemporaryDirectory() as folder:
        files: dict[str, tuple[Path, ...]] = {"entry_files": (), "tag_files": (), "call_files": ()}
        for name, frame in zip(files, (rows, tagged, calls), strict=True):
            if frame is not None and frame.height:
                files[name] = (Path(folder) / f"{name}.parquet",)
                write_segment(frame, files[name][0])
        snapshot = Snapshot(posted_seq=posted_seq, **files)
        yield snapshot
        snapshot.close()


Case = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, list[Question]]
"""Rows of the ledger, of tags and of calls, questions."""
CALL_RATIOS = ("answer_rate", "abandon_rate", "in_time_rate", "mean_wait_seconds")
CALL_DIMENSIONS = ("branch", "seat_place", "day", "month", "source")


@st.composite
def calls(draw: st.DrawFn) -> pl.DataFrame:
    """Intervals stated and taken back; waits known of some."""
    rows: list[dict[str, object]] = []
    for number in range(draw(st.integers(0, 5))):
        offered = draw(st.integers(0, 9))
        answered = draw(st.integers(0, offered))
        day = FIRST_DAYS["pbc"] + timedelta(days=draw(st.integers(0, 3)))
        known = draw(st.booleans())
        stated, taken = draw(st.integers(1, LAST_SEQ)), draw(st.integers(1, 2 * LAST_SEQ))
        for posted_seq, sign in ((stated, 1), (taken, -1)):
            if sign > 0 or stated < posted_seq <= LAST_SEQ:
                rows.append(
                    {
                        "posted_seq": posted_seq,
                        "recorded_at": datetime(2020, 4, 1, tzinfo=UTC),
                        "sign": sign,
                        "source_code": "hotline-calls-110000",
                        "day": day,
                        "branch_code": draw(st.sampled_from(("110000", "310000"))) if sign > 0 else None,
                        "starts_at": datetime(day.year, day.month, day.day, 1 + number, tzinfo=UTC),
                        "minutes": 30,
                        "seat_place": None,
                        "offered": offered,
                        "answered": answered,
                        "abandoned": offered - answered,
                        "answered_in_time": answered // 2 if known else None,
                        "answered_wait_seconds": 7 * answered if known else None,
                        "revision": 1,
                        "row_number": number + 1,
                    }
                )
                if sign < 0:
                    rows[-1]["branch_code"] = rows[-2]["branch_code"]
    return pl.DataFrame(rows, schema=CALL_SCHEMA)


@st.composite
def call_questions(draw: st.DrawFn) -> Question:
    by = tuple(draw(st.lists(st.sampled_from(CALL_DIMENSIONS), unique=True, max_size=2)))
    held = draw(st.sampled_from(((), (("branch", "110000"),))))
    return Question(
        measure=the_catalog().measure(draw(st.sampled_from(CALL_RATIOS))),
        domain=the_catalog().domain("pbc"),
        simulated=True,
        readings=draw(readings("pbc", MeasureKind.RATIO)),
        by=by,
        where=held,
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    domain_id = draw(st.sampled_from(("pbc", "pbc", "cfpb")))
    asked = draw(st.lists(questions(domain_id), min_size=1, max_size=5))
    called = draw(calls())
    if domain_id == "pbc" and called.height:
        asked.insert(draw(st.integers(0, len(asked))), draw(call_questions()))
    return draw(ledgers(domain_id)), draw(tags()), called, asked
