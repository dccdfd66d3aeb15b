"""`xiaobao simulate`: write simulated deliveries or the replay, and play them into a home."""

from datetime import date, datetime
from pathlib import Path

import click
import msgspec

from xiaobao.catalog import reading
from xiaobao.cli.progress import progress
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib import clock
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.workflows.play import Played, play_recipe

_FIRST_DAY = date(2020, 3, 2)
_DAYS = 10
_SEED = 2020
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(
    help=text(
        zh="生成模拟报送（18 家虚构银行）或公开数据的逐日重放；给出 --home 时按日接收、记账、日结",
        en="Write simulated deliveries (18 invented banks) or the daily replay of public records; "
        "with --home, take them in, post and close day by day.",
    )
)
@click.option(
    "--replay", type=click.Choice(["cfpb"]), help=text(zh="重放公开数据", en="Replay public records.")
)
@click.option(
    "--days", type=click.IntRange(min=1), help=text(zh="天数（默认 10）", en="How many days (default 10).")
)
@click.option(
    "--seed", type=int, help=text(zh="随机种子（默认 2020）", en="Seed of the draws (default 2020).")
)
@click.option(
    "--from",
    "from_day",
    type=_DAY,
    help=text(zh="第一天（默认 2020-03-02）", en="First day (default 2020-03-02)."),
)
@click.option(
    "--to",
    "to_day",
    type=_DAY,
    help=text(
        zh="最后一天：生成两条路径和接听数据的多年报送，而不是几天的机构报送",
        en="Last day: simulates years of both paths and of calls instead of some days of bank reports.",
    ),
)
@click.option(
    "--scale",
    type=click.FloatRange(min=0, min_open=True),
    help=text(
        zh="与 --to 同用：业务量的倍数（默认 1）",
        en="With --to: times the volumes of the catalog (default 1).",
    ),
)
@click.option(
    "--branch",
    "branches",
    multiple=True,
    metavar=text(zh="地区", en="REGION"),
    help=text(
        zh="与 --to 同用，可重复：只有这些地区的热线分支机构接听（默认全部）",
        en="With --to, repeatable: only the hotline's branches of these regions answer (default all).",
    ),
)
@click.option(
    "--daily-from",
    "daily_day",
    type=_DAY,
    help=text(
        zh="与 --to 同用：从这一天起逐日报送，此前每月一次（默认 2020-01-01）",
        en="With --to: day by day from this day, once a month before it (default 2020-01-01).",
    ),
)
@click.option("--out", type=_FOLDER, help=text(zh="报送文件夹", en="Folder of the delivery files."))
@click.option(
    "--home",
    type=_FOLDER,
    help=text(zh="家目录；不存在时建立", en="The home to play into; made when absent."),
)
@click.option("--until", type=_DAY, help=text(zh="到这一天日结为止", en="Stop after the close of this day."))
@pass_session
def simulate(
    session: Session,
    replay: str | None,
    days: int | None,
    seed: int | None,
    from_day: datetime | None,
    to_day: datetime | None,
    scale: float | None,
    branches: tuple[str, ...],
    daily_day: datetime | None,
    out: Path | None,
    home: Path | None,
    until: datetime | None,
) -> None:
    """Parse, write, play, tell."""
    from_on, last_on = (each.date() if each else None for each in (from_day, to_day))
    recipe = (
        _recipe(replay, days, seed, from_on)
        if last_on is None and scale is None and not branches and daily_day is None
        else _years(from_on, last_on, seed, scale, branches, others=(replay, days))
    )
    if daily_day is not None:
        recipe = msgspec.structs.replace(recipe, daily_from=daily_day.date())
    if home is None:
        manifest = ensure_deliveries(reading.load(), recipe, _named(out))
        session.give({"manifest": str(manifest)}, words=_written(manifest))
        return
    with progress(session) as advance:
        played = play_recipe(
            home,
            recipe,
            folder=out or home.with_name(f"{home.name}-deliveries"),
            until=until.date() if until else None,
            now=clock.now,
            on_progress=advance,
        )
    session.give(played, words=_played(played, home))


def _recipe(replay: str | None, days: int | None, seed: int | None, from_on: date | None) -> Recipe:
    if replay is None:
        return Recipe(
            mark="simulated",
            from_on=from_on or _FIRST_DAY,
            days=days or _DAYS,
            seed=_SEED if seed is None else seed,
        )
    if seed is not None or (days is None) != (from_on is None):
        raise UserError(
            Words(
                zh="重放不抽取随机数，不接受 --seed；--from 与 --days 须同时给出",
                en="a replay draws nothing and takes no --seed; give --from and --days together",
            )
        )
    return Recipe(mark="replay", from_on=from_on, days=days, seed=None)


def _years(
    from_on: date | None,
    last_on: date | None,
    seed: int | None,
    scale: float | None,
    branches: tuple[str, ...],
    *,
    others: tuple[str | None, int | None],
) -> Recipe:
    """Years of both paths; UserError where options do not go together or the days are none."""
    if last_on is None or from_on is None or others != (None, None):
        raise UserError(
            Words(
                zh="--scale、--branch、--daily-from 须与 --from、--to 同用，不与 --days、--replay 同用",
                en="--scale, --branch, --daily-from go with --from and --to, not with --days or --replay",
            )
        )
    if last_on < from_on:
        raise UserError(Words(zh="--to 早于 --from", en="--to lies before --from"))
    return Recipe(
        mark="simulated",
        from_on=from_on,
        days=None,
        seed=_SEED if seed is None else seed,
        last_on=last_on,
        scale=1.0 if scale is None else scale,
        branches=branches,
    )


def _named(out: Path | None) -> Path:
    if out is None:
        raise UserError(Words(zh="请给出 --out 或 --home", en="name a folder by --out, or a home by --home"))
    return out


def _written(manifest: Path) -> Words:
    return Words(zh=f"报送清单：{manifest}", en=f"deliveries: {manifest}")


def _played(played: Played, home: Path) -> Words:
    if not played.delivered and not played.closed:
        return Words(zh=f"{home} 已是最新，无事可做", en=f"{home} is up to date; nothing to do")
    closes = _closes(played)
    taken, returned = played.delivered, played.returned
    return Words(
        zh=f"{home}：接收报送 {taken} 份（其中退回 {returned} 份），{closes.zh}",
        en=f"{home}: {taken} deliveries taken in ({returned} of them returned), {closes.en}",
    )


def _closes(played: Played) -> Words:
    count = len(played.closed)
    if not count:
        return Words(zh="没有可日结的日子", en="no day to close")
    skipped_zh = f"，其间无报送的 {played.skipped:,} 天一并跳过" if played.skipped else ""
    skipped_en = f"; {played.skipped:,} days without a delivery were skipped" if played.skipped else ""
    return Words(
        zh=f"日结 {count} 天，最近一天 {played.closed[-1]}{skipped_zh}",
        en=f"{count} days closed, the last of them {played.closed[-1]}{skipped_en}",
    )
