"""The index on disk: a projection of masked narratives, made again at any time."""

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import polars as pl
import tantivy

from xiaobao.analysis.search.language import Asked, Both, Either, Field, Negated, Phrase, SearchError, asked
from xiaobao.analysis.search.units import folded, indexed_pairs, indexed_units, pairs, runs
from xiaobao.lib.periods import ONE_DAY
from xiaobao.lib.words import Words

FIELDS = ("institution", "business", "cause", "channel", "region", "path", "source", "number", "kind")
"""What may stand before a colon, beside `day`."""
DOCUMENT_SCHEMA = {
    "key": pl.Int64,
    "day": pl.Date,
    "text": pl.String,
    **dict.fromkeys(FIELDS, pl.String),
}
"""One row a complaint: its key, its day, its masked narrative, its members; null where nothing is stated."""
_WRITER_BYTES = 200_000_000
_UNITS, _PAIRS = "units", "pairs"


Members = Callable[[str, str], Collection[str]]
"""What the value of a field stands for: the code itself, those below it, those of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The complaints that fit: how many, and a page of their keys, the latest day first."""

    count: int
    keys: tuple[int, ...]
    unknown: tuple[Field, ...] = ()
    """Fields of the question whose value no complaint of the index has."""


def build(
    folder: Path,
    documents: Iterable[pl.DataFrame],
    *,
    former: Path | None = None,
    dropped: Iterable[int] = (),
) -> int:
    """Make an index in a folder that is replaced; how many complaints are written.

    `documents` are frames of `DOCUMENT_SCHEMA`. With `former` it begins with what that index holds, without
    the keys `dropped`; `former` itself stays as it is. What stood there answers until the new one is whole.
    """
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    if former is None:
        index = tantivy.Index(_schema(), path=str(making))
    else:
        _link(former, making)
        index = tantivy.Index.open(str(making))
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for key in dropped:
        writer.delete_documents_by_term("key", key)
    count = 0
    for frame in documents:
        for document in _documents(frame):
            writer.add_document(document)
        count += frame.height
    writer.commit()
    writer.wait_merging_threads()
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)
    return count


def _link(former: Path, folder: Path) -> None:
    """The same files under a second name: those of an index are never written twice, only replaced."""
    for path in former.iterdir():
        if path.suffix != ".lock":
            os.link(path, folder / path.name)


