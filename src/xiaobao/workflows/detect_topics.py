"""Find what the texts of a file say the same about in a window, masked before anything is read from them."""

from datetime import date
from pathlib import Path

import msgspec
import polars as pl

from xiaobao.analysis.text.days import days_of
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.text.texts_file import TextsFileError, read_columns
from xiaobao.analysis.topics.detection import detect
from xiaobao.analysis.topics.settings import Condition, Settings, Unusual
from xiaobao.analysis.topics.topics_file import TopicsFile, topics_file
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.files import write_once
from xiaobao.lib.periods import Period
from xiaobao.privacy.masking import Masker
from xiaobao.workflows.mask_quotes import quotes_masker


def detect_topics(
    catalog: Catalog,
    *,
    texts: Path,
    text_column: str,
    time_column: str,
    group_column: str | None,
    window: Period,
    on: date,
    out: Path,
) -> TopicsFile:
    """Read, mask, find, write all or nothing; by the decisions in force on that day.

    TextsFileError for a file that cannot be read, lacks a column or has no day that can be read.
    """
    like = catalog.near_duplicates.on(on)
    read = _read(texts, text_column, time_column, group_column)
    if read.is_empty():
        raise TextsFileError(texts, zh="只有表头，没有一行数据", en="it has a header and no row of data")
    dated = read.drop_nulls("day")
    if dated.is_empty():
        raise TextsFileError(
            texts,
            zh=f"{time_column} 列没有一个可读的日期（应如 2020-03-02 10:00:00；"
            "03/02/2020 分不清月与日时不读；43892 之类是表格软件的日期序号，请把该列设为日期格式后另存）",
            en=f"no value of {time_column} is a day that can be read, such as 2020-03-02 10:00:00; "
            "03/02/2020 is not where no value tells the month from the day; 43892 is a spreadsheet's number "
            "of a day: give the column the format of dates and save it again",
        )
    looked_at = dated.filter(pl.col("day") < window.to_on)
    known = looked_at.filter(pl.col("text").str.strip_chars() != "")
    known = known.with_columns(text=Masker(catalog.masking).mask_all(known["text"]))
    found = detect(
        known,
        window,
        settings_on(catalog, on),
        alike=Threshold(alike=like.alike, leader_alike=like.leader_alike),
    )
    told = topics_file(
        found,
        window,
        rows=known["row_id"].to_list(),
        not_dated=read.filter(pl.col("day").is_null())["row_id"].to_list(),
        no_text=len(looked_at) - len(known),
        decided_on=catalog.topics.on(on).from_on,
        kinds={one.kind: one.name for one in catalog.topics.conditions_on(on)},
        masked=quotes_masker(catalog),
    )
    write_once(out, msgspec.json.format(msgspec.json.encode(told), indent=2))
    return told


def _read(path: Path, text_column: str, time_column: str, group_column: str | None) -> pl.DataFrame:
    names = [text_column, time_column, *([group_column] if group_column else [])]
    read = read_columns(path, names)
    return pl.DataFrame(
        {
            "row_id": pl.int_range(1, len(read) + 1, eager=True),
            "text": read[text_column].fill_null(""),
            "day": days_of(read[time_column]),
            "group": read[group_column].fill_null("").str.strip_chars()
            if group_column
            else pl.repeat("", len(read), eager=True),
        }
    )


def unusual_on(catalog: Catalog, day: date) -> Unusual | None:
    """When what one institution demands is an issue; None where the catalog does not say."""
    decided = catalog.topics.hot_on(day)
    if not decided.unusual_shares:
        return None
    return Unusual(
        shares=decided.unusual_shares,
        least_score=decided.least_demand_score,
        least_unusual=decided.least_unusual,
    )


def settings_on(catalog: Catalog, day: date) -> Settings:
    """What the catalog has decided about topics on that day; UserError before the first decision."""
    decision = catalog.topics.on(day)
    return Settings(
        least_texts=decision.least_texts,
        least_score=decision.least_score,
        stray_share=decision.stray_share,
        most_topics=decision.most_topics,
        most_excerpts=decision.most_excerpts,
        excerpt_characters=decision.excerpt_characters,
        demands=decision.demands,
        demands_first=decision.demands_first,
        demands_last=decision.demands_last,
        no_demands=decision.no_demands,
        conditions=tuple(
            Condition(kind=one.kind, words=one.words) for one in catalog.topics.conditions_on(day)
        ),
    )
