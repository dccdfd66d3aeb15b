"""`xiaobao measure`: evaluate a measure over a home."""

from datetime import date
from pathlib import Path

import click

from xiaobao.analysis.compare import earlier_period
from xiaobao.cli.compared import compared_json, compared_words
from xiaobao.cli.measured import as_json, as_words
from xiaobao.cli.measured import largest_first as sorted_by_value
from xiaobao.cli.options import ENGINE_EPILOG, DayType, as_of_option, day_option, home_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period, day_period
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.workflows.compare_periods import compare
from xiaobao.workflows.measure import Call
from xiaobao.workflows.measure_total import measure_with_total


class MemberOfDimension(click.ParamType[tuple[str, str]]):
    """`DIMENSION=MEMBER`."""

    name = "DIMENSION=MEMBER"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The two sides of the first equals sign."""
        dimension, equals, member = value.partition("=")
        if not equals or not dimension or not member:
            raise UserError(
                Words(
                    zh=f"{value} 写法不对；请写 维度=成员，如 path=institution",
                    en=f"{value}: write DIMENSION=MEMBER, such as path=institution",
                )
            )
        return dimension, member


@click.command(
    epilog=ENGINE_EPILOG,
    help=text(
        zh="计算一项指标，如：xiaobao measure complaints --day 2014-10-28 --by business.1",
        en="Evaluate a measure, such as: xiaobao measure complaints --day 2014-10-28 --by business.1",
    ),
)
@click.argument("measure_id", metavar=text(zh="指标", en="MEASURE"))
@home_option
@day_option
@click.option("--from", "from_day", type=DayType(), help=text(zh="期间第一天", en="First day of a period."))
@click.option(
    "--to",
    "to_day",
    type=DayType(),
    help=text(zh="期间最后一天（含）", en="Last day of the period, included."),
)
@click.option(
    "--by", multiple=True, help=text(zh="按维度分组，可多次", en="Group by a dimension; may be repeated.")
)
@click.option(
    "--where",
    type=MemberOfDimension(),
    multiple=True,
    help=text(zh="限定一个维度的成员，可多次", en="Hold a dimension to one member; may be repeated."),
)
@click.option(
    "--of",
    type=MemberOfDimension(),
    multiple=True,
    help=text(
        zh="占比的分母；不给时，分组则为 --where，否则为整条路径",
        en="The whole of a share; when not given, --where if grouped, else all of its path.",
    ),
)
@as_of_option
@click.option(
    "--compare",
    "compared",
    metavar=text(zh="期间", en="PERIOD"),
    help=text(
        zh="与另一期间并列：previous（上一期）、year（上年同期）、某日，或 起日..止日",
        en="Another period beside it: previous, year (a year before), a day, or FROM..TO.",
    ),
)
@click.option(
    "--largest-first",
    is_flag=True,
    help=text(
        zh="按数值从大到小列出（位次从第一位起）", en="Groups by value, largest first (ranks: first place)."
    ),
)
@click.option("--zeros", is_flag=True, help=text(zh="列出为零的成员", en="List members with zero as well."))
@pass_session
def measure(
    session: Session,
    measure_id: str,
    home_path: Path,
    day: date | None,
    from_day: date | None,
    to_day: date | None,
    by: tuple[str, ...],
    where: tuple[tuple[str, str], ...],
    of: tuple[tuple[str, str], ...],
    as_of: int | date | None,
    compared: str | None,
    largest_first: bool,
    zeros: bool,
) -> None:
    """Parse, evaluate, show."""
    period = _period(day, from_day, to_day)
    call = Call(
        measure_id=measure_id,
        period=period,
        compared=_compared(compared, period),
        by=by,
        where=where,
        of=of,
        as_of=as_of,
        complete=zeros,
    )
    home = open_home(home_path)
    mark = home.mark
    if call.compared is not None:
        both = compare(home, call)
        session.give(
            compared_json(both, mark=mark, largest_first=largest_first),
            words=compared_words(both, mark=mark, largest_first=largest_first),
        )
        return
    measured = measure_with_total(home, call)
    shown = sorted_by_value(measured) if largest_first else measured
    session.give(as_json(shown, mark=mark), words=as_words(shown, mark=mark))


def _compared(stated: str | None, period: Period) -> Period | None:
    if stated is None:
        return None
    if stated in ("previous", "year"):
        return earlier_period(period, a_year=stated == "year")
    first, _, last = stated.partition("..")
    try:
        return _period(None, date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        raise UserError(
            Words(
                zh=f"--compare {stated} 写法不对；应为 previous、year、某日或 2020-01-01..2020-03-31",
                en=f"--compare {stated}: write previous, year, a day, or 2020-01-01..2020-03-31",
            )
        ) from None


def _period(day: date | None, from_day: date | None, to_day: date | None) -> Period:
    if day is not None and from_day is None and to_day is None:
        return day_period(day)
    if day is None and from_day is not None and to_day is not None and from_day <= to_day < date.max:
        return Period(from_on=from_day, to_on=to_day + ONE_DAY)
    raise UserError(
        Words(
            zh="请给 --day，或 --from 与 --to（最后一天含在内，不早于第一天）",
            en="give --day, or --from and --to (the last day is included and not before the first)",
        )
    )
