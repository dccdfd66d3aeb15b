"""Find the near-duplicates among the texts of a file and write the family of every row."""

from datetime import date
from pathlib import Path

import polars as pl

from xiaobao.analysis.text.families import Families, Threshold, find_families
from xiaobao.analysis.text.remainders import find_remainders
from xiaobao.analysis.text.texts_file import read_texts
from xiaobao.catalog.catalog import Catalog
from xiaobao.workflows.table_files import write_csv


def find_duplicates(catalog: Catalog, *, texts: Path, column: str, on: date, out: Path) -> Families:
    """Read, find, write all or nothing; by the thresholds in force on that day."""
    decided = catalog.near_duplicates.on(on)
    threshold = Threshold(alike=decided.alike, leader_alike=decided.leader_alike)
    families = find_families(read_texts(texts, column), threshold)
    write_csv(_frame(families, template_shingles=decided.template_shingles), out)
    return families


def _frame(families: Families, *, template_shingles: int) -> pl.DataFrame:
    """One line a text: rows of data from 1, a family named by the row of its leader."""
    found = find_remainders(families, template_shingles=template_shingles)
    return pl.DataFrame(
        {
            "row": pl.int_range(1, len(families.leader) + 1, eager=True),
            "family": families.leader + 1,
            "texts": families.sizes,
            "likeness": families.likeness.round(4),
            "shared": found.shared.round(4),
            "fingerprint": found.fingerprint,
            "remainder": found.remainder,
        }
    )
