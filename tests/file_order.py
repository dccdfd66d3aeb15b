"""In which order workers take the files of tests: the longest first, so that none ends with one alone."""

from collections import Counter
from collections.abc import Sequence

LONGEST = (
    "tests/integration/test_coding_quality_command.py",
    "tests/unit/analysis/test_surges_model.py",
    "tests/integration/test_crash.py",
    "tests/integration/test_engine_setting.py",
    "tests/integration/test_random_kills.py",  # not before the kernels of a close are compiled
    "tests/integration/test_linkage_command.py",
    "tests/integration/test_demo.py",
    "tests/integration/test_play_years.py",
    "tests/integration/test_search_home.py",
    "tests/integration/test_disk_trouble.py",
    "tests/integration/test_receiving_crashes.py",
    "tests/integration/test_base_install.py",
    "tests/generative/test_fault_simulation.py",
    "tests/generative/test_store_laws.py",
    "tests/generative/test_engines_agree.py",
)
"""Files that take long for their number of tests, the longest first."""


def longest_first(files: Sequence[str]) -> list[int]:
    """A key for each test by its file: those named above come first, then those of the most tests.

    Tests of one file get the same key, so that a stable sort leaves them as they were.
    """
    counted = Counter(files)
    names = sorted(counted, key=lambda file: (-counted[file], file))
    places = {file: place for place, file in enumerate(LONGEST)} | {
        file: len(LONGEST) + place for place, file in enumerate(names) if file not in LONGEST
    }
    return [places[file] for file in files]
