"""The bridge of a rotation: rows that name people under older and newer keys, brought under one.

The chain lifts a pseudonym without the number it was made of: nobody has to be known (docs/decisions/0027).
"""

from collections.abc import Sequence

import polars as pl

from xiaobao.privacy.pseudonym_keys import Kind, PseudonymKeys

PEOPLE = ("identity_key", "identity_key_id", "contact_key", "contact_key_id")
"""The columns of rows that name people."""


def under_newest(rows: pl.DataFrame, keys: PseudonymKeys) -> pl.DataFrame:
    """The rows with every pseudonym as the newest key makes it, so that one person has one.

    `rows` have `PEOPLE`. StrangeKeyError for a pseudonym of a key that is not in the chain.
    """
    for kind in Kind:
        key, key_id = _columns(kind)
        newest = _lifted(rows, kind, keys).with_columns(pl.lit(keys.newest.id).alias("put_id"))
        rows = _put(rows, newest.rename({"lifted": "put_key"}), kind, on=(key, key_id))
    return rows


def under_known(rows: pl.DataFrame, known: pl.DataFrame, keys: PseudonymKeys) -> pl.DataFrame:
    """The rows with each person under the key by which its complaint knew it first.

    `rows` have `complaint_no` and `PEOPLE` under the newest key, `known` the same columns: everybody the
    ledger ever named in each complaint. Keys that came after the newest one here do not matter.
    """
    of_chain = [key.id for key in keys.chain]
    for kind in Kind:
        key, key_id = _columns(kind)
        named = known.select("complaint_no", key, key_id).filter(pl.col(key_id).is_in(of_chain))
        older = named.join(_lifted(named, kind, keys), on=[key, key_id]).sort(key_id)
        first = older.unique(["complaint_no", "lifted"], keep="first", maintain_order=True)
        by_newest = first.rename({key: "put_key", key_id: "put_id", "lifted": key})
        rows = _put(rows, by_newest, kind, on=("complaint_no", key))
    return rows


def _columns(kind: Kind) -> tuple[str, str]:
    return f"{kind.value}_key", f"{kind.value}_key_id"


def _lifted(rows: pl.DataFrame, kind: Kind, keys: PseudonymKeys) -> pl.DataFrame:
    """The distinct pseudonyms of older keys, and `lifted`: what the newest makes of them."""
    key, key_id = _columns(kind)
    older = rows.select(key, key_id).filter(pl.col(key_id) != keys.newest.id).unique()
    lifted = [keys.lifted(made, kind=kind, key_id=under) for made, under in older.iter_rows()]
    return older.with_columns(pl.Series("lifted", lifted, dtype=pl.String))


def _put(rows: pl.DataFrame, others: pl.DataFrame, kind: Kind, *, on: Sequence[str]) -> pl.DataFrame:
    """The rows, in order, with `put_key` and `put_id` of `others` as their pseudonym where it has them."""
    key, key_id = _columns(kind)
    joined = rows.join(others, on=on, how="left", maintain_order="left")
    put = (pl.coalesce("put_key", key).alias(key), pl.coalesce("put_id", key_id).alias(key_id))
    return joined.with_columns(put).drop("put_key", "put_id")
