"""The laws of the ledger on the real store: deliveries, decisions, merges and closes against an oracle."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from ledger_rows import SOURCE, Report
from store import AT, DAY, NOW, accept, post, present, rewrite, rows, sweep
from store_oracle import Oracle

from xiaobao.intake.delivery import Decision
from xiaobao.ledger.entries import Event
from xiaobao.ledger.laws import check_laws
from xiaobao.ledger.tables import Table
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions import closing, compaction, decisions, lease, rebuild, tagging
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.models import PostingNote, Receipt
from xiaobao.submissions.verify import verify

BUSINESSES = ("B0301", "B0302", "B03026")  # the last one is tagged
NUMBERS = ("1", "2", "3")
REVISIONS = range(1, 6)
EVENTS = (Event.NEW, Event.AMEND, Event.WITHDRAW, Event.REINSTATE)


Act = Callable[[Home], None]


class Store(RuleBasedStateMachine):
    """A home, an oracle, and everything that may happen to them in any order."""

    def __init__(self, factory: Callable[..., Home], folder: Path) -> None:
        super().__init__()
        self.factory, self.folder = factory, folder
        self.home = factory()
        self.oracle = Oracle()
        self.at: datetime = AT
        self.day: date = DAY
        self.deliveries = 0
        self.delivered: set[int] = set()
        self.pending = False
        self.closed: dict[date, tuple[int, dict[str, str]]] = {}
        self.acts: list[Act] = []

    @rule(
        revision=st.sampled_from(REVISIONS),
        wishes=st.lists(
            st.tuples(st.sampled_from(NUMBERS), st.sampled_from(EVENTS), st.sampled_from(BUSINESSES)),
            min_size=1,
            max_size=5,
        ),
    )
    def receive(self, revision: int, wishes: Sequence[tuple[str, Event, str]]) -> None:
        """A delivery is accepted, or returned where its revision was declared void."""
        reports = [
            Report(complaint_no=number, event=event, revision=revision, business=business)
            for number, event, business in wishes
        ]
        self.deliveries += 1
        salt, at, day = str(self.deliveries), self._tick(), self.day
        self._do(lambda home: _deliver(home, reports, day=day, revision=revision, at=at, salt=salt))
        is_taken = Receipt.objects.latest("sequence_id").decision == Decision.ACCEPTED.value
        assert is_taken == (revision not in self.oracle.void)
        if not is_taken:
            return
        for report in reports:
            self.oracle.take(report)
        self.delivered.add(revision)
        self.pending = True

    @rule()
    def post(self) -> None:
        """The poster runs; the ledger then holds what the oracle expects."""
        post(self.home, at=self.at)
        self.pending = False
        assert present(self.home) == self.oracle.present()

    @precondition(lambda self: not self.pending)
    @rule(number=st.sampled_from(NUMBERS), business=st.sampled_from(BUSINESSES))
    def recode(self, number: str, business: str) -> None:
        """The bureau decides on a complaint that stands."""
        if number not in self.oracle.present():
            return
        at = self._tick()
        self._do(lambda home: _recode(home, number, business, at=at))
        self.oracle.decide(number, business)
        self.pending = True

    @rule(revision=st.sampled_from(REVISIONS))
    def void(self, revision: int) -> None:
        """Two people declare a revision void."""
        if revision not in self.delivered or revision in self.oracle.void:
            return
        at = self._tick()
        self._do(lambda home: _void(home, revision, at=at))
        self.oracle.void.add(revision)

    @precondition(lambda self: not self.pending)
    @rule()
    def tag(self) -> None:
        """A tag's rule is run; run again at once it changes nothing."""
        at = self._tick()
        self._do(lambda home: _tag(home, at=at))

    @rule()
    def merge(self) -> None:
        """All small segments become one."""
        segments = compaction._live(Table.ENTRIES)
        if len(segments) > 1:
            with lease.held(now=NOW) as mine:
                compaction._merge(self.home, mine, segments, now=NOW)

    @rule()
    def rewrite(self) -> None:
        """The nightly rewrite, and the sweep a day later."""
        rewrite(self.home)
        sweep(self.home, now=NOW + timedelta(hours=25))

    @rule()
    def close(self) -> None:
        """The day is closed, and the next one begins."""
        self.at = self.home.domain.cutoff_at(self.day) + timedelta(minutes=1)
        facts = closing.close_day(self.home, self.day, at=self.at, now=NOW)
        self.closed[self.day] = (facts.posted_seq, self.oracle.present())
        self.day += ONE_DAY
        self.pending = False

    def teardown(self) -> None:
        """At the end of a run: everything that must hold of any store."""
        post(self.home, at=self.at)
        assert present(self.home) == self.oracle.present()
        for sequence, then in self.closed.values():
            assert present(self.home, as_of=sequence) == then
        ledger = rows(self.home)
        assert check_laws(ledger, voided={SOURCE: frozenset(self.oracle.void)}) == ()
        assert all(note.accepted >= note.posted for note in PostingNote.objects.all())
        assert verify(self.home) == ()
        assert (
            rebuild.rebuild(self.home, self.folder / f"again-{self.home.path.name}").differences.first == ()
        )
        twin = self.factory()
        for act in self.acts:
            act(twin)
            post(twin)
        assert rows(twin).drop("recorded_at").equals(ledger.drop("recorded_at"))
        open_home(self.home.path)

    def _do(self, act: Act) -> None:
        act(self.home)
        self.acts.append(act)

    def _tick(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def _deliver(
    home: Home, reports: Sequence[Report], *, day: date, revision: int, at: datetime, salt: str
) -> None:
    accept(home, reports, day=day, revision=revision, at=at, salt=salt)


def _recode(home: Home, number: str, business: str, *, at: datetime) -> None:
    asked = decisions.Recoding(source_code=SOURCE, complaint_no=number, business_code=business)
    decisions.recode(home, asked, by="an officer", reason="a reason", at=at)


def _void(home: Home, revision: int, *, at: datetime) -> None:
    decisions.void_revision(
        home,
        source_code=SOURCE,
        revision=revision,
        declared_by="Li",
        confirmed_by="Wang",
        reason="typed wrongly",
        at=at,
    )


def _tag(home: Home, *, at: datetime) -> None:
    tagging.run(home, "epidemic", at=at)
    post(home, at=at)
    assert tagging.run(home, "epidemic", at=at).batch is None


def _run(factory: Callable[..., Home], folder: Path, *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: Store(factory, folder),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a failing run is short enough to read; shrinking it takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_run_of_the_store_keeps_the_laws(
    home_factory: Callable[..., Home], engine: str, tmp_path: Path
) -> None:
    _run(home_factory, tmp_path, examples=7 if engine == "sqlite" else 2, steps=15)


@pytest.mark.long
def test_many_long_runs_of_the_store_keep_the_laws(
    home_factory: Callable[..., Home], engine: str, tmp_path: Path
) -> None:
    _run(home_factory, tmp_path, examples=100 if engine == "sqlite" else 20, steps=40)
