"""What officers decide of issues is laid over the clusters of a run."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from msgspec import structs

from xiaobao.analysis.surges.told import Raised
from xiaobao.analysis.topics.decided import Decided, Known, Split, decided_issues
from xiaobao.analysis.topics.seen import as_decided
from xiaobao.analysis.topics.told import ToldIssue, ToldIssues, ToldName

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


def second() -> ToldIssue:
    return structs.replace(issue(), id="cccccccccccc", complaints=(3, 4), all=2)


def name(text: str) -> ToldName:
    return ToldName(text=text, by="王某", on=DAY)


def test_an_issue_that_takes_in_a_named_one_is_called_by_that_name() -> None:
    decided = Decided(names={"cccccccccccc": name("材料")}, into={"cccccccccccc": "aaaaaaaaaaaa"})

    (merged,) = decided_issues([issue(), second()], decided, known())

    assert (merged.id, merged.name, merged.former_names) == ("aaaaaaaaaaaa", name("材料"), ())


def test_the_name_of_what_went_into_a_named_issue_stays_beside_it() -> None:
    names = {"cccccccccccc": name("材料"), "aaaaaaaaaaaa": name("开户")}
    decided = Decided(names=names, into={"cccccccccccc": "aaaaaaaaaaaa"})

    (merged,) = decided_issues([issue(), second()], decided, known())
    (alone,) = decided_issues([issue()], decided, known())

    assert merged.name == alone.name == name("开户")
    assert merged.former_names == alone.former_names == (name("材料"),)


def told_before(*issues: ToldIssue) -> ToldIssues:
    return ToldIssues(
        path=None,
        complaints=4,
        without_text=0,
        before=0,
        past_days=30,
        judged=True,
        not_judged=(),
        issues=issues,
        closed=(),
        demands=(),
    )


TONIGHT = Raised(on=DAY, posted_seq=9)
BEFORE = Raised(on=DAY - timedelta(days=1), posted_seq=8)


@pytest.mark.parametrize(
    ("then", "part_does", "rest_does", "part_raised"),
    [
        ((1, 3), "rising", "rising", BEFORE),
        ((3, 4), "new", "steady", TONIGHT),
        ((1, 2, 3), "steady", "rising", BEFORE),
    ],
)
def test_both_pieces_of_a_split_are_compared_with_what_said_their_words_before(
    then: tuple[int, ...], part_does: str, rest_does: str, part_raised: Raised
) -> None:
    split = Split(issue="aaaaaaaaaaaa", words=("居住证",), new="bbbbbbbbbbbb")
    former = structs.replace(issue(), complaints=then, all=len(then), first_raised=BEFORE)
    tonight = structs.replace(issue(), first_raised=BEFORE)

    seen = as_decided((tonight,), told_before(former), Decided(splits=(split,)), known(), TONIGHT)

    rest, part = seen.issues
    assert (part.id, part.state, part.first_raised) == ("bbbbbbbbbbbb", part_does, part_raised)
    assert (rest.state, rest.first_raised) == (rest_does, BEFORE)
    assert not seen.closed


def test_a_piece_is_of_no_state_where_no_run_of_the_night_before_can_tell_it() -> None:
    split = Split(issue="aaaaaaaaaaaa", words=("居住证",), new="bbbbbbbbbbbb")

    seen = as_decided((issue(),), told_before(), Decided(splits=(split,)), known(), None)

    assert [one.state for one in seen.issues] == [None, None]


def test_a_merge_alone_makes_nothing_rise_and_closes_nothing() -> None:
    decided = Decided(into={"cccccccccccc": "aaaaaaaaaaaa"})
    first = structs.replace(issue(), complaints=(1, 2), all=2)

    both = as_decided((first, second()), told_before(first, second()), decided, known(), TONIGHT)
    one_left = as_decided((first,), told_before(first, second()), decided, known(), TONIGHT)

    assert [(one.id, one.state) for one in both.issues] == [("aaaaaaaaaaaa", "steady")]
    assert [(one.id, one.state) for one in one_left.issues] == [("aaaaaaaaaaaa", "falling")]
    assert not both.closed and not one_left.closed


def test_an_issue_whose_texts_are_gone_is_closed_as_it_was_told() -> None:
    gone = structs.replace(second(), complaints=(8, 9))
    decided = Decided(names={"aaaaaaaaaaaa": name("开户")})

    seen = as_decided((issue(),), told_before(issue(), gone), decided, known(), TONIGHT)

    assert [one.id for one in seen.closed] == ["cccccccccccc"]
    assert seen.closed[0].first_day == DAY
