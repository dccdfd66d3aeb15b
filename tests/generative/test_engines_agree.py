"""The embedded engine and a Spark Connect server answer every question about every small ledger alike."""

import engine_agreement
import pytest
from sail import Sail


def test_any_ledger_any_question(sail: Sail) -> None:
    engine_agreement.hold(sail.url, examples=15)


@pytest.mark.long
def test_many_ledgers_many_questions(sail: Sail) -> None:
    engine_agreement.hold(sail.url, examples=300)
