"""Keyed pseudonyms: one person one key, whatever the writing; another key, another pseudonym."""

import pytest

from xiaobao.privacy.pseudonyms import (
    contact_pseudonym,
    identity_pseudonym,
    normal_contact,
    normal_identity,
)

KEY = b"k" * 32


@pytest.mark.parametrize(
    "written",
    [
        "11010119900307771X",
        "11010119900307771x",
        " 110101 19900307 771X ",
        "１１０１０１１９９００３０７７７１Ｘ",
    ],
)
def test_one_identity_has_one_normal_form(written: str) -> None:
    assert normal_identity(written) == "11010119900307771X"


def test_an_old_identity_number_is_the_new_one() -> None:
    assert identity_pseudonym("110101900307771", key=KEY) == identity_pseudonym(
        normal_identity("110101900307771"), key=KEY
    )
    assert len(normal_identity("110101900307771")) == 18


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "+86 138-1234-5678",
        "008613812345678",
        "8613812345678",
        "１３８１２３４５６７８",
    ],
)
def test_one_mobile_phone_has_one_normal_form(written: str) -> None:
    assert normal_contact(written) == "13812345678"


@pytest.mark.parametrize(
    "written", ["010-62345678", "(010) 6234 5678", "+86 10 62345678", "0086-10-62345678"]
)
def test_one_landline_has_one_normal_form(written: str) -> None:
    assert normal_contact(written) == "01062345678"


def test_an_address_has_no_capitals() -> None:
    assert normal_contact(" Zhang.San@Example.COM ") == "zhang.san@example.com"


def test_a_pseudonym_depends_on_the_key_and_on_the_kind() -> None:
    number = "13812345678"

    pseudonyms = {
        contact_pseudonym(number, key=KEY),
        contact_pseudonym(number, key=b"x" * 32),
        identity_pseudonym(number, key=KEY),
    }

    assert len(pseudonyms) == 3
    assert all(pseudonym and len(pseudonym) == 32 and number not in pseudonym for pseudonym in pseudonyms)


@pytest.mark.parametrize("written", ["", "  ", "-", "无", "0", "N/A", "没有电话"])
def test_where_nothing_is_stated_there_is_no_contact(written: str) -> None:
    assert contact_pseudonym(written, key=KEY) is None
    assert identity_pseudonym(written, key=KEY) is None
