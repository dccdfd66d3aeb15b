"""What must hold between the counts of one row of a file of calls, in either language."""

from dataclasses import dataclass

import polars as pl

from xiaobao.lib.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRelation:
    """A relation, the column at fault where it does not hold, and where that is."""

    words: Words
    """The headers of the layout beside what they mean."""
    column: str
    wrong: pl.Expr


CALL_RELATIONS = (
    CallRelation(
        words=Words(
            zh="接听量 + 放弃量 ≤ 来电量",
            en="calls answered (接听量) + calls abandoned (放弃量) ≤ calls offered (来电量)",
        ),
        column="offered",
        wrong=pl.col("answered") + pl.col("abandoned") > pl.col("offered"),
    ),
    CallRelation(
        words=Words(
            zh="及时接听量 ≤ 接听量",
            en="calls answered in time (及时接听量) ≤ calls answered (接听量)",
        ),
        column="answered_in_time",
        wrong=pl.col("answered_in_time") > pl.col("answered"),
    ),
    CallRelation(
        words=Words(
            zh="填了及时接听量，就要填及时秒数",
            en="where calls answered in time (及时接听量) are stated, "
            "the seconds that count as in time (及时秒数) are too",
        ),
        column="target_seconds",
        wrong=pl.col("answered_in_time").is_not_null() & pl.col("target_seconds").is_null(),
    ),
    CallRelation(
        words=Words(
            zh="接听量为 0 时，接听等待秒数也为 0",
            en="with no call answered (接听量), the seconds until an answer (接听等待秒数) are 0",
        ),
        column="answered_wait_seconds",
        wrong=(pl.col("answered") == 0) & (pl.col("answered_wait_seconds") > 0),
    ),
    CallRelation(
        words=Words(
            zh="接听量为 0 时，通话秒数也为 0",
            en="with no call answered (接听量), the seconds talked (通话秒数) are 0",
        ),
        column="talk_seconds",
        wrong=(pl.col("answered") == 0) & (pl.col("talk_seconds") > 0),
    ),
    CallRelation(
        words=Words(
            zh="放弃量为 0 时，放弃等待秒数也为 0",
            en="with no call abandoned (放弃量), the seconds until they were given up (放弃等待秒数) are 0",
        ),
        column="abandoned_wait_seconds",
        wrong=(pl.col("abandoned") == 0) & (pl.col("abandoned_wait_seconds") > 0),
    ),
)

IN_ENGLISH = {relation.words.zh: relation.words.en for relation in CALL_RELATIONS}
"""A relation as findings hold it → as English sentences say it."""
