"""Options that name days from one to another, and the period they state."""

from collections.abc import Callable
from datetime import date

import click

from xiaobao.cli.options import DayType
from xiaobao.cli.session import text
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words

Option = Callable[[Callable[..., None]], Callable[..., None]]


def from_day_option(*, zh: str, en: str) -> Option:
    """The first day of a period, as `from_day`, in the words of its command."""
    return click.option("--from", "from_day", required=True, type=DayType(), help=text(zh=zh, en=en))


to_day_option = click.option(
    "--to", "to_day", required=True, type=DayType(), help=text(zh="最后一天（含）", en="Last day, included.")
)
"""The last day of a period, as `to_day`."""


def period_of(from_day: date, to_day: date) -> Period:
    """The days from one to the other, both included; UserError where there are none, or no day follows."""
    if to_day < from_day:
        raise UserError(
            Words(zh="--to 早于 --from；最后一天含在内", en="--to is before --from; the last day is included")
        )
    if to_day == date.max:
        raise UserError(Words(zh=f"--to 须早于 {date.max}", en=f"--to must be before {date.max}"))
    return Period(from_on=from_day, to_on=to_day + ONE_DAY)


def closed_days_options(command: Callable[..., None]) -> Callable[..., None]:
    """The first and last of the closed days to look at again, as `first_on` and `last_on`."""
    first = click.option(
        "--from", "first_on", required=True, type=DayType(), help=text(zh="首日", en="First day.")
    )
    last = click.option(
        "--to",
        "last_on",
        type=DayType(),
        help=text(zh="末日；不给则只此一日", en="Last day; the first alone without it."),
    )
    return first(last(command))
