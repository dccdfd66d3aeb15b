"""`xiaobao surges backtest`: what a home's own past had told of surges that were put into it."""

from datetime import date
from pathlib import Path

import click

from xiaobao.analysis.dimensions import Scope
from xiaobao.cli.day_options import from_day_option, period_of, to_day_option
from xiaobao.cli.options import ENGINE_EPILOG, each_path_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.surges_backtest_text import as_json, as_words
from xiaobao.lib.words import joined
from xiaobao.submissions.home import open_home
from xiaobao.workflows.backtest_surges import Call, backtest_home


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="把本单位过去的各日按当时所知重新判断一遍，并把按种子抽取的突增放进副本（从不写入台账）："
        "检出率、延迟、未放突增时每日的条数，以及其他预算下的结果",
        en="Judge the days of a home's own past again as they were known then, with surges drawn by seed put "
        "into copies, never into the ledger: power, delay, issues a day without them, and the same at other "
        "budgets.",
    ),
)
@home_option
@from_day_option(zh="第一天，如 2020-01-01", en="First day, as 2020-01-01.")
@to_day_option
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    help=text(
        zh="每日至多几条；不给则按目录", en="Issues a day at most; the catalog's number where not given."
    ),
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help=text(zh="种子", en="Seed of the draws."),
)
@click.option(
    "--injections",
    type=click.IntRange(min=1),
    help=text(zh="放入多少个突增；不给则按目录", en="How many surges; the catalog's number where not given."),
)
@each_path_option
@pass_session
def backtest(
    session: Session,
    home_path: Path,
    from_day: date,
    to_day: date,
    budget: int | None,
    seed: int,
    injections: int | None,
    path: str | None,
) -> None:
    """Ask, show."""
    period = period_of(from_day, to_day)
    home = open_home(home_path)
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    call = Call(
        period=period,
        seed=seed,
        path=path,
        most_issues=budget,
        injections=injections,
    )
    found = backtest_home(home, call)
    session.give(
        [as_json(one, scope=scope) for one in found],
        words=joined([as_words(one, scope=scope) for one in found], "\n\n"),
    )
