"""How an audit of the banks' coding is shown: what was drawn, and what auditors' decisions come to."""

from collections.abc import Mapping
from pathlib import Path

from xiaobao.analysis.coding.quality.audit_estimate import Audit, AuditShare
from xiaobao.analysis.coding.quality.audit_plan import AuditPlan
from xiaobao.cli.coder_quality_text import bank_names
from xiaobao.cli.coder_quality_values import FACETS, per_cent_told
from xiaobao.cli.tables import table
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import Home


def plan_words(drawn: AuditPlan, out: Path) -> Words:
    """What was drawn."""
    left_out = sum(one.left_out for one in drawn.banks)
    rows = sum(one.rows for one in drawn.banks)
    return Words(
        zh=f"{out}：{len(drawn.banks)} 家机构 {rows} 件投诉中抽取 {len(drawn.drawn)} 件；"
        f"另有 {left_out} 件没有文本或标准代码，不在其内",
        en=f"{out}: {len(drawn.drawn)} drawn of {rows} complaints of {len(drawn.banks)} banks; {left_out} "
        "more "
        "have no text or no code of the standard and are not among them",
    )


def audit_words(found: Audit, *, home: Home) -> Words:
    """The estimates as a table; banks by the names they have now."""
    names = bank_names(home.catalog(), home)
    authors = ", ".join(f"{name} {count}" for name, count in found.by_author.items())
    name = FACETS[found.facet]
    head = Words(
        zh=f"{name.zh}：抽取 {found.drawn} 件，已核 {found.decided} 件（{authors or '无'}）；"
        f"被后来的决定取代 {found.replaced} 件；未核的视同其层中已核的",
        en=f"{name.en}: {found.drawn} drawn, {found.decided} decided ({authors or 'nobody'}); "
        f"{found.replaced} "
        "replaced by later decisions; those not decided are taken to be as the others of their stratum",
    )
    titles = [
        Words(zh="机构", en="bank"),
        Words(zh="级", en="level"),
        Words(zh="投诉", en="complaints"),
        Words(zh="已核", en="read"),
        Words(zh="其中错码", en="wrong"),
        Words(zh="错码占比估计", en="estimated share wrong"),
    ]
    return joined([head, table(titles, [_audited(one, names) for one in found.shares])])


def _audited(one: AuditShare, names: Mapping[str, Words]) -> list[Words | str | int]:
    return [
        names.get(one.institution, one.institution),
        one.level,
        one.rows,
        one.read,
        one.wrong,
        per_cent_told(one.share, one.low, one.high),
    ]
