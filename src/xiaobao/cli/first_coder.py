"""What is said where a home has no coder yet: how officers come to a first one."""

from pathlib import Path

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words, joined

_WAY = Words(
    zh="先由人员决定一批代码：xiaobao coder quality plan 抽出待核的投诉，填好后用 xiaobao coder train 训练；"
    "此后的决定由 xiaobao coder decide 或 xiaobao recode 记录，xiaobao coder examples 写出供再训练",
    en="let officers decide some codes first: xiaobao coder quality plan draws complaints to look at, and "
    "xiaobao coder train learns from the filled sheet; what xiaobao coder decide or xiaobao recode records "
    "later is written by xiaobao coder examples to train again",
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
