"""Rules of files of calls: one day, one branch, intervals apart from each other, numbers that add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from xiaobao.catalog.domains import Domain
from xiaobao.catalog.sources import DeliveryKind, Source
from xiaobao.intake.call_relations import CALL_RELATIONS
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.findings import Findings
from xiaobao.ledger.calls import CALL_VALUES

SEAT_PLACES = ("office", "home")

_MINUTES_PER_DAY = 1440
_CELL = ["branch_code", "seat_place"]
_MOMENT_SHOWN = "%Y-%m-%d %H:%M:%S"


def asked_at(rows: pl.DataFrame) -> pl.Expr:
    """The moment a call asked for a person, of call-detail records; empty where it never did."""
    return pl.col("queued_at" if "queued_at" in rows.columns else "offered_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """The rules over the typed rows of one file of calls."""

    delivery: Delivery
    source: Source
    domain: Domain
    printed: Mapping[str, str]
    """Target → header as printed in the file."""
    findings: Findings

    def check_delivery(self) -> None:
        """`calls_supplementary`: a delivery states its day whole, so that none can add to another."""
        self.findings.ran("calls_supplementary")
        if self.delivery.kind is DeliveryKind.SUPPLEMENTARY:
            self.findings.file("calls_supplementary", value=str(self.delivery.day))

    def check_counts(self, rows: pl.DataFrame) -> None:
        """Rows of counts: every column of `CALL_VALUES` is there."""
        self._check_branch(rows)
        self._check_day(rows, pl.col("starts_at"), column="starts_at")
        for name in CALL_VALUES:
            self._report("count_negative", rows, pl.col(name) < 0, column=name, expected="≥ 0")
        for relation in CALL_RELATIONS:
            self._report(
                "calls_do_not_add", rows, relation.wrong, column=relation.column, expected=relation.words.zh
            )
        self._check_intervals(rows)

    def check_records(self, rows: pl.DataFrame) -> None:
        """Rows of single calls."""
        self._check_branch(rows)
        asked = asked_at(rows)
        self._check_day(rows, pl.coalesce(asked, "offered_at"), column="offered_at")
        ends = pl.col("ended_at")
        wrong = (
            (ends < pl.col("offered_at"))
            | (asked < pl.col("offered_at"))
            | (pl.col("answered_at") < asked)
            | (pl.col("answered_at") > ends)
            | (ends < asked)
            | (pl.col("answered_at").is_not_null() & asked.is_null())
        )
        self._report("call_times", rows, wrong, column="ended_at")
        self._report("call_twice", rows, pl.col("call_no").is_duplicated(), column="call_no")
        self.findings.ran("calls_self_service")
        alone = rows.select(asked.is_null().sum()).item()
        if alone and "queued_at" in rows.columns:
            self.findings.file("calls_self_service", value=str(alone))

    def _check_branch(self, rows: pl.DataFrame) -> None:
        own = self.source.region_code
        foreign = pl.col("branch_code").is_not_null() & (pl.col("branch_code") != own)
        self._report("branch_foreign", rows, foreign, column="branch_code", expected=own)

    def _check_day(self, rows: pl.DataFrame, moment: pl.Expr, *, column: str) -> None:
        other = moment.dt.convert_time_zone(self.domain.time_zone.key).dt.date() != self.delivery.day
        self._report("calls_other_day", rows, other, column=column, expected=str(self.delivery.day))

    def _check_intervals(self, rows: pl.DataFrame) -> None:
        minutes = pl.col("minutes")
        local = pl.col("starts_at").dt.convert_time_zone(self.domain.time_zone.key)
        begun = local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute()
        wrong = ~minutes.is_between(1, _MINUTES_PER_DAY) | (begun + minutes > _MINUTES_PER_DAY)
        self._report("interval_form", rows, wrong, column="minutes", value="minutes")
        sound = rows.filter(~wrong.fill_null(True)).sort(*_CELL, "starts_at")
        ends = pl.col("starts_at") + pl.col("minutes").cast(pl.Int64) * timedelta(minutes=1)
        seen = sound.with_columns(ends.alias("ends")).with_columns(
            pl.col("ends").cum_max().shift(1).over(_CELL).alias("ends_before")
        )
        overlaps = pl.col("starts_at") < pl.col("ends_before")
        self._report("interval_overlap", seen, overlaps, column="starts_at")

    def _report(
        self,
        rule_id: str,
        rows: pl.DataFrame,
        wrong: pl.Expr,
        *,
        column: str,
        expected: str | None = None,
        value: str | None = None,
    ) -> None:
        self.findings.ran(rule_id)
        shown = pl.col(value or column)
        is_moment = rows.schema[value or column].is_temporal()
        if is_moment:  # as the reporter wrote it, not in UTC
            shown = shown.dt.convert_time_zone(self.domain.time_zone.key).dt.strftime(_MOMENT_SHOWN)
        self.findings.rows(
            rule_id,
            rows.filter(wrong.fill_null(False)),
            column=self.printed.get(column, column),
            value=shown.cast(pl.String),
            expected=pl.lit(expected, dtype=pl.String),
            of_dates=is_moment,
        )
