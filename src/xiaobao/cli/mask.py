"""`xiaobao mask`: personal data in texts made unreadable."""

from pathlib import Path

import click

from xiaobao.catalog import reading
from xiaobao.cli.options import FileType, overlay_option, refuse_existing
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.words import Words
from xiaobao.workflows.mask_file import mask_file


@click.command(
    help=text(
        zh="遮盖一列文本中的个人信息：证件、电话、账号，以及姓名、住址、工作单位；同一文本内同一姓名编号相同。"
        "其他各列原样写出。",
        en="Mask the personal data in a column of texts: numbers of people, accounts and phones, names, "
        "addresses, employers; within a text the same name has the same number. Other columns are written "
        "as they are.",
    )
)
@click.argument("file", type=FileType())
@click.option("--column", required=True, help=text(zh="文本所在的列", en="The column of the texts."))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(zh="写到哪里", en="Where to write the file."),
)
@overlay_option
@pass_session
def mask(session: Session, file: Path, column: str, out: Path, overlay: Path | None) -> None:
    """Read, mask, write, say what was masked."""
    refuse_existing(out)
    masked = mask_file(reading.load(overlay=overlay), path=file, column=column, out=out)
    kinds = dict(sorted(masked.kinds.items()))
    value = {
        "file": str(out),
        "texts": len(masked.texts),
        "touched": masked.touched,
        "kinds": kinds,
        "masking_version": masked.masking_version,
    }
    listed = ", ".join(f"{kind} {times}" for kind, times in kinds.items())
    words = Words(
        zh=f"{out}：{len(masked.texts)} 条文本，其中 {masked.touched} 条有遮盖"
        + (f"（{listed}）" if listed else "")
        + f"；遮盖版本 {masked.masking_version}",
        en=f"{out}: {len(masked.texts)} texts, {masked.touched} of them masked"
        + (f" ({listed})" if listed else "")
        + f"; masking version {masked.masking_version}",
    )
    session.give(value, words=words)
