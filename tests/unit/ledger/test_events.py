"""The rules of posting, one event at a time; the numbers are those of docs/ledger.md."""

from ledger_rows import Ledger, amend, fates, new, recode, reinstate, signed, snapshot, withdraw

from xiaobao.ledger.events import NOTHING_KNOWN, Standing, state_of


def test_an_unknown_number_is_stated() -> None:
    ledger = Ledger()
    rows = ledger.post(new("1", 1, "B01"))
    assert signed(rows) == [(1, "new", "B01")]
    assert fates(ledger.notes[0]) == (1, 0, 0, 0)


def test_an_amendment_reverses_the_old_content_and_states_the_new() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    rows = ledger.post(amend("1", 2, "B02"))
    assert signed(rows) == [(-1, "amend", "B01"), (1, "amend", "B02")]
    assert rows["revision"].to_list() == [2, 2]


def test_a_withdrawal_reverses_and_a_withdrawn_number_returns_only_as_reinstatement() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    assert signed(ledger.post(withdraw("1", 2))) == [(-1, "withdraw", "B01")]
    for refused in (new("1", 3, "B01"), amend("1", 3, "B02"), snapshot("1", 3, "B02")):
        assert ledger.post(refused).is_empty()
        assert ledger.notes[-1].refused["reason"].to_list() == ["withdrawn_not_reinstated"]
    assert signed(ledger.post(reinstate("1", 3, "B03"))) == [(1, "reinstate", "B03")]


def test_only_a_withdrawn_number_is_reinstated() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1))
    assert ledger.post(reinstate("1", 2), reinstate("2", 2)).is_empty()
    assert ledger.notes[-1].refused.rows() == [
        (1, "1", "reinstated_not_withdrawn"),
        (2, "2", "reinstated_not_withdrawn"),
    ]


def test_amending_an_unknown_number_is_refused() -> None:
    ledger = Ledger()
    assert ledger.post(amend("1", 1)).is_empty()
    assert ledger.notes[0].refused.rows() == [(1, "1", "unknown_amended")]


def test_an_older_revision_is_superseded_and_an_equal_one_applies() -> None:
    ledger = Ledger()
    ledger.post(new("1", 5, "B01"))
    assert ledger.post(amend("1", 4, "B02")).is_empty()
    assert fates(ledger.notes[-1]) == (0, 0, 1, 0)
    ledger.post(amend("1", 5, "B03"))
    assert ledger.businesses() == {"1": "B03"}


def test_a_newer_event_that_changes_nothing_posts_a_marker_that_keeps_older_ones_out() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    assert signed(ledger.post(amend("1", 3, "B01"))) == [(0, "amend", "B01")]
    assert fates(ledger.notes[-1]) == (0, 1, 0, 0)
    assert ledger.post(amend("1", 2, "B02")).is_empty()
    assert ledger.businesses() == {"1": "B01"}


def test_an_equal_revision_that_changes_nothing_posts_no_row() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    assert ledger.post(amend("1", 1, "B01")).is_empty()
    assert fates(ledger.notes[-1]) == (0, 1, 0, 0)


def test_a_known_number_as_new_is_unchanged_when_equal_and_refused_when_not() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    assert signed(ledger.post(new("1", 2, "B01"))) == [(0, "new", "B01")]
    assert ledger.post(new("1", 3, "B02")).is_empty()
    assert ledger.notes[-1].refused["reason"].to_list() == ["known_with_other_content"]


def test_withdrawing_an_unknown_number_is_remembered_with_a_warning() -> None:
    ledger = Ledger()
    assert signed(ledger.post(withdraw("1", 2))) == [(0, "withdraw", "B01")]
    assert ledger.notes[0].warnings.rows() == [(1, "1", "unknown_withdrawn")]
    assert fates(ledger.notes[0]) == (1, 0, 0, 0)
    assert ledger.post(new("1", 1, "B01")).is_empty()
    assert fates(ledger.notes[1]) == (0, 0, 1, 0)
    assert signed(ledger.post(reinstate("1", 3, "B02"))) == [(1, "reinstate", "B02")]


def test_withdrawing_twice_posts_a_marker_of_what_was_known() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B07"))
    ledger.post(withdraw("1", 2))
    assert signed(ledger.post(withdraw("1", 3))) == [(0, "withdraw", "B07")]
    assert ledger.post(withdraw("1", 3)).is_empty()


