"""Which codes the banks stated of the complaints that stand, as paths of the standard of their day."""

from collections.abc import Mapping
from functools import cache

import polars as pl

from xiaobao.analysis.coding.quality.rows import SEPARATOR
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import CodeTable, Facet
from xiaobao.ledger.snapshot import Extent, Snapshot
from xiaobao.lib.periods import Period

_PLACES = {Facet.CHANNEL: 0, Facet.BUSINESS: 1, Facet.CAUSE: 2}
"""Where a facet's code stands in the submitted codes."""


def standing_entries(snapshot: Snapshot, path: str | None, window: Period) -> pl.DataFrame:
    """Entries of any kind received in the days, as last stated, where they still stand."""
    entries = snapshot.entries()
    wanted = entries.filter(
        entries.received_on >= window.from_on, entries.received_on < window.to_on, entries.sign != 0
    )
    if path is not None:
        wanted = wanted.filter(wanted.path == path)
    read = wanted.select(
        *("complaint_key", "source_code", "complaint_no", "institution_code", "received_on", "entry_kind"),
        *("standard_id", "business_code", "cause_code", "submitted_codes", "narrative_digest"),
        *("entry_id", "posted_seq", "sign"),
    )
    rows = snapshot.run(read, extent=Extent(first_on=window.from_on, last_on=window.last_on))
    key = ["source_code", "complaint_no"]
    standing = rows.group_by(key).agg(pl.col("sign").cast(pl.Int64).sum()).filter(pl.col("sign") > 0)
    stated = rows.filter(pl.col("sign") > 0).sort("entry_id").unique(key, keep="last", maintain_order=True)
    return stated.join(standing.select(key), on=key, how="semi", maintain_order="left").sort(
        "received_on", "complaint_key"
    )


def submitted_paths(rows: pl.DataFrame, facet: Facet, catalog: Catalog) -> pl.Series:
    """The path of the code that was submitted, null where that is none; a name of one was made the code of
    the column at intake.

    `rows` are those of `standing_entries`.
    """
    submitted = rows["submitted_codes"].str.split("|").list.get(_PLACES[facet], null_on_oob=True)

    @cache
    def paths_of(standard_id: str) -> Mapping[str, tuple[str, ...]]:
        return code_paths(catalog.standards[standard_id].tables[facet])

    @cache
    def path(standard_id: str | None, stated: str | None, standing: str | None) -> str | None:
        standard = catalog.standards.get(standard_id or "")
        if standard is None:
            return None
        known = paths_of(standard.id)
        found = known.get(stated or "") or known.get(standing or "")
        return SEPARATOR.join(found) if found else None

    cells = zip(rows["standard_id"], submitted, rows[facet.column], strict=True)
    return pl.Series([path(*cell) for cell in cells], dtype=pl.String)


def code_paths(table: CodeTable) -> Mapping[str, tuple[str, ...]]:
    """Code → the codes from the top to itself."""
    depth = max((code.level for code in table.codes.values()), default=0)
    return {
        code: tuple(
            dict.fromkeys(found for level in range(1, depth + 1) if (found := table.ancestor(code, level)))
        )
        for code in table.codes
    }
