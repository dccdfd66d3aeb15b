"""The truth about a course, in CSV files of their own that the product never reads.

* `injections.csv`: what was put in on purpose; `injected.csv`: the entries that belong to it.
* `pairs.csv`: one matter told on both paths; `repeats.csv`: calls again about the same case.
* `wrong_banks.csv`: who codes wrongly or records complaints as enquiries, from when; `wrong_entries.csv`: the
  entries, and what they are. Empty where the catalog asks for none.
* `complaints.csv`: every entry as a right ledger has it at the end.
* `rejected_rows.csv` and `returned_files.csv`: what must be refused, and by which rule.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.catalog.sources import Source
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws
from xiaobao.simulate.years.miscodings import wrongly_told
from xiaobao.simulate.years.statements import WITHDRAW
from xiaobao.simulate.years.together import NONE

FOLDER = "truth"
_STATED = (
    "source_code",
    "complaint_no",
    "state",
    "revision",
    "entry_kind",
    "received_on",
    "closed_on",
    "institution_code",
    "channel_code",
    "business_code",
    "cause_code",
    "region_code",
    "amount",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthWriter:
    """Writes the truth of one course into the folder's `truth`."""

    folder: Path
    course: Course
    numbers: pl.Series
    """Entry → its number."""
    bank_sources: Sequence[Source]
    branch_sources: Sequence[Source]
    draws: Draws

    def intentions(self) -> None:
        """What was put in on purpose, what belongs together; begins the truth anew."""
        shutil.rmtree(self.folder / FOLDER, ignore_errors=True)
        self._append("injections", self._injections())
        entries = self.course.entries
        injected = entries.filter(pl.col("injection") != NONE)
        number = (pl.col("injection") + 1).cast(pl.Int64).alias("injection")
        self._append(
            "injected", pl.concat([injected.select(number), self._named(injected["entry"])], how="horizontal")
        )
        paired = entries.filter(pl.col("on_hotline") & (pl.col("twin") != NONE))
        self._append("pairs", self._pairs(paired))
        again = entries.filter(pl.col("repeats") != NONE)
        first = self._named(again["repeats"]).rename({"complaint_no": "repeats"}).select("repeats")
        self._append("repeats", pl.concat([self._named(again["entry"]), first], how="horizontal"))
        if self.course.wrong_banks:
            self._append("wrong_banks", self._wrong_banks())
            self._append("wrong_entries", self._wrong_entries())

    def stated(self, last: pl.DataFrame, path_sources: Sequence[Source]) -> None:
        """Append what is stated for the last time of entries whose last word fell in one month."""
        codes = pl.Series([source.code for source in path_sources])
        state = pl.when(pl.col("stated") == WITHDRAW).then(pl.lit("withdrawn")).otherwise(pl.lit("stated"))
        rows = last.with_columns(source_code=codes.gather(last["reporter"].cast(pl.Int64)), state=state)
        self._append("complaints", rows.select(_STATED))

    def rejected(self, spoilt: pl.DataFrame, path_sources: Sequence[Source]) -> None:
        """Append rows that must be rejected."""
        codes = pl.Series([source.code for source in path_sources])
        rows = spoilt.with_columns(source_code=codes.gather(spoilt["reporter"].cast(pl.Int64)))
        self._append(
            "rejected_rows", rows.select("source_code", "file", "row_number", "complaint_no", "rule_id")
        )

    def returned(self, deliveries: pl.DataFrame, path_sources: Sequence[Source]) -> None:
        """Append files that must go back whole."""
        codes = pl.Series([source.code for source in path_sources])
        rows = deliveries.with_columns(
            source_code=codes.gather(deliveries["reporter"].cast(pl.Int64)), rule_id=pl.lit("stated_total")
        )
        self._append("returned_files", rows.select("source_code", "file", "rule_id"))

    def _injections(self) -> pl.DataFrame:
        rows = []
        for number, each in enumerate(self.course.injections):
            business = self.course.topics.all[int(each.topics[0])].business if each.topic else ""
            rows.append(
                {
                    "injection": number + 1,
                    "kind": each.kind,
                    "level": each.level,
                    "path": each.path,
                    "topic": each.topic,
                    "institution_code": each.bank,
                    "business_code": business,
                    "region_code": each.region,
                    "from_on": each.from_on,
                    "to_on": each.to_on,
                    "usual_a_day": round(each.usual_a_day, 4),
                    "entries": len(each.days),
                }
            )
        return pl.DataFrame(rows, schema_overrides={"from_on": pl.Date, "to_on": pl.Date})

    def _wrong_banks(self) -> pl.DataFrame:
        return pl.DataFrame(
            [
                {
                    "wrong": number,
                    "kind": each.kind,
                    "institution_code": each.bank_code,
                    "from_on": each.from_on,
                    "share": round(each.share, 4),
                }
                for number, each in enumerate(self.course.wrong_banks, start=1)
            ]
        )

    def _wrong_entries(self) -> pl.DataFrame:
        """Entries told wrongly from the first time on, with the right codes of those still to be coded."""
        entries, topics = self.course.entries, self.course.topics.all
        wrongly = pl.Series("wrong", wrongly_told(entries, self.course.wrong_banks, self.draws))
        rows = entries.with_columns(wrongly).filter(pl.col("wrong") != NONE)
        cells = rows.select("topic", "cause").rows()
        return pl.concat(
            [
                rows.select(pl.col("wrong") + 1),
                self._named(rows["entry"]),
                pl.DataFrame(
                    {
                        "entry_kind": pl.Series(["complaint"] * len(rows), dtype=pl.String),
                        "business_code": pl.Series(
                            [topics[topic].business for topic, _ in cells], dtype=pl.String
                        ),
                        "cause_code": pl.Series(
                            [list(topics[topic].causes)[cause] for topic, cause in cells], dtype=pl.String
                        ),
                    }
                ),
            ],
            how="horizontal",
        )

    def _pairs(self, paired: pl.DataFrame) -> pl.DataFrame:
        other = self.course.entries[paired["twin"]]
        hotline = self._named(paired["entry"]).rename(lambda name: f"hotline_{name}")
        bank = self._named(paired["twin"]).rename(lambda name: f"bank_{name}")
        return pl.concat([hotline, bank], how="horizontal").with_columns(
            days_between=paired["day"] - other["day"],
            coded_alike=(paired["topic"] == other["topic"]) & (paired["cause"] == other["cause"]),
        )

    def _named(self, entry: pl.Series) -> pl.DataFrame:
        """Source and number of entries."""
        rows = self.course.entries[entry]
        codes = pl.Series([source.code for source in (*self.bank_sources, *self.branch_sources)])
        place = rows.select(
            pl.when("on_hotline")
            .then(pl.col("region").cast(pl.Int64) + len(self.bank_sources))
            .otherwise(pl.col("bank").cast(pl.Int64))
        ).to_series()
        return pl.DataFrame({"source_code": codes.gather(place), "complaint_no": self.numbers.gather(entry)})

    def _append(self, name: str, rows: pl.DataFrame) -> None:
        path = self._path(name)
        with path.open("ab") as stream:
            rows.write_csv(stream, include_header=stream.tell() == 0)

    def _path(self, name: str) -> Path:
        path = self.folder / FOLDER / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
