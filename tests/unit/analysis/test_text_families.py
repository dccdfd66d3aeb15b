"""Near-duplicates: found when edited, told apart when not, whatever is thrown at them."""

import random
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from xiaobao.analysis.text.families import Families, Threshold, find_families
from xiaobao.analysis.text.likeness import likeness
from xiaobao.analysis.text.remainders import find_remainders
from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.unfolding import pieces

THRESHOLD = Threshold(alike=0.30, leader_alike=0.20)


def chinese(generator: random.Random, length: int) -> str:
    return "".join(chr(generator.randrange(0x4E00, 0x5200)) for _ in range(length))


def edited(text: str, share: float, generator: random.Random) -> str:
    """The text with that share of its characters dropped, replaced or followed by another."""
    written = []
    for letter in text:
        what = generator.random() / share
        if what >= 1 / 3:
            written.append(chinese(generator, 1) if what < 2 / 3 else letter)
        if 2 / 3 <= what < 1:
            written.append(chinese(generator, 1))
    return "".join(written)


def families_of(*texts: str | None) -> Families:
    return find_families(pl.Series(texts, dtype=pl.String), THRESHOLD)


def test_edited_copies_are_found_and_strangers_are_not() -> None:
    generator = random.Random(7)
    originals = [chinese(generator, generator.randrange(40, 120)) for _ in range(1500)]
    copies = [edited(text, 0.1, generator) for text in originals[:500]]

    found = families_of(*originals, *copies)

    assert (found.leader[1500:] == np.arange(500)).mean() >= 0.97
    assert (found.leader[:1500] == np.arange(1500)).all()
    assert found.distinct == len(np.unique(found.leader))


def test_edited_copies_of_short_texts_are_found_and_strangers_are_not() -> None:
    generator = random.Random(11)
    originals = [chinese(generator, generator.randrange(8, 20)) for _ in range(1500)]
    copies = [edited(text, 0.1, generator) for text in originals[:500]]

    found = families_of(*originals, *copies)

    assert (found.leader[1500:] == np.arange(500)).mean() >= 0.97
    assert (found.leader[:1500] == np.arange(1500)).all()


@pytest.mark.parametrize(
    ("one", "other", "kept", "letters"),
    [
        ("银行卡年费没有减免", "银行上年费没有减兔", 7 / 9, 3),
        ("late fee on card", "late fee of cards", 24 / 27, 5),
    ],
)
def test_of_short_texts_the_letters_in_order_count(one: str, other: str, kept: float, letters: int) -> None:
    found = likeness(pl.Series([one, other]), np.array([0]), np.array([1]))

    assert found[0] == pytest.approx(kept**letters / (2 - kept**letters))


def test_the_likeness_is_that_of_the_sets_of_shingles() -> None:
    one, other = "中国人民银行消费者", "中国人民银行保护局"
    sets = [{text[at : at + 3] for at in range(len(text) - 2)} for text in (one, other)]

    found = likeness(pl.Series([one, other]), np.array([0]), np.array([1]))

    assert found[0] == pytest.approx(len(sets[0] & sets[1]) / len(sets[0] | sets[1]))


def test_case_width_blanks_and_punctuation_do_not_tell_texts_apart() -> None:
    found = families_of(
        "My loan of $500, was DENIED twice!", "my loan of 500 was denied　twice", "我 要 投诉！"
    )

    assert found.leader.tolist() == [0, 0, 2]
    assert found.likeness.tolist() == [1.0, 1.0, 1.0]


def test_a_chain_does_not_drift_away_from_its_first_text() -> None:
    """Each text is like the next, the last has nothing of the first."""
    generator = random.Random(3)
    whole = chinese(generator, 400)
    texts = [whole[start : start + 100] for start in range(0, 300, 20)]

    found = families_of(*texts)

    series = pl.Series(texts)
    assert found.distinct > 1
    assert all(
        likeness(series, np.array([a]), np.array([b]))[0] > 0.3 for a, b in pairwise(range(len(texts)))
    )
    to_leader = likeness(series, np.arange(len(texts)), found.leader)
    assert (to_leader >= THRESHOLD.leader_alike).all()
    assert to_leader == pytest.approx(found.likeness)


def test_whoever_says_nothing_stands_alone_and_nobody_is_dropped() -> None:
    found = families_of("", None, " \u3000\t\u200b", "无", "无", "\x00\x07", "😡😡😡", "😡😡😡", "<p></p>")

    assert found.leader.tolist() == [0, 1, 2, 3, 3, 5, 6, 6, 8]
    assert found.silent.tolist() == [True, True, True, False, False, True, False, False, False]


def test_no_text_at_all_has_no_family() -> None:
    assert families_of().distinct == 0


def test_one_text_many_times_and_one_very_long_are_no_more_work() -> None:
    texts = pl.concat(
        [pl.Series(["同一句话被抄写了很多遍，内容完全一样"] * 200_000), pl.Series(["啊" * 100_000] * 3)]
    )

    found = find_families(texts, THRESHOLD)

    assert (found.distinct, found.sizes.max()) == (2, 200_000)


def test_a_template_is_one_family_and_what_each_adds_stays_visible() -> None:
    generator = random.Random(11)
    template = chinese(generator, 80)
    names = ["欧阳娜娜", "司马相如", "诸葛孔明", "上官婉儿"]
    texts = [f"{template[:40]}{name}{template[40:]}" for name in names]

    found = families_of(*texts, "毫不相干的另一件事情")
    left = find_remainders(found, template_shingles=30)

    assert found.leader.tolist() == [0, 0, 0, 0, 4]
    assert left.remainder.to_list() == [*names, "毫不相干的另一件事情"]
    assert left.shared == pytest.approx([80 / 84] * 4 + [0])
    assert left.fingerprint.null_count() == 1
    assert left.fingerprint.n_unique() == 2


def test_the_fingerprint_of_a_template_is_the_same_in_another_file() -> None:
    generator = random.Random(5)
    template = chinese(generator, 80)
    marks = []
    for names in (("欧阳娜娜", "司马相如", "李"), ("诸葛孔明", "上官婉儿", "王")):
        found = families_of(*(template[:40] + name + template[40:] for name in names))
        marks.append(find_remainders(found, template_shingles=30).fingerprint[0])

    assert marks[0] == marks[1]


def test_the_remainder_of_exact_copies_is_empty() -> None:
    left = find_remainders(families_of("完全一样的话", "完全一样的话"), template_shingles=30)

    assert left.remainder.to_list() == ["", ""]
    assert left.shared.tolist() == [1.0, 1.0]


def test_tidying_twice_changes_nothing() -> None:
    once = tidied(pl.Series(["ＡＢＣ\u3000１２３", "a\u200bb\r\n c\x00", None, "ﷺ"]))

    assert once.to_list()[:3] == ["ABC 123", "ab c", ""]
    assert tidied(once).equals(once)


def test_pieces_take_every_text_once() -> None:
    lengths = np.array([1, 0, 9_000_000, 5, 3_999_999, 2, 2])

    taken = [at for piece in pieces(lengths) for at in range(len(lengths))[piece]]

    assert taken == list(range(7))
    assert list(pieces(lengths[:0])) == []