def test_a_snapshot_states_the_unknown_and_amends_the_known() -> None:
    ledger = Ledger()
    assert signed(ledger.post(snapshot("1", 1, "B01"))) == [(1, "new", "B01")]
    assert signed(ledger.post(snapshot("1", 2, "B02"))) == [(-1, "amend", "B01"), (1, "amend", "B02")]
    assert signed(ledger.post(snapshot("1", 3, "B02"))) == [(0, "amend", "B02")]


def test_a_source_without_revisions_posts_no_marker_but_remembers_an_unknown_withdrawal() -> None:
    ledger = Ledger(arrival=True)
    assert ledger.post(new("1", None, "B01"))["revision"].to_list() == [1]
    assert ledger.post(snapshot("1", None, "B01")).is_empty()
    assert signed(ledger.post(withdraw("2", None))) == [(0, "withdraw", "B01")]
    assert ledger.post(withdraw("2", None)).is_empty()
    assert ledger.post(new("2", None)).is_empty()
    assert ledger.notes[-1].refused["reason"].to_list() == ["withdrawn_not_reinstated"]


def test_the_bureaus_code_stays_and_the_submitted_codes_follow_the_reporter() -> None:
    ledger = Ledger()
    ledger.post(new("1", 5, "B01"))
    recoded = ledger.post(recode("1", "B09"))
    assert signed(recoded) == [(-1, "recode", "B01"), (1, "recode", "B09")]
    assert recoded["revision"].to_list() == [None, None]
    assert recoded["submitted_codes"].to_list() == ["A01|B01|C01", "A01|B01|C01"]
    amended = ledger.post(amend("1", 5, "B02"))  # an equal revision: the decision did not advance it
    assert signed(amended) == [(-1, "amend", "B09"), (1, "amend", "B09")]
    assert amended["submitted_codes"].to_list() == ["A01|B01|C01", "A01|B02|C01"]


def test_the_bureaus_code_survives_withdrawal_and_reinstatement() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    ledger.post(recode("1", "B09"))
    ledger.post(withdraw("1", 2))
    assert signed(ledger.post(reinstate("1", 3, "B02"))) == [(1, "reinstate", "B09")]


def test_a_decision_that_confirms_the_stated_code_is_remembered() -> None:
    ledger = Ledger()
    ledger.post(new("1", 1, "B01"))
    assert signed(ledger.post(recode("1", "B01"))) == [(0, "recode", "B01")]
    assert ledger.post(recode("1", "B01")).is_empty()
    ledger.post(amend("1", 2, "B02"))
    assert ledger.businesses() == {"1": "B01"}


def test_only_a_stated_complaint_is_recoded() -> None:
    ledger = Ledger()
    ledger.post(withdraw("2", 1))
    assert ledger.post(recode("1", "B09"), recode("2", "B09")).is_empty()
    assert ledger.notes[-1].refused["reason"].to_list() == ["recoded_not_stated"] * 2


def test_a_voided_revision_ranks_below_all_others() -> None:
    ledger = Ledger()
    ledger.post(new("1", 5, "B01"))
    ledger.post(amend("1", 999, "B02"))
    ledger.voided = {"bank-gy01": frozenset({999})}
    assert ledger.post(amend("1", 4, "B03")).is_empty()  # older than the revision 5 that stands
    assert ledger.post(amend("1", 999, "B04")).is_empty()
    assert fates(ledger.notes[-1]) == (0, 0, 1, 0)
    ledger.post(amend("1", 6, "B05"))
    assert ledger.businesses() == {"1": "B05"}


def test_a_complaint_known_only_by_a_voided_revision_takes_any_other() -> None:
    ledger = Ledger(voided={"bank-gy01": frozenset({999})})
    assert signed(ledger.post(new("1", 999, "B01"))) == [(1, "new", "B01")]
    ledger.post(amend("1", 1, "B02"))
    assert ledger.businesses() == {"1": "B02"}


def test_no_rows_are_no_state() -> None:
    assert state_of([]) == NOTHING_KNOWN
    assert NOTHING_KNOWN.standing is Standing.UNKNOWN
