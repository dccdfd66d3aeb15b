"""What is found is what a scan finds; how a question is read; what cannot be asked."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaobao.analysis.search.index import DOCUMENT_SCHEMA, SearchIndex, build
from xiaobao.analysis.search.language import Both, Either, Field, Negated, Phrase, SearchError, asked
from xiaobao.analysis.search.units import folded, indexed_pairs, indexed_units, runs

TEXTS = {
    1: "我行信用卡年费被多收，客服不理。",
    2: "信用。用卡时提示失败",  # no 信用卡: a sign stands between
    3: "ＡＴＭ机吞卡，late fee 也扣了",
    4: "征信 报告有误，要求更正征信",
    5: "",
    6: "later fees apply",
}


def _documents(texts: dict[int, str]) -> pl.DataFrame:
    rows = [
        {
            "key": key,
            "day": date(2020, 3, key % 28 + 1),
            "text": text,
            "institution": "GY01" if key % 2 else "GF01",
            "number": f"T{key}",
        }
        for key, text in texts.items()
    ]
    return pl.DataFrame(rows, schema=DOCUMENT_SCHEMA)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    folder = tmp_path_factory.mktemp("search") / "index"
    assert build(folder, [_documents(TEXTS)]) == len(TEXTS)
    return SearchIndex(folder)


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("信用卡", {1}),
        ("用卡", {1, 2}),
        ("年费", {1}),
        ("费", {1}),
        ("atm机", {3}),
        ("atm", {3}),
        ("late", {3}),
        ('"late fee"', {3}),
        ("征信报告", {4}),  # a blank parts nothing in Chinese
        ("卡 NOT 信用卡", {2, 3}),
        ("卡 非 信用卡", {2, 3}),
        ("年费 OR 吞卡 AND 信用卡", {1}),  # AND binds before OR
        ("(年费 OR 吞卡) AND institution:GY01", {1, 3}),
        ("（年费 或 征信） institution:GF01", {4}),
        ("number:T6", {6}),
        ("day:2020-03-02..2020-03-03", {1, 2}),
        ("NOT day:2020-03-02..2020-03-06", {6}),
        ("没有这样的话", set()),
    ],
)
def test_a_question_finds(index: SearchIndex, question: str, keys: set[int]) -> None:
    found = index.search(question)
    assert set(found.keys) == keys
    assert found.count == len(keys)


def test_pages_begin_with_the_latest_day(index: SearchIndex) -> None:
    assert index.search("卡", limit=2).keys == (3, 2)
    assert index.search("卡", limit=2, offset=2).keys == (1,)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "character 1"),
        ("年费 OR", "both sides of AND/OR/NOT"),
        ("NOT", "both sides of AND/OR/NOT"),
        ("AND 年费", "character 1: …▸AND 年费…"),
        ("年费 OR 或 征信", "both sides of AND/OR/NOT"),
        ("年费 非", "both sides of AND/OR/NOT"),
        ("(年费", "brackets"),
        ('"年费', "quotation marks"),
        ("bank:GY01", "there is no field bank; there are: day, institution"),
        ("day:yesterday", "write day:2020-03-01"),
        ("day:2020-03-27..2020-03-01", "end before they begin"),
        ("。", "no letter or digit"),
        ("x" * 1001, "too long"),
    ],
)
def test_what_cannot_be_asked_is_said(index: SearchIndex, question: str, sentence: str) -> None:
    with pytest.raises(SearchError) as refused:
        index.search(question)
    assert sentence in refused.value.words.en
    assert refused.value.words.zh


def test_words_that_only_begin_as_operators_do_are_words() -> None:
    assert asked("或者 ORDER 非法 且慢") == Both(tuple(map(Phrase, ("或者", "ORDER", "非法", "且慢"))))
    assert asked('"OR"') == Phrase("OR")


def test_the_tree_follows_the_precedence() -> None:
    assert asked("a b OR NOT c institution:X") == Either(
        (
            Both((Phrase("a"), Phrase("b"))),
            Both((Negated(Phrase("c")), Field("institution", "X"))),
        )
    )


@given(
    texts=st.lists(st.text(alphabet="年费卡用信 。,aB9\u200bé", max_size=12), min_size=1, max_size=6),
    start=st.integers(0, 11),
    length=st.integers(1, 4),
)
def test_a_phrase_of_pairs_is_what_a_scan_over_units_finds(texts: list[str], start: int, length: int) -> None:
    told = folded(pl.Series(texts)).to_list()
    sources = [run for text in told for run in runs(text)]
    if not sources:
        return
    run = sources[start % len(sources)]
    wanted = run[:length]
    for text in told:
        by_scan = any(
            other[at : at + len(wanted)] == wanted for other in runs(text) for at in range(len(other))
        )
        assert _by_index(text, wanted) == by_scan


def _by_index(text: str, wanted: list[str]) -> bool:
    if len(wanted) == 1:
        return wanted[0] in indexed_units(text).split(" ")
    terms = indexed_pairs(text).split(" ")
    looked_for = indexed_pairs(" ".join(wanted)).split(" ")
    return any(terms[at : at + len(looked_for)] == looked_for for at in range(len(terms)))


def test_a_new_index_takes_the_place_of_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, [_documents({1: "年费"})])
    build(folder, [_documents({2: "年费"}), _documents({3: "费用 " + "x" * 100_000})])
    again = SearchIndex(folder)
    assert again.search("年费").keys == (2,)
    assert again.search("费用").keys == (3,)
