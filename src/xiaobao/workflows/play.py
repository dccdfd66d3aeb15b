"""Plays a manifest of deliveries into a home, day by day, as if it were happening; resumable at any point."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from xiaobao.analysis.surges.told import Told
from xiaobao.catalog import reading
from xiaobao.lib.errors import UserError
from xiaobao.lib.progress import OnProgress
from xiaobao.lib.words import Words
from xiaobao.simulate.manifest import PlannedDelivery, read_manifest
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.submissions import receiving
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home, create_home, open_home
from xiaobao.submissions.home_file import HOME_FILE, Mark
from xiaobao.submissions.models import Batch, DayClose, Submission
from xiaobao.submissions.receiving import no_checks
from xiaobao.workflows.beside import Begun, Beside, beside
from xiaobao.workflows.checks_ahead import ChecksAhead, delivery_of
from xiaobao.workflows.close_day import close_and_rewrite
from xiaobao.workflows.find_linkage import find_last_linkage
from xiaobao.workflows.find_surges import LATEST_DAYS, find_latest, find_missing, look
from xiaobao.workflows.find_topics import find_last
from xiaobao.workflows.post import post
from xiaobao.workflows.receive import receive
from xiaobao.workflows.timeline import Arrival, Closing, Step, timeline

WORTH_A_PROCESS = 500
"""How many deliveries make up for the two seconds of processor time that a process beside takes to start."""
_CHECKING = Words(zh="预先检查", en="checking ahead")
_WATCHING = Words(zh="查找突增", en="looking for surges")
_REHEARSED_BEFORE = 3 * LATEST_DAYS
_BEFORE_FIRST = timedelta(hours=1)


class MarkError(UserError):
    """Deliveries of one mark cannot be played into a home of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a play did."""

    steps: int
    """Steps of the timeline, done before included."""
    delivered: int
    """Deliveries taken in by this play."""
    returned: int
    """Of these, files that went back whole."""
    closed: tuple[date, ...]
    """Days closed by this play."""
    skipped: int
    """Days without a delivery that these closes skipped."""


def play(
    home: Home,
    manifest: Path,
    *,
    until: date | None = None,
    now: Callable[[], datetime],
    on_progress: OnProgress,
) -> Played:
    """Take in, post and close whatever of the manifest this home has not seen; UserError for another mark.

    A source's earlier batches are posted before its next delivery is checked, so that the outcome is the same
    however often the play was stopped and continued. Where there is much to take in, a process beside checks
    files ahead, and another looks for the surges of the last nights as their days are closed; the play
    goes on without one that is ended.
    """
    deliveries = read_manifest(manifest)
    _require_mark(home, deliveries)
    steps = timeline(deliveries, domain=home.domain, until=until)
    receiving.recheck_unfinished(home, at=_clock(home, now))
    player = _player(home, manifest.parent, now, steps)
    with _helped(player):
        for done, step in enumerate(steps):
            on_progress(done, len(steps), _words(step))
            player.take(step)
        player.post(None)
        find_last(home)
        find_last_linkage(home)
        for night in player.looked_for:
            night.result()
        find_latest(home)  # those that are not kept yet
    on_progress(len(steps), len(steps), Words(zh="完成", en="done"))
    return Played(
        steps=len(steps),
        delivered=player.delivered,
        returned=player.returned,
        closed=tuple(player.closed),
        skipped=player.skipped,
    )


def play_recipe(
    path: Path,
    recipe: Recipe,
    *,
    folder: Path,
    until: date | None = None,
    now: Callable[[], datetime],
    on_progress: OnProgress,
) -> Played:
    """Play a recipe's deliveries, kept in `folder`, into the home at `path`; both are made when absent."""
    catalog = reading.load()
    manifest = ensure_deliveries(catalog, recipe, folder)
    if (path / HOME_FILE).is_file():
        home = open_home(path)
    else:
        first_at = read_manifest(manifest)[0].at
        home = create_home(
            path, domain_id=recipe.domain_id(catalog), mark=Mark(recipe.mark), at=first_at - _BEFORE_FIRST
        )
    return play(home, manifest, until=until, now=now, on_progress=on_progress)


def _require_mark(home: Home, deliveries: Sequence[PlannedDelivery]) -> None:
    marks = {delivery.mark for delivery in deliveries} - {home.mark.value}
    if marks:
        raise MarkError(
            Words(
                zh=f"家目录 {home.path} 的标记是 {home.mark.value}，不能接收 {'、'.join(marks)} 的报送",
                en=f"the home {home.path} is {home.mark.value}; it takes no {', '.join(marks)} deliveries",
            )
        )


