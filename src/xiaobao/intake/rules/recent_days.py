"""Rules that hold a delivery against the source's own recent days, or say why they cannot."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind, Events, Source
from xiaobao.intake.day_counts import counts_of, dated
from xiaobao.intake.delivery import Delivery, History
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules import mix, volume
from xiaobao.intake.rules.recent import Recent
from xiaobao.lib.words import Words

RULES = (volume.RULE, mix.SWOLLEN, mix.VANISHED)
_NO_LIMITS = Words(zh="目录对该日没有规定阈值", en="the catalog has no thresholds for this day")
_SUPPLEMENTARY = Words(zh="补报不与近期相比", en="a supplementary delivery is not compared with recent days")


def check_recent_days(
    rows: pl.DataFrame,
    *,
    delivery: Delivery,
    source: Source,
    catalog: Catalog,
    history: History,
    printed: Mapping[str, str],
    findings: Findings,
) -> None:
    """`volume_unusual`, `mix_unusual`, `code_vanished` over the accepted rows of a delivery.

    Several deliveries for one day are judged together, against what the days before had told by as many.
    """
    if not any(map(findings.applies, RULES)):
        return
    limits = catalog.recent_days_on(delivery.day)
    if limits is None or delivery.kind is DeliveryKind.SUPPLEMENTARY:
        for rule_id in RULES:
            findings.not_judged(rule_id, _NO_LIMITS if limits is None else _SUPPLEMENTARY)
        return
    known = history.day_counts(first=delivery.day - timedelta(days=limits.window_days), last=delivery.day)
    before, told = known.filter(pl.col("day") < delivery.day), known.filter(pl.col("day") == delivery.day)
    place = 1 + told["delivery"].n_unique()
    own = dated(counts_of(rows, day=delivery.day), day=delivery.day, delivery=place)
    is_whole = source.events is Events.SNAPSHOT  # what came for the day before is stated once more
    recent = Recent(
        day=delivery.day,
        source=source,
        catalog=catalog,
        limits=limits,
        before=before if is_whole else before.filter(pl.col("delivery") <= place),
        own=own if is_whole else pl.concat([told, own]),
    )
    volume.check_volume(recent, findings)
    mix.check_mix(recent, printed, findings)
    mix.check_vanished(recent, printed, findings)
