"""How many of the names, addresses and employers that two readers marked are masked, and what else is?"""

from collections.abc import Callable, Iterator, Sequence

from bench.names.marks import OPTIONAL, Sentence, Span, sentences
from bench.real_texts import FOLDER
from xiaobao.catalog.catalog import Catalog
from xiaobao.privacy.names.masking import Kind, NameMasker
from xiaobao.privacy.names.tagger import ORGANISATION, PERSON, PLACE, Tagger, installed_tagger

_FIRST, _SECOND, AGREED = "first", "second", "agreed"
_KINDS = {Kind.NAME: "person", Kind.ADDRESS: "address", Kind.EMPLOYER: "employer"}
_TAGS = {PERSON: "person", PLACE: "address", ORGANISATION: "employer"}

Find = Callable[[str], Sequence[Span]]
"""A text → what is masked of it."""


def measure(catalog: Catalog) -> list[tuple[str, str]]:
    """Rows of the results table; none where the shared texts are not there."""
    if not FOLDER.is_dir():
        return []
    read = list(sentences())
    tagger = installed_tagger()
    masker = NameMasker(catalog.names, tagger)
    results = [("300 sentences: marks of one reader that the other has too", _agreement(read))]
    finders: tuple[tuple[str, Find], ...] = (
        ("the product", lambda text: [(one.start, one.end, _KINDS[one.kind]) for one in masker.masks(text)]),
        ("LAC alone, every person", lambda text: _tagged(tagger, text, {PERSON})),
        ("LAC alone, every person, place and organisation", lambda text: _tagged(tagger, text, set(_TAGS))),
    )
    for name, find in finders:
        found = [_within(one, find(one.text)) for one in read]
        results += [(f"{name}: {what}", value) for what, value in _scored(read, found)]
    return results


def _tagged(tagger: Tagger, text: str, kinds: set[str]) -> list[Span]:
    return [(word.start, word.end, _TAGS[word.kind]) for word in tagger.words(text) if word.kind in kinds]


def _within(one: Sentence, found: Sequence[Span]) -> list[Span]:
    """What was found in the whole text, as far as it lies in the sentence."""
    return [
        (max(start, one.start) - one.start, min(end, one.end) - one.start, kind)
        for start, end, kind in found
        if start < one.end and end > one.start
    ]


def _scored(read: Sequence[Sentence], found: Sequence[Sequence[Span]]) -> Iterator[tuple[str, str]]:
    for kind in _KINDS.values():
        wanted = [
            (mark, spans)
            for one, spans in zip(read, found, strict=True)
            for mark in one.marks.get(AGREED, ())
            if mark[2] == kind
        ]
        whole = sum(_covered(mark, spans) == mark[1] - mark[0] for mark, spans in wanted)
        touched = sum(_covered(mark, spans) > 0 for mark, spans in wanted)
        yield (
            f"marks of {kind}: all that is marked, at least a part, of",
            f"{whole}, {touched}, {len(wanted)}",
        )
    right = wrong = counted = 0
    texts = {True: 0, False: 0}
    for one, spans in zip(read, found, strict=True):
        marks = one.marks.get(AGREED, ())
        of_marks = [[mark for mark in marks if mark[0] < span[1] and span[0] < mark[1]] for span in spans]
        right += sum(any(mark[2] != OPTIONAL for mark in met) for met in of_marks)
        false = sum(not met for met in of_marks)
        wrong += false
        counted += 1
        texts[one.drawn == "random"] += false > 0
    yield (
        "found where something is marked, where nothing is; sentences with the latter, of those from all",
        f"{right}, {wrong}; {texts[True] + texts[False]} of {counted}, {texts[True]} of "
        f"{sum(one.drawn == 'random' for one in read)}",
    )


def _covered(mark: Span, spans: Sequence[Span]) -> int:
    return sum(max(0, min(mark[1], end) - max(mark[0], start)) for start, end, _ in spans)


def _agreement(read: Sequence[Sentence]) -> str:
    """The marks of either reader of the three kinds, and how many of them meet one of the same kind."""
    if not any(_SECOND in one.marks for one in read):
        return "read by one person so far"
    told = []
    for one_reader, other in ((_FIRST, _SECOND), (_SECOND, _FIRST)):
        pairs = [
            any(theirs[2] == mark[2] and theirs[0] < mark[1] and mark[0] < theirs[1] for theirs in others)
            for one in read
            for mark, others in ((mark, one.marks.get(other, ())) for mark in one.marks.get(one_reader, ()))
            if mark[2] != OPTIONAL
        ]
        told.append(f"{sum(pairs)} of {len(pairs)}")
    return ", ".join(told)
