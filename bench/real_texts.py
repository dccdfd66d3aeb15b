"""Real texts of other people, read where they lie beside the project; nothing of them is kept here."""

from pathlib import Path

import polars as pl

FOLDER = Path(__file__).parents[2] / "shared" / "data"
_TAIDI = "taidi2020_gov_messages"
_COLUMNS = {
    "messages of citizens": (
        (f"{_TAIDI}/messages_dev.csv", ("title", "body")),
        (f"{_TAIDI}/labelled_raw_dev.csv", ("title", "body")),
        (f"{_TAIDI}/messages_with_official_reply_dev.csv", ("title", "body")),
        (f"{_TAIDI}/financial_subset_dev.csv", ("title", "body")),
    ),
    "the same in words divided by spaces": ((f"{_TAIDI}/labelled_segmented_dev.csv", ("tokens",)),),
    "replies of offices": (
        (f"{_TAIDI}/messages_with_official_reply_dev.csv", ("reply",)),
        (f"{_TAIDI}/financial_subset_dev.csv", ("reply",)),
    ),
    "CFPB narratives": (
        ("cfpb/narratives_product_dev.csv", ("narrative",)),
        ("cfpb/narratives_issue_lowercased_dev.csv", ("text",)),
    ),
    "posts on bank products": (("bdci2021_bank_reviews/bank_reviews_dev.csv", ("text",)),),
}


def real_texts() -> dict[str, pl.Series]:
    """Name → texts; empty where the folder is not there."""
    if not FOLDER.is_dir():
        return {}
    return {name: pl.concat([_read(*source) for source in sources]) for name, sources in _COLUMNS.items()}


def _read(path: str, columns: tuple[str, ...]) -> pl.Series:
    frame = pl.read_csv(FOLDER / path, columns=list(columns), infer_schema=False)
    return pl.concat([frame[column].alias("text").drop_nulls() for column in columns])
