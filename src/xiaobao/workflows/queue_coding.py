"""Read a home's complaints with a trained coder, and queue those whose code an officer should decide."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from xiaobao.analysis.coding import folder
from xiaobao.analysis.coding.coder import Coder, Predictions
from xiaobao.analysis.coding.labels import Hierarchy
from xiaobao.analysis.coding.quality.rows import SEPARATOR
from xiaobao.analysis.coding.queue import REASONS, Reason, judged, queue
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.types import Booleans, Rows
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import EntryKind
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of
from xiaobao.workflows.code_examples import NoNamesMaskedError, decisions_on
from xiaobao.workflows.code_texts import VectorsWanted
from xiaobao.workflows.mask_quotes import names_part
from xiaobao.workflows.stated_codes import standing_entries, submitted_paths

_SHOWN = 4
"""Decimals of a probability."""
_KEY = ["source_code", "complaint_no"]


class OtherLabelsError(UserError):
    """The coder's labels are no codes of the facet."""

    def __init__(self, unknown: list[str], facet: Facet) -> None:
        named = ", ".join(unknown[:3])
        super().__init__(
            Words(
                zh=f"模型的标签不是本家目录 {facet.value} 分类面的代码：{named} 等 {len(unknown)} 种；"
                "请用 xiaobao coder examples 写出的文本训练，并用同一 --facet",
                en=f"{len(unknown)} labels of the coder are no {facet.value} codes of this home, such as "
                f"{named}: train it on what xiaobao coder examples writes, and name the same --facet",
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """A code that a text may mean."""

    label: str
    probability: float


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint whose code an officer should decide."""

    place: int
    reason: Reason
    complaint_key: int
    source_code: str
    complaint_no: str
    institution_code: str
    received_on: date
    submitted: str | None
    """The path of the code; None where none of the standard was submitted."""
    label: str | None
    """The code read; None where the text says nothing that the coder knows."""
    confidence: float
    within: tuple[Meaning, ...]
    """The conformal set, likeliest first."""
    text: str
    """Numbers and names masked."""


class CodingQueue(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, and the first of the queue."""

    facet: Facet
    first_on: date
    last_on: date
    posted_seq: int
    simulated: bool
    complaints: int
    without_text: int
    """Not sent, or destroyed."""
    decided: int
    """By the bureau, and nothing submitted otherwise since."""
    accepted: int
    """Read surely, and submitted so: nobody need look."""
    waiting: dict[Reason, int]
    """How many wait, by reason; all of them, listed or not."""
    queue: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCall:
    """What a person asks."""

    model: Path
    facet: Facet
    last_on: date
    first_on: date | None
    """None for as many days as the catalog looks at to judge the banks' coding."""
    limit: int
    vectors: VectorsWanted


def queue_codes(home: Home, call: QueueCall) -> CodingQueue:
    """Read all complaints received in the days that have a text, as the ledger has them now.

    NoNamesMaskedError without the server part, since texts are read as they were learned: masked;
    OtherLabelsError; OtherVectorsError; UserError for days that end before they begin.
    """
    catalog, coder = home.catalog(), folder.load(call.model)
    _refuse_other_labels(home, catalog, coder.hierarchy, call.facet)
    masks = names_part(catalog)
    if masks is None:
        raise NoNamesMaskedError
    window = _window(catalog, call)
    sequence = manifest.read().head
    complaints = _complaints(home, window, sequence)
    rows, decided = _undecided(home, complaints, call.facet)
    texts = narratives_of(home, rows["posted_seq"].unique().to_list()).select("narrative_digest", "text")
    told = rows.join(texts, on="narrative_digest", how="inner", maintain_order="left")
    told = told.with_columns(
        submitted=submitted_paths(told, call.facet, catalog),
        text=pl.Series(masks.mask(told["text"].to_list()), dtype=pl.String),
    )
    read = coder.predict(told["text"], call.vectors.reader() if coder.senses else None)
    urgency, places = _queued(catalog, call.last_on, coder, told, read)
    first = [row for _, row in sorted((place, row) for row, place in enumerate(places) if place)][
        : call.limit
    ]
    counts = Counter(urgency.tolist())
    return CodingQueue(
        facet=call.facet,
        first_on=window.from_on,
        last_on=window.last_on,
        posted_seq=sequence,
        simulated=home.simulated,
        complaints=complaints.height,
        without_text=rows.height - told.height,
        decided=decided,
        accepted=counts[0],
        waiting={reason: counts[place] for place, reason in enumerate(REASONS, start=1)},
        queue=tuple(
            _waiting(told.row(row, named=True), read, row, place=place, reason=REASONS[urgency[row] - 1])
            for place, row in enumerate(first, start=1)
        ),
    )


def _refuse_other_labels(home: Home, catalog: Catalog, hierarchy: Hierarchy, facet: Facet) -> None:
    standards = [catalog.standards[name] for name in catalog.domain(home.domain_id).standard_ids]
    tables = [table for one in standards if (table := one.tables.get(facet)) is not None]
    known = {code for table in tables for code in table.codes}
    separator = hierarchy.separator or SEPARATOR
    unknown = [label for label in hierarchy.labels if not known.issuperset(label.split(separator))]
    if unknown:
        raise OtherLabelsError(unknown, facet)


def _window(catalog: Catalog, call: QueueCall) -> Period:
    days = catalog.coding.quality_on(call.last_on).window_days
    from_on = call.first_on or call.last_on - (days - 1) * ONE_DAY
    if from_on > call.last_on:
        raise UserError(
            Words(
                zh=f"--from {from_on} 晚于 --on {call.last_on}",
                en=f"--from {from_on} is after --on {call.last_on}",
            )
        )
    return Period(from_on=from_on, to_on=call.last_on + ONE_DAY)


def _complaints(home: Home, window: Period, sequence: int) -> pl.DataFrame:
    rows = manifest.asking(home, lambda snapshot: standing_entries(snapshot, None, window), as_of=sequence)
    return rows.filter(pl.col("entry_kind") == EntryKind.COMPLAINT.value)


def _undecided(home: Home, complaints: pl.DataFrame, facet: Facet) -> tuple[pl.DataFrame, int]:
    """Those that wait for a decision, with `resubmitted`, and how many do not.

    A reporter that submits other codes after a decision brings the complaint back (docs/ledger.md).
    """
    latest = {
        (str(record.payload["source_code"]), row["complaint_no"]): row["submitted_codes"]
        for record, row in decisions_on(home, facet)
    }
    decided = pl.DataFrame(
        [(source, number, codes) for (source, number), codes in latest.items()],
        schema={**dict.fromkeys(_KEY, pl.String), "decided_codes": pl.String},
        orient="row",
    )
    rows = complaints.join(decided, on=_KEY, how="left", maintain_order="left")
    settled = (pl.col("decided_codes") == pl.col("submitted_codes")).fill_null(value=False)
    waiting = rows.filter(~settled).with_columns(resubmitted=pl.col("decided_codes").is_not_null())
    return waiting, rows.height - waiting.height


def _queued(
    catalog: Catalog, on: date, coder: Coder, told: pl.DataFrame, read: Predictions
) -> tuple[Rows, list[int | None]]:
    submitted = [_as_label(one, coder.hierarchy) for one in told["submitted"]]
    resubmitted: Booleans = told["resubmitted"].to_numpy().astype(bool)
    urgency, worth = judged(read, submitted, resubmitted=resubmitted)
    like = catalog.near_duplicates.on(on)
    threshold = Threshold(alike=like.alike, leader_alike=like.leader_alike)
    leaders = find_families(told["text"], threshold).leader
    return urgency, queue(urgency=urgency, worth=worth, leaders=leaders)


def _as_label(path: str | None, hierarchy: Hierarchy) -> str | None:
    """A path of codes as this coder writes labels; the last code alone where its labels have no levels."""
    if path is None or hierarchy.separator:
        return path and path.replace(SEPARATOR, hierarchy.separator)
    with_levels = any(SEPARATOR in label for label in hierarchy.labels)
    return path if with_levels else path.rpartition(SEPARATOR)[-1]


def _waiting(
    row: dict[str, object], read: Predictions, place_of_row: int, *, place: int, reason: Reason
) -> Waiting:
    shares, within = read.probabilities[place_of_row], read.within[place_of_row]
    likeliest = [one for one in np.argsort(-shares, kind="stable").tolist() if within[one]]
    labels = read.hierarchy.labels
    mute = bool(read.mute[place_of_row])
    return msgspec.convert(
        {
            **{name: row[name] for name in Waiting.__struct_fields__ if name in row},
            "place": place,
            "reason": reason,
            "label": None if mute else labels[read.picked[place_of_row]],
            "confidence": round(float(read.confidence[place_of_row]), _SHOWN),
            "within": tuple(
                Meaning(label=labels[one], probability=round(float(shares[one]), _SHOWN)) for one in likeliest
            ),
        },
        Waiting,
    )
