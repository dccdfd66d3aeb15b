"""Masking by pattern: personal numbers go, everything else stays as written."""

import random
import time

import polars as pl
import pytest

from xiaobao.privacy.identity_cards import check_character, is_plausible, long_form
from xiaobao.privacy.patterns import mask, mask_all


def _card(prefix: str, length: int, chance: random.Random) -> str:
    body = prefix + "".join(chance.choice("0123456789") for _ in range(length - len(prefix) - 1))
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证11010119900307771X，请核实", "身份证[ID]，请核实"),
        ("身份证１１０１０１１９９００３０７７７１Ｘ", "身份证[ID]"),
        ("身份证 110101 19900307 771x 已提供", "身份证 [ID] 已提供"),
        ("旧证110101900307771号", "旧证[ID]号"),
        ("卡号6222021234567890128", "卡号[CARD]"),
        ("卡号 4111 1111 1111 1111 被盗刷", "卡号 [CARD] 被盗刷"),
        ("card 5500-0000-0000-0004 was charged", "card [CARD] was charged"),
        ("请回电13812345678", "请回电[PHONE]"),
        ("请回电 138-1234-5678 或 138 1234 5678", "请回电 [PHONE] 或 [PHONE]"),
        ("手机：１３８１２３４５６７８。", "手机：[PHONE]。"),
        ("+86 13812345678", "+[PHONE]"),
        ("座机010-62345678转2", "座机[PHONE]转2"),
        ("座机0755 8234 5678", "座机[PHONE]"),
        ("(021)62345678", "([PHONE]"),
        ("邮箱 zhang.san_01@mail.example.com.cn 谢谢", "邮箱 [EMAIL] 谢谢"),
        ("邮箱zhangsan＠example．com", "邮箱[EMAIL]"),
        ("13812345678@qq.com", "[EMAIL]"),
        ("my SSN is 123-45-6789.", "my SSN is [SSN]."),
        ("call (555) 234-5678 now", "call ([PHONE] now"),
        ("call 555-234-5678 or 1-555-234-5678", "call [PHONE] or [PHONE]"),
        ("my phone number is 5552345678", "my phone number is [PHONE]"),
        ("2020-03-01 13812345678 2020-03-02", "2020-03-01 [PHONE] 2020-03-02"),
        ("两个号码13812345678、13912345678", "两个号码[PHONE]、[PHONE]"),
    ],
)
def test_what_names_a_person_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "2020年3月1日投诉，金额12345.67元",
        "2020-03-01 10:30:00 至 2020-03-02 11:45:10",
        "订单号 20200301123456",
        "流水号 100000000000000000",
        "客服95588和12363",
        "partial XXXX-XXXX and 12/31/2020 and $1,234,567.89",
        "account ending 1234, zip 12345-6789",
        "利率 4.35% 至 18.25%，2019-2020 年",
        "a@b 与 @某人",
        "a loan@2.99 %, mos@26.99 %",
        "投诉到总部400-889-3333",
        "编号 000-00-0000",
        "12345 23456 34567",
        "",
    ],
)
def test_what_names_nobody_stays_as_written(text: str) -> None:
    assert mask(text) == text


def test_masking_again_changes_nothing() -> None:
    once = mask("电话13812345678，证11010119900307771X，卡6222021234567890128，a@b.cn，123-45-6789")

    assert once == "电话[PHONE]，证[ID]，卡[CARD]，[EMAIL]，[SSN]"
    assert mask(once) == once


def test_a_column_is_masked_as_its_texts_are_and_keeps_its_gaps() -> None:
    texts = pl.Series(["电话13812345678", None, "没有号码", "ａ＠ｂ．ｃｎ", "", "138\n1234 5678 x"])

    masked = mask_all(texts)

    assert masked.to_list() == [None if text is None else mask(text) for text in texts.to_list()]
    assert texts.to_list()[0] == "电话13812345678"


def test_generated_numbers_are_all_found_whatever_surrounds_them() -> None:
    chance = random.Random(7)
    for _ in range(500):
        day = f"{chance.randrange(1940, 2015)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        body = f"{chance.choice(('110101', '440305', '510107'))}{day}{chance.randrange(1000):03}"
        numbers = [
            body + check_character(body),
            f"1{chance.choice('3456789')}{chance.randrange(10**9):09}",
            _card("62", chance.choice((16, 17, 18, 19)), chance),
            f"{chance.choice(('010', '021', '0755'))}-{chance.randrange(2, 9)}{chance.randrange(10**7):07}",
            f"user{chance.randrange(1000)}@example.com",
        ]
        for number in numbers:
            text = f"客户称{number}，于3月{chance.randrange(1, 28)}日"
            assert number not in mask(text), text


def test_long_rows_of_digits_or_letters_are_masked_without_delay() -> None:
    started = time.process_time()
    for part in ("1", "1 ", "12-", "123 ", "a", "a@", "1.a@", "a@b.c ", "123456789 "):
        mask(part * ((1 << 17) // len(part)) + "@")

    assert time.process_time() - started < 20  # a quadratic step takes minutes


def test_an_identity_card_is_checked_by_region_date_and_form() -> None:
    assert is_plausible("11010119900307771X")
    assert not is_plausible("11010119900230771X")
    assert not is_plausible("99010119900307771X")
    assert long_form("110101900307771") == "11010119900307771" + check_character("11010119900307771")
    assert long_form("123456789012345") == "123456789012345"
