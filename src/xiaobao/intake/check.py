"""Read, map and check one file: the decision, the batch, the findings. Pure: no clock, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind, Source, Subject
from xiaobao.intake.call_files import check_calls
from xiaobao.intake.day_counts import NO_ROWS
from xiaobao.intake.delivery import CheckResult, Decision, Delivery, History, PrivacyKeys
from xiaobao.intake.findings import Findings
from xiaobao.intake.form import Form
from xiaobao.intake.mapping import with_constants
from xiaobao.intake.private import NARRATIVE_SCHEMA, narratives_of
from xiaobao.intake.revisions import revision_of
from xiaobao.intake.rules import history as history_rules
from xiaobao.intake.rules import recent_calls, recent_days, timing
from xiaobao.intake.sentences import sentence
from xiaobao.intake.table import Reading, Table
from xiaobao.intake.whole_file import WholeFile, batch_of
from xiaobao.privacy.masking import Masker

_OF_COMPLAINTS = (*recent_days.RULES, *history_rules.RULES_OF_NUMBERS)
"""What needs the ledger and is never asked of calls."""


def check(
    path: Path,
    *,
    delivery: Delivery,
    catalog: Catalog,
    simulated: bool,
    history: History | None,
    keys: PrivacyKeys | None,
    work: Path | None = None,
    keep: bool = False,
) -> CheckResult:
    """Check one file as delivered to a home that is `simulated` or not.

    Without `history` the rules that need the ledger do not run and are named; without `keys` no pseudonyms
    and no narratives are made. What is taken out of a container lies in the folder `work` meanwhile, under
    the name of the file with something after it; without one, in a folder of the system. To `keep` the rows
    as they were sent is what `annotate` needs; they are held in memory. Trouble in the data is told in the
    findings; UnknownKeyError for an unknown source, RevisionNeededError for a wrong or missing revision,
    OSError for a file that cannot be opened.
    """
    return _Check(
        path=path,
        delivery=delivery,
        catalog=catalog,
        simulated=simulated,
        history=history,
        keys=keys,
        work=work,
        keep=keep,
        source=catalog.source(delivery.source_code),
        findings=Findings(catalog.rules, day=delivery.day),
    ).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """One file on its way: bytes, header, rows, the whole."""

    path: Path
    delivery: Delivery
    catalog: Catalog
    simulated: bool
    history: History | None
    keys: PrivacyKeys | None
    work: Path | None
    keep: bool
    source: Source
    findings: Findings

    def run(self) -> CheckResult:
        """The outcome."""
        revision = revision_of(self.delivery, self.source, needed=self._needs_revision)
        self._check_delivery()
        form, table = self._reading.read()
        if self.source.subject is Subject.CALLS:
            return self._calls(form, table, revision=revision)
        if table is None:
            if self._is_nil:
                self._check_recent_days(NO_ROWS, printed={})
            return self._result(form, None, accepted=None)
        whole = self._whole
        rows = with_constants(table.rows, bound=table.bound, source=self.source, revision=revision)
        whole.check_read(table)
        whole.check_rows(table, rows)
        accepted = whole.accepted(rows)
        whole.check_share(table, accepted)
        calendar = self.catalog.calendar_of(self.source.domain_id)
        timing.check_calendar(accepted["received_on"], calendar=calendar, findings=self.findings)
        self._check_recent_days(accepted, printed=table.bound.printed)
        return self._result(form, table, accepted=accepted)

    def _calls(self, form: Form, table: Table | None, *, revision: int | None) -> CheckResult:
        """The outcome of a file of calls, which is taken whole or not at all."""
        if table is not None:
            self._whole.check_read(table)
        batch = check_calls(
            table,
            delivery=self.delivery,
            source=self.source,
            catalog=self.catalog,
            revision=revision,
            findings=self.findings,
        )
        if table is not None:
            self._whole.check_share(table, self._whole.accepted(table.rows))
        result = self._result(form, table, accepted=None)
        if result.decision is Decision.RETURNED:
            return result
        if self.history is not None:
            recent_calls.check_recent_calls(
                batch,
                delivery=self.delivery,
                source=self.source,
                catalog=self.catalog,
                history=self.history,
                findings=self.findings,
            )
            result = self._result(form, table, accepted=None)
        decision = Decision.ACCEPTED
        return replace(result, decision=decision, accepted=result.read, rejected=0, batch=batch)

    @property
    def _reading(self) -> Reading:
        return Reading(
            path=self.path,
            work=self.work,
            keep=self.keep,
            source=self.source,
            catalog=self.catalog,
            simulated=self.simulated,
            delivery=self.delivery,
            findings=self.findings,
        )

    @property
    def _whole(self) -> WholeFile:
        return WholeFile(
            delivery=self.delivery,
            source=self.source,
            catalog=self.catalog,
            history=self.history,
            keys=self.keys,
            findings=self.findings,
        )

    @property
    def _is_nil(self) -> bool:
        return self.delivery.kind is DeliveryKind.NIL

    @property
    def _needs_revision(self) -> bool:
        """A nil report of complaints has no rows that a revision could order."""
        return self.history is not None and not (self._is_nil and self.source.subject is Subject.COMPLAINTS)

    def _check_delivery(self) -> None:
        of_calls = self.source.subject is Subject.CALLS
        self.findings.leave_out(*(_OF_COMPLAINTS if of_calls else recent_calls.RULES))
        self.findings.ran("mark_mismatch")
        if self.source.simulated != self.simulated:
            self.findings.file("mark_mismatch", value=self.source.code)
        history_rules.check_revision(self.delivery, self.source, history=self.history, findings=self.findings)

    def _check_recent_days(self, accepted: pl.DataFrame, *, printed: Mapping[str, str]) -> None:
        if self.history is not None and self.findings.returning().is_empty():
            recent_days.check_recent_days(
                accepted,
                delivery=self.delivery,
                source=self.source,
                catalog=self.catalog,
                history=self.history,
                printed=printed,
                findings=self.findings,
            )

    def _result(self, form: Form, table: Table | None, *, accepted: pl.DataFrame | None) -> CheckResult:
        returning = self.findings.returning()
        returned = not returning.is_empty()
        kept = None if returned or accepted is None else self._whole.with_pseudonyms(accepted)
        read = table.read if table is not None else 0
        count = kept.height if kept is not None else 0
        partly = Decision.ACCEPTED if count == read else Decision.ACCEPTED_IN_PART
        return CheckResult(
            decision=Decision.RETURNED if returned else partly,
            reason=sentence(returning.row(0, named=True), self.catalog).sentence if returned else None,
            form=form,
            layout_id=table.bound.layout.id if table is not None else None,
            read=read,
            accepted=count,
            rejected=read - count,
            batch=batch_of(kept),
            narratives=_narratives(kept, self.keys, self.catalog),
            findings=self.findings.frame(),
            checks_run=self.findings.checks_run,
            checks_not_run=self.findings.checks_not_run,
            not_judged=self.findings.rules_not_judged,
            sent=table.sent if table is not None else None,
        )


def _narratives(kept: pl.DataFrame | None, keys: PrivacyKeys | None, catalog: Catalog) -> pl.DataFrame:
    if kept is None or keys is None:
        return pl.DataFrame(schema=NARRATIVE_SCHEMA)
    return narratives_of(kept, Masker(catalog.masking))
