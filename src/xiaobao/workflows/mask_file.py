"""Mask the personal data of a column of texts and write the file again."""

from pathlib import Path

import polars as pl

from xiaobao.analysis.text.texts_file import read_table
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.privacy.masking import Masker
from xiaobao.privacy.names.masking import NameMasker
from xiaobao.privacy.names.tagger import installed_tagger
from xiaobao.privacy.names.texts import MaskedTexts, TextMasker
from xiaobao.workflows.table_files import write_csv


class NoNameWordsError(UserError):
    """The catalog cannot say what a name is."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh="目录中没有 names.toml，无法识别姓名；请补上该文件",
                en="the catalog has no names.toml and cannot say what a name is; add that file",
            )
        )


def text_masker(catalog: Catalog) -> TextMasker:
    """The masker by a catalog's words; NoNameWordsError, TaggerMissingError."""
    return TextMasker(Masker(catalog.masking), name_masker(catalog))


def name_masker(catalog: Catalog) -> NameMasker:
    """Its second pass alone; NoNameWordsError, TaggerMissingError."""
    if catalog.names is None:
        raise NoNameWordsError
    return NameMasker(catalog.names, installed_tagger())


def mask_file(catalog: Catalog, *, path: Path, column: str, out: Path) -> MaskedTexts:
    """Read, mask the column, write every column; the other columns stay as they are. TextsFileError."""
    table = read_table(path, column)
    masked = text_masker(catalog).mask_all(table[column].to_list())
    write_csv(table.with_columns(pl.Series(column, masked.texts, dtype=pl.String)), out)
    return masked
