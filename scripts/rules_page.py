"""Writes docs/reference/rules.md: every validation rule with its words, its source and a row of each kind.

`make reference` runs it; the check fails when the page and catalog or spec rows differ.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the spec rows lie with the test that runs them

from rule_specs import Case, cases_of  # noqa: E402

from xiaobao.catalog import reading  # noqa: E402
from xiaobao.catalog.catalog import Catalog  # noqa: E402
from xiaobao.catalog.deadlines import TimeLimit, TimeUnit  # noqa: E402
from xiaobao.catalog.rules import Rule, Severity  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "rules.md"
HEAD = """# Validation rules

Made from `catalog/rules.toml` and the spec rows in `tests/spec/rules/` by `make reference`; the check fails
when this page and they differ. Each rule is proved by the rows shown here, and more.

* **return**: the whole file goes back. **reject**: the row is not accepted. **warn**: accepted, and told.
* Rules that need the ledger do not run in `xiaobao check` and are listed there as not checked.
* `{row}`, `{column}`, `{value}` (masked) and `{expected}` stand for what is found.
* A row is shown by what differs from a row in order.
"""
LIMITS = """## Time limits

From `catalog/deadlines.toml`: by `limit_exceeded` and `longest_limit_exceeded` a step is held against the set
in force on the day it began. What rests on memory is to be checked against the text before anyone is
held to it.

| rule set | in force | step | of the path, from and to | limit | rests on |
| --- | --- | --- | --- | --- | --- |"""
_UNITS = {TimeUnit.WORKING_DAY: "working days", TimeUnit.CALENDAR_DAY: "calendar days"}
_SEVERITIES = {
    Severity.RETURN: "Rules that return a file",
    Severity.REJECT: "Rules that reject a row",
    Severity.WARN: "Rules that warn",
}


def page() -> str:
    """The whole page."""
    catalog = reading.load()
    rules = catalog.rules.values()
    parts = [HEAD]
    for severity, title in _SEVERITIES.items():
        stated = [rule for rule in rules if rule.severity is severity]
        listed = "\n".join(f"* [`{rule.id}`](#{rule.id}) {rule.title.zh}" for rule in stated)
        parts += [f"## {title}\n\n{listed}\n", *(_section(rule) for rule in stated)]
    return "\n".join([*parts, LIMITS, *_limits(catalog), ""])


def _limits(catalog: Catalog) -> Iterator[str]:
    for limits in catalog.deadlines.values():
        for limit in limits.limits:
            cells = [
                f"{limits.name.zh} (`{limits.id}`)",
                f"[{limits.from_on}, {limits.to_on or '…'})",
                f"{limit.name.zh} · {limit.name.en}",
                f"{limit.path}: {limit.begins} → {' / '.join(limit.ends)}"
                if limit.path
                else "not checked in files",
                f"{limit.count} {_UNITS[limit.unit]}"
                + (f", {limit.longest} at most" if limit.longest else ""),
                limit.confidence + (f", article {limit.article}" if limit.article else ""),
            ]
            yield f"| {' | '.join(cells)} |"


def _step(limit: TimeLimit) -> str:
    if limit.path is None:
        return "not checked in files"
    return f"{limit.path}: {limit.begins} → {' / '.join(limit.ends)}"


def _section(rule: Rule) -> str:
    return "\n".join(
        [f"### `{rule.id}`", "", f"**{rule.title.zh}** · {rule.title.en}", "", *_lines(rule), ""]
    )


def _lines(rule: Rule) -> Iterator[str]:
    needs = ", needs the ledger" if rule.needs_history else ""
    yield f"* {rule.severity.value}{needs}; in force {_span(rule)}; source: {rule.basis}"
    yield f"* {rule.sentence.zh}"
    yield f"* {rule.sentence.en}"
    cases = cases_of(rule.id)
    yield f"* breaks it: {'; or '.join(_shown(case) for case in cases if case.breaks)}"
    yield f"* keeps it: {'; or '.join(_shown(case) for case in cases if not case.breaks)}"


def _span(rule: Rule) -> str:
    if rule.from_on is None and rule.to_on is None:
        return "always"
    return f"[{rule.from_on or '…'}, {rule.to_on or '…'})"


def _shown(case: Case) -> str:
    if case.shown is not None:
        return case.shown
    if case.made is not None:
        return case.made
    if case.text is not None:
        return f"`{case.text.strip()}`"
    cells = [f"{header} = `{cell}`" if cell else f"{header} empty" for header, cell in case.rows[0].items()]
    return ", ".join([*cells, *_declared(case)]) or "a row in order"


def _declared(case: Case) -> Iterator[str]:
    if case.known is not None:
        yield "the number " + ("known" if "T1" in case.known else "unknown") + " to the ledger"
    if case.official:
        yield "the standard being the official text"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
