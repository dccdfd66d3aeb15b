"""Which code is taken for which, and κ of every code: with the keys of the complaints behind each cell."""

import numpy as np
import polars as pl

from xiaobao.analysis.coding.quality.agreement import code_rows, kappa
from xiaobao.analysis.coding.quality.banks import told_kappa
from xiaobao.analysis.coding.quality.told import ToldCell, ToldCode
from xiaobao.analysis.text.types import Rows


def cells_of(frame: pl.DataFrame, *, most: int) -> tuple[tuple[ToldCell, ...], tuple[int, int]]:
    """Of rows with `institution`, `submitted`, `read`, `complaint_key` and `family` those that disagree, as
    cells: of every bank the `most` largest; and how many cells and rows are left over."""
    cells = (
        frame.filter(pl.col("submitted") != pl.col("read"))
        .group_by("institution", "submitted", "read")
        .agg(
            pl.len().alias("rows"),
            pl.col("family").n_unique().alias("distinct"),
            pl.col("complaint_key").sort(),
        )
        .sort(
            ["institution", "distinct", "rows", "submitted", "read"],
            descending=[False, True, True, False, False],
        )
        .with_columns(rank=pl.int_range(pl.len()).over("institution"))
    )
    told, left = cells.filter(pl.col("rank") < most), cells.filter(pl.col("rank") >= most)
    return tuple(
        ToldCell(
            institution=row["institution"],
            submitted=row["submitted"],
            read=row["read"],
            rows=row["rows"],
            distinct=row["distinct"],
            complaints=tuple(row["complaint_key"]),
        )
        for row in told.iter_rows(named=True)
    ), (left.height, int(left["rows"].sum()))


def codes_of(
    submitted: Rows,
    read: Rows,
    *,
    codes: tuple[str, ...],
    banks: Rows,
    names: list[str],
    families: Rows,
    least: int,
) -> tuple[tuple[ToldCode, ...], int]:
    """κ of every code of every bank against all other codes; and how many codes have too few texts.

    A code is told where `least` distinct texts have it on either side.
    """
    told, untold = [], 0
    for bank, name in enumerate(names):
        rows = np.flatnonzero(banks == bank)
        for code in np.union1d(submitted[rows], read[rows]).tolist():
            ours, theirs = code_rows(submitted[rows], code), code_rows(read[rows], code)
            having = len(np.unique(families[rows][(ours | theirs) > 0]))
            found = kappa(ours, theirs, families[rows], least=least)
            if having < least or not found.is_told:
                untold += 1
                continue
            told.append(
                ToldCode(
                    institution=name,
                    code=codes[code],
                    submitted=int(ours.sum()),
                    read=int(theirs.sum()),
                    agreement=told_kappa(found),
                )
            )
    return tuple(told), untold
