"""`xiaobao check`: what would become of a file, before it is delivered; needs no home and keeps nothing."""

from datetime import date
from pathlib import Path

import click

from xiaobao.catalog import reading
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.cli.check_text import result_record, result_words
from xiaobao.cli.options import DayType
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.intake.check import check as check_file
from xiaobao.intake.delivery import Decision, Delivery
from xiaobao.lib.errors import ExitCode


@click.command(
    help=text(
        zh="在报送前检查一个文件：结论、问题与办法。不需要家目录，也不留存任何内容。"
        "将被退回或有行被拒收时退出码为 1。",
        en="Check a file before it is delivered: the decision, what is wrong and what to do. "
        "Needs no home and keeps nothing. Exit code 1 when it would be returned or rows rejected.",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help=text(zh="来源代码，如 bank-gy01", en="Source, such as bank-gy01.")
)
@click.option(
    "--day",
    required=True,
    type=DayType(),
    help=text(zh="申报的业务日，如 2014-10-28", en="The business day declared, as 2014-10-28."),
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DeliveryKind]),
    default=DeliveryKind.REGULAR.value,
    show_default=True,
    help=text(zh="正常报送、补报或零报告", en="What kind of delivery it is."),
)
@click.option("--revision", type=int, help=text(zh="报送方的版次", en="The reporter's revision."))
@click.option("--total", type=int, help=text(zh="报送方声明的行数", en="How many rows the reporter states."))
@click.option("--all", "everything", is_flag=True, help=text(zh="列出每一条问题", en="List every finding."))
@click.option(
    "--overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=text(zh="本单位的目录文件夹", en="A site's catalog folder."),
)
@pass_session
def check(
    session: Session,
    file: Path,
    source: str,
    day: date,
    kind: str,
    revision: int | None,
    total: int | None,
    everything: bool,
    overlay: Path | None,
) -> ExitCode:
    """Parse, check, show the outcome."""
    catalog = reading.load(overlay=overlay)
    delivery = Delivery(
        source_code=source, day=day, kind=DeliveryKind(kind), revision=revision, stated_total=total
    )
    simulated = catalog.source(source).simulated
    result = check_file(
        file, delivery=delivery, catalog=catalog, simulated=simulated, history=None, keys=None
    )
    if session.output_format == "json":
        session.give(result_record(result, catalog))
    else:
        session.show(result_words(result, catalog, everything=everything))
    return ExitCode.FINE if result.decision is Decision.ACCEPTED else ExitCode.DATA_REFUSED
