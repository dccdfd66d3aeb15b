"""Numbers right in form by the standards and given to nobody: identity cards, bank cards, phones, plates."""

from datetime import date, timedelta
from random import Random

# Counties by GB/T 2260, some of them dissolved since; 81, 82, 83: residents of Hong Kong, Macao and Taiwan.
_COUNTIES = """
    110101 110105 110108 110221 120101 120104 120225 130102 130203 130683 140105 140202 140981 150102
    150203 152501 210102 210204 210381 211402 220102 220202 222401 230102 230108 230281 232722 310101
    310104 310115 310230 320102 320106 320311 320583 330102 330106 330203 330782 340102 340202 341126
    342901 350102 350203 350582 360102 360403 362301 370102 370202 370403 371721 410102 410103 410222
    411081 412701 420102 420106 420502 422801 429004 430102 430104 430111 430181 430203 433101 440103
    440106 440305 440582 441900 450102 450305 452501 460105 460106 469002 500101 500103 500112 500236
    510104 510107 510182 513401 520102 520103 522401 530102 530103 532301 533421 540102 542621 610102
    610103 610481 620102 620103 622901 630102 632801 640104 640221 650102 650104 652801 654201 659001
    710000 810000 820000 830000
""".split()  # noqa: SIM905
# GB 11643-1999, 5.2: weights and check characters of ISO 7064 MOD 11-2.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# ISO/IEC 7812 issuer identification numbers: the networks' ranges, and the old national ones of China (9…).
_ISSUERS = (
    ("62", (16, 17, 18, 19)),
    ("621", (19,)),
    ("6217", (19,)),
    ("6222", (16, 19)),
    ("6225", (16,)),
    ("6228", (19,)),
    ("4", (16,)),
    ("51", (16,)),
    ("53", (16,)),
    ("55", (16,)),
    ("2221", (16,)),
    ("2720", (16,)),
    ("35", (16,)),
    ("34", (15,)),
    ("37", (15,)),
    ("36", (14,)),
    ("6011", (16,)),
    ("9558", (19,)),
)

# The public numbering plan of the ministry (MIIT): ranges of mobile subscribers.
_MOBILES = """
    130 131 132 133 134 135 136 137 138 139 145 147 149 150 151 152 153 155 156 157 158 159 162 165
    166 167 170 171 173 175 176 177 178 180 181 182 183 184 185 186 187 188 189 190 191 192 193 195
    196 197 198 199
""".split()  # noqa: SIM905
# Area codes of the same plan; those of two digits after the zero have eight-digit numbers.
_AREAS_OF_EIGHT = """
    010 020 021 022 023 024 025 027 028 029 0311 0371 0411 0431 0451 0510 0512 0531 0532 0551 0571
    0574 0577 0591 0595 0731 0755 0757 0769 0791
""".split()  # noqa: SIM905
_AREAS_OF_SEVEN = """
    0335 0349 0355 0375 0391 0415 0437 0455 0471 0517 0527 0539 0546 0553 0566 0578 0597 0631 0660
    0668 0691 0710 0722 0730 0745 0753 0762 0778 0796 0813 0827 0838 0851 0859 0872 0888 0891 0898
    0903 0915 0931 0943 0951 0971 0977 0991 0999
""".split()  # noqa: SIM905

# GA 36-2018: the provinces' characters, and the letters of issuing offices and serials (neither I nor O).
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_OFFICES = "ABCDEFGHJKLM"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

_OLDEST_BORN_ON = date(1930, 1, 1)
_BORN_WITHIN_DAYS = 30_000


_TOLL_FREE = (833, 844, 855, 866, 877, 888)  # beside 800: like all that end in 00, no code of a place


def digits(chance: Random, count: int) -> str:
    """So many digits."""
    return "".join(chance.choices("0123456789", k=count))


