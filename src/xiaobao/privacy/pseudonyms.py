"""Keyed pseudonyms of identity and contact: the same person gives the same key, and no key gives a person."""

import hmac
import re

from xiaobao.lib.text import half_width
from xiaobao.privacy.identity_cards import long_form

_NOT_IDENTITY = re.compile(r"[^0-9A-Z]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_COUNTRY_CODE = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)|(?:\+|00)86(?=[1-9])")
_NAMES_SOMEONE = re.compile(r"[0-9@]")
PSEUDONYM_BYTES = 16
_SHORTEST = 5  # what is shorter, such as 0, names nobody and would make one person of many


def identity_pseudonym(text: str, *, key: bytes) -> str | None:
    """The pseudonym of a document's number, None for what cannot be one, such as 无."""
    return _pseudonym("identity", normal_identity(text), key)


def contact_pseudonym(text: str, *, key: bytes) -> str | None:
    """The pseudonym of a phone number or e-mail address, None for what cannot be one, such as 无."""
    return _pseudonym("contact", normal_contact(text), key)


def normal_identity(text: str) -> str:
    """Half-width, upper case, letters and digits only; 15 digits of an identity card in their long form."""
    return long_form(_NOT_IDENTITY.sub("", half_width(text).upper()))


def normal_contact(text: str) -> str:
    """An e-mail address in lower case; a phone number's digits without the country code of China.

    A landline keeps the zero of its area code, which also returns where +86 had taken its place.
    """
    plain = half_width(text).strip()
    if "@" in plain:
        return "".join(plain.lower().split())
    signed = ("+" if plain.startswith("+") else "") + _NOT_DIGIT.sub("", plain)
    match = _COUNTRY_CODE.match(signed)
    if match is None:
        return signed.removeprefix("+")
    national = signed[match.end() :]
    return national if _MOBILE.fullmatch(national) else f"0{national}"


def _pseudonym(kind: str, normal: str, key: bytes) -> str | None:
    if len(normal) < _SHORTEST or _NAMES_SOMEONE.search(normal) is None:
        return None
    # The kind is part of what is hashed: a contact and an identity with the same digits are not the same key.
    return hmac.digest(key, f"{kind}\x1f{normal}".encode(), "sha256")[:PSEUDONYM_BYTES].hex()
