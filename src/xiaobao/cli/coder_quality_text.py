"""How the judging of the banks' coding is shown."""

import msgspec

from xiaobao.analysis.coding.quality.told import (
    ToldBank,
    ToldEnquiries,
    ToldFacet,
    ToldLevel,
    ToldQuality,
)
from xiaobao.catalog.catalog import Catalog
from xiaobao.cli.coder_quality_values import FACETS, interval_told, kappa_told, p_told, per_cent_told
from xiaobao.cli.tables import table
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words, joined
from xiaobao.submissions.home import Home
from xiaobao.workflows.judge_coding import ShownQuality

_CELLS_SHOWN = 10
_KEYS_SHOWN = 3


class ShownJson(msgspec.Struct, frozen=True, kw_only=True):
    """A run as JSON, and where it is from."""

    stored: bool
    simulated: bool
    run: ToldQuality


def as_json(told: ToldQuality, *, stored: bool, simulated: bool) -> ShownJson:
    """Everything the run tells, with the keys of all complaints behind it."""
    return ShownJson(stored=stored, simulated=simulated, run=told)


def as_words(shown: ShownQuality, *, home: Home, institution: str | None) -> Words:
    """The same for people: all banks on the last level of each facet, or all of one bank."""
    told, names = shown.told, bank_names(shown.catalog, home)
    _refuse_unknown(told, institution)
    parts = [_title(shown, home), *_counts(told)]
    for facet in told.path.facets:
        parts += _facet(told, facet, names, institution)
    return joined([*parts, *_enquiries(told, names, institution), *_accusation(told, names)])


def bank_names(catalog: Catalog, home: Home) -> dict[str, Words]:
    """Of every institution that the home knows."""
    register = catalog.register(home.domain_id, simulated=home.simulated)
    return {code: register.label(code) for code in register.institutions}


def _refuse_unknown(told: ToldQuality, institution: str | None) -> None:
    known = sorted({one.institution for one in told.path.counts})
    if institution and institution not in known:
        raise UserError(
            Words(
                zh=f"这些日子里没有 {institution} 的投诉；有：{', '.join(known) or '无'}",
                en=f"there are no complaints of {institution} in these days; there are of "
                f"{', '.join(known) or 'nobody'}",
            )
        )


def _title(shown: ShownQuality, home: Home) -> Words:
    told = shown.told
    mark = Words(zh="〔模拟数据〕", en="[simulated data] ") if home.simulated else Words(zh="", en="")
    source = (
        Words(zh="取自运行结果", en="from the run") if shown.stored else Words(zh="现算", en="worked out now")
    )
    return Words(
        zh=f"{mark.zh}编码质量 {told.first_day} 至 {told.day}（记账序号 {told.posted_seq}，{source.zh}）："
        f"报送代码与他行模型由文本读出的代码之间的 κ，95 % 区间；相似件只计一次，不足 {told.least_distinct} "
        "条不同文本不给出",
        en=f"{mark.en}coding of {told.first_day} to {told.day} (posting sequence {told.posted_seq}, "
        f"{source.en}): "
        "κ of submitted codes and those that coders of other banks read from the texts, 95 % interval; "
        f"near-duplicates count once, below {told.least_distinct} distinct texts nothing is told",
    )


def _counts(told: ToldQuality) -> list[Words]:
    complaints = sum(one.complaints for one in told.path.counts)
    without = sum(one.without_text for one in told.path.counts)
    return [
        Words(
            zh=f"投诉 {complaints} 件，其中 {without} 件没有文本（未报或已销毁），不能评价；"
            f"未写明名单内机构 {told.path.no_institution} 条，未计",
            en=f"{complaints} complaints, {without} of them without a text (not sent, or destroyed), which "
            "nobody "
            f"can judge; {told.path.no_institution} entries that name no institution of the list are left "
            "out",
        )
    ]


def _facet(
    told: ToldQuality, facet: ToldFacet, names: dict[str, Words], institution: str | None
) -> list[Words]:
    name = FACETS[facet.facet]
    head = Words(
        zh=f"\n{name.zh}：{facet.not_coded} 件无标准代码、{facet.not_read} 件无从读出，未计",
        en=f"\n{name.en}: {facet.not_coded} without a code of the standard and {facet.not_read} of which "
        "nothing "
        "could be read are left out",
    )
    if not facet.levels:
        return [head]
    if institution is None:
        last = facet.levels[-1]
        return [head, _banks(told, last, names), *_cells(last, names, None)]
    return [
        head,
        *(part for level in facet.levels for part in _of_bank(told, level, names, institution)),
    ]


def _banks(told: ToldQuality, level: ToldLevel, names: dict[str, Words]) -> Words:
    titles = [
        Words(zh="机构", en="bank"),
        Words(zh="件数", en="rows"),
        Words(zh="不同文本", en="distinct"),
        Words(zh=f"κ（第 {level.level} 级）", en=f"κ (level {level.level})"),
        Words(zh="低于他行 p", en="below others p"),
        Words(zh=f"{told.since} 前", en=f"before {told.since}"),
        Words(zh="之后", en="after"),
        Words(zh="差", en="difference"),
        Words(zh="下降 p", en="fallen p"),
    ]
    return table(titles, [[names.get(one.institution, one.institution), *_bank(one)] for one in level.banks])


def _bank(one: ToldBank) -> list[str]:
    return [
        str(one.agreement.rows),
        str(one.agreement.distinct),
        kappa_told(one.agreement),
        p_told(one.p_value),
        kappa_told(one.drift.before),
        kappa_told(one.drift.after),
        interval_told(one.drift.difference, one.drift.low, one.drift.high),
        p_told(one.drift.p_value),
    ]


