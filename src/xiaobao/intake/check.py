"""Read, map and check one file: the decision, the batch, the findings. Pure: no clock, no database."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind, RevisionType, Source
from xiaobao.intake.delivery import CheckResult, Decision, Delivery, History, PrivacyKeys
from xiaobao.intake.findings import Findings, sentence
from xiaobao.intake.layouts import Bound, bind
from xiaobao.intake.mapping import Mapper, with_constants
from xiaobao.intake.private import NARRATIVE_SCHEMA, narratives_of, with_pseudonyms
from xiaobao.intake.reading.csv import Header, Trailer, read_blocks, read_header
from xiaobao.intake.reading.scan import Scan, Trouble, scan
from xiaobao.intake.rules import history as history_rules
from xiaobao.intake.rules import timing, totals
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

_REVISION_LIMIT = 1 << 63


class RevisionNeededError(UserError):
    """A delivery of a source with revisions came without one, or with one that is no whole number from 1."""

    def __init__(self, source_code: str) -> None:
        super().__init__(
            Words(
                zh=f"来源 {source_code} 的报送须注明版次（从 1 起的整数，逐次递增）",
                en=f"a delivery of {source_code} states its revision, a whole number from 1 that counts up",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What was read of a file whose bytes and header are in order."""

    bound: Bound
    rows: pl.DataFrame
    read: int
    trailer: Trailer | None


def check(
    path: Path,
    *,
    delivery: Delivery,
    catalog: Catalog,
    simulated: bool,
    history: History | None,
    keys: PrivacyKeys | None,
) -> CheckResult:
    """Check one file as delivered to a home that is `simulated` or not.

    Without `history` the rules that need the ledger do not run and are named; without `keys` no pseudonyms
    and no narratives are made. Trouble in the data is told in the findings; UnknownKeyError for an unknown
    source, RevisionNeededError for a wrong or missing revision, OSError for a file that cannot be opened.
    """
    source = catalog.source(delivery.source_code)
    findings = Findings(catalog.rules)
    revision = revision_of(delivery, source, needed=history is not None)
    _check_delivery(delivery, source, simulated=simulated, history=history, findings=findings)
    scanned = _scanned(path, delivery, findings)
    header = _header(path, scanned, findings)
    table = _table(path, scanned, header, source, delivery, catalog, simulated, findings)
    if table is None:
        return _result(delivery, catalog, findings, scanned=scanned, table=None)
    rows = with_constants(table.rows, bound=table.bound, source=source, revision=revision)
    _check_rows(rows, table, source, delivery, history, findings)
    accepted = _accepted(rows, findings)
    totals.check_reject_share(
        table.read, table.read - accepted.height, limit=source.reject_share_limit, findings=findings
    )
    calendar = catalog.calendar_of(source.domain_id)
    timing.check_calendar(accepted["received_on"], calendar=calendar, findings=findings)
    return _result(delivery, catalog, findings, scanned=scanned, table=table, accepted=accepted, keys=keys)


def revision_of(delivery: Delivery, source: Source, *, needed: bool = True) -> int | None:
    """The revision by the type the source declares; RevisionNeededError where it is wrong or missing."""
    if source.revision is RevisionType.ARRIVAL:
        return None
    if delivery.revision is None and source.revision is RevisionType.DATE:
        return delivery.day.year * 10_000 + delivery.day.month * 100 + delivery.day.day
    stated = delivery.revision
    if (stated is None and needed) or (stated is not None and not 0 < stated < _REVISION_LIMIT):
        raise RevisionNeededError(source.code)
    return stated


def _check_delivery(
    delivery: Delivery, source: Source, *, simulated: bool, history: History | None, findings: Findings
) -> None:
    findings.ran("mark_mismatch")
    if source.simulated != simulated:
        findings.file("mark_mismatch", value=source.code)
    history_rules.check_revision(delivery, source, history=history, findings=findings)


def _scanned(path: Path, delivery: Delivery, findings: Findings) -> Scan | None:
    """The scan of a file that can be parsed; None with a finding, or silently for an empty nil report."""
    scanned = scan(path)
    findings.ran("encoding", "nul_bytes", "long_line", "unclosed_quote", "empty_file")
    if isinstance(scanned, Scan):
        return scanned
    if not (_is_nil(delivery) and scanned.rule_id == "empty_file"):
        _report(scanned, findings)
    return None


