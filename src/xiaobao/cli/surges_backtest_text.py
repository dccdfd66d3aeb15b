"""How a back-test is shown."""

from collections.abc import Sequence

import msgspec

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.names import dimension_words, member_words
from xiaobao.analysis.surges.backtest.figures import Candidate, Outcome, Power
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.workflows.backtest_surges import Backtested


class ShownPower(msgspec.Struct, frozen=True, kw_only=True):
    """Power as JSON; `power` and `delay` are null where nothing was injected, or found."""

    node_type: str | None
    complaints: int | None
    injected: int
    found: int
    power: float | None
    power_low: float
    power_high: float
    delay_days: float | None
    delay_low: float | None
    delay_high: float | None


class ShownOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one choice had meant."""

    budget: int
    false_discovery_rate: float
    issues: int
    issues_a_day: float | None
    power: ShownPower


class ShownCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """An issue of the un-injected past."""

    where: dict[str, str]
    name: dict[str, str]
    first_on: str
    last_on: str
    observed: int
    expected: float


class ShownBacktest(msgspec.Struct, frozen=True, kw_only=True):
    """The back-test of a path as JSON."""

    path: str | None
    from_on: str
    to_on: str
    seed: int
    catalog_digest: str
    days: int
    days_judged: int
    days_known_at_close: int
    injections_planned: int
    injections: int
    chosen: ShownOutcome
    by_type_and_size: tuple[ShownPower, ...]
    budgets: tuple[ShownOutcome, ...]
    false_discovery_rates: tuple[ShownOutcome, ...]
    candidates: tuple[ShownCandidate, ...]


def as_json(tested: Backtested, *, scope: Scope) -> ShownBacktest:
    """Everything that was found."""
    period = tested.call.period
    return ShownBacktest(
        path=tested.path,
        from_on=period.from_on.isoformat(),
        to_on=period.last_on.isoformat(),
        seed=tested.call.seed,
        catalog_digest=scope.catalog.digest,
        days=len(tested.days),
        days_judged=tested.judged,
        days_known_at_close=tested.at_close,
        injections_planned=tested.planned,
        injections=len(tested.injections),
        chosen=_outcome(tested.chosen),
        by_type_and_size=tuple(
            _power(one, node_type=" × ".join(by), complaints=size)
            for (by, size), one in tested.powers.items()
        ),
        budgets=tuple(map(_outcome, tested.budgets)),
        false_discovery_rates=tuple(map(_outcome, tested.rates)),
        candidates=tuple(_candidate(one, scope) for one in tested.chosen.candidates),
    )


def _outcome(one: Outcome) -> ShownOutcome:
    return ShownOutcome(
        budget=one.choice.most_issues,
        false_discovery_rate=one.choice.false_discovery_rate,
        issues=len(one.candidates),
        issues_a_day=None if one.issues_a_day is None else round(one.issues_a_day, 3),
        power=_power(one.power),
    )


def _power(one: Power, *, node_type: str | None = None, complaints: int | None = None) -> ShownPower:
    return ShownPower(
        node_type=node_type,
        complaints=complaints,
        injected=one.injected,
        found=one.found,
        power=round(one.found / one.injected, 3) if one.injected else None,
        power_low=round(one.low, 3),
        power_high=round(one.high, 3),
        delay_days=one.delay,
        delay_low=one.delay_low,
        delay_high=one.delay_high,
    )


def _candidate(one: Candidate, scope: Scope) -> ShownCandidate:
    name = _name(one, scope)
    return ShownCandidate(
        where=dict(one.where),
        name={"zh": name.zh, "en": name.en},
        first_on=one.first_on.isoformat(),
        last_on=one.last_on.isoformat(),
        observed=one.observed,
        expected=round(one.expected, 3),
    )


def _name(one: Candidate, scope: Scope) -> Words:
    names = [member_words(name, member, scope=scope, on=one.first_on) for name, member in one.where]
    return joined(names, " · ")


def as_words(tested: Backtested, *, scope: Scope) -> Words:
    """The same for people."""
    return joined(
        [
            _head(tested, scope),
            *_powers(tested),
            *_choices(tested),
            *_candidates(tested.chosen.candidates, scope),
        ]
    )


def _head(tested: Backtested, scope: Scope) -> Words:
    period, chosen = tested.call.period, tested.chosen
    path = scope.domain.paths.get(tested.path or "")
    told = Words(zh=f"，{path.zh}", en=f", {path.en}") if path else Words(zh="", en="")
    hindsight = len(tested.days) - tested.at_close
    left_out = tested.planned - len(tested.injections)
    lines = [
        Words(
            zh=f"回测 {period.from_on} 至 {period.last_on}{told.zh}：{len(tested.days)} 日，"
            f"其中可判断 {tested.judged} 日；放入突增 {len(tested.injections)} 个（种子 {tested.call.seed}）",
            en=f"back-test of {period.from_on} to {period.last_on}{told.en}: {len(tested.days)} days, "
            f"{tested.judged} of them judged; {len(tested.injections)} surges put into copies "
            f"(seed {tested.call.seed})",
        ),
        Words(
            zh=f"{tested.at_close} 日按其日结时所知；{hindsight} 日没有日结，按台账现状（事后所知）",
            en=f"{tested.at_close} days as known at their close; {hindsight} have none and are read as the "
            "ledger stands, with hindsight",
        ),
    ]
    if left_out:
        lines.append(
            Words(
                zh=f"{left_out} 个突增无处可放：该类序列此前一年没有投诉",
                en=f"{left_out} surges found no place: no series of their kind had complaints",
            )
        )
    if chosen.issues_a_day is None:
        none = Words(
            zh="没有一日可以判断：过去太短或无人报送",
            en="no day can be judged: too short a past, or no reports",
        )
        return joined([*lines, none])
    share = Words(
        zh=f"预算每日 {chosen.choice.most_issues} 条：检出 {_share(chosen.power)}，"
        f"中位延迟 {_delay(chosen.power)} 日；"
        f"未放突增时每日新报 {chosen.issues_a_day:.2f} 条（若其中有真实突增，误报更少）",
        en=f"budget of {chosen.choice.most_issues} a day: found {_share(chosen.power)}, median delay "
        f"{_delay(chosen.power)} days; {chosen.issues_a_day:.2f} new issues a day without them "
        "(false ones are fewer as far as these are real)",
    )
    return joined([*lines, share])


def _share(one: Power) -> str:
    if not one.injected:
        return "–"
    return f"{one.found}/{one.injected} = {one.found / one.injected:.2f} [{one.low:.2f}, {one.high:.2f}]"


def _delay(one: Power) -> str:
    return "–" if one.delay is None else f"{one.delay:g} [{one.delay_low:g}, {one.delay_high:g}]"


_FOUND = Words(zh="检出 [95% 区间]", en="found [95 %]")
_DELAYED = Words(zh="中位延迟日数 [95% 区间]", en="median delay in days [95 %]")


def _powers(tested: Backtested) -> Sequence[Words]:
    head = [
        Words(zh="节点类型", en="node type"),
        Words(zh="增加件数", en="complaints added"),
        _FOUND,
        _DELAYED,
    ]
    rows = [
        (joined(map(dimension_words, by), " × "), str(size), _share(one), _delay(one))
        for (by, size), one in tested.powers.items()
    ]
    return [table(head, rows)] if rows else []


def _choices(tested: Backtested) -> Sequence[Words]:
    head = [
        Words(zh="预算（条/日）", en="budget a day"),
        Words(zh="错误发现率", en="false discovery rate"),
        _FOUND,
        _DELAYED,
        Words(zh="未放突增时每日新报", en="issues a day without"),
    ]
    rows = [
        (
            str(one.choice.most_issues),
            f"{one.choice.false_discovery_rate:g}",
            _share(one.power),
            _delay(one.power),
            "–" if one.issues_a_day is None else f"{one.issues_a_day:.2f}",
        )
        for one in (*tested.budgets, *tested.rates)
    ]
    return [table(head, rows)]


def _candidates(found: Sequence[Candidate], scope: Scope) -> Sequence[Words]:
    if not found:
        return []
    lines = [
        Words(
            zh="未放突增时报出的（请核对其中哪些是真实突增）：",
            en="told without any surge put in (look which of these were real):",
        )
    ]
    for one in found:
        name = _name(one, scope)
        lines.append(
            Words(
                zh=f"{one.first_on} 至 {one.last_on} {name.zh}：首日 {one.observed} 件，"
                f"预期 {one.expected:.1f} 件",
                en=f"{one.first_on} to {one.last_on} {name.en}: {one.observed} complaints on the first day, "
                f"{one.expected:.1f} expected",
            )
        )
    return lines
