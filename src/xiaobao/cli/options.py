"""Options that several commands share, and the types of what is typed behind them."""

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from xiaobao.catalog.domains import Domain
from xiaobao.cli.session import text
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

Command = Callable[..., None]
HOME_VARIABLE = "XIAOBAO_HOME"
ENGINE_EPILOG = text(
    zh="在本进程内计算；设 XIAOBAO_ENGINE=sc://主机:端口 则由 Spark Connect 服务计算，结果相同",
    en="Answered inside this process, or by a Spark Connect server where XIAOBAO_ENGINE=sc://HOST:PORT.",
)
"""Told at the end of the help of every command that asks the engine of the setting."""


class DayType(click.ParamType[date]):
    """A day as 2014-10-28."""

    name = text(zh="日期", en="day")

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date of the text."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(
                text(zh=f"{value} 不是日期，应如 2014-10-28", en=f"{value} is not a day such as 2014-10-28")
            )


class FileType(click.Path):
    """A file on a disk: what is read several times is no pipe, which may never end, and no device."""

    def __init__(self, *, exists: bool = True) -> None:
        super().__init__(exists=exists, dir_okay=False, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """The path of the text."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.exists() and not path.is_file():
            self.fail(
                text(
                    zh=f"{path} 是管道或设备，不是文件；请先存成文件",
                    en=f"{path} is a pipe or a device, not a file; save what it holds as a file first",
                )
            )
        return path


class MomentType(click.ParamType[datetime]):
    """A moment as 2014-10-28T17:00, with or without an offset."""

    name = text(zh="时刻", en="moment")

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment of the text; naive when it has no offset."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                text(
                    zh=f"{value} 不是时刻，应如 2014-10-28T17:00",
                    en=f"{value} is not a moment such as 2014-10-28T17:00",
                )
            )


class AsOfType(click.ParamType[int | date]):
    """A posting sequence, or the day of a close."""

    name = text(zh="序号或日结日", en="sequence or closed day")

    def convert(
        self, value: str | int | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | date:
        """A whole number as it is, a date as a date."""
        if isinstance(value, int | date):
            return value
        if value.isdigit():
            return int(value)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(
                text(
                    zh=f"{value} 既不是记账序号也不是日结日（如 2014-10-28）",
                    en=f"{value} is neither a posting sequence nor a closed day such as 2014-10-28",
                )
            )


def _required_home(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path:
    if value is None:
        raise UserError(
            Words(
                zh=f"请用 --home 指明家目录，或设环境变量 {HOME_VARIABLE}",
                en=f"name the home by --home, or set {HOME_VARIABLE}",
            )
        )
    return value


by_option = click.option(
    "--by", required=True, help=text(zh="办理人姓名", en="Name of the person who does it.")
)
"""Who acts, as `by`."""

home_option = click.option(
    "--home",
    "home_path",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=HOME_VARIABLE,
    callback=_required_home,
    help=text(zh=f"家目录（或环境变量 {HOME_VARIABLE}）", en=f"The home (or set {HOME_VARIABLE})."),
)
"""The home to work in, as `home_path`."""

at_option = click.option(
    "--at",
    type=MomentType(),
    help=text(
        zh="业务时钟（仅回放与模拟家目录）；不写时区时按领域当地时间",
        en="Business clock, in replay and simulated homes only; local time of the domain without an offset.",
    ),
)
"""Where the business clock goes, as `at`; pass it through `moment_in`."""

day_option = click.option(
    "--day", type=DayType(), help=text(zh="业务日，如 2014-10-28", en="Business day, as 2014-10-28.")
)
"""A business day, as `day`."""

required_day_option = click.option(
    "--day",
    required=True,
    type=DayType(),
    help=text(zh="业务日，如 2014-10-28", en="Business day, as 2014-10-28."),
)
"""The same where it must be named."""

source_option = click.option(
    "--source", required=True, help=text(zh="来源代码，如 bank-gy01", en="Source, as bank-gy01.")
)
"""The reporter, as `source`."""

covers_from_option = click.option(
    "--covers-from",
    type=DayType(),
    help=text(
        zh="文件涵盖一段时期时，其第一天：从该日到业务日的每一天都已报全，没有投诉的日子即为零",
        en="First day of the period that the file states: every day from it to the business day is told "
        "whole, and one without a row had none.",
    ),
)
"""The first day of a stated period, as `covers_from`; None for a delivery about its day alone."""

revision_option = click.option(
    "--revision", type=int, help=text(zh="报送方的版次", en="The reporter's revision.")
)
"""The reporter's serial of a delivery, as `revision`."""

total_option = click.option(
    "--total", type=int, help=text(zh="报送方声明的行数", en="How many rows the reporter states.")
)
"""How many rows the reporter says the delivery has, as `total`."""

overlay_option = click.option(
    "--overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=text(
        zh="本单位的目录文件夹（如 <家目录>/catalog），其中的文件替换同路径的文件",
        en="A site's catalog folder (such as <home>/catalog); its files replace those at the same path.",
    ),
)
"""A site's own catalog files, as `overlay`."""

as_of_option = click.option(
    "--as-of",
    type=AsOfType(),
    help=text(zh="数据截至：记账序号，或某日日结", en="As of a posting sequence, or of the close of a day."),
)
"""What to read as of, as `as_of`: a posting sequence or a closed day."""


each_path_option = click.option(
    "--path",
    help=text(zh="统计路径；不给则各路径分别列出", en="Counting path; each for itself where not given."),
)
"""The counting path, as `path`; every one, each for itself, without it."""


def limit_option(most: int) -> Callable[[Command], Command]:
    """How many are listed, as `limit`: twenty, and no more than `most`."""
    return click.option(
        "--limit",
        type=click.IntRange(0, most),
        default=20,
        show_default=True,
        help=text(zh="列出几件", en="How many are listed."),
    )


def moment_in(domain: Domain, at: datetime | None) -> datetime | None:
    """A typed moment made aware: without an offset it is local time of the domain."""
    if at is None or at.tzinfo is not None:
        return at
    return at.replace(tzinfo=domain.time_zone)


def refuse_existing(path: Path) -> None:
    """UserError for a file that is there, as what a person has is never written over, or lacks its folder."""
    if not path.parent.is_dir():
        zh, en = f"没有文件夹 {path.parent}；请先建立", f"there is no folder {path.parent}; make it first"
        raise UserError(Words(zh=zh, en=en))
    if path.exists():
        raise UserError(
            Words(zh=f"{path} 已存在；请给出新的文件名", en=f"{path} exists already; name a new file")
        )
