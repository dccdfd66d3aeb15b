"""Invented numbers are valid in form and belong to nobody."""

from random import Random

from xiaobao.simulate import people
from xiaobao.simulate.ranges import People

PEOPLE = People(identity_regions=("110000",), phone_prefixes=("15400",), card_prefixes=("6200000000",))


def test_a_known_identity_number_is_drawn_with_its_check_digit() -> None:
    drawn = [people.identity(Random(seed), PEOPLE) for seed in range(200)]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)
    for identity in drawn:
        values = [10 if place == "X" else int(place) for place in identity]
        assert len(identity) == 18
        assert sum(weight * value for weight, value in zip(weights, values, strict=True)) % 11 == 1
    assert any(identity.endswith("X") for identity in drawn)


def test_a_card_number_passes_the_luhn_check() -> None:
    for seed in range(100):
        digits = [int(digit) for digit in reversed(people.card(Random(seed), PEOPLE))]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
        assert len(digits) == 19
        assert (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def test_a_phone_number_lies_in_a_range_no_operator_has() -> None:
    drawn = people.phone(Random(1), PEOPLE)
    assert len(drawn) == 11
    assert drawn.startswith("154")