class SearchIndex:
    """Indexes that are open for questions and answer as one; no complaint is in two of them."""

    def __init__(self, *folders: Path, members: Members = lambda _name, value: (value,)) -> None:
        self._schema = _schema()
        self._searchers = [tantivy.Index.open(str(folder)).searcher() for folder in folders]
        self._members = members

    def search(self, question: str, *, limit: int = 20, offset: int = 0) -> Found:
        """The complaints whose text and members fit; SearchError says what cannot be asked."""
        tree = asked(question)
        query = self._query(tree)
        # Each part gives the whole page, as all of it may be in one.
        parts = [
            (searcher, searcher.search(query, limit=limit + offset, order_by_field="order"))
            for searcher in self._searchers
        ]
        hits = [
            (order, searcher.doc(address)["key"][0])
            for searcher, found in parts
            for order, address in found.hits
        ]
        page = sorted(hits, reverse=True)[offset : offset + limit]
        return Found(
            count=sum(found.count for _, found in parts),  # type: ignore[attr-defined]  # which its stub lacks
            keys=tuple(key for _, key in page),
            unknown=tuple(one for one in dict.fromkeys(_fields(tree)) if not self._has(one)),
        )

    def _has(self, one: Field) -> bool:
        query = self._field(one.name, one.value)
        return any(searcher.search(query, limit=1).hits for searcher in self._searchers)

    def _query(self, one: Asked) -> tantivy.Query:
        match one:
            case Phrase(text=text):
                return self._phrase(text)
            case Field(name=name, value=value):
                return self._field(name, value)
            case Negated(one=inner):
                every = (tantivy.Occur.Must, tantivy.Query.all_query())
                return tantivy.Query.boolean_query([every, (tantivy.Occur.MustNot, self._query(inner))])
            case Both(ones=ones):
                return tantivy.Query.boolean_query([(tantivy.Occur.Must, self._query(part)) for part in ones])
            case Either(ones=ones):
                return tantivy.Query.boolean_query(
                    [(tantivy.Occur.Should, self._query(part)) for part in ones]
                )

    def _phrase(self, text: str) -> tantivy.Query:
        """Every run of the text must stand in the document as it is."""
        found = runs(folded(pl.Series([text])).item())
        if not found:
            raise SearchError(
                Words(
                    zh=f"“{text}”中没有可检索的文字或数字",
                    en=f'"{text}" has no letter or digit to look for',
                )
            )
        parts = [(tantivy.Occur.Must, self._run(run)) for run in found]
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def _run(self, run: list[str]) -> tantivy.Query:
        terms = pairs(run)
        if not terms:
            return tantivy.Query.term_query(self._schema, _UNITS, run[0], index_option="basic")
        if len(terms) == 1:
            return tantivy.Query.term_query(self._schema, _PAIRS, terms[0], index_option="basic")
        return tantivy.Query.phrase_query(self._schema, _PAIRS, list(terms))

    def _field(self, name: str, value: str) -> tantivy.Query:
        if name == "day":
            first, last = _days(value)
            return tantivy.Query.range_query(
                self._schema, "day", tantivy.FieldType.Unsigned, first.toordinal(), last.toordinal()
            )
        if name not in FIELDS:
            known = ", ".join(("day", *FIELDS))
            raise SearchError(
                Words(
                    zh=f"没有字段 {name}；可用：{known}", en=f"there is no field {name}; there are: {known}"
                )
            )
        return tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.term_query(self._schema, name, member, index_option="basic"),
                )
                for member in self._members(name, value)
            ]
        )


def _fields(one: Asked) -> Iterator[Field]:
    """The fields of a question, whatever joins them."""
    match one:
        case Field():
            yield one
        case Negated(one=inner):
            yield from _fields(inner)
        case Both(ones=ones) | Either(ones=ones):
            yield from chain.from_iterable(map(_fields, ones))
        case Phrase():
            return


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=True, indexed=True)
    builder.add_unsigned_field("order", fast=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_text_field(_UNITS, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(_PAIRS, tokenizer_name="whitespace", index_option="position")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _documents(frame: pl.DataFrame) -> Iterator[tantivy.Document]:
    told = frame.select(*DOCUMENT_SCHEMA).with_columns(folded(frame["text"]).alias("text"))
    for row in told.iter_rows(named=True):
        document = tantivy.Document()
        document.add_integer("key", row["key"])
        document.add_unsigned("day", row["day"].toordinal())
        document.add_unsigned("order", (row["day"].toordinal() << 32) | (row["key"] & 0xFFFF_FFFF))
        document.add_text(_UNITS, indexed_units(row["text"]))
        document.add_text(_PAIRS, indexed_pairs(row["text"]))
        for name in FIELDS:
            if row[name] is not None:
                document.add_text(name, row[name])
        yield document


def _days(value: str) -> tuple[date, date]:
    """First and last day of a day, a month, or from one to another."""
    first, _, last = value.partition("..")
    try:
        begin, end = _first_and_last(first)[0], _first_and_last(last or first)[1]
    except ValueError as error:
        raise SearchError(
            Words(
                zh=f"日期 {value} 读不懂：写作 day:2020-03、day:2020-03-01 或 day:2020-03-01..2020-03-27",
                en=f"cannot read the day {value}: write day:2020-03-01, day:2020-03 "
                "or day:2020-03-01..2020-03-27",
            )
        ) from error
    if end < begin:
        raise SearchError(
            Words(zh=f"日期 {value} 的末日早于首日", en=f"the days {value} end before they begin")
        )
    return begin, end


def _first_and_last(value: str) -> tuple[date, date]:
    if len(value) != len("2020-03"):
        return date.fromisoformat(value), date.fromisoformat(value)
    first = date.fromisoformat(f"{value}-01")
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first, after - ONE_DAY
