"""Ask the full-text index of a home; every answer says what the index holds and what came later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
import polars as pl

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.search.complaints import standing_of, statements_of
from xiaobao.analysis.search.index import SearchIndex
from xiaobao.analysis.search.language import phrases_of
from xiaobao.analysis.search.members import members_in
from xiaobao.analysis.topics.excerpts import passage
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest, search_parts
from xiaobao.submissions.expiry import expired_months
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of, text_months
from xiaobao.submissions.search_parts import SearchState
from xiaobao.workflows.mask_quotes import names_part

_PASSAGE_CHARACTERS = 80
_OPEN_TRIES = 5
_CODES = ("institution", "business", "cause", "channel", "region")


class NoIndexError(UserError):
    """Nothing was indexed yet, or the index is not whole."""

    def __init__(self, home: Home) -> None:
        command = f"xiaobao search-index --home {home.path}"
        super().__init__(
            Words(
                zh=f"尚无检索索引，或索引不完整；请执行 {command}（日结后自动更新，成批回放除外）",
                en=f"there is no search index, or it is not whole: run {command} (every close renews it, a "
                "play of many days does not)",
            )
        )


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint that fits, as it stands at the index's sequence."""

    complaint_key: int
    source_code: str
    complaint_no: str
    path: str | None
    kind: str
    received_on: date
    institution_code: str
    business_code: str
    cause_code: str
    channel_code: str
    region_code: str
    passage: str | None
    """Masked; None where names cannot be masked here."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How many fit, a page of them, and what was looked at."""

    count: int
    offset: int
    hits: tuple[Hit, ...]
    posted_seq: int
    """What the index holds: complaints as they stood at this sequence."""
    head: int
    """Of the ledger: batches up to it came later and are not looked at."""
    masking_version: str
    older_masking: bool
    """True where names are masked otherwise by now: the next renewal makes the index anew."""
    expired: tuple[str, ...]
    """Months whose texts were destroyed and are found no more."""
    unknown: tuple[str, ...]
    """Fields of the question that no complaint has."""
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    state: SearchState
    index: SearchIndex


def search_home(home: Home, question: str, *, limit: int, offset: int) -> Answer:
    """The complaints whose masked narrative and fields fit, the latest first.

    SearchError for what cannot be asked, NoIndexError where there is nothing to ask.
    """
    opened = _open(home)
    found = opened.index.search(question, limit=limit, offset=offset)
    state, masks = opened.state, names_part(home.catalog())
    return Answer(
        count=found.count,
        offset=offset,
        hits=_hits(home, found.keys, phrases_of(question), state),
        posted_seq=state.posted_seq,
        head=manifest.read().head,
        masking_version=state.masking_version,
        older_masking=masks is not None and masks.version != state.masking_version,
        expired=expired_months(),
        unknown=tuple(f"{one.name}:{one.value}" for one in found.unknown),
        simulated=home.simulated,
    )


def _open(home: Home) -> _Opened:
    """The parts of one state; read again where a renewal has replaced them meanwhile."""
    scope = Scope(domain=home.domain, simulated=home.simulated, catalog=home.catalog())
    for _ in range(_OPEN_TRIES):
        state = search_parts.read(home)
        if state is None:
            break
        gone = set(expired_months())
        names = [name for month, name in sorted(state.parts.items()) if month not in gone]
        try:
            index = SearchIndex(*(home.search_folder / name for name in names), members=members_in(scope))
        except (OSError, ValueError):  # as tantivy tells that a folder is not there
            continue
        return _Opened(state=state, index=index)
    raise NoIndexError(home)


def _hits(home: Home, keys: Sequence[int], wanted: Sequence[str], state: SearchState) -> tuple[Hit, ...]:
    gone = set(expired_months())
    months = {posted: month for posted, month in text_months().items() if month not in gone}
    asked = pl.Series(keys, dtype=pl.Int64)
    rows = manifest.asking(
        home, lambda snapshot: standing_of(statements_of(snapshot, asked), months), as_of=state.posted_seq
    )
    texts = narratives_of(home, rows["posted_seq"].unique().to_list()).select("narrative_digest", "text")
    told = rows.join(texts, on="narrative_digest", how="left")
    masks = names_part(home.catalog())
    shown = masks.mask([text or "" for text in told["text"]]) if masks else [None] * told.height
    by_key = {
        row["key"]: _hit(row, None if text is None else passage(text, wanted, length=_PASSAGE_CHARACTERS))
        for row, text in zip(told.iter_rows(named=True), shown, strict=True)
    }
    return tuple(by_key[key] for key in keys)


def _hit(row: dict[str, object], text: str | None) -> Hit:
    return msgspec.convert(
        {
            "complaint_key": row["key"],
            "source_code": row["source"],
            "complaint_no": row["number"],
            "path": row["path"],
            "kind": row["kind"],
            "received_on": row["day"],
            **{f"{name}_code": row[name] for name in _CODES},
            "passage": text,
        },
        Hit,
    )