def _of_bank(told: ToldQuality, level: ToldLevel, names: dict[str, Words], institution: str) -> list[Words]:
    of_bank = ToldLevel(
        level=level.level,
        banks=tuple(one for one in level.banks if one.institution == institution),
        codes=tuple(one for one in level.codes if one.institution == institution),
        codes_not_told=0,
        cells=level.cells,
        cells_not_told=0,
        rows_not_told=0,
    )
    parts = [_banks(told, of_bank, names)]
    if of_bank.codes:
        titles = [
            Words(zh="代码", en="code"),
            Words(zh="报送", en="submitted"),
            Words(zh="读出", en="read"),
            Words(zh="κ", en="κ"),
        ]
        parts.append(
            table(
                titles,
                [[one.code, one.submitted, one.read, kappa_told(one.agreement)] for one in of_bank.codes],
            )
        )
    return [*parts, *_cells(level, names, institution)]


def _cells(level: ToldLevel, names: dict[str, Words], institution: str | None) -> list[Words]:
    cells = [one for one in level.cells if institution in (None, one.institution)]
    cells = sorted(cells, key=lambda one: (-one.distinct, -one.rows))[:_CELLS_SHOWN]
    if not cells:
        return []
    titles = [
        Words(zh="机构", en="bank"),
        Words(zh="报送为", en="submitted"),
        Words(zh="读来是", en="reads as"),
        Words(zh="件数", en="rows"),
        Words(zh="不同文本", en="distinct"),
        Words(zh="投诉键（前几件，全部见 JSON）", en="complaint keys (the first; all in the JSON)"),
    ]
    return [
        table(
            titles,
            [
                [
                    names.get(one.institution, one.institution),
                    one.submitted,
                    one.read,
                    one.rows,
                    one.distinct,
                    " ".join(map(str, one.complaints[:_KEYS_SHOWN])),
                ]
                for one in cells
            ],
        )
    ]


def _enquiries(told: ToldQuality, names: dict[str, Words], institution: str | None) -> list[Words]:
    rows = [one for one in told.path.enquiries if institution in (None, one.institution)]
    if not rows:
        return []
    head = Words(
        zh=f"\n记为咨询、读来是投诉（不足 {told.least_enquiries} 条不同文本不给出占比；"
        "更正假定他行的记录大体正确，"
        "各行共有的误记看不出）",
        en=f"\nrecorded as enquiries, read as complaints (no share below {told.least_enquiries} distinct "
        "texts; the "
        "correction takes other banks' records to be right on the whole: what all misrecord alike is not "
        "seen)",
    )
    titles = [
        Words(zh="机构", en="bank"),
        Words(zh="咨询", en="enquiries"),
        Words(zh="无文本", en="no text"),
        Words(zh="不同文本", en="distinct"),
        Words(zh="读来是投诉", en="like complaints"),
        Words(zh="占比", en="share"),
        Words(zh="更正后", en="corrected"),
        Words(zh="高于他行 p", en="above others p"),
    ]
    return [
        head,
        table(titles, [[names.get(one.institution, one.institution), *_enquiry(one)] for one in rows]),
    ]


def _enquiry(one: ToldEnquiries) -> list[str]:
    return [
        str(one.enquiries),
        str(one.without_text),
        str(one.distinct),
        str(one.like_complaints),
        per_cent_told(one.share, one.low, one.high),
        per_cent_told(one.corrected, one.corrected_low, one.corrected_high),
        p_told(one.p_value),
    ]


def _accusation(told: ToldQuality, names: dict[str, Words]) -> list[Words]:
    """Who stands out, and what that means."""
    parts = []
    for facet in told.path.facets:
        last = facet.levels[-1].banks if facet.levels else ()
        name = FACETS[facet.facet]
        level = [one.institution for one in last if _is_below(one.p_value, told)]
        fallen = [one.institution for one in last if _is_below(one.drift.p_value, told)]
        parts += _named(
            Words(zh=f"{name.zh} κ 低于他行", en=f"κ of {name.en} below the others"), level, names
        )
        parts += _named(
            Words(zh=f"{name.zh} κ 自 {told.since} 起下降", en=f"κ of {name.en} fallen since {told.since}"),
            fallen,
            names,
        )
    more = [one.institution for one in told.path.enquiries if _is_below(one.p_value, told)]
    parts += _named(
        Words(zh="记为咨询的投诉多于他行", en="more complaints among enquiries than the others"), more, names
    )
    note = Words(
        zh=f"每一问题误指任何一家的机会定为 {told.false_accusation:.0%}（Holm）；这是核查的线索，不是结论",
        en=f"the chance of naming anybody wrongly is set to {told.false_accusation:.0%} a question (Holm); "
        "these are "
        "leads for an audit, not findings",
    )
    return [Words(zh="", en=""), *(parts or [Words(zh="没有机构突出", en="no bank stands out")]), note]


def _is_below(p_value: float | None, told: ToldQuality) -> bool:
    return p_value is not None and p_value <= told.false_accusation


def _named(what: Words, institutions: list[str], names: dict[str, Words]) -> list[Words]:
    if not institutions:
        return []
    labels = [names.get(one, Words(zh=one, en=one)) for one in institutions]
    return [
        Words(
            zh=f"{what.zh}：{'、'.join(one.zh for one in labels)}",
            en=f"{what.en}: {', '.join(one.en for one in labels)}",
        )
    ]
