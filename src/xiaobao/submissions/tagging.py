"""Runs of a tag's rule over the ledger: what it sets and takes back becomes a batch of the table of tags."""

from dataclasses import dataclass
from datetime import datetime

import ibis
import polars as pl
from django.db.models import Q

from xiaobao.catalog.catalog import Catalog, UnknownKeyError
from xiaobao.catalog.codes import Code, CodeTable, Facet
from xiaobao.catalog.tags import Tag
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest, own_batches
from xiaobao.submissions.batch_files import TAG_BATCH_SCHEMA
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch
from xiaobao.submissions.pending import TAGS

_IDENTITY = ["source_code", "complaint_no"]


class TagRunWaitsError(UserError):
    """An earlier run is not posted yet, so that the present tags are not known."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh="上一次打标签的结果尚未记账；请先执行 xiaobao post",
                en="the result of an earlier tag run is not posted yet; run xiaobao post first",
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRun:
    """What a run of a rule changed."""

    tag: str
    rule_version: str
    as_of: int
    """The posting sequence the rule was run at."""
    added: int
    removed: int
    batch: Batch | None
    """None when nothing changed."""


def run(home: Home, tag_id: str, *, at: datetime) -> TagRun:
    """Run a catalog tag's rule over the ledger as it stands; run again at once it changes nothing.

    Tags of other versions of the rule stay as they are. Raises UnknownKeyError for a tag the catalog does not
    know, TagRunWaitsError while an earlier run waits to be posted.
    """
    catalog = home.catalog()
    if tag_id not in catalog.tags:
        raise UnknownKeyError(what=Words(zh="标签", en="tag"), key=tag_id, known=tuple(catalog.tags))
    tag = catalog.tags[tag_id]
    as_of, changes = manifest.reading(
        home, lambda snapshot: (snapshot.posted_seq, changes_of(tag, snapshot, catalog))
    )
    added = changes.filter(pl.col("sign") > 0).height
    batch = None
    if not changes.is_empty():
        batch = own_batches.add(
            home,
            changes,
            kind="tags",
            batch_kind=TAGS,
            source_code="",
            payload={"tag": tag.id, "rule_version": tag.rule_version, "as_of": as_of},
            at=at,
            require=lambda: _require_no_other_run(as_of),
        )
    return TagRun(
        tag=tag.id,
        rule_version=tag.rule_version,
        as_of=as_of,
        added=added,
        removed=changes.height - added,
        batch=batch,
    )


def changes_of(
    tag: Tag, snapshot: Snapshot, catalog: Catalog, *, within: Period | None = None
) -> pl.DataFrame:
    """The signed rows (`TAG_BATCH_SCHEMA`) that make the present tags those of the rule.

    With `within`, of complaints received in that period alone.
    """
    entries = snapshot.entries() if within is None else _received(snapshot.entries(), within)
    wanted = snapshot.run(_matching(tag, entries, catalog))
    present = snapshot.run(_present(tag, snapshot.tags()))
    if within is not None:
        present = present.join(snapshot.run(_stated(entries)), on=_IDENTITY, how="semi")
    added = wanted.join(present, on=_IDENTITY, how="anti").with_columns(pl.lit(1, pl.Int8()).alias("sign"))
    removed = present.join(wanted, on=_IDENTITY, how="anti").with_columns(pl.lit(-1, pl.Int8()).alias("sign"))
    return (
        pl.concat([added.select(*_IDENTITY, "sign"), removed.select(*_IDENTITY, "sign")])
        .with_columns(pl.lit(tag.id).alias("tag"), pl.lit(tag.rule_version).alias("rule_version"))
        .sort(*_IDENTITY)
        .select(*TAG_BATCH_SCHEMA)
    )


def _matching(tag: Tag, entries: ibis.Table, catalog: Catalog) -> ibis.Table:
    """The complaints that are stated at present with content the rule asks for."""
    conditions = [
        entries[column].isin(sorted(_with_descendants(column, values, catalog)))
        for column, values in tag.columns.items()
    ]
    if tag.from_on is not None:
        conditions.append(entries.received_on >= tag.from_on)
    if tag.to_on is not None:
        conditions.append(entries.received_on < tag.to_on)
    rows = entries.filter(*conditions) if conditions else entries
    return _stated(rows)


def _received(entries: ibis.Table, period: Period) -> ibis.Table:
    on = entries.received_on
    return entries.filter(on >= period.from_on, on < period.to_on)


def _present(tag: Tag, tags: ibis.Table) -> ibis.Table:
    return _stated(tags.filter(tags.tag == tag.id, tags.rule_version == tag.rule_version))


def _stated(rows: ibis.Table) -> ibis.Table:
    # A reversal repeats the content it reverses, so it meets the same conditions as what it takes back.
    counted = rows.group_by(_IDENTITY).aggregate(stated=rows.sign.cast("int64").sum())
    return counted.filter(counted.stated > 0).select(*_IDENTITY)


def _with_descendants(column: str, values: tuple[str, ...], catalog: Catalog) -> set[str]:
    """A code stands for itself and all below it, in every standard that knows it."""
    facet = next((facet for facet in Facet if facet.column == column), None)
    found = set(values)
    if facet is None:
        return found
    for standard in catalog.standards.values():
        if (table := standard.tables.get(facet)) is not None:
            found.update(code for code, row in table.codes.items() if _below(table, row, found))
    return found


def _below(table: CodeTable, row: Code, codes: set[str]) -> bool:
    return any(table.ancestor(row.code, level) in codes for level in range(1, row.level))


def _require_no_other_run(as_of: int) -> None:
    if Batch.objects.filter(
        Q(posted_seq=None) | Q(posted_seq__gt=as_of), kind=TAGS, set_aside=False
    ).exists():
        raise TagRunWaitsError
