"""Rules of amounts: those that no one disputes, and those that look like another unit than the currency."""

from collections.abc import Mapping

import polars as pl

from xiaobao.catalog.plausibility import Plausibility
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.predicates import RowTest, apply

_AMOUNT, _NARRATIVE = "amount", "narrative"


def check_amounts(
    rows: pl.DataFrame, *, plausible: Plausibility, printed: Mapping[str, str], findings: Findings
) -> None:
    """`amount_implausible` and, against what the narrative says, `amount_unit`, over the rows of a block."""
    if _AMOUNT not in rows.columns:
        return
    findings.ran("amount_implausible")
    above = RowTest(
        rule_id="amount_implausible",
        column=_AMOUNT,
        wrong=pl.col(_AMOUNT) > plausible.amount_limit,
        expected=pl.lit(f"≤ {plausible.amount_limit:,}"),
    )
    apply(rows, [above], printed=printed, findings=findings)
    if _NARRATIVE in rows.columns:
        findings.ran("amount_unit")
        for sign, times in plausible.units.items():
            _check_unit(rows, sign, times, printed=printed, findings=findings)


def _check_unit(
    rows: pl.DataFrame, sign: str, times: int, *, printed: Mapping[str, str], findings: Findings
) -> None:
    """Rows whose text states the amount with the sign of a larger unit after it."""
    amount = pl.col(_AMOUNT).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")  # as written
    small = rows.filter(
        pl.col(_AMOUNT).is_between(0, times, closed="none")
        & pl.col(_NARRATIVE).str.contains(sign, literal=True)
    ).with_columns(amount.alias("written"))
    # Few texts state the very amount: an expression of its own for each row is made of those alone.
    small = small.filter(pl.col(_NARRATIVE).str.contains(pl.col("written"), literal=True))
    if small.is_empty():
        return
    stated = pl.format(
        "(?:^|[^0-9.])" + "{}" + r"\s*" + sign, pl.col("written").str.replace(".", r"\.", literal=True)
    )
    findings.rows(
        "amount_unit",
        small.filter(pl.col(_NARRATIVE).str.contains(stated)),
        column=printed.get(_AMOUNT, _AMOUNT),
        value=pl.col("written"),
        expected=pl.col("written") + sign,
    )


def check_usual(
    rows: pl.DataFrame, *, plausible: Plausibility, printed: Mapping[str, str], findings: Findings
) -> None:
    """`amounts_small`: half the amounts of the file are so small that they look like a larger unit."""
    if _AMOUNT not in printed:
        return
    findings.ran("amounts_small")
    stated = rows[_AMOUNT].filter(rows[_AMOUNT] > 0)
    if stated.len() < plausible.amounts_needed:
        return
    below = int((stated < plausible.usual_amount_from).sum())
    if 2 * below > stated.len():
        findings.file(
            "amounts_small",
            column=printed[_AMOUNT],
            value=f"{below} / {stated.len()}",
            expected=str(plausible.usual_amount_from),
        )
