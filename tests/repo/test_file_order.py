"""The order of the files of tests among the workers."""

from pathlib import Path

from file_order import LONGEST, longest_first

ROOT = Path(__file__).parents[2]


def test_every_file_named_as_long_is_there() -> None:
    assert [name for name in LONGEST if not (ROOT / name).is_file()] == []


def test_the_longest_come_first_then_those_of_the_most_tests_and_none_is_torn_apart() -> None:
    files = ["a", "b", "b", LONGEST[1], "a", "a", LONGEST[0], LONGEST[1]]

    keys = longest_first(files)

    ordered = [file for _, file in sorted(zip(keys, files, strict=True))]
    assert ordered == [LONGEST[0], LONGEST[1], LONGEST[1], "a", "a", "a", "b", "b"]
