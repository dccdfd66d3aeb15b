"""Batches: the keys of a whole column are those of one complaint after the other."""

import polars as pl

from xiaobao.ledger import batches
from xiaobao.ledger.batches import complaint_keys
from xiaobao.ledger.entries import complaint_key


def test_the_keys_of_a_column_are_those_of_its_rows_however_many_there_are() -> None:
    numbers = ["1", "GY01-0000000001", "投诉 2", "𠮷", "é" * 50, "a\x1fb", '"', "x" * 100]
    rows = pl.DataFrame(
        {"source_code": ["bank-gy01", "电话"] * len(numbers), "complaint_no": [*numbers, *numbers]}
    )
    many = pl.concat([rows] * (batches.KEYS_AT_A_TIME // rows.height + 1))

    keys = complaint_keys(many)

    assert keys.name == "complaint_key"
    each = [complaint_key(*row) for row in rows.iter_rows()]
    assert keys.to_list() == each * (many.height // rows.height)


def test_no_rows_have_no_keys() -> None:
    keys = complaint_keys(pl.DataFrame(schema={"source_code": pl.String, "complaint_no": pl.String}))

    assert (keys.dtype, keys.len()) == (pl.Int64(), 0)
