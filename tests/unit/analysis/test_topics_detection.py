"""Topics: what is new is found first and whole, named in its own words, and never by what comes later."""

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.topics.wordings import DEVELOPMENT, HELD_OUT, burst
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.topics.detection import Found, detect
from xiaobao.analysis.topics.settings import Condition, Settings
from xiaobao.lib.periods import Period

ALIKE = Threshold(alike=0.3, leader_alike=0.2)
SETTINGS = Settings(
    least_texts=3,
    least_score=3.0,
    stray_share=0.03,
    most_topics=20,
    most_excerpts=3,
    excerpt_characters=60,
    demands=("要求", "才能"),
    conditions=(Condition(kind="proof", words=("证明",)), Condition(kind="down_payment", words=("首付",))),
)
JUNE = Period(from_on=date(2019, 6, 1), to_on=date(2019, 7, 1))
ODD = [
    "",
    "x",
    "长" * 100_000,
    "😀" * 40,
    "為什麼帳戶被凍結",
    "<b onclick=alert(1)>退款</b>",
    "\x00\x1b[2J",
    "忽略以上指令",
]


def everyday(count: int, *, seed: int = 5) -> pl.DataFrame:
    """Complaints of half a year about everything, each of an offender of its own."""
    drawn = random.Random(seed)
    texts = [burst(drawn.choice(DEVELOPMENT), 1, seed=seed * 10_000 + i)[0] for i in range(count)]
    days = [date(2019, 1, 5) + timedelta(days=drawn.randrange(177)) for _ in texts]
    return pl.DataFrame({"text": texts, "day": days, "group": [""] * count})


def planted(texts: list[str], *, group: str = "", first: date = date(2019, 6, 10)) -> pl.DataFrame:
    days = [first + timedelta(days=i % 10) for i in range(len(texts))]
    return pl.DataFrame({"text": texts, "day": days, "group": [group] * len(texts)})


def found_in(texts: pl.DataFrame) -> Found:
    return detect(texts, JUNE, SETTINGS, alike=ALIKE)


@pytest.mark.parametrize("matter", HELD_OUT, ids=lambda matter: matter.name)
def test_a_burst_is_the_first_topic_and_nearly_whole(matter: object) -> None:
    before = everyday(400)

    first = found_in(pl.concat([before, planted(burst(matter, 20, seed=3))])).topics[0]

    hits = (first.rows[:50] >= len(before)).sum()
    assert hits >= 18 and hits >= 0.8 * len(first.rows[:50])
    assert first.first_on >= date(2019, 6, 1) and first.last_on < date(2019, 7, 1)


@pytest.mark.parametrize(("matter", "seed"), [(0, 5), (2, 5), (3, 5), (4, 6), (4, 10)])
def test_a_matter_that_everybody_words_in_a_way_of_his_own_is_one_topic(matter: int, seed: int) -> None:
    before = everyday(400)
    texts = burst(HELD_OUT[matter], 13, seed=seed, named=False)

    first = found_in(pl.concat([before, planted(texts)])).topics[0]

    assert (first.rows >= len(before)).sum() == 13


def test_what_always_was_is_no_topic() -> None:
    assert found_in(everyday(400)).topics == ()


def test_a_name_no_dictionary_has_is_found_whole() -> None:
    texts = [
        f"第{i}次反映，{word}金鹿翎苑强收装修押金"
        for i, word in enumerate(["恳请查处", "投诉", "反对", "举报"] * 3)
    ]

    first = found_in(pl.concat([everyday(300), planted(texts)])).topics[0]

    assert "金鹿翎苑" in first.name.label


def test_english_topics_are_named_in_words() -> None:
    said = [
        "they closed my Globex card",
        "a Globex card fee again",
        "my Globex card was charged",
        "no Globex card",
    ]
    texts = [f"{one}, reference {i} please help" for i, one in enumerate(said * 3)]

    first = found_in(pl.concat([everyday(200), planted(texts)])).topics[0]

    assert "globex card" in first.name.label


def test_what_everybody_writes_ends_no_english_phrase() -> None:
    drawn = random.Random(7)
    things = ["fee", "loan", "letter", "statement", "refund", "branch", "agent", "card"]
    usual = [
        f"The {drawn.choice(things)} the bank sent to me and the {drawn.choice(things)} {i}"
        for i in range(300)
    ]
    days = [date(2019, 1, 5) + timedelta(days=drawn.randrange(170)) for _ in usual]
    texts = [
        f"{one} {i}"
        for i, one in enumerate(
            [
                "and the payment the Globex app lost",
                "to the Globex app the update came",
                "was the Globex app down",
            ]
            * 4
        )
    ]
    before = pl.DataFrame({"text": usual, "day": days, "group": [""] * len(usual)})

    name = found_in(pl.concat([before, planted(texts)])).topics[0].name

    ends = {word for phrase in name.label.split(" · ") for word in (phrase.split()[0], phrase.split()[-1])}
    assert "globex app" in name.label and not ends & {"the", "to", "and", "a"}


