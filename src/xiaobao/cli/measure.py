"""`xiaobao measure`: evaluate a measure over a home."""

from datetime import datetime
from pathlib import Path

import click

from xiaobao.cli.measured import as_json, as_words
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period, day_period
from xiaobao.lib.words import Words
from xiaobao.submissions.home import open_home
from xiaobao.workflows.measure import Call
from xiaobao.workflows.measure import measure as measure_home

_DAY = click.DateTime(formats=["%Y-%m-%d"])


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
    help=text(
        zh="计算一项指标，如：xiaobao measure complaints --day 2014-10-28 --by business.1",
        en="Evaluate a measure, such as: xiaobao measure complaints --day 2014-10-28 --by business.1",
    )
)
@click.argument("measure_id", metavar="MEASURE")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="XIAOBAO_HOME",
    required=True,
    help=text(zh="家目录（或环境变量 XIAOBAO_HOME）", en="The home (or XIAOBAO_HOME)."),
)
@click.option("--day", type=_DAY, help=text(zh="业务日", en="The business day."))
@click.option("--from", "from_day", type=_DAY, help=text(zh="期间第一天", en="First day of a period."))
@click.option(
    "--to", "to_day", type=_DAY, help=text(zh="期间最后一天（含）", en="Last day of the period, included.")
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
@click.option(
    "--as-of",
    type=click.IntRange(min=0),
    help=text(zh="数据截至此记账序号（默认最新）", en="As of this posting sequence (default: the head)."),
)
@click.option("--close", type=_DAY, help=text(zh="数据截至此日日结", en="As of the close of this day."))
@click.option("--zeros", is_flag=True, help=text(zh="列出为零的成员", en="List members with zero as well."))
@pass_session
def measure(
    session: Session,
    measure_id: str,
    home: Path,
    day: datetime | None,
    from_day: datetime | None,
    to_day: datetime | None,
    by: tuple[str, ...],
    where: tuple[tuple[str, str], ...],
    of: tuple[tuple[str, str], ...],
    as_of: int | None,
    close: datetime | None,
    zeros: bool,
) -> None:
    """Parse, evaluate, show."""
    call = Call(
        measure_id=measure_id,
        period=_period(day, from_day, to_day),
        by=by,
        where=where,
        of=of,
        as_of=as_of,
        close_on=close.date() if close else None,
        complete=zeros,
    )
    opened = open_home(home)
    measured = measure_home(opened, call)
    session.give(as_json(measured, mark=opened.mark), words=as_words(measured, mark=opened.mark))


def _period(day: datetime | None, from_day: datetime | None, to_day: datetime | None) -> Period:
    if day is not None and from_day is None and to_day is None:
        return day_period(day.date())
    if day is None and from_day is not None and to_day is not None and from_day <= to_day:
        return Period(from_on=from_day.date(), to_on=to_day.date() + ONE_DAY)
    raise UserError(
        Words(
            zh="请给 --day，或 --from 与 --to（最后一天含在内，不早于第一天）",
            en="give --day, or --from and --to (the last day is included and not before the first)",
        )
    )
