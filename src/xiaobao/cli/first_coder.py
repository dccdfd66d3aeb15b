"""What is said where a home has no coder yet: how officers come to a first one."""

from pathlib import Path

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words, joined

_WAY = Words(
    zh="先由人员决定一批代码：把各件的 source,number,right_code 填成 CSV，由 xiaobao coder decide 记录"
    "（单件用 xiaobao recode）；再由 xiaobao coder examples 写出已遮盖的文本与代码，"
    "用 xiaobao coder train 训练",
    en="let officers decide some codes first: xiaobao coder decide records a CSV of source,number,right_code "
    "(xiaobao recode a single one), xiaobao coder examples writes the masked texts with their codes, and "
    "xiaobao coder train learns from them",
)


class NoCoderError(UserError):
    """The folder of a coder is not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Words(
                zh=f"没有编码模型 {folder}（新的家目录没有）；{_WAY.zh}",
                en=f"there is no coder {folder} (a new home has none); {_WAY.en}",
            )
        )


def examples_words(*, file: Path, texts: int, authors: int) -> Words:
    """How many decisions were written, of how many people; where there are none, the way to some."""
    told = Words(
        zh=f"{file}：{texts} 条决定，{authors} 名决定人", en=f"{file}: {texts} decisions by {authors} people"
    )
    return told if texts else joined([told, _WAY])
