"""What a number is by its form alone: identity card, bank card, phone, social security number."""

import re
from collections.abc import Callable, Sequence

import msgspec

from xiaobao.privacy.identity_cards import REGIONS, check_character, is_plausible
from xiaobao.privacy.writing import Written

SHORTEST, LONGEST = 9, 19
"""Digits of what has a form: a social security number, a bank card."""

# ISO/IEC 7812 issuer prefixes with their lengths: UnionPay, Visa, Mastercard, American Express, JCB, Diners,
# Discover, Maestro's fifties and sixties, and China's own before UnionPay (9…, 60, 68, 69).
_CARD = re.compile(
    r"62[0-9]{11,17}|4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|(?:5[0-8]|2[2-7])[0-9]{14}|3[47][0-9]{13}"
    r"|35[0-9]{14,17}|3(?:0[0-59]|[689][0-9])[0-9]{11,16}|6[04589][0-9]{14,17}|9[0-9]{15,18}"
)
_SHORTEST_CARD = 13
_LEAST_CARD_GROUP = 4
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))

# MIIT's numbering plan: mobile numbers, and area codes before seven or eight digits.
_COUNTRY = r"(?:00)?86"
_COUNTRY_CODE = re.compile(_COUNTRY)
_MOBILE = re.compile(f"(?:{_COUNTRY})?1[3-9][0-9]{{9}}")
_LANDLINE = re.compile(
    rf"(?:0(?:10|2[0-57-9])[1-9][0-9]{{7}}|0[3-9][0-9]{{2}}[1-9][0-9]{{6,7}})"
    rf"|{_COUNTRY}0?(?:(?:10|2[0-57-9])[1-9][0-9]{{7}}|[3-9][0-9]{{2}}[1-9][0-9]{{6,7}})"
)
_MOBILE_GROUPS = frozenset({(3, 4, 4), (3, 8), (4, 4, 3), (7, 4), (4, 3, 4), (3, 3, 5), (5, 6), (6, 5)})
_AREA_SIZES = (2, 3, 4)
_LOCAL_GROUPS = ((7,), (8,), (4, 4), (3, 4), (4, 3), (2, 3, 3), (3, 3, 2))
_LANDLINE_GROUPS = frozenset(
    divided
    for area in _AREA_SIZES
    for local in _LOCAL_GROUPS
    for divided in ((area, *local), (area + local[0], *local[1:]))
)

# NANP: 800 and its likes, and China's 400, are numbers of companies.
_TOLL_FREE = r"(?:[48]00|833|844|855|866|877|888)"
_NORTH_AMERICAN = re.compile(rf"1?(?!{_TOLL_FREE})[2-9][0-9]{{2}}[2-9][0-9]{{6}}")
_NORTH_AMERICAN_GROUPS = frozenset({(3, 3, 4), (1, 3, 3, 4), (3, 7), (1, 3, 7), (1, 10)})
_SERVICE = re.compile(rf"(?:0?1)?{_TOLL_FREE}[0-9]{{7}}")
_SOCIAL_SECURITY = re.compile(
    r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}"
)  # as the SSA issues them

_REGION = "|".join(
    f"{first}[{''.join(sorted(region[1] for region in REGIONS if region[0] == first))}]"
    for first in sorted({region[0] for region in REGIONS})
)
# What the digits of every form below have in common, however they are divided.
_ANY_FORM = re.compile(
    rf"(?:{_REGION})[0-9]{{13}}(?:[0-9]{{2}}[0-9Xx])?|{_CARD.pattern}|{_SOCIAL_SECURITY.pattern}"
    rf"|{_MOBILE.pattern}|{_LANDLINE.pattern}|{_NORTH_AMERICAN.pattern}"
)

_DATE = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])?(?:[0-5][0-9]){0,2}"
    r"|(?:19|20)[0-9]{2}[01]?[0-9][0-3]?[0-9]"
)


def token(number: Written) -> str | None:
    """The placeholder of what the number is, None when its form says nothing."""
    for name, is_one in _FORMS_OF[len(number.digits)]:
        if is_one(number):
            return name
    return None


def may_have_form(digits: str) -> bool:
    """False for digits that no form fits, however they are divided; a plus sign may make them a phone yet."""
    return _ANY_FORM.fullmatch(digits) is not None


