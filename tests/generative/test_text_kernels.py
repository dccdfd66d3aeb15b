"""What is compiled to read texts faster reads them as plain Python does, sign by sign."""

import unicodedata

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xiaobao.analysis.text.shingles import FINE, USUAL, letters_of, shingles_of
from xiaobao.analysis.text.sketches import BYTES, sketched
from xiaobao.analysis.text.tidying import looked_up, replacements, worked_out
from xiaobao.analysis.text.unfolding import unfolded

RARE = 4 << 24
ASSIGNED = 0x30000
"""Whatever joins lies in the first three planes."""
COMPLAINTS = (
    "投訴銀行乱收费，。！？“”（）《》、…—　 abcXYZ09,.-/<b>&amp;%￥$①㎡㈠ｶﾞﾊﾟｱ々〇"
    "\t\r\n\x00\x7f\xad\u200b\ufeff\u2028"
)
JOINING = "e\u0301a\u0328o\u0302\u0323か\u3099\u1100\u1161\u11a8각가न\u093c😀👨\u200d👩\ufe0f🇨🇳𝐀ﬁﷺ½İ¨´\u0345"
SIGNS = st.one_of(st.sampled_from(COMPLAINTS), st.sampled_from(JOINING), st.characters(codec="utf-8"))
TEXTS = st.lists(
    st.one_of(st.text(SIGNS, max_size=60), st.text(st.sampled_from(COMPLAINTS), max_size=60)), max_size=8
)


def series(texts: list[str]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


def is_letter(sign: str) -> bool:
    if sign < "\u00c0":
        return sign.isascii() and sign.isalnum()
    ranges = "\u2000" <= sign <= "\u206f" or "\ufe00" <= sign <= "\ufe6f" or "\u3000" <= sign <= "\u303f"
    return not ranges or sign in "々〇"


def letters(text: str) -> list[int]:
    told = [ord(sign) + 0x20 * ("A" <= sign <= "Z") for sign in text if is_letter(sign)]
    return told or [ord(sign) for sign in text]


def shingles(told: list[int], size: int) -> list[tuple[int, int]]:
    """Hash and end of each."""
    found = []
    for first in range(len(told)):
        hashed, weight, last = 0x9E3779B97F4A7C15, 0, first
        while last < len(told) and weight < size:
            weight += 4 if told[last] >= 0x2E80 else 2
            hashed = (hashed ^ told[last]) * 0xD6E8FEB86659FD93 % 2**64
            hashed ^= hashed >> 32
            last += 1
        if weight < size and first:
            break
        hashed = hashed * 0xD6E8FEB86659FD93 % 2**64
        found.append((hashed ^ hashed >> 32, last))
    return found


def sketch(hashes: list[int]) -> list[int]:
    random = np.random.default_rng(20200303)
    factors = random.integers(0, 2**31, BYTES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    offsets = random.integers(0, 2**32, BYTES, dtype=np.uint32)
    minima = np.full(BYTES, 2**32 - 1, np.uint32)
    for hashed in hashes:
        minima = np.minimum(minima, np.uint32(hashed % 2**32) * factors + offsets)
    mixed = (minima ^ minima >> np.uint32(15)) * np.uint32(0x2C1B3C6D)
    return (mixed >> np.uint32(24)).tolist()


@given(TEXTS)
def test_texts_looked_up_are_tidied_as_worked_out(texts: list[str]) -> None:
    told = series(["", *texts])

    assert looked_up(told).to_list() == worked_out(told).to_list()
    assert looked_up(told[1:]).to_list() == worked_out(told[1:]).to_list()


def test_every_code_point_is_looked_up_as_worked_out_between_others() -> None:
    every = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    told = series([f"{sign}a{sign}{sign}b {sign}中{sign}" for sign in every])

    assert looked_up(told).to_list() == worked_out(told).to_list()


def test_what_joins_with_the_sign_before_it_is_rare() -> None:
    parts = [unicodedata.decomposition(chr(code)).split() for code in range(ASSIGNED)]
    seconds = {int(two[1], 16) for two in parts if len(two) == 2 and not two[0].startswith("<")}
    seconds |= {
        ord(part) for code in range(0xAC00, 0xD7A4) for part in unicodedata.normalize("NFD", chr(code))
    }
    marks = {code for code in range(ASSIGNED) if unicodedata.combining(chr(code))}

    assert len(seconds) > 100
    assert all(replacements()[code] == RARE for code in seconds | marks if code < 0x10000)


@given(TEXTS)
def test_texts_are_unfolded_into_their_code_points(texts: list[str]) -> None:
    told = unfolded(series(["", *texts])[1:])

    assert told.codes.tolist() == [ord(sign) for text in texts for sign in text]
    assert np.diff(told.bounds).tolist() == list(map(len, texts))


@given(TEXTS, st.sampled_from((USUAL, FINE)))
def test_shingles_and_sketches_are_those_of_the_plain_loop(texts: list[str], size: int) -> None:
    sketches = sketched(series(texts), size=size)

    for row, text in enumerate(texts):
        codes = np.array([ord(sign) for sign in text], np.uint32)
        told, hashes = np.empty(len(text), np.uint32), np.empty(len(text), np.uint64)
        places, ends, weights = (np.empty(len(text), np.int64) for _ in range(3))
        count = letters_of(codes, 0, len(text), told, places)
        assert told[:count].tolist() == letters(text)
        count = shingles_of(told, count, size, hashes, ends, weights)
        assert list(zip(hashes[:count].tolist(), ends[:count].tolist(), strict=True)) == shingles(
            letters(text), size
        )
        assert sketches[row].tolist() == sketch(hashes[:count].tolist())
