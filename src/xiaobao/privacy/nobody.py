"""Numbers that name nobody: of which a pseudonym would make one person of many.

The expressions are read alike by `re` and by Polars.
"""

import re

HIDDEN = r"[*＊●•×✱]|[xX]{3,}|[?？]{2,}"
"""Signs stand in place of digits (decision 0029)."""

REWRITTEN = (
    r"^\s*[0-9](?:[.][0-9]+)?[eE][+][0-9]{1,2}\s*$|^\s*[0-9][.][0-9]+[eE][0-9]{1,2}\s*$"
    r"|^\s*[0-9]{5,}[.]0+\s*$"
)
"""A spreadsheet made a quantity of it: 1.10101E+17, 13812345678.0."""

PLACEHOLDER = (
    r"^\s*(?:0{5,}|1{6,}|2{9,}|3{9,}|4{9,}|5{9,}|6{9,}|7{9,}|8{9,}|9{9,})\s*$"
    r"|^\s*1234567(?:8(?:90?[0-9]*)?)?[xX]?\s*$"
)
"""One digit over and over, or digits in a row: what is typed where a number has to be."""

_ANY = re.compile(f"{HIDDEN}|{REWRITTEN}|{PLACEHOLDER}")


def names_nobody(text: str) -> bool:
    """True for a cell of which no pseudonym may be made."""
    return _ANY.search(text) is not None