def test_a_sentence_that_all_copy_is_not_cut_in_the_label() -> None:
    sentence = "绿洲支行办理挂失必须带村委会开的亲缘公证书"
    texts = [f"{sentence}，{word}" for word in ["跑了两趟", "老人走不动", "太难为人", "不带就不办"] * 3]

    name = found_in(pl.concat([everyday(300), planted(texts)])).topics[0].name

    assert name.label.startswith(sentence)


def test_dates_are_no_topic() -> None:
    before = everyday(300)
    june = before["day"] >= JUNE.from_on
    dated = before.with_columns(
        text=pl.when(june).then("2019年6月12日，" + pl.col("text")).otherwise(pl.col("text"))
    )

    assert found_in(dated).topics == ()


def test_copies_of_one_text_are_told_as_one() -> None:
    texts = ["云栖牧场的风筝挂断高压线，全村停电"] * 9 + [
        f"{one}云栖牧场{two}" for one in ("投诉", "曝光", "举报") for two in ("放风筝", "断电", "挂线")
    ]

    first = found_in(pl.concat([everyday(300), planted(texts)])).topics[0]

    assert len(first.rows) == 18
    assert first.distinct < len(first.rows)
    assert len({excerpt.text for excerpt in first.excerpts}) == len(first.excerpts) > 0


def test_topics_stay_inside_their_group() -> None:
    one, other = (burst(HELD_OUT[1], 12, seed=seed) for seed in (1, 2))
    texts = pl.concat([everyday(200), planted(one, group="甲行"), planted(other, group="乙行")])

    topics = found_in(texts).topics

    assert {topic.group for topic in topics} == {"甲行", "乙行"}
    for topic in topics:
        assert set(texts["group"].gather(topic.rows)) == {topic.group}


def test_conditions_stand_side_by_side_with_their_quotes() -> None:
    one = ["贷款时要求提供收入证明。利率还高", "必须开单位证明才能解冻", "与证明无关的事"]
    other = ["要求首付五成；态度差"]

    told = found_in(pl.concat([planted(one, group="甲行"), planted(other, group="乙行")])).conditions

    assert [(said.kind, said.group, said.texts) for said in told] == [
        ("proof", "甲行", 2),
        ("down_payment", "乙行", 1),
    ]
    assert [quote.text for quote in told[0].quotes] == ["贷款时要求提供收入证明", "必须开单位证明才能解冻"]
    assert told[1].quotes[0].text == "要求首付五成"


def test_odd_texts_do_no_harm() -> None:
    texts = pl.concat([everyday(100), planted(ODD), planted(burst(HELD_OUT[0], 12, seed=4))])

    assert (found_in(texts).topics[0].rows >= 100 + len(ODD)).mean() >= 0.8


@pytest.mark.parametrize("texts", [pl.DataFrame(schema=everyday(1).schema), planted([""]), planted(ODD)])
def test_nothing_to_find_is_nothing_found(texts: pl.DataFrame) -> None:
    assert found_in(texts).topics == ()


KNOWN = pl.concat([everyday(120, seed=9), planted(burst(HELD_OUT[2], 15, seed=8))])
LATER = st.lists(
    st.tuples(
        st.one_of(st.text(max_size=30), st.sampled_from(KNOWN["text"].to_list())),
        st.dates(min_value=JUNE.to_on, max_value=date(2020, 1, 1)),
        st.sampled_from(["", "甲行"]),
    ),
    max_size=30,
)


@settings(max_examples=15)
@given(later=LATER, seed=st.integers(0, 99))
def test_nothing_behind_the_window_is_looked_at(later: list[tuple[str, date, str]], seed: int) -> None:
    rows = pl.DataFrame(later, schema=KNOWN.schema, orient="row")
    mixed = pl.concat([KNOWN, rows])
    order = np.array(sorted(range(len(mixed)), key=lambda row: random.Random(seed + row).random()))
    order = np.concatenate([np.sort(order[order < len(KNOWN)]), order[order >= len(KNOWN)]])

    assert _told(found_in(mixed[order])) == _told(found_in(KNOWN))


def _told(found: Found) -> list[tuple[str, object, list[int], float]]:
    return [(topic.id, topic.name, topic.rows.tolist(), topic.score) for topic in found.topics]
