"""What officers decide of issues is laid over the clusters of a run."""

from datetime import date
from decimal import Decimal

import polars as pl

from xiaobao.analysis.topics.decided import Decided, Known, Split, decided_issues
from xiaobao.analysis.topics.told import ToldIssue

DAY = date(2020, 3, 25)
TEXTS = {
    1: "开户要居住证，材料不齐",
    2: "居住证带了还是不给开",
    3: "材料不齐，账户只收不付",
    4: "材料不齐要等",
}


def issue() -> ToldIssue:
    terms = ("开户要居住证", "材料不齐", "只收不付")
    return ToldIssue(
        id="aaaaaaaaaaaa",
        where=(("business.1", "B09"), ("institution", "GY02")),
        label=" · ".join(terms[:2]),
        terms=terms,
        all=4,
        distinct=4,
        before=0,
        institutions=(),
        first_day=DAY,
        last_day=DAY,
        score=Decimal("4.2"),
        state=None,
        first_raised=None,
        complaints=tuple(TEXTS),
        excerpts=(),
    )


def known() -> Known:
    rows = pl.DataFrame({"complaint_key": list(TEXTS), "text": list(TEXTS.values()), "leader": list(TEXTS)})
    rows = rows.with_columns(
        pl.lit("GY02").alias("institution"),
        pl.lit("B09").alias("business.1"),
        pl.lit(DAY).alias("day"),
        pl.lit(value=True).alias("recent"),
    )
    return Known(rows=rows, masks=lambda texts: texts, excerpt_characters=80)


def test_what_is_left_of_a_split_is_not_called_by_the_words_split_off() -> None:
    split = Split(issue="aaaaaaaaaaaa", words=("居住证",), new="bbbbbbbbbbbb")

    rest, part = decided_issues([issue()], Decided(splits=(split,)), known())

    assert (part.id, part.label, part.complaints) == ("bbbbbbbbbbbb", "居住证", (1, 2))
    assert (rest.label, rest.terms, rest.complaints) == ("材料不齐", ("材料不齐", "只收不付"), (3, 4))


def test_an_issue_of_the_words_alone_keeps_its_name() -> None:
    split = Split(issue="aaaaaaaaaaaa", words=("居住证", "不齐", "不付"), new="bbbbbbbbbbbb")

    (part,) = decided_issues([issue()], Decided(splits=(split,)), known())

    assert part.split_from == "aaaaaaaaaaaa" and part.all == len(TEXTS)
