"""Rules of identity and contact: numbers that can name a person, whole and well formed."""

from collections.abc import Callable

import polars as pl

from xiaobao.catalog.plausibility import Plausibility
from xiaobao.intake.rules.cells import Cells
from xiaobao.lib.text import half_width, name_key
from xiaobao.privacy.identity_cards import CHECK_CHARACTERS, REGIONS, WEIGHTS, resembles
from xiaobao.privacy.nobody import HIDDEN, PLACEHOLDER, REWRITTEN
from xiaobao.privacy.pseudonym_keys import LOOKS_READY, Kind

_NAMING_NOBODY = {
    "personal_masked": HIDDEN,
    "personal_rewritten": REWRITTEN,
    "personal_placeholder": PLACEHOLDER,
}
"""Rule → the numbers it finds, of which no pseudonym is made."""

_CARD = r"^[0-9]{17}[0-9Xx]$"
_LETTER, _DIGIT = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ", "0-9０-９"
_DOCUMENT = r"^[0-9A-Za-z０-９Ａ-Ｚａ-ｚ\s()（）·./:+_-]+$"
_OFFICER = r"^\p{Han}{1,4}字第?\s?[0-9０-９]{4,10}\s?号?$"  # such as 军字第1234567号
_NEAR_CARD = r"^(?:[^0-9０-９]*[0-9０-９]){14,20}[^0-9０-９]*$"
_PHONE = r"^[0-9０-９+＋()（）\s./#,，;；、:：转extEXT分机_－—-]+$"
_ZERO = ord("0")
_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"


def numbers(cells: Cells, text: pl.Series, *, kind: Kind, plausible: Plausibility | None) -> pl.Series:
    """The numbers a pseudonym may be made of; those with signs in place of digits are left out.

    `text` are the cells as read, null where empty. What is doubtful otherwise stays, with a warning.
    """
    cells.findings.ran(*_NAMING_NOBODY)
    if text.null_count() == text.len():
        cells.findings.ran(*_checks(kind, plausible))
        return text
    whole = text.is_not_null() & ~text.str.contains(LOOKS_READY)
    withheld = pl.repeat(False, text.len(), dtype=pl.Boolean, eager=True)
    for rule_id, form in _NAMING_NOBODY.items():
        found = whole & text.str.contains(form)
        if found.any():
            cells.report(rule_id, found & ~_told_spoilt(cells), value=text)
            whole &= ~found
            withheld = withheld | found if cells.findings.applies(rule_id) else withheld
    if plausible is not None:
        _check_form(cells, text, whole, kind=kind, plausible=plausible)
    return text.set(withheld.fill_null(False), None) if withheld.any() else text


def _told_spoilt(cells: Cells) -> pl.Series:
    """Cells of which it is told already that a spreadsheet lost their last digits; that rejects the row."""
    spoilt = cells.findings.rows_found("number_spoilt", column=cells.header)
    return cells.places["row_number"].is_in(spoilt.implode())


def _checks(kind: Kind, plausible: Plausibility | None) -> tuple[str, ...]:
    if plausible is None:
        return ()
    return ("identity_form", "identity_check") if kind is Kind.IDENTITY else ("contact_form",)


def _check_form(
    cells: Cells, text: pl.Series, whole: pl.Series, *, kind: Kind, plausible: Plausibility
) -> None:
    if kind is Kind.IDENTITY:
        card = whole & text.str.contains(_CARD)
        near = _told(text, whole & ~card & text.str.contains(_NEAR_CARD), resembles)
        wrong = _fails_check(text, card)
        cells.report("identity_check", near if wrong is None else wrong | near, value=text)
        sound = (
            card
            | near
            | (
                text.str.contains(f"{_DOCUMENT}|{_OFFICER}")
                & text.str.contains(_times(_LETTER, plausible.identity_length))
            )
        )
        cells.report("identity_form", _odd(text, whole & ~sound, plausible), value=text)
        return
    phone = text.str.contains(_PHONE) & text.str.contains(_times(_DIGIT, plausible.contact_digits))
    if plausible.contact_doubtful is not None:
        phone &= ~text.str.contains(plausible.contact_doubtful)
    odd = whole & ~phone
    if odd.any():
        odd &= ~text.str.contains(_MAIL)
    cells.report("contact_form", _odd(text, odd, plausible), value=text)


def _times(sign: str, span: tuple[int, int]) -> str:
    """Texts that hold a sign so many times, whatever else they hold."""
    fewest, most = span
    return f"^(?:[^{sign}]*[{sign}]){{{fewest},{most}}}[^{sign}]*$"


def _odd(text: pl.Series, odd: pl.Series, plausible: Plausibility) -> pl.Series:
    """Those of the odd cells that do not say in words that there is no number, such as 无."""
    stated = text.filter(odd).unique().to_list()
    none = [each for each in stated if name_key(half_width(each)) in {"", *plausible.empty_texts}]
    return odd & ~text.is_in(none) if none else odd


def _told(text: pl.Series, where: pl.Series, judge: Callable[[str], bool]) -> pl.Series:
    """Those of some cells of which the judge says so; asked once for each text."""
    if not where.any():
        return where
    texts = [each for each in text.filter(where).unique().to_list() if judge(each)]
    return where & text.is_in(texts)


def _fails_check(text: pl.Series, card: pl.Series) -> pl.Series | None:
    """Of 18 characters like those of an identity card, the ones that no card has (GB 11643-1999)."""
    if not card.any():
        return None
    numbers = text.filter(card)
    born = numbers.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    sound = _ends_right(numbers) & numbers.str.slice(0, 2).is_in(sorted(REGIONS)) & born.is_not_null()
    if sound.all():
        return None
    nowhere = pl.repeat(False, text.len(), dtype=pl.Boolean, eager=True)
    return _told(text, nowhere.scatter(card.arg_true().filter(~sound), True), resembles)


def _ends_right(numbers: pl.Series) -> pl.Series:
    """Whether the last of 18 characters is the check character of the others (ISO/IEC 7064, MOD 11-2)."""
    # All bytes in one column, place by place: a third of the time of dividing whole numbers into digits.
    signs = numbers.str.to_uppercase().cast(pl.Binary).cast(pl.List(pl.UInt8)).explode()
    length = len(WEIGHTS) + 1
    total = pl.repeat(0, numbers.len(), dtype=pl.UInt16, eager=True)
    for place, weight in enumerate(WEIGHTS):
        total += (signs.gather_every(length, place) - _ZERO).cast(pl.UInt16) * weight
    checks = pl.Series(list(CHECK_CHARACTERS.encode()), dtype=pl.UInt8)
    return signs.gather_every(length, len(WEIGHTS)) == checks.gather(total % len(checks))
