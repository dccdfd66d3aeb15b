"""The laws of the ledger, whatever is reported and in whichever order it arrives."""

import pytest
from ledger_laws import LAWS, Law

EXAMPLES = 20
LONG_EXAMPLES = 500


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_law_holds(law: Law) -> None:
    law.hold(examples=EXAMPLES)


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_law_holds_at_length(law: Law) -> None:
    law.hold(examples=LONG_EXAMPLES)
