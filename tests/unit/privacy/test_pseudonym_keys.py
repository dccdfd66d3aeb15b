"""The chain of pseudonym keys: one person stays one across a rotation, no key passes for another."""

from dataclasses import replace
from pathlib import Path

import pytest

from xiaobao.privacy.key_files import KeyFileError
from xiaobao.privacy.pseudonym_keys import Kind, PseudonymKey, PseudonymKeys, is_well_formed, looks_ready
from xiaobao.privacy.pseudonyms import contact_pseudonym, identity_pseudonym
from xiaobao.privacy.reporter_keys import read_reporter_keys, reporter_key_file

FIRST = PseudonymKey(id="p0001", secret=b"1" * 32)
SECOND = PseudonymKey(id="p0002", secret=b"2" * 32)
OLD = PseudonymKeys(chain=(FIRST,))
NEW = PseudonymKeys(chain=(FIRST, SECOND))
NUMBER = "11010119900307771X"


def test_the_first_key_makes_the_plain_keyed_pseudonym() -> None:
    assert OLD.made(NUMBER, kind=Kind.IDENTITY) == identity_pseudonym(NUMBER, key=FIRST.secret)
    assert OLD.made("010-66554433", kind=Kind.CONTACT) == contact_pseudonym("01066554433", key=FIRST.secret)


@pytest.mark.parametrize(("kind", "text"), [(Kind.IDENTITY, NUMBER), (Kind.CONTACT, "13812345678")])
def test_an_old_pseudonym_is_lifted_to_what_the_newest_key_makes(kind: Kind, text: str) -> None:
    old = OLD.made(text, kind=kind)
    assert old is not None

    assert NEW.lifted(old, kind=kind, key_id="p0001") == NEW.made(text, kind=kind) != old
    assert NEW.of_cell(OLD.ready(text, kind=kind) or "", kind=kind) == NEW.made(text, kind=kind)


def test_a_ready_pseudonym_survives_what_spreadsheets_do_to_case_and_space() -> None:
    ready = OLD.ready(NUMBER, kind=Kind.IDENTITY)
    assert ready is not None

    assert OLD.of_cell(f"  {ready.upper()} ", kind=Kind.IDENTITY) == OLD.made(NUMBER, kind=Kind.IDENTITY)


def test_another_key_of_the_same_id_or_another_kind_does_not_pass() -> None:
    ready = OLD.ready(NUMBER, kind=Kind.IDENTITY)
    assert ready is not None
    stranger = PseudonymKeys(chain=(replace(FIRST, secret=b"x" * 32),))

    assert stranger.of_cell(ready, kind=Kind.IDENTITY) is None
    assert OLD.of_cell(ready, kind=Kind.CONTACT) is None
    assert OLD.of_cell(NEW.ready(NUMBER, kind=Kind.IDENTITY) or "", kind=Kind.IDENTITY) is None


@pytest.mark.parametrize("text", ["p0001-1a2b3c4d:abc", "P0001-", "ｐ0001-1a2b3c4d:" + "0" * 31])
def test_what_means_to_be_ready_and_is_not_whole_is_neither_number_nor_pseudonym(text: str) -> None:
    assert looks_ready(text)
    assert not is_well_formed(text)
    assert OLD.of_cell(text, kind=Kind.IDENTITY) is None


def test_no_number_of_a_person_looks_ready() -> None:
    texts = (NUMBER, "P1234567", "PE0001234", "010-66554433", "p.li@example.com", "p1@x.cn", "无", "")
    assert not any(map(looks_ready, texts))


def test_the_key_file_gives_the_chain_back(tmp_path: Path) -> None:
    path = tmp_path / "bureau.key"
    path.write_bytes(reporter_key_file(NEW))
    path.chmod(0o600)

    assert read_reporter_keys(path) == NEW


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"p0001 " + b"0" * 63 + b"\n",
        b"p0002 " + b"0" * 64 + b"\n",
        reporter_key_file(NEW).replace(b"p0001 ", b"# p0001 "),
        "口令".encode(),
    ],
)
def test_a_file_that_is_not_whole_is_no_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bureau.key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyFileError, match="is none of the bureau" if content else "is empty"):
        read_reporter_keys(path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bureau.key"
    path.write_bytes(reporter_key_file(OLD))
    path.chmod(0o640)

    with pytest.raises(KeyFileError, match="chmod 600"):
        read_reporter_keys(path)


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="is not there"):
        read_reporter_keys(tmp_path / "bureau.key")
