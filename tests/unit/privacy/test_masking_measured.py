"""What masking promises, on generated texts and on real ones."""

import pytest

from bench.personal_texts.samples import Kind
from bench.personal_texts.score import score
from bench.personal_texts.stream import DEVELOPMENT, DOCUMENTS, HELD_OUT, Book, samples
from bench.real_texts import FOLDER, real_texts
from xiaobao.catalog import reading
from xiaobao.privacy.masking import Masker

USUAL = set(Kind) - {Kind.INNOCENT, Kind.OFFICER, Kind.LICENCE, Kind.HANDLE}


@pytest.mark.parametrize("book", [DEVELOPMENT, HELD_OUT])
def test_a_thousandth_of_personal_data_is_missed_at_most(book: Book) -> None:
    outcome = score(samples(3000, seed=2020, book=book), Masker(reading.load().masking))

    assert outcome.recall >= 0.999, outcome.missed
    assert outcome.false_share < 0.005
    assert all(outcome.places[kind] > 100 for kind in USUAL)


def test_documents_and_names_on_platforms_are_masked_and_what_looks_like_them_is_not() -> None:
    outcome = score(samples(3000, seed=2020, book=DOCUMENTS), Masker(reading.load().masking))

    assert outcome.recall >= 0.999, outcome.missed
    assert outcome.false_share < 0.005
    assert all(outcome.places[kind] > 100 for kind in set(Kind) - USUAL - {Kind.INNOCENT})


def test_real_texts_whose_numbers_were_taken_out_stay_as_written() -> None:
    texts = real_texts()
    if not texts:
        pytest.skip(f"the real texts are not at {FOLDER}")
    masker = Masker(reading.load().masking)

    shares = {name: (masker.mask_all(each) != each).mean() for name, each in texts.items()}

    offices = shares.pop("replies of offices")  # they give their phones
    assert all(share is not None and share < 0.005 for share in shares.values()), shares
    assert offices is not None and offices < 0.06
