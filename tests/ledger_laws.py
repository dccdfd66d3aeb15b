"""The laws of the ledger as properties that can be run by themselves, and under a broken rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ledger_histories import (
    BUSINESSES,
    VOIDED,
    Batch,
    SlowLedger,
    any_deliveries,
    arrivals,
    commits,
    decided_codes,
    post_in,
    resend_refused,
    without_repeats,
    without_revisions,
)
from ledger_rows import RECORDED_AT, SOURCE, Ledger, amend, fates, new, recode
from polars.testing import assert_frame_equal

from xiaobao.ledger.entries import CODES, CONTENT
from xiaobao.ledger.events import Disposition
from xiaobao.ledger.laws import check_laws

Property = Callable[[st.DataObject], None]
Way = int
"""How many complaints a turn must have to be ruled column-wise: `posting.COLUMN_WISE_FROM`."""
COLUMN_WISE, ROW_BY_ROW = 1, 1_000_000
WAYS = {"column-wise": COLUMN_WISE, "row by row": ROW_BY_ROW, "both in one commit": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One property of the ledger."""

    name: str
    check: Property

    def hold(self, *, examples: int) -> None:
        """AssertionError, with the smallest example found, when the law does not hold."""
        _run(self.check, settings(max_examples=examples))

    def breaks(self, *, examples: int) -> bool:
        """Whether one of the same examples every time breaks the law."""
        try:
            _run(
                self.check,
                settings(max_examples=examples, derandomize=True, database=None, phases=[Phase.generate]),
            )
        except AssertionError:
            return True
        return False


def _run(check: Property, chosen: settings) -> None:
    def one(data: st.DataObject) -> None:
        check(data)

    calm = settings(
        chosen, deadline=None, report_multiple_bugs=False, suppress_health_check=list(HealthCheck)
    )
    calm(given(st.data())(one))()


def rules_and_columns_agree(data: st.DataObject) -> None:
    """What is posted column-wise, in any commits, is what the rules say row by row."""
    batches = data.draw(any_deliveries)
    arrival = data.draw(st.booleans())
    voided = frozenset({VOIDED}) if data.draw(st.booleans()) else frozenset[int]()
    if arrival:
        batches = without_revisions(batches)
    slow = SlowLedger(arrival=arrival, voided=voided)
    for batch in batches:
        slow.post(batch)
    ledger = Ledger(arrival=arrival, voided={SOURCE: voided, "bank-gy02": voided})
    post_in(data.draw(commits(batches=len(batches))), batches, ledger=ledger)
    assert_frame_equal(ledger.rows, slow.table())
    order = (Disposition.POSTED, Disposition.UNCHANGED, Disposition.SUPERSEDED, Disposition.REFUSED)
    assert [fates(note) for note in ledger.notes] == [tuple(map(fate.get, order)) for fate in slow.fates]


def grouping_changes_no_row(data: st.DataObject) -> None:
    """Neither the grouping of batches into commits nor a step of the clock changes a row."""
    batches = data.draw(any_deliveries)
    one_by_one = Ledger()
    for number, batch in enumerate(batches):
        one_by_one.commit(batch, recorded_at=RECORDED_AT + timedelta(days=number))
    grouped = post_in(data.draw(commits(batches=len(batches))), batches, ledger=Ledger())
    assert_frame_equal(grouped.rows.drop("recorded_at"), one_by_one.rows.drop("recorded_at"))
    assert [fates(note) for note in grouped.notes] == [fates(note) for note in one_by_one.notes]


def arrival_order_does_not_matter(data: st.DataObject) -> None:
    """Any arrival order of the same revisioned events, refusals resent, gives the same present."""
    arrival = data.draw(arrivals())
    ledger = post_in(data.draw(commits(batches=len(arrival.batches))), arrival.batches, ledger=Ledger())
    resend_refused(ledger, arrival.batches)
    assert ledger.businesses() == arrival.expected()


def posting_twice_is_posting_once(data: st.DataObject) -> None:
    """The same delivery again posts no row."""
    arrival = data.draw(st.booleans())
    batches = tuple(without_repeats(batch) for batch in data.draw(any_deliveries))
    ledger = Ledger(arrival=arrival)
    for batch in without_revisions(batches) if arrival else batches:
        ledger.commit(batch)
        assert ledger.commit(batch).is_empty()


def the_last_amendment_stands(data: st.DataObject) -> None:
    """Amendment after amendment equals the last, also when all carry one revision."""
    businesses = data.draw(st.lists(st.sampled_from(BUSINESSES), min_size=1, max_size=6))
    reports = [new("1", 1, "B09"), *(amend("1", 1, business) for business in businesses)]
    half = data.draw(st.integers(min_value=0, max_value=len(reports)))
    ledger = Ledger()
    ledger.commit(reports[:half], reports[half:])
    assert ledger.businesses() == {"1": businesses[-1]}


def rows_break_no_law(data: st.DataObject) -> None:
    """Every row keeps the laws that `verify` checks."""
    batches = data.draw(any_deliveries)
    ledger = post_in(data.draw(commits(batches=len(batches))), batches, ledger=Ledger())
    assert check_laws(ledger.rows) == ()


def the_bureau_decides_codes_and_nothing_else(data: st.DataObject) -> None:
    """Decisions anywhere in between: the reporters' last events stand, under the bureau's codes."""
    arrival = data.draw(arrivals())
    batches = [_with_decisions(batch, data) for batch in arrival.batches]
    ledger = post_in(data.draw(commits(batches=len(batches))), tuple(batches), ledger=Ledger())
    _resend_reports(ledger, batches)
    present = ledger.present()
    submitted = {number: _submitted_business(content) for number, content in present.items()}
    assert submitted == arrival.expected()
    for number, codes in decided_codes(ledger.rows).items():
        if number in present:
            assert [present[number][CONTENT.index(name)] for name in CODES] == list(codes)


def a_voided_revision_holds_nothing_up(data: st.DataObject) -> None:
    """After a revision far ahead was voided, the reporter's next revision applies again."""
    arrival = data.draw(arrivals())
    ledger = post_in([1] * len(arrival.batches), arrival.batches, ledger=Ledger())
    resend_refused(ledger, arrival.batches)
    stated = sorted(ledger.businesses())
    ledger.commit([amend(number, 999, "B08") for number in stated])
    ledger.voided = {SOURCE: frozenset({999})}
    ledger.commit([amend(number, 100, "B07") for number in stated], [amend(number, 99) for number in stated])
    assert ledger.businesses() == dict.fromkeys(stated, "B07")
    assert check_laws(ledger.rows, voided=ledger.voided) == ()


def _with_decisions(batch: Batch, data: st.DataObject) -> Batch:
    numbers = data.draw(st.lists(st.sampled_from("12345"), max_size=3))
    return batch + tuple(recode(number, data.draw(st.sampled_from(("B07", "B08")))) for number in numbers)


def _resend_reports(ledger: Ledger, batches: list[Batch]) -> None:
    resend_refused(ledger, tuple(batches))


def _submitted_business(content: tuple[object, ...]) -> str:
    return str(content[CONTENT.index("submitted_codes")]).split("|")[1]


LAWS: tuple[Law, ...] = tuple(
    Law(name=check.__name__, check=check)
    for check in (
        rules_and_columns_agree,
        grouping_changes_no_row,
        arrival_order_does_not_matter,
        posting_twice_is_posting_once,
        the_last_amendment_stands,
        rows_break_no_law,
        the_bureau_decides_codes_and_nothing_else,
        a_voided_revision_holds_nothing_up,
    )
)
