"""Generated deliveries in the banks' own layout: coded rows without narratives, alike for one seed."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet

SOURCE = "bank-gy01"
FIRST_DAY = date(2019, 1, 1)
DAYS = 360
LAST_DAY = FIRST_DAY + timedelta(days=DAYS)


def _leaves(catalog: Catalog, facet: Facet) -> list[str]:
    codes = catalog.standards["jrt0169-2018"].tables[facet].codes
    parents = {code.parent for code in codes.values()}
    return [code for code in codes if code not in parents]


def frame(catalog: Catalog, rows: int, *, seed: int, first_number: int = 0) -> pl.DataFrame:
    """`rows` rows with the 16 headers of the bank report, all text, all valid."""
    draw = np.random.default_rng(seed)
    regions = [code for code in catalog.regions[catalog.domain("pbc").region_standard] if len(code) == 6]
    received = FIRST_DAY.toordinal() + draw.integers(0, DAYS, rows)

    def pick(values: list[str]) -> pl.Series:
        return pl.Series(np.array(values)[draw.integers(0, len(values), rows)])

    def days(ordinals: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pl.Series:
        since_epoch = ordinals - date(1970, 1, 1).toordinal()
        return pl.Series(since_epoch.astype("datetime64[D]")).cast(pl.Date).dt.to_string("%Y-%m-%d")

    numbers = pl.Series(np.arange(first_number, first_number + rows)).cast(pl.String).str.zfill(10)
    return pl.DataFrame(
        {
            "投诉编号": "GY01-" + numbers,
            "事件": pl.repeat("新增", rows, eager=True),
            "类别": pl.repeat("投诉", rows, eager=True),
            "收到日期": days(received),
            "受理日期": days(np.minimum(received + draw.integers(0, 3, rows), LAST_DAY.toordinal())),
            "办结日期": pl.repeat("", rows, eager=True),
            "被投诉机构": pl.repeat("国有行01", rows, eager=True),
            "业务办理渠道": pick(_leaves(catalog, Facet.CHANNEL)),
            "业务类别": pick(_leaves(catalog, Facet.BUSINESS)),
            "投诉原因": pick(_leaves(catalog, Facet.CAUSE)),
            "地区": pick(regions),
            "产品": pick(["个人消费贷", "白金信用卡", "借记卡", "理财产品"]),
            "金额": pl.Series(draw.integers(0, 10_000_000, rows) / 100)
            .cast(pl.Decimal(18, 2))
            .cast(pl.String),
            "证件号": pl.repeat("", rows, eager=True),
            "联系电话": pl.repeat("", rows, eager=True),
            "投诉内容": pl.repeat("", rows, eager=True),
        }
    )


def amended(catalog: Catalog, rows: int, *, seed: int, turn: int = 0) -> pl.DataFrame:
    """The first rows of `frame` sent again as amendments: a tenth of them under another cause each turn."""
    causes, cause = _leaves(catalog, Facet.CAUSE), pl.col("投诉原因")
    one, other = (causes[(turn + step) % len(causes)] for step in (0, 1))
    moved = pl.when(cause == one).then(pl.lit(other)).otherwise(pl.lit(one))
    is_tenth = pl.int_range(pl.len()) % 10 == 0
    return frame(catalog, rows, seed=seed).with_columns(
        pl.lit("更正").alias("事件"), pl.when(is_tenth).then(moved).otherwise(cause).alias("投诉原因")
    )
