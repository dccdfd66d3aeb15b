"""The pseudonym keys of a home as a chain: each newer key is applied to what the one before it made.

So whoever has the chain brings an older pseudonym to the newest key without knowing whom it names, and the
same person stays the same person across a rotation (docs/decisions/0027).
"""

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.text import tidy
from xiaobao.privacy.pseudonyms import PSEUDONYM_BYTES, contact_pseudonym, identity_pseudonym

LOOKS_READY = r"^\s*[pPｐＰ][0-9０-９]{4}\s*[-－]"
"""What means to be a ready pseudonym, well formed or not; no number of a person begins so."""

_READY = re.compile(r"(p[0-9]{4})-([0-9a-f]{8}):([0-9a-f]{32})")
_LOOKS_READY = re.compile(LOOKS_READY)
_FINGERPRINT_CHARACTERS = 8


class Kind(StrEnum):
    """What a pseudonym stands for."""

    IDENTITY = "identity"
    CONTACT = "contact"


class StrangeKeyError(XiaobaoError):
    """A pseudonym was made under a key that is not of the chain: one of another home, or a lost one."""

    def __init__(self, key_id: str, chain: tuple[str, ...]) -> None:
        super().__init__(f"the pseudonym key {key_id} is not one of {', '.join(chain)}")


def pseudonym_key_id(number: int) -> str:
    """The id of the first key of a chain (1), of the second (2) …: p0001, p0002."""
    return f"p{number:04}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudonymKey:
    """One key with the id that is stored beside what it made: p0001, p0002 …"""

    id: str
    secret: bytes

    def fingerprint(self, kind: Kind) -> str:
        """What tells this key, used for this kind, from others of its id; gives nothing of it away."""
        told = hmac.digest(self.secret, f"xiaobao pseudonym {kind}".encode(), "sha256")
        return told.hex()[:_FINGERPRINT_CHARACTERS]


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudonymKeys:
    """All pseudonym keys of a home, the oldest first; at least one."""

    chain: tuple[PseudonymKey, ...]

    @property
    def newest(self) -> PseudonymKey:
        """The key under which pseudonyms are made now."""
        return self.chain[-1]

    def until(self, key_id: str) -> "PseudonymKeys":
        """The chain as it was while that key was the newest; StrangeKeyError where it is not of the chain."""
        return PseudonymKeys(chain=self.chain[: self._place_of(key_id) + 1])

    def made(self, text: str, *, kind: Kind) -> str | None:
        """The pseudonym of a number under the newest key, None for what names nobody, such as 无."""
        first = self.chain[0]
        make = identity_pseudonym if kind is Kind.IDENTITY else contact_pseudonym
        pseudonym = make(text, key=first.secret)
        return None if pseudonym is None else self.lifted(pseudonym, kind=kind, key_id=first.id)

    def lifted(self, pseudonym: str, *, kind: Kind, key_id: str) -> str:
        """A pseudonym made under `key_id` as the newest key makes it of that person.

        StrangeKeyError where that key is not of the chain.
        """
        if key_id == self.chain[-1].id:
            return pseudonym  # most often
        for key in self.chain[self._place_of(key_id) + 1 :]:
            said = f"{kind}\x1f{pseudonym}".encode()
            pseudonym = hmac.digest(key.secret, said, "sha256")[:PSEUDONYM_BYTES].hex()
        return pseudonym

    def ready(self, text: str, *, kind: Kind) -> str | None:
        """The cell that stands for a number in a file: key id, fingerprint, pseudonym; None as in `made`."""
        pseudonym = self.made(text, kind=kind)
        newest = self.newest
        return None if pseudonym is None else f"{newest.id}-{newest.fingerprint(kind)}:{pseudonym}"

    def of_cell(self, text: str, *, kind: Kind) -> str | None:
        """The pseudonym under the newest key of a cell that holds a number or a ready pseudonym.

        None for what names nobody, and for a ready pseudonym that is not of these keys and this kind.
        """
        return self.of_ready(text, kind=kind) if looks_ready(text) else self.made(text, kind=kind)

    def of_ready(self, text: str, *, kind: Kind) -> str | None:
        """The same for a ready pseudonym; None for one that is not of these keys and this kind."""
        match = _READY.fullmatch(_tidy(text))
        if match is None:
            return None
        key_id, fingerprint, pseudonym = match.groups()
        found = next((key for key in self.chain if key.id == key_id), None)
        if found is None or found.fingerprint(kind) != fingerprint:
            return None
        return self.lifted(pseudonym, kind=kind, key_id=key_id)

    def _place_of(self, key_id: str) -> int:
        ids = tuple(key.id for key in self.chain)
        if key_id not in ids:
            raise StrangeKeyError(key_id, ids)
        return ids.index(key_id)


def looks_ready(text: str) -> bool:
    """True for what means to be a ready pseudonym, well formed or not."""
    return _LOOKS_READY.match(text) is not None


def is_well_formed(text: str) -> bool:
    """True for a ready pseudonym whose form is in order, whatever key made it."""
    return _READY.fullmatch(_tidy(text)) is not None


def _tidy(text: str) -> str:
    return tidy(text).lower()
