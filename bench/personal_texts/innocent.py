"""What looks like personal data and is none: orders, serial numbers, sums, dates, hotlines."""

from collections.abc import Callable
from random import Random

from bench.personal_texts import numbers


def order(chance: Random) -> str:
    """What stands after 订单号, 流水号 or 案件编号; some are right in form as a phone or a card."""
    form = chance.random()
    if form < 0.15:
        return numbers.mobile(chance)
    if form < 0.3:
        return numbers.bank_card(chance)
    if form < 0.4:
        return chance.choice(("DD", "SF", "JD", "NO", "TS-", "YT")) + numbers.digits(
            chance, chance.choice((10, 12, 13, 15))
        )
    if form < 0.55:
        return (
            f"20{chance.randrange(10, 25)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
            + numbers.digits(chance, chance.choice((4, 6, 10, 20)))
        )
    return numbers.digits(chance, chance.choice((8, 9, 10, 12, 13, 14, 16, 18, 20, 24, 28)))


def us_order(chance: Random) -> str:
    """What stands after order number, case number, claim number."""
    form = chance.random()
    if form < 0.2:
        return "".join(numbers.north_american(chance))
    if form < 0.35:
        return numbers.with_luhn("4" + numbers.digits(chance, 14))
    if form < 0.5:
        return numbers.digits(chance, 6) + "-" + numbers.digits(chance, 8)
    return numbers.digits(chance, chance.choice((7, 8, 9, 10, 12, 15)))


def amount(chance: Random) -> str:
    """A sum with its currency."""
    value = chance.randrange(1, 10 ** chance.choice((3, 5, 7, 9, 11)))
    return chance.choice(
        (
            f"{value}元",
            f"{value / 100:,.2f}元",
            f"{value / 100:.2f}元",
            f"¥{value / 100:,.2f}",
            f"人民币{value}元",
            f"{value}.00元",
            f"{value / 10_000:.4f}万元",
            f"￥{value}",
        )
    )


def long_sum(chance: Random) -> str:
    """A sum of as many digits as a phone or a card has."""
    return chance.choice(("{}元", "{}.00元", "人民币{}元", "¥{}", "{}元整")).format(
        chance.choice((numbers.mobile(chance), str(chance.randrange(10**9, 10**13))))
    )


def us_amount(chance: Random) -> str:
    """A sum in dollars."""
    value = chance.randrange(1, 10 ** chance.choice((3, 5, 7, 9, 10)))
    return chance.choice(
        (
            f"${value:,}",
            f"${value / 100:,.2f}",
            f"$ {value}.00",
            f"{value} dollars",
            f"USD {value / 100:.2f}",
            f"${value}",
        )
    )


def moment(chance: Random) -> str:
    """A date, a time, or both."""
    year, month, day = chance.randrange(1998, 2026), chance.randrange(1, 13), chance.randrange(1, 29)
    hour, minute = chance.randrange(24), chance.randrange(60)
    return chance.choice(
        (
            f"{year}年{month}月{day}日",
            f"{year}-{month:02}-{day:02}",
            f"{year}.{month}.{day}",
            f"{year}/{month}/{day}",
            f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:07",
            f"{year}{month:02}{day:02}",
            f"{year}{month:02}{day:02}{hour:02}{minute:02}32",
            f"{year}.{month}.{day}-{year}.{month}.{day + 1}",
            f"{year}-{year + 1}年",
            f"二〇一九年{month}月",
            f"{hour}:{minute:02}",
            f"{year}-{month:02}-{day:02} 至 {year}-{month:02}-{day + 1:02}",
            f"２０１９年{month}月{day}日",
        )
    )


def us_moment(chance: Random) -> str:
    """A date as it is written in the US."""
    year, month, day = chance.randrange(1998, 2026), chance.randrange(1, 13), chance.randrange(1, 29)
    return chance.choice(
        (
            f"{month}/{day}/{year}",
            f"{month:02}-{day:02}-{year}",
            f"{year}-{month:02}-{day:02}",
            "XX/XX/2015",
            f"{month}/{day}/{year} {day}:30",
            f"{month:02}.{day:02}.{year}",
        )
    )


def rate(chance: Random) -> str:
    """A share."""
    return chance.choice(("{:.2f}%", "{:.4f}％", "万分之{:.0f}", "{:.1f}个百分点", "年化{:.3f}%")).format(
        chance.random() * 36
    )


def postcode(chance: Random) -> str:
    """Six digits."""
    return f"{chance.randrange(10_000, 860_000):06}"


def zip_code(chance: Random) -> str:
    """Five digits, or nine."""
    return chance.choice(("{:05}", "{:05}-1234", "{:05}-6789")).format(chance.randrange(501, 99_951))


def case_number(chance: Random) -> str:
    """A number of a court, an office or a document."""
    year, serial = chance.randrange(2012, 2025), chance.randrange(1, 99_999)
    return chance.choice(
        (
            f"（{year}）湘0102民初{serial}号",
            f"({year})京0105执{serial}号",
            f"银保监罚决字〔{year}〕{serial}号",
            f"{year}年第{serial}号",
            f"京公网安备11010502{chance.randrange(10**6):06}号",
            f"JR/T 0169-{year}",
            f"第{serial:08}号",
        )
    )


def hotline(chance: Random) -> str:
    """A number of a company or an office, not of a person."""
    return chance.choice(
        (
            "95588",
            "12363",
            "12378",
            "95533",
            "400-889-5588",
            "4008895588",
            "400 820 8820",
            "800-820-8820",
            "12345",
            "110",
            "10086",
            "955999",
        )
    )


def us_hotline(chance: Random) -> str:
    """The same in the US."""
    return chance.choice(
        ("1-800-432-1000", "800-788-7000", "(800) 432-1000", "911", "1-888-000", "1-800-FLOWERS")
    )


def count(chance: Random) -> str:
    """How many of something; a year range; a version; a row of small numbers."""
    return chance.choice(
        (
            f"{chance.randrange(10**8)}人次",
            f"{chance.randrange(10**6)}笔",
            f"{chance.randrange(10**9)}股",
            "1、2、3、4、5",
            "12 15 18 21",
            "V3.2.1.20190812",
            "192.168.1.101",
            "3000-5000",
            "10:30-11:45",
            "100×200×300",
            f"{chance.randrange(100)}楼{chance.randrange(3000)}室",
            "1-2-301",
            "三七二十一",
            "一二三四五",
        )
    )


def office_file(chance: Random) -> str:
    """The number of an office's document or file, which is nobody's."""
    year, serial = chance.randrange(2005, 2025), chance.randrange(1, 9_999_999)
    return chance.choice(
        (
            f"银罚字第{year}{serial:07}号",
            f"京房权证朝字第{serial:07}号",
            f"{year}京银字第{serial:08}号",
            f"土国用字第{serial:06}号",
            f"商登字第{serial:08}号",
        )
    )


def office_serial(chance: Random) -> str:
    """What stands after 档案编号 of a loan, a case or a house."""
    return numbers.digits(chance, chance.choice((8, 10, 12, 12)))


INNOCENT: dict[str, Callable[[Random], str]] = {
    "order": order,
    "us_order": us_order,
    "amount": amount,
    "long_sum": long_sum,
    "us_amount": us_amount,
    "moment": moment,
    "us_moment": us_moment,
    "rate": rate,
    "postcode": postcode,
    "zip": zip_code,
    "case": case_number,
    "hotline": hotline,
    "us_hotline": us_hotline,
    "count": count,
    "office_file": office_file,
    "office_serial": office_serial,
}
"""The other places a sentence may have, and what fills them."""