def token_in_one(digits: str) -> str | None:
    """The same of a number that is written in one."""
    if len(digits) >= _SHORTEST_CARD:
        if is_plausible(digits):
            return "[ID]"
        if is_checked_card(digits):
            return "[CARD]"
    return "[PHONE]" if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else None


def is_service_number(digits: str) -> bool:
    """True for 400, 800 and the like: they are a company's."""
    return 10 <= len(digits) <= 12 and _SERVICE.fullmatch(digits) is not None


def looks_like_date(digits: str) -> bool:
    """True for a date, with or without a time, written in digits."""
    return _DATE.fullmatch(digits) is not None


def is_checked_identity(digits: str) -> bool:
    """True for 18 characters whose check character is right: hardly ever chance."""
    return len(digits) == 18 and is_plausible(digits) and check_character(digits[:17]) == digits[17].upper()


def is_checked_card(digits: str) -> bool:
    """True for an issuer's prefix, a length it uses and a right check digit (ISO/IEC 7812-1, annex B)."""
    return _CARD.fullmatch(digits) is not None and _luhn_holds(digits)


def is_mobile(digits: str) -> bool:
    """True for a mobile number of China, with the country's code or without it."""
    return _MOBILE.fullmatch(digits) is not None


def is_north_american(digits: str) -> bool:
    """True for ten digits that may be a phone of North America, and not a company's."""
    return len(digits) == 10 and _NORTH_AMERICAN.fullmatch(digits) is not None


def _luhn_holds(digits: str) -> bool:
    codes = digits.encode()
    return (sum(codes[-1::-2].translate(_VALUES)) + sum(codes[-2::-2].translate(_DOUBLED))) % 10 == 0


def _is_identity(number: Written) -> bool:
    if not is_plausible(number.digits):
        return False
    return number.groups[0] in (3, 4, 6) or number.regular or is_checked_identity(number.digits)


def _is_card(number: Written) -> bool:
    if not is_checked_card(number.digits):
        return False
    return number.regular or min(number.groups[:-1]) >= _LEAST_CARD_GROUP


def _is_phone(number: Written) -> bool:
    digits = number.digits
    if is_mobile(digits) and _divided(number, _MOBILE_GROUPS) and not _is_toll_free(number):
        return True
    if _LANDLINE.fullmatch(digits) is not None and _divided(number, _LANDLINE_GROUPS):
        return True
    return _is_north_american(number) or (
        number.international and 9 <= len(digits) <= 15 and not is_service_number(digits)
    )


def _is_north_american(number: Written) -> bool:
    return (
        number.groups in _NORTH_AMERICAN_GROUPS
        and not number.in_a_row
        and _NORTH_AMERICAN.fullmatch(number.digits) is not None
    )


def _is_toll_free(number: Written) -> bool:
    """1-800-…, which in one is a mobile number of China."""
    return number.groups[0] == 1 and len(number.groups) <= 4 and is_service_number(number.digits)


def _divided(number: Written, known: frozenset[tuple[int, ...]]) -> bool:
    """Divided as such numbers are, after the country's code or without it."""
    if len(number.groups) == 1:
        return True
    national = _national(number)
    return national.regular or national.groups in known


def _national(number: Written) -> Written:
    """Without the country's code, which stands apart or not."""
    code = _COUNTRY_CODE.match(number.digits)
    if code is None:
        return number
    groups, separators = list(number.groups), list(number.separators)
    left = code.end()
    while groups and groups[0] <= left:
        left -= groups.pop(0)
        separators = separators[1:]
    if groups:
        groups[0] -= left
    return msgspec.structs.replace(
        number, digits=number.digits[code.end() :], groups=tuple(groups), separators=tuple(separators)
    )


def _is_social_security(number: Written) -> bool:
    return (
        number.groups == (3, 2, 4)
        and not number.in_a_row
        and _SOCIAL_SECURITY.fullmatch(number.digits) is not None
    )


_FORMS: Sequence[tuple[str, range, Callable[[Written], bool]]] = (
    ("[ID]", range(15, 19), _is_identity),
    ("[CARD]", range(_SHORTEST_CARD, 20), _is_card),
    ("[SSN]", range(9, 10), _is_social_security),
    ("[PHONE]", range(9, 17), _is_phone),
)
"""Placeholder, how many digits, and the test, in the order in which they are asked."""
_FORMS_OF = tuple(
    tuple((name, is_one) for name, lengths, is_one in _FORMS if length in lengths)
    for length in range(LONGEST + 1)
)
"""The same by how many digits there are."""
