"""`xiaobao duplicates`: who says the same."""

from pathlib import Path

import click

from xiaobao.analysis.text.families import Families
from xiaobao.catalog import reading
from xiaobao.cli.options import overlay_option, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.cli.text_options import new_file_option, texts_options
from xiaobao.lib import clock
from xiaobao.lib.words import Words
from xiaobao.workflows.find_duplicates import find_duplicates


@click.group(help=text(zh="找出近似文本", en="Find near-duplicate texts."))
def duplicates() -> None:
    """The group of the commands."""


@duplicates.command(
    help=text(
        zh="把一个文件的文本归为相似件族，每个归属都逐字核对；不丢弃任何一行。"
        "写出 row,family,texts,likeness,shared,fingerprint,remainder。",
        en="Group the texts of a file into families of near-duplicates, every membership verified; no row is "
        "dropped. Writes row,family,texts,likeness,shared,fingerprint,remainder.",
    )
)
@texts_options
@new_file_option("families.csv")
@overlay_option
@pass_session
def find(session: Session, texts: Path, text_column: str, out: Path, overlay: Path | None) -> None:
    """Read, group, write, say both numbers."""
    refuse_existing(out)
    catalog = reading.load(overlay=overlay)
    found = find_duplicates(catalog, texts=texts, column=text_column, on=clock.now().date(), out=out)
    _tell(session, found, out)


def _tell(session: Session, found: Families, out: Path) -> None:
    sizes = found.sizes
    value = {
        "file": str(out),
        "texts": len(sizes),
        "distinct": found.distinct,
        "in_families": int((sizes > 1).sum()),
        "largest_family": int(sizes.max(initial=0)),
        "empty": int(found.silent.sum()),
    }
    words = Words(
        zh="{file}：共 {texts} 条，去重后 {distinct} 条；{in_families} 条与他条相似，"
        "最大一族 {largest_family} 条；空文本 {empty} 条",
        en="{file}: {texts} texts, {distinct} distinct; {in_families} are like another, the largest family "
        "has {largest_family}; {empty} are empty",
    )
    session.give(value, words=words.fill(**value))
