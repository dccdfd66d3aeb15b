"""`xiaobao check-published`: the ratios of published notices computed again from the counts beside them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from xiaobao.analysis.published.notice_file import read_notices, unused_columns
from xiaobao.analysis.published.recompute import Check, Outcome, Recomputed, recompute
from xiaobao.catalog import reading
from xiaobao.catalog.catalog import UnknownKeyError
from xiaobao.cli.options import overlay_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.tables import Shown, table
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words, joined

_CHECKS = {
    Check.SHARE: Words(zh="占比", en="share"),
    Check.CHANGE: Words(zh="环比同比", en="change"),
    Check.TOTAL: Words(zh="合计", en="total"),
    Check.MEDIAN: Words(zh="中位数", en="median"),
    Check.RATE: Words(zh="比率", en="rate"),
}
_OUTCOMES = {
    Outcome.AGREES: Words(zh="一致", en="agrees"),
    Outcome.WITHIN_ROUNDING: Words(zh="取整所限", en="within rounding"),
    Outcome.EXPLAINED: Words(zh="有说明", en="explained"),
    Outcome.DIFFERS: Words(zh="不符", en="differs"),
    Outcome.NOT_RECOMPUTABLE: Words(zh="无从复算", en="cannot be computed"),
}
_TOLD = (Outcome.WITHIN_ROUNDING, Outcome.EXPLAINED, Outcome.DIFFERS)


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One printed number as JSON."""

    line: int
    quarter: str
    entity: str
    metric: str
    check: str
    printed: str
    value: str | None
    outcome: str
    why: dict[str, str] | None


@click.command(
    help=text(
        zh="复算公开通报（CSV）：占比、环比同比、合计、中位数、比率，按四舍五入与印出的数字逐一核对。"
        "只用原文数字，推得的行不作依据。有不符且无说明时退出码为 1。",
        en="Compute published notices (CSV) again: shares, changes, totals, medians and rates, half up, "
        "against what is printed. Quoted lines only. Exit code 1 when one differs without an explanation.",
    )
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar=text(zh="文件…", en="FILE..."),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--notices",
    "notices_id",
    default="cbirc",
    show_default=True,
    help=text(zh="目录 published 中的通报", en="Which notices of the catalog's folder published."),
)
@click.option("--all", "everything", is_flag=True, help=text(zh="逐一列出", en="List every number."))
@overlay_option
@pass_session
def check_published(
    session: Session, files: tuple[Path, ...], notices_id: str, *, everything: bool, overlay: Path | None
) -> ExitCode:
    """Read, compute, say what differs."""
    catalog = reading.load(overlay=overlay)
    known = catalog.published
    if notices_id not in known:
        raise UnknownKeyError(what=Words(zh="通报", en="notices"), key=notices_id, known=tuple(known))
    notices = known[notices_id]
    register = catalog.register(notices.domain_id, simulated=False) if notices.domain_id else None
    found = recompute(read_notices(files, called=lambda name: notices.called(name, register)), notices)
    if unused := ", ".join(unused_columns(files)):
        session.tell(Words(zh=f"没有用到的列：{unused}", en=f"columns of which nothing is read: {unused}"))
    listed = found if everything else [one for one in found if _is_told(one)]
    session.give([_shown(one) for one in found], words=joined([_summary(found), *_listed(listed)]))
    differs = any(one.outcome is Outcome.DIFFERS for one in found)
    return ExitCode.DATA_REFUSED if differs else ExitCode.FINE


def _is_told(one: Recomputed) -> bool:
    return one.outcome in _TOLD or (one.outcome is Outcome.AGREES and one.why is not None)


def _shown(one: Recomputed) -> _Shown:
    return _Shown(
        line=one.line.line,
        quarter=str(one.line.quarter),
        entity=one.line.entity,
        metric=one.line.metric,
        check=one.check.value,
        printed=str(one.printed),
        value=None if one.value is None else str(one.value),
        outcome=one.outcome.value,
        why=None if one.why is None else {"zh": one.why.zh, "en": one.why.en},
    )


def _summary(found: Sequence[Recomputed]) -> Words:
    counted = Counter((one.check, one.outcome) for one in found)
    titles = [Words(zh="复算", en="computed again"), *_OUTCOMES.values()]
    rows: list[list[Shown]] = []
    for check, words in _CHECKS.items():
        rows.append([words, *(counted[(check, outcome)] for outcome in _OUTCOMES)])
    return table(titles, rows)


def _listed(found: Sequence[Recomputed]) -> list[Words]:
    if not found:
        return []
    titles = [
        Words(zh="行", en="line"),
        Words(zh="季度", en="quarter"),
        Words(zh="对象", en="of"),
        Words(zh="指标", en="statistic"),
        Words(zh="复算", en="check"),
        Words(zh="印出", en="printed"),
        Words(zh="算得", en="computed"),
        Words(zh="结果", en="outcome"),
        Words(zh="说明", en="because"),
    ]
    return [table(titles, [_row(one) for one in found])]


def _row(one: Recomputed) -> list[Shown]:
    line, value = one.line, None if one.value is None else str(one.value)
    where: list[Shown] = [line.line, str(line.quarter), line.entity, line.metric]
    return [*where, _CHECKS[one.check], str(one.printed), value, _OUTCOMES[one.outcome], one.why]
