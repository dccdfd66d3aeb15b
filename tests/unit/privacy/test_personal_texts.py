"""The generator that masking is measured with: places where it says, numbers right by the standards."""

import random
import re

import pytest

from bench.personal_texts.numbers import identity_card, with_luhn
from bench.personal_texts.samples import Kind
from bench.personal_texts.stream import DEVELOPMENT, DOCUMENTS, HELD_OUT, Book, samples

RARE = {Kind.OFFICER, Kind.LICENCE, Kind.HANDLE}
USUAL = set(Kind) - RARE
OF_DOCUMENTS = RARE | {Kind.INNOCENT, Kind.IDENTITY, Kind.MOBILE}


@pytest.mark.parametrize(
    ("book", "kinds"), [(DEVELOPMENT, USUAL), (HELD_OUT, USUAL), (DOCUMENTS, OF_DOCUMENTS)]
)
def test_every_kind_of_place_comes_up_and_lies_within_its_text(book: Book, kinds: set[Kind]) -> None:
    seen = set()
    for sample in samples(500, seed=3, book=book):
        end = 0
        for span in sample.spans:
            assert end <= span.start < span.end <= len(sample.text)
            end = span.end
            seen.add(span.kind)
    assert kinds <= seen


def test_the_same_seed_gives_the_same_texts() -> None:
    first, again = (list(samples(20, seed=5, book=DEVELOPMENT)) for _ in range(2))

    assert first == again
    assert first != list(samples(20, seed=6, book=DEVELOPMENT))


def test_the_books_share_no_sentence() -> None:
    assert not set(DEVELOPMENT.chinese + DEVELOPMENT.english) & set(HELD_OUT.chinese + HELD_OUT.english)


def test_check_digits_are_those_of_published_examples() -> None:
    assert with_luhn("7992739871") == "79927398713"
    assert with_luhn("411111111111111") == "4111111111111111"
    numbers = [identity_card(random.Random(seed)) for seed in range(200)]
    assert {len(number) for number in numbers} == {15, 18}
    assert all(re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", number) for number in numbers)
