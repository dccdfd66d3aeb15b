"""The files of a path, a month of deliveries at a time, each in its reporter's way of writing."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from xiaobao.catalog.sources import Layout, Source
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.dispatch import Dispatch
from xiaobao.simulate.years.mishaps import MISHAPS, NOT_SPOILT, SPOILERS
from xiaobao.simulate.years.sheets import Sheets, written

_BOM = "utf-8-sig"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one reporter writes."""

    source: Source
    layout: Layout
    short: str
    """What its files are called after."""
    encoding: str
    with_trailer: bool
    date_format: str
    moment_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What one month of deliveries leaves besides its files."""

    files: pl.DataFrame
    """`reporter`, `about`, `part`, `file`: where each delivery's rows are."""
    spoilt: pl.DataFrame
    """`reporter`, `file`, `row_number`, `complaint_no`, `rule_id`."""
    last: pl.DataFrame
    """The values of every entry stated for the last time, with `reporter`, `about`, `part` and `event`."""


def write_months(dispatch: Dispatch, sheets: Sheets, ways: tuple[Way, ...], folder: Path) -> Iterator[Month]:
    """Write the files of every month and tell what came of it."""
    course = sheets.course
    months = pl.Series([day.year * 100 + day.month for day in course.days.days], dtype=pl.Int32)
    statements = _with_last(dispatch)
    statements = statements.with_columns(month=months.gather(statements["about"].cast(pl.Int64)))
    revisions = dispatch.deliveries.select("reporter", "about", "part", "kind", "revision")
    for (month,), chunk in statements.partition_by("month", as_dict=True).items():
        yield _write_month(chunk, revisions, sheets, ways, folder, str(month))


def _with_last(dispatch: Dispatch) -> pl.DataFrame:
    """Statements marked where they are the last word on their entry that a right ledger takes."""
    returned = (pl.col("mishap") == MISHAPS.index("wrong_total")) & (pl.col("part") == 0)
    taken = (pl.col("spoilt") == NOT_SPOILT) & ~returned
    order = pl.col("about").cast(pl.Int32) * 2 + pl.col("part")
    return dispatch.statements.with_columns(order=pl.when(taken).then(order).otherwise(-1)).with_columns(
        last=(pl.col("order") >= 0) & (pl.col("order") == pl.col("order").max().over("entry"))
    )


def _write_month(
    chunk: pl.DataFrame,
    revisions: pl.DataFrame,
    sheets: Sheets,
    ways: tuple[Way, ...],
    folder: Path,
    month: str,
) -> Month:
    chunk = chunk.join(revisions, on=["reporter", "about", "part"], maintain_order="left")
    where = ["reporter", "about", "part"]
    chunk = chunk.sort([*where, "entry"], maintain_order=True)
    values = pl.concat(
        [
            sheets.values(
                chunk.select("entry", "about", "event", "accepted", "responded", "closed", "recoded")
            ),
            chunk.select(*where, "spoilt", "last", "kind", "revision", stated=pl.col("event")),
        ],
        how="horizontal",
    )
    (folder / "files" / month).mkdir(parents=True, exist_ok=True)
    values = values.with_columns(row_number=pl.int_range(1, pl.len() + 1).over(where))
    files = [
        pl.DataFrame(
            _write_reporter(own, ways[int(reporter)], sheets.course, folder, month, int(reporter)),
            schema={"reporter": pl.Int8, "about": pl.Int16, "part": pl.Int8, "file": pl.String},
            orient="row",
        )
        for (reporter,), own in values.partition_by("reporter", as_dict=True, maintain_order=True).items()
    ]
    known = pl.concat(files)
    rules = pl.Series([spoiler.rule_id for spoiler in SPOILERS])
    bad = values.filter(pl.col("spoilt") != NOT_SPOILT).join(known, on=where)
    return Month(
        files=known,
        spoilt=bad.select("reporter", "file", "row_number", "complaint_no").with_columns(
            rule_id=rules.gather(bad["spoilt"].cast(pl.Int64))
        ),
        last=values.filter("last").drop("narrative", "identity", "contact", "spoilt", "last"),
    )


def _write_reporter(
    values: pl.DataFrame, way: Way, course: Course, folder: Path, month: str, reporter: int
) -> Iterator[tuple[int, int, int, str]]:
    values = _spoilt_days(values)
    columns = written(values, way.layout, date_format=way.date_format, moment_format=way.moment_format)
    columns = _spoilt_cells(columns, values["spoilt"], way.layout)
    place = values.select("about", "part", "kind", "revision")
    both = pl.concat([columns, place.rename(lambda name: f"_{name}")], how="horizontal")
    for (about, part), rows in both.partition_by(
        "_about", "_part", as_dict=True, maintain_order=True
    ).items():
        day = course.days.days[int(about)]
        kind, revision = rows["_kind"][0], rows["_revision"][0]
        file = f"files/{month}/simulated-{way.short}-{day:%Y%m%d}-{kind}-r{revision:04d}.csv"
        (folder / file).write_bytes(_bytes(rows.select(columns.columns), way))
        yield reporter, int(about), int(part), file


def _bytes(rows: pl.DataFrame, way: Way) -> bytes:
    stream = io.BytesIO()
    rows.write_csv(stream, line_terminator="\r\n")
    content = stream.getvalue()
    if way.with_trailer and way.layout.trailer is not None:
        blank = "," * (rows.width - 2)
        content += f"{way.layout.trailer},{len(rows)}{blank}\r\n".encode()
    if way.encoding == _BOM:
        return b"\xef\xbb\xbf" + content
    return content if way.encoding == "utf-8" else content.decode().encode(way.encoding)


def _spoilt_days(values: pl.DataFrame) -> pl.DataFrame:
    received, closed = pl.col("received_on"), pl.col("closed_on")
    for place, spoiler in enumerate(SPOILERS):
        chosen = pl.col("spoilt") == place
        if spoiler.received_later:
            received = (
                pl.when(chosen).then(received + timedelta(days=spoiler.received_later)).otherwise(received)
            )
        if spoiler.closed_earlier:
            early = pl.col("received_on") - timedelta(days=spoiler.closed_earlier)
            closed = pl.when(chosen).then(early).otherwise(closed)
    return values.with_columns(received_on=received, closed_on=closed)


def _spoilt_cells(columns: pl.DataFrame, spoilt: pl.Series, layout: Layout) -> pl.DataFrame:
    if (spoilt == NOT_SPOILT).all():
        return columns
    headers = {column.target: column.headers[0] for column in layout.columns}
    for place, spoiler in enumerate(SPOILERS):
        chosen = spoilt == place
        columns = columns.with_columns(
            pl.when(chosen).then(pl.lit(cell)).otherwise(headers[target]).alias(headers[target])
            for target, cell in spoiler.cells.items()
        )
    return columns
