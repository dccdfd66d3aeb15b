"""Which codes the banks stated of the complaints that stand, as paths of the standard of their day."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import polars as pl

from xiaobao.analysis.coding.quality.rows import SEPARATOR
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import CodeTable, Facet
from xiaobao.intake.rules import code_names
from xiaobao.ledger.entries import Event
from xiaobao.ledger.snapshot import Extent, Snapshot
from xiaobao.lib.periods import Period

_PLACES = {Facet.CHANNEL: 0, Facet.BUSINESS: 1, Facet.CAUSE: 2}
"""Where a facet's code stands in the submitted codes."""


def standing_entries(snapshot: Snapshot, path: str | None, window: Period) -> pl.DataFrame:
    """Entries of any kind received in the days, as last stated, where they still stand.

    With `recoded`: whether the bureau has given it other codes; later statements of the reporter keep those.
    """
    entries = snapshot.entries()
    wanted = entries.filter(
        entries.received_on >= window.from_on, entries.received_on < window.to_on, entries.sign != 0
    )
    if path is not None:
        wanted = wanted.filter(wanted.path == path)
    read = wanted.select(
        *("complaint_key", "source_code", "complaint_no", "institution_code", "received_on", "entry_kind"),
        *("standard_id", "business_code", "cause_code", "submitted_codes", "narrative_digest"),
        *("entry_id", "posted_seq", "sign", "event"),
    )
    rows = snapshot.run(read, extent=Extent(first_on=window.from_on, last_on=window.last_on))
    key = ["source_code", "complaint_no"]
    standing = (
        rows.group_by(key)
        .agg(pl.col("sign").cast(pl.Int64).sum(), recoded=(pl.col("event") == Event.RECODE.value).any())
        .filter(pl.col("sign") > 0)
    )
    stated = rows.filter(pl.col("sign") > 0).sort("entry_id").unique(key, keep="last", maintain_order=True)
    known = standing.select(*key, "recoded")
    return stated.join(known, on=key, how="inner", maintain_order="left").sort("received_on", "complaint_key")


def submitted_paths(rows: pl.DataFrame, facet: Facet, catalog: Catalog) -> pl.Series:
    """The path of the code that was submitted by code or name, null where that is none.

    `rows` are those of `standing_entries`. What was submitted level by level is known by the code that intake
    made of it, which stands as long as the bureau gave no other.
    """
    submitted = rows["submitted_codes"].str.split("|").list.get(_PLACES[facet], null_on_oob=True)

    @cache
    def paths_of(standard_id: str) -> Mapping[str, tuple[str, ...]]:
        return code_paths(catalog.standards[standard_id].tables[facet])

    @cache
    def path(standard_id: str | None, day: date, stated: str | None, standing: str | None) -> str | None:
        standard = catalog.standards.get(standard_id or "")
        if standard is None:
            return None
        meant = _meant(standard.tables[facet], stated or "", day)
        found = paths_of(standard.id).get(meant or standing or "")
        return SEPARATOR.join(found) if found else None

    standing = rows[facet.column].set(rows["recoded"], None)
    cells = zip(rows["standard_id"], rows["received_on"], submitted, standing, strict=True)
    return pl.Series([path(*cell) for cell in cells], dtype=pl.String)


def _meant(table: CodeTable, stated: str, day: date) -> str | None:
    """The code stated, by itself or by name: of several that bear the name the one in force, as at intake."""
    found = code_names.meanings(table, stated)
    if len(found) > 1:
        found = tuple(code for code in found if code.in_force_on(day))
    return found[0].code if len(found) == 1 else None


def code_paths(table: CodeTable) -> Mapping[str, tuple[str, ...]]:
    """Code → the codes from the top to itself."""
    depth = max((code.level for code in table.codes.values()), default=0)
    return {
        code: tuple(
            dict.fromkeys(found for level in range(1, depth + 1) if (found := table.ancestor(code, level)))
        )
        for code in table.codes
    }
