"""Options of the commands that read a file of texts or series and write another."""

from collections.abc import Callable
from pathlib import Path

import click

from xiaobao.catalog.codes import Facet
from xiaobao.cli.options import Command
from xiaobao.cli.session import text


def texts_options(command: Command) -> Command:
    """The file of texts and its column, as `texts` and `text_column`."""
    column = click.option(
        "--text-column", required=True, help=text(zh="文本所在的列", en="The column of the texts.")
    )
    file = click.option(
        "--texts",
        required=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=text(zh="文本文件（CSV，UTF-8 或 GB18030）", en="The file of texts (CSV in UTF-8 or GB18030)."),
    )
    return file(column(command))


def new_file_option(example: str) -> Callable[[Command], Command]:
    """The file to write, as `out`; pass it through `refuse_existing`."""
    return click.option(
        "--out",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help=text(zh=f"写到哪里，如 {example}", en=f"Where to write it, such as {example}."),
    )


def vectors_cache_option(command: Command) -> Command:
    """Where sentence vectors are kept, as `vectors_cache`."""
    return click.option(
        "--vectors-cache",
        type=click.Path(dir_okay=False, path_type=Path),
        help=text(
            zh="语句向量存在哪个文件，下次不再计算；与文本一样保管",
            en="A file to keep sentence vectors in, so that none is computed twice; guard it as the texts.",
        ),
    )(command)


def facet_option(*facets: Facet) -> Callable[[Command], Command]:
    """One facet of the classification among these, as `facet`; the business is meant where none is said."""
    return click.option(
        "--facet",
        type=click.Choice([facet.value for facet in facets]),
        default=Facet.BUSINESS.value,
        show_default=True,
        help=text(zh="哪个分类面", en="Which facet of the classification."),
    )