def _words(step: Step) -> Words:
    if isinstance(step, Closing):
        return Words(zh=f"日结 {step.day}", en=f"closing {step.day}")
    return Words(
        zh=f"{step.delivery.day} {step.delivery.source_code}",
        en=f"{step.delivery.day} {step.delivery.source_code}",
    )


@dataclass(slots=True, kw_only=True)
class _Player:
    """Takes the steps that the home has not seen; knows which sources wait to be posted."""

    home: Home
    folder: Path
    now: Callable[[], datetime]
    coming: deque[PlannedDelivery]
    """The deliveries that are still to be taken in."""
    unposted: set[str]
    closed_before: frozenset[date]
    delivered: int = 0
    returned: int = 0
    closed: list[date] = field(default_factory=list)
    skipped: int = 0
    ahead: ChecksAhead | None = None
    nights: frozenset[date] = frozenset()
    """The last days, whose surges `watch` looks for."""
    rehearsal: date | None = None
    """A day before them, looked at for nothing: the first look has to make compiled code and old sums."""
    watch: Beside | None = None
    looked_for: list[Begun[tuple[Told, ...]]] = field(default_factory=list)

    def take(self, step: Step) -> None:
        if isinstance(step, Closing):
            self._close(step)
        elif self.coming and step.delivery is self.coming[0]:
            self._receive(self.coming.popleft())

    def post(self, at: datetime | None) -> None:
        if self.unposted:
            post(self.home, at=at, now=self.now)
            self.unposted.clear()

    def _close(self, step: Closing) -> None:
        if step.day in self.closed_before:
            return
        self.post(step.at)
        self._look_ahead(self.unposted)
        close_and_rewrite(self.home, step.day, skip_from=step.skip_from, at=step.at, now=self.now)
        if self.watch and step.day == self.rehearsal:
            self.watch.begin(look, step.day)
        if self.watch and step.day in self.nights:
            days = [day for day in self.nights if day <= step.day]
            self.looked_for.append(self.watch.begin(find_missing, days))
        self.closed.append(step.day)
        self.skipped += step.skipped

    def _receive(self, delivery: PlannedDelivery) -> None:
        if delivery.source_code in self.unposted:
            self.post(delivery.at)
        self._look_ahead(self.unposted | {delivery.source_code})
        facts = receive(
            self.home,
            None if delivery.file is None else self.folder / delivery.file,
            delivery=delivery_of(delivery),
            at=delivery.at,
            now=self.now(),
            checks_made=self.ahead.of(delivery) if self.ahead else no_checks,
        )
        self.delivered += 1
        self.returned += not facts.is_accepted
        self.unposted.add(delivery.source_code)

    def _look_ahead(self, on_their_way: set[str]) -> None:
        if self.ahead:
            self.ahead.begin(self.coming, on_their_way)


@contextmanager
def _helped(player: _Player) -> Iterator[None]:
    """With processes beside where there is enough to do for them."""
    if len(player.coming) < WORTH_A_PROCESS:
        yield
        return
    with beside(player.home, _CHECKING) as checking, beside(player.home, _WATCHING) as watch:
        player.ahead, player.watch = ChecksAhead(checking, folder=player.folder), watch
        yield


def _clock(home: Home, now: Callable[[], datetime]) -> datetime:
    return business_now(home, at=None, now=now())


def _player(home: Home, folder: Path, now: Callable[[], datetime], steps: Sequence[Step]) -> _Player:
    taken = frozenset(Submission.objects.values_list("source_code", "arrived_at"))
    days = [step.day for step in steps if isinstance(step, Closing)]
    arrivals = (step.delivery for step in steps if isinstance(step, Arrival))
    waiting = Batch.objects.filter(posted_seq=None, set_aside=False).values_list("source_code", flat=True)
    closed = DayClose.objects.values_list("day", flat=True)
    return _Player(
        home=home,
        folder=folder,
        now=now,
        coming=deque(each for each in arrivals if (each.source_code, each.at) not in taken),
        nights=frozenset(days[-LATEST_DAYS:]),
        rehearsal=days[-_REHEARSED_BEFORE] if len(days) >= _REHEARSED_BEFORE else None,
        unposted=set(waiting),
        closed_before=frozenset(closed),
    )
