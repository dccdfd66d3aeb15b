"""The laws of the ledger, whatever is reported and in whichever order it arrives, ruled in either way."""

import pytest
from ledger_laws import LAWS, WAYS, Law

from xiaobao.ledger import posting

EXAMPLES = 15
LONG_EXAMPLES = 500


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commit is ruled so."""
    monkeypatch.setattr(posting, "COLUMN_WISE_FROM", WAYS[request.param])


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_law_holds(law: Law) -> None:
    law.hold(examples=EXAMPLES)


@pytest.mark.long
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_law_holds_at_length(law: Law) -> None:
    law.hold(examples=LONG_EXAMPLES)
