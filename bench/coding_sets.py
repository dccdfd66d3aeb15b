"""Real labelled texts that coders are measured on, with what must stay together when they are divided."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.real_texts import FOLDER
from xiaobao.analysis.coding.examples import Examples
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.types import Rows

_FEWEST_OF_LABEL = 10
"""Of a label with fewer texts than that no F1 can be told over folds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedSet:
    """Texts with labels."""

    name: str
    examples: Examples
    together: Rows
    """Of every text the place of the first of its near-duplicates and of its message."""


def coded_sets(threshold: Threshold) -> list[CodedSet]:
    """Citizens' messages, CFPB products and issues, sentiment of bank posts; none without the folder."""
    if not FOLDER.is_dir():
        return []
    segmented = _read("taidi2020_gov_messages/labelled_segmented_dev.csv")
    raw = _read("taidi2020_gov_messages/labelled_raw_dev.csv")
    messages = pl.concat(
        [
            segmented.select(text="tokens", label="label", message="row_no"),
            # The same messages as people wrote them.
            raw.select(
                text=pl.concat_str("title", "body", separator=" ", ignore_nulls=True),
                label="label",
                message="seg_row_no",
            ),
        ]
    )
    product = _read("cfpb/narratives_product_dev.csv").select(text="narrative", label="product")
    issue = _read("cfpb/narratives_issue_lowercased_dev.csv").select(text="text", label="issue")
    posts = _read("bdci2021_bank_reviews/bank_reviews_dev.csv").select(text="text", label="sentiment_name")
    return [  # the cheapest first
        _made("sentiment of bank posts", posts, threshold),
        _made("CFPB issue", issue, threshold),
        _made("CFPB product", product, threshold),
        _made("citizens' messages", messages, threshold),
    ]


def _read(path: str) -> pl.DataFrame:
    return pl.read_csv(FOLDER / path, infer_schema=False)


def _made(name: str, frame: pl.DataFrame, threshold: Threshold) -> CodedSet:
    frame = frame.drop_nulls(["text", "label"]).filter(pl.len().over("label") >= _FEWEST_OF_LABEL)
    together = find_families(frame["text"], threshold).leader
    if "message" in frame.columns:
        together = _joined(together, frame["message"].rank("dense").to_numpy().astype(np.int64))
    return CodedSet(
        name=name,
        examples=Examples(
            texts=frame["text"], labels=tuple(frame["label"].to_list()), authors=(), decided_at=(), left_out=0
        ),
        together=together,
    )


def _joined(ones: Rows, others: Rows) -> Rows:
    """Groups of texts that are joined by either."""
    found = ones.copy()
    while True:
        before = found.copy()
        for groups in (ones, others):
            least = np.full(int(groups.max()) + 1, len(found), np.int64)
            np.minimum.at(least, groups, found)
            found = least[groups]
        if (found == before).all():
            return found
