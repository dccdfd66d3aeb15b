"""Cases that each engine is to pass, shared out between the engines where time is short."""

from collections.abc import Sequence

import pytest

ENGINES = ("sqlite", "postgresql")


def each_on_one_engine(names: str, cases: Sequence[object]) -> pytest.MarkDecorator:
    """Every case on one of the engines, in turn, and on the other ones in the long run.

    A case is a value, or a tuple of values where `names` are several; tests take `engine` as well.
    """
    several = "," in names
    return pytest.mark.parametrize(
        f"engine,{names}",
        [
            pytest.param(
                engine,
                *(case if several and isinstance(case, tuple) else (case,)),
                marks=() if number % len(ENGINES) == place else pytest.mark.long,
            )
            for place, engine in enumerate(ENGINES)
            for number, case in enumerate(cases)
        ],
    )
