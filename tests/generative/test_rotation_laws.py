"""A home whose keys are rotated, against its twin whose keys stay: the same ledger of the same people."""

from collections.abc import Callable, Mapping, Sequence

from bank_files import NOON, NOW, bank_file, deliver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people_files import ledger_under, person_row
from store import post

from xiaobao.submissions.home import Home
from xiaobao.submissions.master_rotation import rotate_master
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of, rotate_pseudonym_key
from xiaobao.submissions.verify import verify

Statement = tuple[int, int, bool]
"""Whose card, whose telephone, and whether the complaint is withdrawn if it stands."""
Day = tuple[Mapping[str, Statement], Sequence[Callable[..., object]]]
"""What is delivered, by complaint number, and what is rotated after it."""

PERSON = st.integers(1, 3)
DELIVERY = st.dictionaries(
    st.sampled_from(("1", "2", "3")), st.tuples(PERSON, PERSON, st.booleans()), min_size=1
)
ROTATIONS = st.lists(st.sampled_from([rotate_pseudonym_key, rotate_master]), max_size=2)


def files_of(history: Sequence[Day]) -> list[list[list[str]]]:
    """The rows of each delivery, each with an event that the state of its complaint allows."""
    stands: dict[str, bool] = {}
    files = []
    for delivery, _rotations in history:
        rows = []
        for number, (person, contact, withdraws) in delivery.items():
            event = {None: "新增", False: "撤销后重报", True: "撤销" if withdraws else "更正"}[
                stands.get(number)
            ]
            stands[number] = event != "撤销"
            rows.append(person_row(number, person, contact=contact, event=event))
        files.append(rows)
    return files


def live(home: Home, history: Sequence[Day], *, rotating: bool) -> list[tuple[str, int, int, int]]:
    """Deliver and post each file; decisions, and what was posted, unchanged and refused."""
    told = []
    for revision, rows in enumerate(files_of(history), start=1):
        path = bank_file(home.path, rows, name=f"{revision}.csv")
        decision = deliver(home, path, revision=revision).decision
        (note,) = post(home, at=NOON, now=NOW)
        told.append((decision, note.posted, note.unchanged, note.refused.height))
        for rotate in history[revision - 1][1] if rotating else ():
            rotate(home, by="Li", at=NOON)
    return told


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(DELIVERY, ROTATIONS), min_size=2, max_size=4))
def test_rotations_change_nothing_but_the_keys_people_are_named_by(
    sqlite_home_factory: Callable[..., Home], history: Sequence[Day]
) -> None:
    home = sqlite_home_factory()
    told = live(home, history, rotating=True)
    keys = pseudonym_keys_of(home)
    ledger = ledger_under(home, keys)
    assert verify(home, reread=True) == ()
    assert ledger["identity_key"].drop_nulls().n_unique() <= 3

    twin = sqlite_home_factory()  # a copy of the same template: its keys are those the other had at first
    assert live(twin, history, rotating=False) == told
    assert ledger_under(twin, keys).equals(ledger)
