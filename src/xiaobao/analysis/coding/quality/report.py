"""Judges the banks' coding of some days: everything that is told of one counting path."""

from datetime import date

import numpy as np
import polars as pl

from xiaobao.analysis.coding.quality.banks import of_banks, since_of
from xiaobao.analysis.coding.quality.confusion import cells_of, codes_of
from xiaobao.analysis.coding.quality.enquiries import enquiries_of
from xiaobao.analysis.coding.quality.readings import Readings, out_of_bank
from xiaobao.analysis.coding.quality.rows import FACETS, SEPARATOR, bank_places
from xiaobao.analysis.coding.quality.settings import Settings
from xiaobao.analysis.coding.quality.told import ToldCount, ToldFacet, ToldLevel, ToldPath
from xiaobao.analysis.text.families import find_families
from xiaobao.analysis.text.types import Rows
from xiaobao.ledger.entries import EntryKind


def judged(rows: pl.DataFrame, settings: Settings, *, path: str | None, since: date) -> ToldPath:
    """Everything of the entries (`rows.ROWS`); `since` is the first day of what drift calls after."""
    named = rows.drop_nulls("institution")
    families = find_families(named["text"], settings.alike).leader
    complaints = np.flatnonzero((named["entry_kind"] == EntryKind.COMPLAINT.value).to_numpy())
    of_complaints = named[complaints]
    with_text = np.flatnonzero(of_complaints["text"].is_not_null().to_numpy())
    told = of_complaints[with_text]
    return ToldPath(
        path=path,
        counts=_counts(of_complaints),
        no_institution=rows.height - named.height,
        facets=tuple(
            facet_of(told, families[complaints][with_text], settings, facet=facet, since=since)
            for facet in FACETS
        ),
        enquiries=enquiries_of(named, families, settings),
    )


def _counts(complaints: pl.DataFrame) -> tuple[ToldCount, ...]:
    counted = complaints.group_by("institution").agg(
        pl.len().alias("complaints"), pl.col("text").null_count().alias("without_text")
    )
    return tuple(ToldCount(**row) for row in counted.sort("institution").iter_rows(named=True))


def facet_of(told: pl.DataFrame, families: Rows, settings: Settings, *, facet: str, since: date) -> ToldFacet:
    """One facet of complaints with a text."""
    coded = np.flatnonzero(told[facet].is_not_null().to_numpy())
    rows, families = told[coded], families[coded]
    if not rows.height:
        return ToldFacet(facet=facet, not_coded=told.height, not_read=0, levels=())
    names = rows["institution"].unique().sort().to_list()
    banks = bank_places(rows["institution"], names)
    readings = out_of_bank(
        rows["text"], rows[facet].to_list(), banks, separator=SEPARATOR, plan=settings.reading
    )
    known = np.flatnonzero(readings.known)
    levels = range(readings.hierarchy.depth) if len(known) else range(0)
    return ToldFacet(
        facet=facet,
        not_coded=told.height - rows.height,
        not_read=rows.height - len(known),
        levels=tuple(
            _level(
                rows[known],
                readings,
                known,
                level,
                banks=banks[known],
                names=names,
                families=families[known],
                settings=settings,
                since=since,
            )
            for level in levels
        ),
    )


def _level(
    rows: pl.DataFrame,
    readings: Readings,
    known: Rows,
    level: int,
    *,
    banks: Rows,
    names: list[str],
    families: Rows,
    settings: Settings,
    since: date,
) -> ToldLevel:
    nodes = readings.hierarchy.of_label[level]
    labels = tuple(name.split(SEPARATOR)[-1] for name in readings.hierarchy.nodes[level])
    submitted, read = nodes[readings.submitted[known]], nodes[readings.read[known]]
    codes, codes_not_told = codes_of(
        submitted,
        read,
        codes=labels,
        banks=banks,
        names=names,
        families=families,
        least=settings.least_families,
    )
    series = pl.Series(labels, dtype=pl.String)
    frame = rows.select("institution", "complaint_key").with_columns(
        submitted=series.gather(submitted), read=series.gather(read), family=pl.Series(families)
    )
    cells, (cells_left, rows_left) = cells_of(frame, most=settings.most_cells)
    return ToldLevel(
        level=level + 1,
        banks=of_banks(
            submitted,
            read,
            banks=banks,
            names=names,
            families=families,
            after=since_of(rows["day"].to_list(), since),
            least=settings.least_families,
        ),
        codes=codes,
        codes_not_told=codes_not_told,
        cells=cells,
        cells_not_told=cells_left,
        rows_not_told=rows_left,
    )
