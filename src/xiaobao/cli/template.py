"""`xiaobao template`: the workbook a reporter fills in, with the codes in force; needs no home."""

from datetime import date
from pathlib import Path

import click

from xiaobao.catalog import reading
from xiaobao.cli.options import DayType, overlay_option, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.intake.template.plan import plan
from xiaobao.intake.template.workbook import write_template
from xiaobao.lib import clock
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words


@click.command(
    help=text(
        zh="写出一个来源的填报模板（XLSX）：下拉列表为当日有效的代码，表头锁定，注明版本。不需要家目录。",
        en="Write the workbook (XLSX) a source fills in: drop-downs with the codes in force, locked header, "
        "version. Needs no home.",
    )
)
@click.argument("source")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(zh="写到哪里，如 report.xlsx", en="Where to write it, such as report.xlsx."),
)
@click.option(
    "--day",
    type=DayType(),
    help=text(zh="代码有效日；不写则为今天", en="Day on which the codes are in force; today if not given."),
)
@click.option("--layout", help=text(zh="版式；只有一种时不必写", en="Layout, where a source has several."))
@overlay_option
@pass_session
def template(
    session: Session, source: str, out: Path, day: date | None, layout: str | None, overlay: Path | None
) -> ExitCode:
    """Plan, write, say what was written."""
    catalog = reading.load(overlay=overlay)
    reporter = catalog.source(source)
    zone = catalog.domain(reporter.domain_id).time_zone
    planned = plan(catalog, reporter, day=day or clock.now().astimezone(zone).date(), layout_id=layout)
    refuse_existing(out)
    write_template(planned, out)
    session.give(
        {"file": str(out), "version": planned.version, "day": planned.day, "source": source},
        words=Words(
            zh=f"{out}：{reporter.name.zh}填报模板，版本 {planned.version}，代码有效日 {planned.day}",
            en=f"{out}: template of {reporter.name.en}, version {planned.version}, codes of {planned.day}",
        ),
    )
    return ExitCode.FINE
