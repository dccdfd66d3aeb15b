"""The article's case on the simulator, in short: `python -m bench.run surges-article` draws a hundred."""

from bench.surges.article import of_seed


def test_the_case_of_a_course_is_judged_by_us_and_by_an_oracle_that_knows_what_to_expect() -> None:
    told = of_seed(3)

    assert told.ours[0.3].raised
    assert any(one.raised for one in told.oracle.values())
    assert told.ours[0.02].false < told.ours[0.3].false <= 2.5 * 51, "issues of the 51 days without the case"
    assert told.oracle[0.005].false < told.oracle[0.8].false
