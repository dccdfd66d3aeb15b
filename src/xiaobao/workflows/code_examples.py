"""The bureau's decisions on codes as texts that a coder learns from: masked, with who decided and when."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import CodeTable, Facet
from xiaobao.ledger.entries import BATCH_SCHEMA, complaint_key
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest
from xiaobao.submissions.batch_files import BATCH_ROOM, decode
from xiaobao.submissions.decisions import DECISION
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of
from xiaobao.workflows.mask_quotes import names_part
from xiaobao.workflows.table_files import write_csv

LEVELS = "›"
"""Between the levels of a label."""
COLUMNS: dict[str, pl.DataType] = {
    "source": pl.String(),
    "number": pl.String(),
    "text": pl.String(),
    "label": pl.String(),
    "author": pl.String(),
    "decided_at": pl.String(),
}


class NoNamesMaskedError(UserError):
    """Narratives leave a home with the names in them masked, or not at all."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh='未安装服务器部分（pip install "xiaobao[server]"），叙述不能遮盖姓名，不写出',
                en="names in narratives cannot be masked without the server part "
                '(pip install "xiaobao[server]"), so that none is written',
            )
        )


def write_decided_texts(home: Home, facet: Facet, out: Path) -> pl.DataFrame:
    """Write `COLUMNS` of every decision on that facet whose complaint has a text that is kept, in order.

    A label is the code behind those above it. Of one complaint every decision is told; the latest counts in
    training. Returns what was written. NoNamesMaskedError.
    """
    catalog = home.catalog()
    masks = names_part(catalog)
    if masks is None:
        raise NoNamesMaskedError
    schema = {**COLUMNS, "narrative_digest": pl.String()}
    decided = pl.DataFrame(_decided(home, catalog, facet), schema=schema).drop("text")
    decided = decided.drop_nulls("narrative_digest")
    texts = _texts(home, decided)
    found = decided.join(texts, on="narrative_digest", how="inner", maintain_order="left")
    found = found.with_columns(text=pl.Series(masks.mask(found["text"].to_list()), dtype=pl.String))
    write_csv(found.select(*COLUMNS), out)
    return found.select(*COLUMNS)


def decisions_on(home: Home, facet: Facet) -> Iterator[tuple[journal.Record, dict[str, object]]]:
    """Decisions that name a code of the facet, in order, each with its row as it was decided."""
    for record in journal.records(home, kind=DECISION):
        codes = record.payload["codes"]
        if isinstance(codes, dict) and facet.column in codes:
            content = home.archive.read(str(record.payload["batch_digest"]), room=BATCH_ROOM)
            yield record, decode(content, schema=dict(BATCH_SCHEMA)).row(0, named=True)


def _decided(home: Home, catalog: Catalog, facet: Facet) -> Iterator[dict[str, object]]:
    for record, row in decisions_on(home, facet):
        received_on = row["received_on"]
        assert isinstance(received_on, date)  # required of every entry
        standard = catalog.standard_on(home.domain_id, received_on)
        table = None if standard is None else standard.tables.get(facet)
        yield {
            "text": None,
            "source": str(record.payload["source_code"]),
            "number": row["complaint_no"],
            "label": _label(table, str(row[facet.column])),
            "author": str(record.payload["by"]),
            "decided_at": f"{record.recorded_at:%Y-%m-%dT%H:%M:%S}",
            "narrative_digest": row["narrative_digest"],
        }


def _label(table: CodeTable | None, code: str) -> str:
    """The code behind all that it lies under."""
    path = [code]
    while table is not None and (row := table.codes.get(path[0])) is not None and row.parent is not None:
        path.insert(0, row.parent)
    return LEVELS.join(path)


def _texts(home: Home, decided: pl.DataFrame) -> pl.DataFrame:
    """Digest and text, numbers masked, of the narratives that are kept of what was decided."""
    wanted = decided["narrative_digest"].unique()
    keys = pl.Series(
        [complaint_key(source, number) for source, number in decided.select("source", "number").iter_rows()],
        dtype=pl.Int64(),
    )
    rows = manifest.asking(home, lambda snapshot: snapshot.lookup(keys.unique()))
    rows = rows.filter(pl.col("narrative_digest").is_in(wanted.implode()))
    kept = narratives_of(home, rows["posted_seq"].unique().to_list())
    return kept.filter(pl.col("narrative_digest").is_in(wanted.implode())).select("narrative_digest", "text")
