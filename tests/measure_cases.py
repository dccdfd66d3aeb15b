"""Small ledgers and questions about them, generated: for the tests that two ways of counting agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import strategies as st

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Question
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.measures import MeasureKind
from xiaobao.catalog.reading import load
from xiaobao.ledger.entries import SCHEMA, complaint_key, entry_id, month_of
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
}
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
    ),
    "cfpb": ("institution", "region", "received_via", "business.1", "cause.2", "standard", "month"),
}
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
    return {
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
    return {
        **content,
        "posted_seq": posted_seq,
        "entry_id": entry_id(posted_seq, number + 1, sign),
        "complaint_key": complaint_key("a-source", str(number)),
        "sign": sign,
        "recorded_at": datetime(2023, 9, 1, tzinfo=UTC),
        "row_number": number + 1,
        "source_code": "a-source",
        "complaint_no": str(number),
        "event": "new",
        "submitted_codes": "||",
    }


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
        case MeasureKind.COUNT | MeasureKind.SHARE | MeasureKind.RANK:
            edges = sorted(draw(st.sets(st.integers(0, DAYS), min_size=2, max_size=4)))
            return tuple(span(start, stop) for start, stop in pairwise(edges))
        case MeasureKind.CHANGE:
            both = (span(4, 8), span(draw(st.integers(0, 3)), 4))
            return both[: draw(st.integers(1, 2))]
        case MeasureKind.AVERAGE:
            return tuple(single(offset) for offset in (8, *draw(st.sets(st.integers(0, 7)))))
        case MeasureKind.LATE:
            days = sorted(draw(st.sets(st.integers(0, 7), max_size=4)))
            return tuple(single(offset) for offset in (*days, *days))


@st.composite
def questions(draw: st.DrawFn, domain_id: str) -> Question:
    kind = draw(st.sampled_from(tuple(MeasureKind)))
    measure = the_catalog().measure(MEASURES[kind])
    complete = kind is not MeasureKind.RANK and draw(st.integers(0, 3)) == 0
    dimensions = CLOSED[domain_id] if complete else DIMENSIONS[domain_id]
    by = tuple(draw(st.lists(st.sampled_from(dimensions), unique=True, max_size=1 if complete else 2)))
    path = (("path", draw(st.sampled_from(("hotline", "institution")))),) if domain_id == "pbc" else ()
    more = draw(st.none() | st.sampled_from(("institution", "business.1")))
    free = more is not None and more not in by[-1:] and not complete
    where = (*path, (more, draw(members(domain_id, more)))) if more and free else path
    read = draw(readings(domain_id, kind))
    silent = st.frozensets(st.sampled_from(("GY01", "GF01", "EQUIFAX")), max_size=2)
    if kind is MeasureKind.RANK and not by and len(where) == len(path):
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
        of=path if kind is MeasureKind.RANK and not by else of,
        complete=complete,
        not_reporting=draw(st.just(()) | st.tuples(*(silent for _ in read))),
    )


def members(domain_id: str, dimension: str) -> st.SearchStrategy[str]:
    if dimension == "institution":
        return st.sampled_from([code or "not_stated" for code in INSTITUTIONS[domain_id]])
    majors = [code for code in codes(domain_id, Facet.BUSINESS)[:2] if code]
    return st.sampled_from([*majors, "unmapped", "not_stated"])


@contextmanager
def snapshot_of(rows: pl.DataFrame) -> Iterator[Snapshot]:
    with TemporaryDirectory() as folder:
        files: tuple[Path, ...] = ()
        if rows.height:
            files = (Path(folder) / "segment.parquet",)
            write_segment(rows, files[0])
        snapshot = Snapshot(posted_seq=LAST_SEQ, entry_files=files, tag_files=())
        yield snapshot
        snapshot.close()


@st.composite
def cases(draw: st.DrawFn) -> tuple[pl.DataFrame, list[Question]]:
    domain_id = draw(st.sampled_from(("pbc", "cfpb")))
    return draw(ledgers(domain_id)), draw(st.lists(questions(domain_id), min_size=1, max_size=5))
