"""What officers decide of issues is laid over the clusters of a run."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from msgspec import structs

from xiaobao.analysis.surges.told import Raised
from xiaobao.analysis.topics import seen as of_night
from xiaobao.analysis.topics.decided import Decided, Known, Split, decided_issues
from xiaobao.analysis.topics.told import ToldIssue, ToldIssues, ToldName, nothing_told

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
    return structs.replace(nothing_told(), complaints=4, past_days=30, judged=True, issues=issues)


TONIGHT = Raised(on=DAY, posted_seq=9)
BEFORE = Raised(on=DAY - timedelta(days=1), posted_seq=8)
NOTHING_DECIDED = Decided()


def seen(
    clusters: tuple[ToldIssue, ...],
    former: ToldIssues,
    decided: Decided = NOTHING_DECIDED,
    *,
    raised: Raised | None = TONIGHT,
    most_told: int = 5,
    resting_nights: int = 2,
) -> of_night.Seen:
    night = of_night.Night(
        clusters=clusters,
        former=former,
        raised=raised,
        most_told=most_told,
        resting_nights=resting_nights,
    )
    return of_night.seen(night, decided, known)


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

    told = seen((tonight,), told_before(former), Decided(splits=(split,)))

    rest, part = told.issues
    assert (part.id, part.state, part.first_raised) == ("bbbbbbbbbbbb", part_does, part_raised)
    assert (rest.state, rest.first_raised) == (rest_does, BEFORE)
    assert not told.closed


def test_a_piece_is_of_no_state_where_no_run_of_the_night_before_can_tell_it() -> None:
    split = Split(issue="aaaaaaaaaaaa", words=("居住证",), new="bbbbbbbbbbbb")

    told = seen((issue(),), told_before(), Decided(splits=(split,)), raised=None)

    assert [one.state for one in told.issues] == [None, None]


def test_a_merge_alone_makes_nothing_rise_and_closes_nothing() -> None:
    decided = Decided(into={"cccccccccccc": "aaaaaaaaaaaa"})
    first = structs.replace(issue(), complaints=(1, 2), all=2)

    both = seen((first, second()), told_before(first, second()), decided)
    one_left = seen((first,), told_before(first, second()), decided)

    assert [(one.id, one.state) for one in both.issues] == [("aaaaaaaaaaaa", "steady")]
    assert [(one.id, one.state) for one in one_left.issues] == [("aaaaaaaaaaaa", "falling")]
    assert not both.closed and not one_left.closed


def test_an_issue_whose_texts_are_gone_is_closed_as_it_was_told() -> None:
    gone = structs.replace(second(), complaints=(8, 9))
    decided = Decided(names={"aaaaaaaaaaaa": name("开户")})

    told = seen((issue(),), told_before(issue(), gone), decided)

    assert [one.id for one in told.closed] == ["cccccccccccc"]
    assert told.closed[0].first_day == DAY


def follows(night: of_night.Seen) -> ToldIssues:
    """The night as the next one finds it."""
    return structs.replace(told_before(*night.issues), closed=night.closed, clusters=night.clusters)


def found(one: ToldIssue) -> ToldIssue:
    """As a night finds what no earlier one has."""
    return structs.replace(one, untold=True)


def test_what_is_found_and_not_told_is_followed_and_new_once_it_is_told() -> None:
    first = seen((found(issue()), found(second())), told_before(), most_told=1, raised=BEFORE)
    assert [one.id for one in first.issues] == ["aaaaaaaaaaaa"]
    assert [(one.id, one.untold) for one in first.clusters] == [
        ("aaaaaaaaaaaa", False),
        ("cccccccccccc", True),
    ]

    then = seen((first.clusters[1], first.clusters[0]), follows(first), most_told=1)

    assert [(one.id, one.state, one.first_raised) for one in then.issues] == [
        ("cccccccccccc", "new", TONIGHT)
    ]
    assert not then.closed, "what others push out of the list has not ended"
    back = seen(then.clusters, follows(then), most_told=2)
    assert [one.first_raised for one in back.issues] == [TONIGHT, BEFORE]


def test_what_officers_decided_on_is_told_however_many_others_are() -> None:
    into = Decided(into={"cccccccccccc": "aaaaaaaaaaaa"})
    louder = structs.replace(issue(), id="dddddddddddd", complaints=(1,), all=1, score=Decimal(9))
    clusters = (found(louder), issue(), second())

    told = seen(clusters, told_before(issue(), second()), into, most_told=1)

    assert [(one.id, one.merged) for one in told.issues] == [
        ("dddddddddddd", ()),
        ("aaaaaaaaaaaa", ("cccccccccccc",)),
    ]
    named = seen(clusters, told_before(issue()), Decided(names={"cccccccccccc": name("材料")}), most_told=1)
    assert [one.id for one in named.issues] == ["dddddddddddd", "cccccccccccc"]


def test_what_is_no_longer_found_keeps_its_id_for_some_nights() -> None:
    first = seen((found(issue()),), told_before(), raised=BEFORE)

    gone = seen((), follows(first))
    assert [one.id for one in gone.closed] == ["aaaaaaaaaaaa"]
    (resting,) = gone.clusters
    assert (resting.missing, resting.excerpts, resting.label) == (1, (), ""), "it quotes nobody any more"
    still = seen((), follows(gone))
    assert not still.closed, "it was told to be closed the night before"
    assert [one.missing for one in still.clusters] == [2]
    assert seen((), follows(still)).clusters == ()


def test_an_issue_that_comes_back_alone_is_compared_with_when_it_was_last_found() -> None:
    decided = Decided(names={"aaaaaaaaaaaa": name("开户")})
    first = seen((structs.replace(issue(), complaints=(1, 2), all=2, untold=True),), told_before(), decided)
    gone = seen((), follows(first), decided)

    back = seen((structs.replace(issue(), first_raised=TONIGHT),), follows(gone), decided)

    assert [(one.id, one.state, one.first_raised) for one in back.issues] == [
        ("aaaaaaaaaaaa", "rising", TONIGHT)
    ]