def _report(trouble: Trouble, findings: Findings) -> None:
    findings.file(
        trouble.rule_id,
        line_number=trouble.line_number,
        value=trouble.value,
        expected=trouble.expected,
    )


def _header(path: Path, scanned: Scan | None, findings: Findings) -> Header | None:
    if scanned is None:
        return None
    header = read_header(path, scanned)
    if header is None:
        findings.ran("header_unknown")
        findings.file("header_unknown", line_number=1)
    return header


def _table(
    path: Path,
    scanned: Scan | None,
    header: Header | None,
    source: Source,
    delivery: Delivery,
    catalog: Catalog,
    simulated: bool,
    findings: Findings,
) -> _Table | None:
    if scanned is None or header is None:
        return None
    bound = bind(source, header.cells, findings)
    if bound is None:
        return None
    mapper = Mapper(
        bound=bound,
        source=source,
        catalog=catalog,
        simulated=simulated,
        delivery=delivery,
        findings=findings,
    )
    mapped: list[pl.DataFrame] = []
    read, trailer = 0, None
    for part in read_blocks(path, scanned, header, trailer_cell=bound.layout.trailer):
        if isinstance(part, Trailer):
            trailer = part
        else:
            mapped.append(mapper.map(part))
            read += part.read
    if not mapped:
        mapped.append(mapper.map_nothing(width=len(header.cells)))
    return _Table(bound=bound, rows=pl.concat(mapped), read=read, trailer=trailer)


def _check_rows(
    rows: pl.DataFrame,
    table: _Table,
    source: Source,
    delivery: Delivery,
    history: History | None,
    findings: Findings,
) -> None:
    if _is_nil(delivery):
        findings.ran("nil_with_rows")
        if table.read:
            findings.file("nil_with_rows", value=str(table.read))
    elif not table.read:
        findings.file("empty_file")
    totals.check_size(table.read, findings)
    totals.check_stated_totals(table.read, delivery=delivery, trailer=table.trailer, findings=findings)
    printed = table.bound.printed
    totals.check_duplicates(rows, printed=printed, findings=findings)
    if history is not None:
        candidates = _accepted(rows, findings)
        history_rules.check_known(
            candidates, source=source, history=history, printed=printed, findings=findings
        )


def _is_nil(delivery: Delivery) -> bool:
    return delivery.kind is DeliveryKind.NIL


def _accepted(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    rejected = findings.rejected_rows()
    return rows.filter(~pl.col("row_number").is_in(rejected.implode())) if rejected.len() else rows


def _result(
    delivery: Delivery,
    catalog: Catalog,
    findings: Findings,
    *,
    scanned: Scan | None,
    table: _Table | None,
    accepted: pl.DataFrame | None = None,
    keys: PrivacyKeys | None = None,
) -> CheckResult:
    returning = findings.returning()
    returned = not returning.is_empty()
    if returned or accepted is None:
        accepted = None
    read = table.read if table is not None else 0
    kept = accepted.height if accepted is not None else 0
    decision = (
        Decision.RETURNED if returned else Decision.ACCEPTED if kept == read else Decision.ACCEPTED_IN_PART
    )
    return CheckResult(
        decision=decision,
        reason=sentence(returning.row(0, named=True), catalog).sentence if returned else None,
        encoding=scanned.encoding if scanned is not None else None,
        layout_id=table.bound.layout.id if table is not None else None,
        read=read,
        accepted=kept,
        rejected=read - kept,
        batch=_batch(accepted, keys),
        narratives=_narratives(accepted, keys),
        findings=findings.frame(),
        checks_run=findings.checks_run,
        checks_not_run=findings.checks_not_run,
    )


def _batch(accepted: pl.DataFrame | None, keys: PrivacyKeys | None) -> pl.DataFrame:
    if accepted is None:
        return pl.DataFrame(schema=BATCH_SCHEMA)
    return with_pseudonyms(accepted, keys).select(
        pl.col(name).cast(dtype) for name, dtype in BATCH_SCHEMA.items()
    )


def _narratives(accepted: pl.DataFrame | None, keys: PrivacyKeys | None) -> pl.DataFrame:
    if accepted is None or keys is None:
        return pl.DataFrame(schema=NARRATIVE_SCHEMA)
    return narratives_of(accepted["narrative"], keys)
