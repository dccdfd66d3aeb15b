"""`xiaobao pseudonym`: make a column of numbers pseudonyms before a file leaves the reporter."""

from pathlib import Path

import click
import msgspec

from xiaobao.catalog import reading
from xiaobao.cli.options import FileType
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.intake.pseudonym_files import IllFormed, PseudonymFile, pseudonymize
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words, joined
from xiaobao.privacy.pseudonym_keys import Kind
from xiaobao.privacy.reporter_keys import read_reporter_keys

KEY_VARIABLE = "XIAOBAO_REPORTER_KEY_FILE"
_FILE = FileType()


@click.command(
    help=text(
        zh="报送前把 CSV 文件中一列证件号或联系方式换成假名，其余各列不变；不需要家目录。"
        "不能成为假名的值留空并逐行列出，退出码为 1。",
        en="Make a column of identity numbers or contacts of a CSV file pseudonyms before delivery; all "
        "other columns stay. Needs no home. What cannot become one is left empty and named, exit code 1.",
    )
)
@click.argument("file", type=_FILE)
@click.option("--column", required=True, help=text(zh="列名", en="The column, as its header is printed."))
@click.option(
    "--kind",
    required=True,
    type=click.Choice([kind.value for kind in Kind]),
    help=text(zh="证件号或联系方式", en="Identity documents, or phone numbers and e-mail addresses."),
)
@click.option(
    "--key",
    "key_file",
    required=True,
    envvar=KEY_VARIABLE,
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(
        zh=f"消保局发放的密钥文件（或环境变量 {KEY_VARIABLE}）",
        en=f"The key file of the bureau (or set {KEY_VARIABLE}).",
    ),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=text(zh="新文件", en="The new file."),
)
@pass_session
def pseudonym(session: Session, file: Path, column: str, kind: str, key_file: Path, out: Path) -> ExitCode:
    """Parse, make, show."""
    keys = read_reporter_keys(key_file)
    made = pseudonymize(file, out, column=column, kind=Kind(kind), keys=keys, catalog=reading.load())
    session.give(msgspec.to_builtins(made), words=_words(made, column=column, out=out))
    return ExitCode.DATA_REFUSED if made.ill_formed else ExitCode.FINE


def _words(made: PseudonymFile, *, column: str, out: Path) -> Words:
    count = len(made.ill_formed)
    told = Words(
        zh=f"已写出 {out}：{made.rows} 行，“{column}”成为假名 {made.made} 格（密钥 {made.key_id}），"
        f"原已是假名 {made.kept} 格，原为空 {made.empty} 格，不能成为假名而留空 {count} 格",
        en=f"{out} is written: {made.rows} rows; of “{column}” {made.made} made now (key {made.key_id}), "
        f"{made.kept} pseudonyms before, {made.empty} empty before, {count} could not be and are left empty",
    )
    return joined([told, *(_line(one, column=column) for one in made.ill_formed)])


def _line(one: IllFormed, *, column: str) -> Words:
    return Words(
        zh=f"第 {one.row_number} 行（物理行 {one.line_number}）“{column}”的值 {one.value} 不能成为假名"
        "（号码应不少于 5 位且含数字，不得打码、被表格软件改写或以同一数字占位；"
        "已是假名的须由本密钥文件生成）；该格已留空，请补正后重做",
        en=f"Row {one.row_number} (line {one.line_number}): {one.value} in “{column}” cannot be a pseudonym "
        "(a number has five characters or more with digits, none of them hidden, rewritten by a spreadsheet "
        "or mere filling; one made before is of this key file); the cell is left empty: mend it and "
        "run again",
    )
