"""A small ledger for each test of analysis: real segments, the real catalog, fixed days."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.measures import Answer, Question, evaluate
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.reading import load
from xiaobao.ledger.entries import SCHEMA, complaint_key, entry_id, month_of
from xiaobao.ledger.segments import write_segment
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period, day_period

MONDAY = date(2020, 3, 2)


@dataclass(kw_only=True)
class Ledger:
    """Rows stated by a test, read through a real snapshot."""

    folder: Path
    catalog: Catalog
    domain_id: str
    simulated: bool
    rows: list[dict[str, object]] = field(default_factory=list)
    opened: list[Snapshot] = field(default_factory=list)

    def state(
        self, count: int = 1, *, on: date = MONDAY, seq: int = 1, sign: int = 1, **content: object
    ) -> "Ledger":
        """Post `count` rows of that sign and content."""
        standard = self.catalog.standard_on(self.domain_id, on)
        for _ in range(count):
            number = len(self.rows) + 1
            row = {
                "path": "institution" if self.domain_id == "pbc" else None,
                "institution_code": "GY01",
                "entry_kind": "complaint",
                "standard_id": standard.id if standard else None,
                "business_code": "B03",
                **content,
                "received_on": on,
                "month": month_of(on),
                "posted_seq": seq,
                "entry_id": entry_id(seq, number, sign),
                "complaint_key": complaint_key("bank-gy01", str(number)),
                "sign": sign,
                "recorded_at": datetime(2020, 3, 2, tzinfo=UTC),
                "row_number": number,
                "source_code": "bank-gy01",
                "complaint_no": str(number),
                "event": "new",
                "submitted_codes": "||",
            }
            self.rows.append(row)
        return self

    def snapshot(self, posted_seq: int = 100) -> Snapshot:
        """The rows so far as a segment file."""
        path = self.folder / f"segment-{len(self.opened)}.parquet"
        write_segment(pl.DataFrame(self.rows, schema=SCHEMA), path)
        self.opened.append(Snapshot(posted_seq=posted_seq, entry_files=(path,), tag_files=()))
        return self.opened[-1]

    def question(self, measure_id: str, *readings: Reading, **asked: object) -> Question:
        """A question; in the home domain held to the institution path unless `where` says otherwise."""
        path = (("path", "institution"),) if self.domain_id == "pbc" else ()
        return Question(
            measure=self.catalog.measure(measure_id),
            domain=self.catalog.domain(self.domain_id),
            simulated=self.simulated,
            readings=readings,
            **{"where": path, **asked},  # type: ignore[arg-type]
        )

    def answer(self, measure_id: str, *readings: Reading, **asked: object) -> Answer:
        """The answer of the engine."""
        question = self.question(measure_id, *readings, **asked)
        return evaluate(question, snapshot=self.snapshot(), catalog=self.catalog)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture
def ledger_of(tmp_path: Path, catalog: Catalog) -> Iterator[Callable[[str], Ledger]]:
    made: list[Ledger] = []

    def make(domain_id: str) -> Ledger:
        made.append(
            Ledger(folder=tmp_path, catalog=catalog, domain_id=domain_id, simulated=domain_id == "pbc")
        )
        return made[-1]

    yield make
    for snapshot in (one for ledger in made for one in ledger.opened):
        snapshot.close()


@pytest.fixture
def ledger(ledger_of: Callable[[str], Ledger]) -> Ledger:
    """An empty ledger of the home domain."""
    return ledger_of("pbc")


@pytest.fixture
def read() -> Callable[..., Reading]:
    def reading(on: date = MONDAY, *, until: date | None = None, seq: int = 100) -> Reading:
        period = Period(from_on=on, to_on=until) if until else day_period(on)
        return Reading(period=period, posted_seq=seq)

    return reading


@pytest.fixture
def values() -> Callable[[Answer], Mapping[tuple[str, ...], object]]:
    """The answer as members → value, or the reason why there is none."""

    def as_mapping(answer: Answer) -> Mapping[tuple[str, ...], object]:
        return {row.members: row.why_none if row.value is None else str(row.value) for row in answer.rows}

    return as_mapping
