"""Rules that need the ledger: what it knows of the numbers and revisions of the source."""

from collections.abc import Callable
from datetime import date

import polars as pl

from xiaobao.catalog.sources import Events, RevisionType, Source
from xiaobao.intake.delivery import Delivery, History
from xiaobao.intake.findings import Findings
from xiaobao.ledger.entries import Event

RULES_OF_NUMBERS = ("known_as_new", "known_unchanged", "unknown_amended", "withdrawn_not_reinstated")
_READ = ("complaint_no", "event", "revision", "row_number", "line_number")
_STARTING = (Event.NEW.value, Event.REINSTATE.value)


def check_revision(
    delivery: Delivery, source: Source, *, history: History | None, findings: Findings
) -> None:
    """`revision_ahead`: serials against the last one accepted, dates against the business day."""
    if source.revision is RevisionType.DATE:
        findings.ran("revision_ahead")
        stated = _date_of(delivery.revision)
        ahead = (stated - delivery.day).days if stated is not None else None
        if delivery.revision is not None and (ahead is None or ahead > source.revision_ahead_limit):
            _report_ahead(delivery, source, findings)
    if source.revision is RevisionType.SERIAL and history is not None:
        findings.ran("revision_ahead")
        last = history.last_revision() or 0
        if delivery.revision is not None and delivery.revision - last > source.revision_ahead_limit:
            _report_ahead(delivery, source, findings)


def check_known(
    rows: pl.DataFrame,
    *,
    source: Source,
    history: History,
    batch_of: Callable[[pl.DataFrame], pl.DataFrame],
    printed: dict[str, str],
    findings: Findings,
) -> None:
    """Numbers against the ledger; what an earlier row of the file starts counts as known to a later one.

    A row older than what the ledger knows of its number breaks no rule here: posting finds it superseded. Nor
    does one whose number stands in a delivery that is not posted yet: what the ledger will know then decides,
    and the posting note tells. A known number as new is a fault only where its content is another one: files
    are mended and sent again whole. `batch_of` makes a batch (`ledger.entries.BATCH_SCHEMA`) of some of the
    rows.
    """
    findings.ran(*RULES_OF_NUMBERS)
    if source.events is Events.SNAPSHOT:
        return
    stated = rows.select(_READ).filter(pl.col("complaint_no").is_not_null() & pl.col("event").is_not_null())
    known = history.known(stated["complaint_no"]).rename({"revision": "known_revision"})
    # What is new and unknown, which is most of what comes, breaks no rule here.
    is_known = (
        pl.col("complaint_no").is_in(known["complaint_no"].implode()) if known.height else pl.lit(False)
    )
    asked = stated.filter(is_known | (pl.col("event") == Event.AMEND.value))
    if asked.is_empty():
        return
    starts = (
        stated.filter(pl.col("event").is_in(_STARTING))
        .join(asked, on="complaint_no", how="semi")
        .group_by("complaint_no")
        .agg(pl.col("row_number").min().alias("start_row"))
    )
    seen = asked.join(known, on="complaint_no", how="left").join(starts, on="complaint_no", how="left")
    overtaken = (pl.col("known_revision") > pl.col("revision")).fill_null(False)
    started = (pl.col("start_row") < pl.col("row_number")).fill_null(False)
    new, amend = pl.col("event") == Event.NEW.value, pl.col("event") == Event.AMEND.value
    known_as_new = new & ~pl.col("withdrawn")
    again = seen.filter(known_as_new.fill_null(False) & ~overtaken)["row_number"]
    unchanged = again.clear()
    if not again.is_empty():
        stated_again = batch_of(rows.filter(pl.col("row_number").is_in(again.implode())))
        unchanged = history.unchanged(stated_again, arrival=source.revision is RevisionType.ARRIVAL)
    is_unchanged = pl.col("row_number").is_in(unchanged.implode())
    verdicts = {
        "known_as_new": known_as_new & ~is_unchanged,
        "known_unchanged": known_as_new & is_unchanged,
        "withdrawn_not_reinstated": pl.col("withdrawn") & (new | (amend & ~started)),
        "unknown_amended": amend & pl.col("withdrawn").is_null() & ~started,
    }
    judged = seen.select(
        **{rule_id: wrong.fill_null(False) & ~overtaken for rule_id, wrong in verdicts.items()}
    )
    told = {rule_id: seen.filter(judged[rule_id]) for rule_id in verdicts if judged[rule_id].any()}
    if not told:
        return
    waiting = history.waiting(pl.concat([found["complaint_no"] for found in told.values()]).unique())
    for rule_id, found in told.items():
        findings.rows(
            rule_id,
            found.filter(~pl.col("complaint_no").is_in(waiting.implode())),
            column=printed.get("complaint_no", "complaint_no"),
            value=pl.col("complaint_no"),
        )


def _report_ahead(delivery: Delivery, source: Source, findings: Findings) -> None:
    findings.file("revision_ahead", value=str(delivery.revision), expected=f"+{source.revision_ahead_limit}")


def _date_of(revision: int | None) -> date | None:
    if revision is None:
        return None
    try:
        return date(revision // 10_000, revision // 100 % 100, revision % 100)
    except ValueError:
        return None
