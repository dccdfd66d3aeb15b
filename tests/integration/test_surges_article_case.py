"""The article's case on the simulator, in short: `python -m bench.run surges-article` draws a hundred."""

from bench.surges.article import of_seed


def test_the_case_of_a_course_is_judged_by_us_and_by_an_oracle_that_knows_what_to_expect() -> None:
    mine, oracle = of_seed(3)

    assert mine.raised
    assert any(told.raised for told in oracle.values())
    assert mine.false <= 2.5 * 51, "issues told on the 51 days without the case"
    assert oracle[min(oracle)].false < oracle[max(oracle)].false
