"""Where the two reporters of one matter state different things."""

from enum import StrEnum

import polars as pl


class Conflict(StrEnum):
    """What two linked entries state differently."""

    BUSINESS = "business"
    CAUSE = "cause"
    DATE = "date"
    """The bank says it received the complaint after the hotline did."""
    STATUS = "status"
    """Closed by one and not by the other."""


_OF_KIND: dict[Conflict, pl.Expr] = {
    Conflict.BUSINESS: pl.col("hotline_business_code") != pl.col("bank_business_code"),
    Conflict.CAUSE: pl.col("hotline_cause_code") != pl.col("bank_cause_code"),
    Conflict.DATE: pl.col("bank_received_on") > pl.col("hotline_received_on"),
    Conflict.STATUS: pl.col("hotline_closed_on").is_null() != pl.col("bank_closed_on").is_null(),
}


def with_conflicts(pairs: pl.DataFrame) -> pl.DataFrame:
    """The links with a flag a kind; what either does not state is no conflict of codes."""
    return pairs.with_columns(found.fill_null(False).alias(kind.value) for kind, found in _OF_KIND.items())
