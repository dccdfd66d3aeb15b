"""Rows of a bank's file that name people, and what a ledger then says of them."""

from datetime import date

import polars as pl
from bank_files import DAY, row
from store import rows

from xiaobao.privacy.bridge import PEOPLE, under_newest
from xiaobao.privacy.pseudonym_keys import PseudonymKeys
from xiaobao.submissions.home import Home

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, of places 1 to 17


def identity_card(serial: int) -> str:
    """A number of the right form with its check character; people differ by their serial, below 1000."""
    places = f"11010519491231{serial:03}"
    rest = sum(int(place) * weight for place, weight in zip(places, _WEIGHTS, strict=True)) % 11
    return places + "10X98765432"[rest]


def mobile(serial: int) -> str:
    """A mobile number of that person."""
    return f"138{serial:08}"


def person_row(
    number: str, person: int, *, contact: int | None = None, day: date = DAY, event: str = "新增"
) -> list[str]:
    """A row that names a person by identity card, and one by mobile number: the same if not told."""
    told = row(number, day=day, event=event)
    told[13], told[14] = identity_card(person), mobile(person if contact is None else contact)
    return told


def ledger_people(home: Home) -> pl.DataFrame:
    """What the ledger says of people, a row each of its rows, in order of posting."""
    return rows(home).sort("entry_id").select("complaint_no", "sign", *PEOPLE)


def ledger_under(home: Home, keys: PseudonymKeys) -> pl.DataFrame:
    """Every row of the ledger in full, its people under the newest of the keys."""
    return under_newest(rows(home).sort("entry_id"), keys)