def identity_card(chance: Random) -> str:
    """18 characters (GB 11643-1999), or one in eight 15 digits (GB 11643-1989)."""
    born_on = _OLDEST_BORN_ON + timedelta(days=chance.randrange(_BORN_WITHIN_DAYS))
    county, serial = chance.choice(_COUNTIES), f"{chance.randrange(1, 1000):03}"
    if chance.random() < 0.125 and born_on.year < 2000:
        return f"{county}{born_on:%y%m%d}{serial}"
    body = f"{county}{born_on:%Y%m%d}{serial}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return body + _CHECKS[total % 11]


def bank_card(chance: Random) -> str:
    """13 to 19 digits with an issuer's prefix and a Luhn digit (ISO/IEC 7812-1, annex B)."""
    prefix, lengths = chance.choice(_ISSUERS)
    length = chance.choice(lengths)
    return with_luhn(prefix + digits(chance, length - len(prefix) - 1))


def with_luhn(body: str) -> str:
    """The body and its check digit."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return body + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def mobile(chance: Random) -> str:
    """11 digits."""
    return chance.choice(_MOBILES) + digits(chance, 8)


def landline(chance: Random) -> tuple[str, str]:
    """Area code and subscriber's number."""
    eight = chance.random() < 0.6
    area = chance.choice(_AREAS_OF_EIGHT if eight else _AREAS_OF_SEVEN)
    return area, chance.choice("2345678") + digits(chance, 7 if eight else 6)


def plate(chance: Random) -> tuple[str, str]:
    """Province and office, and the serial: ordinary, new-energy or with a last character."""
    head = chance.choice(_PROVINCES) + chance.choice(_OFFICES)
    form = chance.random()
    if form < 0.2:
        return head, chance.choice("DF") + chance.choice(_LETTERS + "0123456789") + digits(chance, 4)
    if form < 0.3:
        return head, digits(chance, 5) + chance.choice("DF")
    if form < 0.38:
        return head, digits(chance, 4) + chance.choice("学挂警")
    letters = chance.choice((0, 0, 0, 1, 1, 2))
    serial = [*digits(chance, 5 - letters), *chance.choices(_LETTERS, k=letters)]
    chance.shuffle(serial)
    return head, "".join(serial)


# Documents of officers are numbered 军字第…号, of the armed police 武字第…号, of sergeants 士字第…号,
# older ones by the service or region that issued them, in six to eight digits.
_SERVICES = "军军军武武士士海空"
_REGIONS_OF_OLD = "南沈广济成兰北参政后装"


def officer(chance: Random) -> str:
    """The number of an officer's document."""
    service = chance.choice(_SERVICES if chance.random() < 0.8 else _REGIONS_OF_OLD)
    return f"{service}字第{digits(chance, chance.choice((6, 7, 8, 8)))}号"


def licence_file(chance: Random) -> str:
    """The file number of a driving licence: city of issue (GB/T 2260), then eight digits (GA 482)."""
    return chance.choice(_COUNTIES)[:4] + digits(chance, 8)


def handle(chance: Random) -> str:
    """A name on a platform of videos: letters and digits, underscores and dots, or eight to eleven digits."""
    if chance.random() < 0.4:
        return str(chance.randrange(1, 10)) + digits(chance, chance.choice((7, 8, 9, 10)))
    name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(3, 9)))
    return name + chance.choice(("", "_", ".")) + digits(chance, chance.randrange(3, 7))


def social_security(chance: Random) -> tuple[str, str, str]:
    """A US number as the Social Security Administration issues them: no 000, 666 or 9xx, no 00, no 0000."""
    area = chance.choice([number for number in range(1, 900) if number != 666])
    return f"{area:03}", f"{chance.randrange(1, 100):02}", f"{chance.randrange(1, 10_000):04}"


def north_american(chance: Random) -> tuple[str, str, str]:
    """Area, exchange and line (NANP: neither of the first two starts with 0 or 1)."""
    area = chance.choice([n for n in range(201, 990) if n % 100 not in (0, 11) and n not in _TOLL_FREE])
    exchange = chance.choice([number for number in range(200, 1000) if number % 100 != 11])
    return str(area), str(exchange), digits(chance, 4)
