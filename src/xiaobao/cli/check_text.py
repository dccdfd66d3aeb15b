"""The outcome of checking a file, as a person reads it and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.rules import SEVERITIES, Severity
from xiaobao.cli.tables import Shown, table
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.findings import summary
from xiaobao.intake.form import form_words
from xiaobao.intake.marked_workbook import Annotated
from xiaobao.intake.sentences import Finding, sentences
from xiaobao.lib.words import Words, joined

SHOWN_FINDINGS = 50

DECISIONS = {
    Decision.ACCEPTED: Words(zh="可以接收", en="would be accepted"),
    Decision.ACCEPTED_IN_PART: Words(zh="可以部分接收", en="would be accepted in part"),
    Decision.RETURNED: Words(zh="将被退回", en="would be returned"),
}


def result_words(result: CheckResult, catalog: Catalog, *, everything: bool) -> Words:
    """Decision, totals, summary by rule, findings with their sentences, and the checks that did not run."""
    parts = [_headline(result)]
    if not result.findings.is_empty():
        parts += [
            _summary(result.findings, catalog),
            _findings(result.findings, catalog, everything=everything),
        ]
    if result.checks_not_run:
        parts.append(_not_run(result, catalog))
    return joined(parts, "\n\n")


def annotated_words(written: Annotated, out: Path, *, findings: int) -> Words:
    """Where the marked workbook lies, what is in it, and what a limit left out."""
    zh = (
        f"{out}：{written.rows} 行，标记 {written.marked} 个单元格，批注 {written.commented} 处；"
        "改好后可直接报送"
    )
    en = (
        f"{out}: {written.rows} rows, {written.marked} cells marked, {written.commented} with a comment; "
        "mend them and deliver the workbook"
    )
    if not written.rows:
        zh, en = f"{out}：只有问题清单，因为文件未能读成表格", f"{out}: findings alone, as there is no table"
    if written.left_out:
        zh += f"\n{written.left_out} 行超出一张工作表所能容纳，未写入；请用原文件修改"
        en += f"\n{written.left_out} rows are more than a sheet holds and were left out; mend the file itself"
    if written.cut:
        zh += f"\n{written.cut} 个单元格的内容超出 32,767 字，未写全且已在末尾注明；请用原文件修改"
        en += (
            f"\n{written.cut} cells hold more than 32,767 characters and were cut, as they say at their end; "
        )
        en += "mend the file itself"
    if written.listed < findings:
        zh += f"\n{findings - written.listed} 条问题未逐条列出，已计入按规则的汇总"
        en += f"\n{findings - written.listed} findings are not listed one by one; the summary counts them"
    return Words(zh=zh, en=en)


def result_record(result: CheckResult, catalog: Catalog) -> dict[str, object]:
    """The same for machines; every finding, however many."""
    return {
        "decision": result.decision.value,
        "reason": _both(result.reason),
        "form": asdict(result.form),
        "layout": result.layout_id,
        "read": result.read,
        "accepted": result.accepted,
        "rejected": result.rejected,
        "summary": summary(result.findings).to_dicts(),
        "findings": [_record(finding) for finding in sentences(result.findings, catalog)],
        "checks_run": list(result.checks_run),
        "checks_not_run": list(result.checks_not_run),
    }


def _headline(result: CheckResult) -> Words:
    decision, reason = DECISIONS[result.decision], result.reason or Words(zh="", en="")
    read, accepted, rejected = result.read, result.accepted, result.rejected
    shown = _form(result)
    zh = f"{decision.zh}{shown.zh}：读到 {read} 行 = 接收 {accepted} + 拒收 {rejected}。{reason.zh}"
    en = f"{decision.en}{shown.en}: {read} rows read = {accepted} accepted + {rejected} rejected. {reason.en}"
    return Words(zh=zh.strip(), en=en.strip())


def _form(result: CheckResult) -> Words:
    form = form_words(result.form)
    if form is None:
        return Words(zh="", en="")
    layout = result.layout_id
    return Words(
        zh=f"（{form.zh}" + (f"，版式 {layout}）" if layout else "）"),
        en=f" ({form.en}" + (f", layout {layout})" if layout else ")"),
    )


def _summary(findings: pl.DataFrame, catalog: Catalog) -> Words:
    titles = (
        Words(zh="规则", en="rule"),
        Words(zh="后果", en="effect"),
        Words(zh="条数", en="findings"),
        Words(zh="首见行", en="first row"),
        Words(zh="首见物理行", en="first line"),
        Words(zh="说明", en="what"),
    )
    rows: list[Sequence[Shown]] = [
        (
            row["rule_id"],
            SEVERITIES[Severity(row["severity"])],
            row["findings"],
            row["first_row"],
            row["first_line"],
            catalog.rules[row["rule_id"]].title,
        )
        for row in summary(findings).iter_rows(named=True)
    ]
    return table(titles, rows)


def _findings(findings: pl.DataFrame, catalog: Catalog, *, everything: bool) -> Words:
    shown = findings if everything else findings.head(SHOWN_FINDINGS)
    titles = (
        Words(zh="行", en="row"),
        Words(zh="物理行", en="line"),
        Words(zh="规则", en="rule"),
        Words(zh="问题与办法", en="what is wrong and what to do"),
    )
    rows: list[Sequence[Shown]] = [
        (finding.row_number, finding.line_number, finding.rule_id, finding.sentence)
        for finding in sentences(shown, catalog)
    ]
    listed = table(titles, rows)
    left = findings.height - shown.height
    if not left:
        return listed
    return Words(
        zh=f"{listed.zh}\n另有 {left} 条未列出；加 --all 全部列出",
        en=f"{listed.en}\n{left} more are not listed; --all lists every one",
    )


def _not_run(result: CheckResult, catalog: Catalog) -> Words:
    titles = [catalog.rules[rule_id].title for rule_id in result.checks_not_run]
    return Words(
        zh="此处未做、接收时再做的检查：" + "、".join(title.zh for title in titles),
        en="not checked here, but on receipt: " + "; ".join(title.en for title in titles),
    )


def _record(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule_id,
        "severity": finding.severity.value,
        "row": finding.row_number,
        "line": finding.line_number,
        "column": finding.column,
        "sheet": finding.sheet,
        "letters": finding.letters,
        "value": finding.value,
        "sentence": _both(finding.sentence),
    }


def _both(words: Words | None) -> dict[str, str] | None:
    return None if words is None else {"zh": words.zh, "en": words.en}
