"""What officers decided of issues, laid over the clusters of a run: names, merges, splits."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

import polars as pl
from msgspec import structs

from xiaobao.analysis.topics.complaints import CATEGORY, INSTITUTION
from xiaobao.analysis.topics.excerpts import passage
from xiaobao.analysis.topics.told import ToldIssue, ToldMember, ToldName
from xiaobao.lib.ids import sha256_hex

_ID_LETTERS = 12
_MOST_EXCERPTS = 3
_MOST_CALLED, _BETWEEN_TERMS = 3, " · "
"""Terms of a label, and what stands between them."""


class Act(StrEnum):
    """What an officer can decide."""

    NAME = "name"
    MERGE = "merge"
    """Another issue goes into this one."""
    SPLIT = "split"
    """Complaints that say certain words become an issue of their own."""
    PART = "part"
    """One that was merged parts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Complaints of an issue that say one of the words are another one."""

    issue: str
    words: tuple[str, ...]
    """Lower case."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What holds after all decisions."""

    names: Mapping[str, ToldName] = field(default_factory=dict)
    """The one given last comes last."""
    into: Mapping[str, str] = field(default_factory=dict)
    """Issue → the one it goes into."""
    splits: tuple[Split, ...] = ()

    def root(self, issue: str) -> str:
        """The issue that the complaints of an issue are told with."""
        while issue in self.into:
            issue = self.into[issue]
        return issue

    def concerns(self, issue: str) -> bool:
        """Whether officers named the issue, had another one go into it, or split it."""
        split = any(issue in (one.issue, one.new) for one in self.splits)
        return split or any(self.root(one) == issue for one in (*self.names, *self.into))

    def named(self, issue: str) -> tuple[ToldName | None, tuple[ToldName, ...]]:
        """The name of an issue, and the other ones that were given to those that went into it.

        Where it was given none itself, it has the last one that was given to one of them.
        """
        given = [name for one, name in self.names.items() if one != issue and self.root(one) == issue]
        own = self.names.get(issue)
        if own is None and given:
            own = given.pop()
        return own, tuple(name for name in given if own is None or name.text != own.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The complaints of a run by key: `complaint_key`, `text` (numbers masked), `institution`, `day`,
    `leader` (of the family), `recent` (of the window), `business.1`."""

    rows: pl.DataFrame
    masks: Callable[[Sequence[str]], Sequence[str]]
    """Masks names of what is quoted."""
    excerpt_characters: int


def new_id(issue: str, words: Collection[str]) -> str:
    """The id of the issue that a split makes."""
    return sha256_hex("\n".join((issue, *sorted(words))).encode())[:_ID_LETTERS]


def decided_issues(clusters: Iterable[ToldIssue], decided: Decided, known: Known) -> tuple[ToldIssue, ...]:
    """The issues as officers see them, the most surprising first; complaints stay each with one issue."""
    merged = _joined(list(clusters), decided, known)
    parts = [part for one in merged for part in _parted(one, decided, known)]
    again = _joined(parts, decided, known)
    named = [_named(one, decided) for one in again]
    return tuple(sorted(named, key=lambda one: (-one.score, one.where, one.id)))


def _named(one: ToldIssue, decided: Decided) -> ToldIssue:
    name, former_names = decided.named(one.id)
    return structs.replace(one, name=name, former_names=former_names)


def _joined(issues: list[ToldIssue], decided: Decided, known: Known) -> list[ToldIssue]:
    groups: dict[str, list[ToldIssue]] = {}
    for one in issues:
        groups.setdefault(decided.root(one.id), []).append(one)
    return [_merged(root, group, known) for root, group in groups.items()]


def _merged(root: str, group: list[ToldIssue], known: Known) -> ToldIssue:
    """One issue of several; category, label and passages of the one that goes on come first."""
    first = next((one for one in group if one.id == root), group[0])
    if len(group) == 1:
        return first if first.id == root else structs.replace(first, id=root, merged=(first.id,))
    others = [one for one in group if one is not first]
    quoted = dict.fromkeys(text for one in (first, *others) for text in one.excerpts)
    told = [one for one in group if not one.untold]
    raised = [one.first_raised for one in told if one.first_raised is not None]
    joined = structs.replace(
        first,
        id=root,
        terms=_in_turn([one.terms for one in (first, *others)]),
        before=sum(one.before for one in group),
        score=max(one.score for one in group),
        first_raised=min(raised, key=lambda one: one.on) if raised and len(raised) == len(told) else None,
        untold=not told,
        merged=tuple(sorted(one.id for one in group if one.id != root)),
        excerpts=tuple(quoted)[:_MOST_EXCERPTS],
        # What is demanded is told of an issue as long as all of it shares that.
        demanded=first.demanded if all(one.demanded for one in group) else (),
    )
    return _counted(joined, {key for one in group for key in one.complaints}, known)


def _in_turn(terms: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The first of each, then the second of each: what leads tells of all of them."""
    turns = (term for turn in zip_longest(*terms) for term in turn if term is not None)
    return tuple(dict.fromkeys(turns))


def _parted(one: ToldIssue, decided: Decided, known: Known) -> list[ToldIssue]:
    """The issue and what was split from it; a part without a complaint is none."""
    parts = []
    for split in decided.splits:
        if split.issue != one.id:
            continue
        said = _saying(known.rows, split.words)
        keys = set(one.complaints) & set(said.filter(pl.col("recent"))["complaint_key"])
        if not keys:
            continue
        before = _before(said, one)
        part = structs.replace(
            one,
            id=split.new,
            label=_BETWEEN_TERMS.join(split.words),
            terms=split.words,
            before=before,
            state=None,
            merged=(),
            split_from=one.id,
            demanded=(),
        )
        parts.append(_quoted(_counted(part, keys, known), known))
        rest = set(one.complaints) - keys
        if not rest:
            return parts
        left = structs.replace(_called_without(split.words, one), before=max(0, one.before - before))
        one = _quoted(_counted(left, rest, known), known)
    return [one, *parts]


def _called_without(words: Sequence[str], one: ToldIssue) -> ToldIssue:
    """The issue by the terms that say none of the words: what is left of it says none either."""
    terms = tuple(term for term in one.terms if not _says(term, words))
    called = [part for part in one.label.split(_BETWEEN_TERMS) if not _says(part, words)]
    if not terms:
        return one
    return structs.replace(one, terms=terms, label=_BETWEEN_TERMS.join(called or terms[:_MOST_CALLED]))


def _says(told: str, words: Sequence[str]) -> bool:
    return any(word in told.lower() for word in words)


def _saying(rows: pl.DataFrame, words: Sequence[str]) -> pl.DataFrame:
    lower = pl.col("text").str.to_lowercase()
    return rows.filter(pl.any_horizontal([lower.str.contains(word, literal=True) for word in words]))


def _before(said: pl.DataFrame, one: ToldIssue) -> int:
    """Complaints before the window of the same institution and category that say the words."""
    same = [pl.col(name) == member for name, member in one.where if name in said.columns]
    return said.filter(~pl.col("recent"), *same).height


def _counted(one: ToldIssue, keys: Collection[int], known: Known) -> ToldIssue:
    """The issue with the numbers of these complaints."""
    rows = known.rows.filter(pl.col("complaint_key").is_in(sorted(keys)))
    counts = Counter(rows[INSTITUTION].to_list())
    institutions = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    where = dict(one.where)
    if len(institutions) > 1:
        where.pop(INSTITUTION, None)
    assert CATEGORY in where
    return structs.replace(
        one,
        where=tuple(sorted(where.items())),
        all=len(keys),
        distinct=rows["leader"].n_unique(),
        institutions=tuple(ToldMember(member=member, count=count) for member, count in institutions),
        first_day=rows["day"].min(),
        last_day=rows["day"].max(),
        complaints=tuple(sorted(keys)),
    )


def _quoted(one: ToldIssue, known: Known) -> ToldIssue:
    """The issue with passages of its own complaints, one of each family."""
    rows = known.rows.filter(pl.col("complaint_key").is_in(one.complaints))
    texts = rows.unique("leader", keep="first", maintain_order=True)["text"].head(_MOST_EXCERPTS).to_list()
    shown = known.masks(texts)
    cut = (passage(text, one.terms, length=known.excerpt_characters) for text in shown)
    return structs.replace(one, excerpts=tuple(cut))
