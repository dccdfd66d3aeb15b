"""After a day's close: bring the full-text index up to that close, with narratives whose names are masked.

What a batch touched is taken out and written again as it stands; all else stays. Each month of narratives has
a part of its own, so that nothing of an expired one is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from xiaobao.analysis.search.complaints import (
    months_of,
    standing_of,
    statements_of,
    touched_in,
    touched_since,
)
from xiaobao.analysis.search.index import DOCUMENT_SCHEMA, build
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import UserError
from xiaobao.lib.files import lock, make_folder
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest, search_parts
from xiaobao.submissions.expiry import expired_months
from xiaobao.submissions.home import Home
from xiaobao.submissions.narratives import narratives_of, text_months
from xiaobao.submissions.search_parts import SearchState
from xiaobao.workflows.mask_quotes import NamesPart, names_part

NO_NAMES = Words(
    zh='未安装服务器部分（pip install "xiaobao[server]"），叙述不能遮盖姓名，不建检索索引',
    en='names in narratives cannot be masked without the server part (pip install "xiaobao[server]"), so '
    "that nothing is indexed",
)
_AT_A_TIME = 20_000
"""Complaints whose texts are in memory."""


class NoSearchError(UserError):
    """Narratives cannot be masked here, so that they are not indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a renewal did."""

    state: SearchState
    written: int
    """Complaints written, anew or again."""


def renew_where_masked(home: Home, *, posted_seq: int | None = None) -> Renewed | None:
    """`renew_search` where names can be masked; None where they cannot."""
    return renew_search(home, posted_seq=posted_seq) if names_part(home.catalog()) else None


def renew_search(home: Home, *, posted_seq: int | None = None, anew: bool = False) -> Renewed:
    """Bring the index to a posting sequence, the head without one; it never goes back. NoSearchError.

    `anew` makes it from nothing, as does a change of what is masked or of the form of the index.
    """
    masks = names_part(home.catalog())
    if masks is None:
        raise NoSearchError(NO_NAMES)
    make_folder(home.search_folder.absolute())
    with lock(home.locks_folder / "search", wait=True):
        former = None if anew else _usable(home, masks)
        target = manifest.read().head if posted_seq is None else posted_seq
        expired = expired_months()
        if former and target <= former.posted_seq and former.expired == expired:
            return Renewed(state=former, written=0)
        target = max(target, former.posted_seq if former else 0)
        renewal = _Renewal(home=home, masks=masks, former=former, expired=expired)
        renewed = manifest.asking(home, renewal.to, as_of=target)
        search_parts.write(home, renewed.state)
        # Whoever lets a month expire meanwhile removes what stood before or after we wrote.
        for month in expired_months():
            search_parts.remove_month(home, month)
    return renewed


def _usable(home: Home, masks: NamesPart) -> SearchState | None:
    """What there is to go on from: by the same masking, with every part that did not expire."""
    state = search_parts.read(home)
    if state is None or state.masking_version != masks.version:
        return None
    gone = set(expired_months())
    names = [name for month, name in state.parts.items() if month not in gone]
    return state if all((home.search_folder / name).is_dir() for name in names) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renewal:
    home: Home
    masks: NamesPart
    former: SearchState | None
    expired: tuple[str, ...]

    def to(self, snapshot: Snapshot) -> Renewed:
        """The parts as of the snapshot; those that nothing touched stay."""
        months = text_months()
        kept = {posted: month for posted, month in months.items() if month not in self.expired}
        since = self.former.posted_seq if self.former else 0
        statements = statements_of(snapshot, self._touched(snapshot, months, since))
        standing = standing_of(statements, kept)
        dropped = months_of(statements, kept, until=since)
        parts = {
            month: name
            for month, name in (self.former.parts if self.former else {}).items()
            if month not in self.expired
        }
        for month in sorted({*standing["month"].unique(), *(dropped.keys() & parts.keys())}):
            folder = search_parts.new_part(self.home, month)
            build(
                folder,
                self._documents(standing.filter(pl.col("month") == month)),
                former=self.home.search_folder / parts[month] if month in parts else None,
                dropped=dropped.get(month, ()),
            )
            parts[month] = folder.name
        state = SearchState(
            posted_seq=snapshot.posted_seq,
            masking_version=self.masks.version,
            expired=self.expired,
            parts=parts,
        )
        return Renewed(state=state, written=standing.height)

    def _touched(self, snapshot: Snapshot, months: dict[int, str], since: int) -> pl.Series:
        """What was posted since, and what newly expired months told: an earlier one may tell it as well."""
        before = self.former.expired if self.former else self.expired
        newly = set(self.expired) - set(before)
        batches = {posted for posted, month in months.items() if month in newly and posted <= since}
        keys = pl.concat([touched_since(snapshot, since), touched_in(snapshot, batches)])
        return keys.unique().sort()

    def _documents(self, standing: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """By batches, so that each file of narratives is opened once."""
        waiting: list[pl.DataFrame] = []
        for (posted,), rows in standing.group_by("posted_seq", maintain_order=True):
            texts = narratives_of(self.home, [int(posted)]).select("narrative_digest", "text")
            waiting.append(rows.join(texts, on="narrative_digest", how="inner", maintain_order="left"))
            if sum(map(len, waiting)) >= _AT_A_TIME:
                yield self._masked(pl.concat(waiting))
                waiting = []
        if waiting:
            yield self._masked(pl.concat(waiting))

    def _masked(self, documents: pl.DataFrame) -> pl.DataFrame:
        texts = documents["text"].unique(maintain_order=True)
        masked = pl.DataFrame({"text": texts, "shown": self.masks.mask(texts.to_list())})
        shown = documents.join(masked, on="text", how="left", maintain_order="left")
        return shown.drop("text").rename({"shown": "text"}).select(*DOCUMENT_SCHEMA)
