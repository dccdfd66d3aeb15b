"""The locks agree: what one environment needs of another's packages is the same version of them."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EACH_MORE_THAN_THE_ONE_BEFORE = ("base", "server", "text", "dev", "bench")


def pins(lock: str) -> dict[str, str]:
    """Package → version."""
    text = (ROOT / f"requirements/{lock}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize(("less", "more"), [*pairwise(EACH_MORE_THAN_THE_ONE_BEFORE)])
def test_a_larger_environment_changes_no_version_of_a_smaller_one(less: str, more: str) -> None:
    smaller, larger = pins(less), pins(more)

    assert smaller
    assert [name for name, version in smaller.items() if larger.get(name, version) != version] == []
