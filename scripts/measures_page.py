"""Writes docs/reference/measures.md: every measure with its words and its spec tables.

`make reference` runs it; the check fails when the page and catalog or spec tables differ.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the spec tables lie with the test that runs them

from measure_specs import ALL, Case, cases_of  # noqa: E402

from xiaobao.analysis.names import WHY_NONE_WORDS  # noqa: E402
from xiaobao.catalog import reading  # noqa: E402
from xiaobao.catalog.measures import OF_CALLS, OF_REPORTS, Measure, MeasureKind  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "measures.md"
HEAD = """# Measures

Made from `catalog/measures/` and the spec tables in `tests/spec/measures/` by `make reference`; the check
fails when this page and they differ. Every table is a test: the engine and a slow reference in plain Python
must both say what stands here.

* A row of *given* is so many complaints alike; what it does not say is an ordinary complaint of bank GY01 on
  the institution path. Sequence is the batch that brought it; −1 takes it back.
* Every figure carries its basis: the counting path, what is counted, and of rates the denominator with its
  date. Paths are never added.
* Numbers are rounded once, half up.
"""
_KINDS = {
    MeasureKind.COUNT: "Counts",
    MeasureKind.SHARE: "Shares",
    MeasureKind.RANK: "Ranks",
    MeasureKind.RANK_CHANGE: "Changes of rank",
    MeasureKind.CHANGE: "Changes: period on period and year on year",
    MeasureKind.AVERAGE: "Averages of the days before",
    MeasureKind.PERIOD_AVERAGE: "Averages of a period",
    MeasureKind.LATE: "Late data",
    MeasureKind.MEDIAN: "Medians",
    MeasureKind.RATIO: "Ratios and rates",
}
_REASONS = """## Where there is no number

| shown | reason |
| --- | --- |"""


def page() -> str:
    """The whole page."""
    measures = reading.load().measures.values()
    parts = [HEAD]
    for kind, title in _KINDS.items():
        found = [one for one in measures if one.kind is kind]
        listed = "\n".join(f"* [`{one.id}`](#{one.id}) {one.name.zh} · {one.name.en}" for one in found)
        parts += [f"## {title}\n\n{listed}\n", *(_section(one) for one in found)]
    reasons = [f"| {words.zh} · {words.en} | `{reason}` |" for reason, words in WHY_NONE_WORDS.items()]
    return "\n".join([*parts, _REASONS, *reasons, ""])


def _section(measure: Measure) -> str:
    return "\n".join([f"### `{measure.id}`", "", *_words(measure), "", *_tables(measure)])


def _words(measure: Measure) -> Iterator[str]:
    yield f"**{measure.name.zh}** · {measure.name.en} ({measure.unit.zh} · {measure.unit.en})"
    yield ""
    yield f"* formula: {measure.formula}"
    yield f"* 口径：{measure.basis.zh}"
    yield f"* basis: {measure.basis.en}"
    yield f"* why: {measure.why}"
    yield f"* owner: {measure.owner}; next review {measure.next_review_on}"


def _tables(measure: Measure) -> Iterator[str]:
    for case in cases_of(measure.id):
        yield f"{case.title[:1].upper()}{case.title[1:]}."
        yield ""
        given = case.rows or case.calls or case.reports
        if given:
            yield from _table(given)
            yield ""
        yield _asked(measure, case)
        yield ""


def _table(rows: list[dict[str, object]]) -> Iterator[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    yield f"| {' | '.join(_TITLES.get(name, name) for name in columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(row, name) for name in columns)} |"


_TITLES = {"n": "complaints", "on": "received on", "seq": "sequence"}


def _cell(row: Mapping[str, object], name: str) -> str:
    if name not in row:
        return "1" if name == "n" else ""
    value = row[name]
    return "(empty)" if value == "" else "yes" if value is True else "no" if value is False else str(value)


def _asked(measure: Measure, case: Case) -> str:
    if case.readings:
        days = "; ".join(f"{_span(first, last)} as of {seq}" for first, last, seq in case.readings)
    else:
        assert case.period is not None
        days = _span(*case.period)
    where = {} if measure.part in (*OF_CALLS, *OF_REPORTS) else case.where
    held = ", ".join(f"{name} = {member}" for name, member in where.items())
    of = ", ".join(f"{name} = {member}" for name, member in case.of.items())
    parts = [
        days,
        f"where {held}" if held else "",
        f"by {', '.join(case.by)}" if case.by else "",
        f"of {of}" if of else "",
    ]
    silent = f"not reported: {', '.join(case.silent)}" if case.silent else ""
    told = [
        ("" if members == ALL else f"{members} = ") + f"**{_value(value)}**"
        for members, value in case.answer.items()
    ]
    return f"{', '.join(part for part in (*parts, silent) if part)} → {'; '.join(told)}"


def _span(first: object, last: object) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _value(value: str) -> str:
    return WHY_NONE_WORDS[value].en if value in WHY_NONE_WORDS else value


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
