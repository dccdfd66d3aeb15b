"""What fills the personal places of a sentence."""

from collections.abc import Callable
from random import Random

from bench.personal_texts import numbers, writing
from bench.personal_texts.samples import Kind
from bench.personal_texts.writing import Hand, in_full_width, written

_LOCALS = (
    "zhang.san",
    "li_si88",
    "wang-wu",
    "xiaoming2020",
    "a.b.c",
    "chen",
    "lhy19900101",
    "o'brien",
    "j.doe+bank",
    "M.Smith",
)
_ATEXT = "!#$%&*+-/=?^_`{|}~"  # RFC 5322, 3.2.3: what an atom may hold beside letters and digits
_DOMAINS = (
    "qq.com", "163.com", "126.com", "sina.com.cn", "mail.example.com", "gmail.com", "outlook.com", "yeah.net",
    "pku.edu.cn", "139.com", "sub.dept.example.org", "foxmail.com", "example-bank.cn", "vip.sina.com",
)  # fmt: skip


def identity(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """An identity card's number."""
    number = numbers.identity_card(chance)
    if len(number) == 18 and chance.random() < 0.3:
        number = number.lower()
    groups = writing.IDENTITY_GROUPS if len(number) == 18 else writing.OLD_IDENTITY_GROUPS
    return written(chance, number, groups, hand), Kind.IDENTITY


def card(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """A bank card's number."""
    return written(chance, numbers.bank_card(chance), writing.CARD_GROUPS, hand), Kind.CARD


def mobile(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """A mobile number, one in six with the country's code."""
    number = written(chance, numbers.mobile(chance), writing.MOBILE_GROUPS, hand)
    if number.isascii() and chance.random() < 0.16:
        number = chance.choice(("+86 ", "+86", "86-", "0086", "0086 ", "(+86)", "（86）", "+86-")) + number
    return number, Kind.MOBILE


def landline(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """An area code and a number, some with an extension."""
    area, local = numbers.landline(chance)
    local_parts = local if chance.random() < 0.7 else f"{local[:4]}{chance.choice(' -')}{local[4:]}"
    form = chance.choice(
        (
            "{0}-{1}",
            "{0} {1}",
            "{0}{1}",
            "({0}){1}",
            "（{0}）{1}",
            "({0}) {1}",
            "{0}－{1}",
            "{0}.{1}",
            "+86-{2}-{1}",
            "+86 {2} {1}",
            "{0}—{1}",
        )
    )
    text = form.format(area, local_parts, area[1:])
    if chance.random() < hand.full_width:
        text = in_full_width(f"{area}-{local}")
    elif chance.random() < hand.chinese:
        text = (area + local).translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    if chance.random() < 0.25:
        extension = numbers.digits(chance, chance.choice((2, 3, 4)))
        text += chance.choice(
            ("-{}", "转{}", "转分机{}", "分机{}", " 转 {}", " ext. {}", "-分机{}", "#{}", "*{}")
        ).format(extension)
    return text, Kind.LANDLINE


def email(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """An address in the common forms of RFC 5322: dot-atom, quoted, with a domain literal."""
    domain = chance.choice(_DOMAINS)
    form = chance.random()
    if form < 0.12:
        text = f'"{chance.choice(("zhang san", "john doe", "li.si"))}"@{domain}'
    elif form < 0.18:
        text = f"{chance.choice(_LOCALS)}@[192.168.{chance.randrange(256)}.{chance.randrange(256)}]"
    elif form < 0.3:
        text = f"{chance.choice(_LOCALS)}{chance.choice(_ATEXT)}{chance.randrange(1000)}@{domain}"
    elif form < 0.5:
        text = (
            f"{numbers.digits(chance, chance.choice((6, 9, 10)))}@{chance.choice(('qq.com', 'foxmail.com'))}"
        )
    elif form < 0.6:
        text = f"{numbers.mobile(chance)}@{chance.choice(('139.com', '163.com'))}"
    else:
        text = f"{chance.choice(_LOCALS)}{chance.randrange(1000)}@{domain}"
    if chance.random() < 0.15:
        text = text.upper()
    if chance.random() < hand.full_width:
        text = text.replace("@", "＠") if chance.random() < 0.5 else in_full_width(text)
    return text, Kind.EMAIL


def plate(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """A licence plate."""
    head, serial = numbers.plate(chance)
    text = head + chance.choice(("", "", "", "·", "-", " ", "•", "．")) + serial
    if chance.random() < 0.08:
        text = text.lower()
    return in_full_width(text) if chance.random() < hand.full_width else text, Kind.PLATE


def account(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """An account's number: any digits, told by the word before it."""
    number = str(chance.randrange(1, 10)) + numbers.digits(
        chance, chance.choice((8, 9, 11, 12, 14, 15, 16, 17, 18, 20))
    )
    return written(chance, number, ((4, 4, 4, 4, 4), (3, 7, 8), (6, 4, 8)), hand), Kind.ACCOUNT


def us_account(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """The same in the US: 8 to 12 digits."""
    number = numbers.digits(chance, chance.choice((8, 9, 10, 11, 12)))
    return chance.choice(
        (number, number, f"{number[:4]}-{number[4:]}", f"{number[:3]} {number[3:6]} {number[6:]}")
    ), Kind.ACCOUNT


def social_security(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """Grouped 3-2-4."""
    return chance.choice(("-", "-", " ", ".")).join(numbers.social_security(chance)), Kind.SOCIAL_SECURITY


def bare_social_security(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """Nine digits, told by the words before them."""
    return "".join(numbers.social_security(chance)), Kind.SOCIAL_SECURITY


def north_american(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """A phone of the US as it is written there, some with an extension."""
    form = chance.choice(
        (
            "({}) {}-{}",
            "{}-{}-{}",
            "{}.{}.{}",
            "{} {} {}",
            "1-{}-{}-{}",
            "+1 {} {} {}",
            "+1 ({}) {}-{}",
            "({}){}-{}",
            "+1{}{}{}",
        )
    )
    text = form.format(*numbers.north_american(chance))
    if chance.random() < 0.15:
        text += chance.choice((" ext. {}", " x{}", " ext {}", " extension {}")).format(
            chance.randrange(10, 9999)
        )
    return text, Kind.NORTH_AMERICAN


def bare_north_american(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """Ten digits, told by the words before them."""
    return "".join(numbers.north_american(chance)), Kind.NORTH_AMERICAN


def us_card(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """A card of the four American networks."""
    prefix, length = chance.choice(
        (("4", 16), ("51", 16), ("54", 16), ("37", 15), ("6011", 16), ("2221", 16))
    )
    number = numbers.with_luhn(prefix + numbers.digits(chance, length - len(prefix) - 1))
    groups = (4, 6, 5) if length == 15 else (4, 4, 4, 4)
    parts = [number[sum(groups[:at]) : sum(groups[: at + 1])] for at in range(len(groups))]
    return chance.choice(("", " ", "-")).join(parts), Kind.CARD


def officer(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """An officer's document, in one as it is written."""
    number = numbers.officer(chance)
    return in_full_width(number) if chance.random() < hand.full_width else number, Kind.OFFICER


def licence_file(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """The file number of a driving licence."""
    return written(chance, numbers.licence_file(chance), ((4, 4, 4), (6, 6)), hand), Kind.LICENCE


def handle(chance: Random, hand: Hand) -> tuple[str, Kind]:
    """A name on a platform, told by the word before it."""
    return numbers.handle(chance), Kind.HANDLE


PERSONAL: dict[str, Callable[[Random, Hand], tuple[str, Kind]]] = {
    "id": identity,
    "card": card,
    "mobile": mobile,
    "landline": landline,
    "email": email,
    "plate": plate,
    "account": account,
    "us_account": us_account,
    "ssn": social_security,
    "bare_ssn": bare_social_security,
    "us_phone": north_american,
    "bare_us_phone": bare_north_american,
    "us_card": us_card,
    "officer": officer,
    "licence_file": licence_file,
    "handle": handle,
}
"""The places a sentence may have, and what fills them."""
