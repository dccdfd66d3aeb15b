"""`xiaobao catalog`: show and validate what the bureau has decided."""

from pathlib import Path

import click

from xiaobao.catalog import reading
from xiaobao.catalog.listing import SECTIONS, section
from xiaobao.cli.options import overlay_option
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.tables import table
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words
from xiaobao.workflows.validate_catalog import validate_catalog


@click.group(help=text(zh="查看与校验目录（代码表、规则、指标）", en="Show and validate the catalog."))
def catalog() -> None:
    """The group of the three commands."""


@catalog.command(
    help=text(
        zh="显示目录的一部分；codes 后写标准与分类面，institutions 与 sources 后可写领域",
        en="Show a section; codes takes a standard and a facet, institutions and sources take a domain.",
    )
)
@click.argument(
    "name", metavar=text(zh="部分", en="SECTION"), type=click.Choice(tuple(SECTIONS)), default="domains"
)
@click.argument("arguments", nargs=-1)
@click.option(
    "--simulated",
    is_flag=True,
    help=text(zh="模拟家目录所用的机构与来源", en="Institutions and sources of simulated homes."),
)
@overlay_option
@pass_session
def show(
    session: Session, name: str, arguments: tuple[str, ...], simulated: bool, overlay: Path | None
) -> None:
    """Print one section as a table, or as JSON."""
    listing = section(reading.load(overlay=overlay), name, arguments, simulated=simulated)
    session.give(listing.records(), words=table(listing.titles, listing.shown))


@catalog.command(help=text(zh="校验目录；有错时逐条列出", en="Validate the catalog; every fault is listed."))
@overlay_option
@pass_session
def validate(session: Session, overlay: Path | None) -> ExitCode:
    """Print what is wrong, or that nothing is."""
    outcome = validate_catalog(overlay=overlay)
    count = len(outcome.problems)
    for line in (*outcome.problems, *outcome.remarks):
        session.show(line)
    fine = Words(
        zh=f"目录有效：{outcome.files} 个文件，摘要 {outcome.digest}",
        en=f"the catalog is valid: {outcome.files} files, digest {outcome.digest}",
    )
    refused = Words(zh=f"目录有 {count} 处错误", en=f"the catalog has {count} fault(s)")
    session.give(outcome, words=refused if outcome.problems else fine)
    return ExitCode.DATA_REFUSED if outcome.problems else ExitCode.FINE


@catalog.command(
    help=text(zh="显示目录的摘要（SHA-256）", en="Show the digest (SHA-256) that names this catalog.")
)
@overlay_option
@pass_session
def digest(session: Session, overlay: Path | None) -> None:
    """Print the digest."""
    found = reading.load(overlay=overlay).digest
    session.give({"digest": found}, words=Words(zh=found, en=found))
