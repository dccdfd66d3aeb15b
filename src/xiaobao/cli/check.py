"""`xiaobao check`: what would become of a file, before it is delivered; needs no home and keeps nothing."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from xiaobao.catalog import reading
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.cli.check_text import annotated_words, result_record, result_words
from xiaobao.cli.options import (
    FileType,
    overlay_option,
    refuse_existing,
    required_day_option,
    revision_option,
    source_option,
    total_option,
)
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.intake.annotate import annotate
from xiaobao.intake.check import check as check_file
from xiaobao.intake.delivery import Decision, Delivery
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.unchanged import unchanged


@click.command(
    help=text(
        zh="在报送前检查一个文件：结论、问题与办法。不需要家目录，也不留存任何内容。"
        "将被退回或有行被拒收时退出码为 1。",
        en="Check a file before it is delivered: the decision, what is wrong and what to do. "
        "Needs no home and keeps nothing. Exit code 1 when it would be returned or rows rejected.",
    )
)
@click.argument("file", type=FileType())
@source_option
@required_day_option
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DeliveryKind]),
    default=DeliveryKind.REGULAR.value,
    show_default=True,
    help=text(zh="正常报送、补报或零报告", en="What kind of delivery it is."),
)
@revision_option
@total_option
@click.option(
    "--annotate",
    "annotated",
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(
        zh="把文件写回为一个工作簿（XLSX）：有问题的单元格加标记与批注，改好即可报送",
        en="Give the file back as a workbook (XLSX): wrong cells marked and commented, ready to be mended "
        "and delivered.",
    ),
)
@click.option("--all", "everything", is_flag=True, help=text(zh="列出每一条问题", en="List every finding."))
@overlay_option
@pass_session
def check(
    session: Session,
    file: Path,
    source: str,
    day: date,
    kind: str,
    revision: int | None,
    total: int | None,
    annotated: Path | None,
    everything: bool,
    overlay: Path | None,
) -> ExitCode:
    """Parse, check, show the outcome."""
    catalog = reading.load(overlay=overlay)
    delivery = Delivery(
        source_code=source, day=day, kind=DeliveryKind(kind), revision=revision, stated_total=total
    )
    simulated = catalog.source(source).simulated
    written = None
    if annotated is not None:
        refuse_existing(annotated)
    with unchanged(file):
        result = check_file(
            file,
            delivery=delivery,
            catalog=catalog,
            simulated=simulated,
            history=None,
            keys=None,
            keep=annotated is not None,
        )
    if annotated is not None:
        written = annotate(result, catalog=catalog, language=session.language, out=annotated)
    if session.output_format == "json":
        record = result_record(result, catalog)
        session.give(record if written is None else record | {"annotated": asdict(written)})
    else:
        session.show(result_words(result, catalog, everything=everything))
        if annotated is not None and written is not None:
            session.show(annotated_words(written, annotated, findings=result.findings.height))
    return ExitCode.FINE if result.decision is Decision.ACCEPTED else ExitCode.DATA_REFUSED
