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
_SEVERITIES = {
    Severity.RETURN: "Rules that return a file",
    Severity.REJECT: "Rules that reject a row",
    Severity.WARN: "Rules that warn",
}


def page() -> str:
    """The whole page."""
    rules = reading.load().rules.values()
    parts = [HEAD]
    for severity, title in _SEVERITIES.items():
        stated = [rule for rule in rules if rule.severity is severity]
        listed = "\n".join(f"* [`{rule.id}`](#{rule.id}) {rule.title.zh}" for rule in stated)
        parts += [f"## {title}\n\n{listed}\n", *(_section(rule) for rule in stated)]
    return "\n".join(parts)


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
    return "always"


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
