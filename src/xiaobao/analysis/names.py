"""What dimensions, members and missing values are called in print."""

from collections.abc import Mapping
from datetime import date

from xiaobao.analysis.dimensions import NOT_STATED, UNMAPPED, Scope, facet_level
from xiaobao.analysis.outcomes import (
    GROUP_OF_ONE,
    NO_BASE_DATA,
    NO_DATA,
    NO_DENOMINATOR,
    NO_MEMBERS,
    NOT_ENOUGH_DAYS,
    NOT_RANKED,
    NOT_REPORTED,
    ZERO_BASE,
)
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.ledger.entries import EntryKind
from xiaobao.lib.words import Words

SPECIAL_WORDS: Mapping[str, Words] = {
    NOT_STATED: Words(zh="未填", en="not stated"),
    UNMAPPED: Words(zh="未映射", en="unmapped"),
    OUT_OF_LIST: Words(zh="名单外", en="out of list"),
}
WHY_NONE_WORDS: Mapping[str, Words] = {
    NOT_ENOUGH_DAYS: Words(zh="天数不足", en="not enough days"),
    ZERO_BASE: Words(zh="基数为零", en="nothing to divide by"),
    NOT_REPORTED: Words(zh="未报送", en="not reported"),
    GROUP_OF_ONE: Words(zh="组内仅一家", en="group of one"),
    NO_MEMBERS: Words(zh="组内没有机构", en="a group without members"),
    NO_DATA: Words(zh="期间没有数据", en="no data in the period"),
    NO_BASE_DATA: Words(zh="比较期没有数据", en="no data in the period compared with"),
    NO_DENOMINATOR: Words(zh="当日无分母数据", en="no denominator on the day"),
    NOT_RANKED: Words(zh="不参加排位", en="takes no place"),
}
ENTRY_KIND_WORDS: Mapping[str, Words] = {
    EntryKind.COMPLAINT: Words(zh="投诉", en="complaint"),
    EntryKind.ENQUIRY: Words(zh="咨询", en="enquiry"),
    EntryKind.TIP_OFF: Words(zh="举报", en="tip-off"),
    EntryKind.SUGGESTION: Words(zh="建议", en="suggestion"),
    EntryKind.INVALID: Words(zh="无效", en="invalid"),
}
_DIMENSION_WORDS: Mapping[str, Words] = {
    "path": Words(zh="路径", en="path"),
    "source": Words(zh="来源", en="source"),
    "institution": Words(zh="被投诉机构", en="institution"),
    "unit": Words(zh="机构单位", en="unit"),
    "group": Words(zh="机构类别", en="group"),
    "entry_kind": Words(zh="类别", en="kind"),
    "status": Words(zh="办理状态", en="status"),
    "received_via": Words(zh="来件方式", en="received via"),
    "standard": Words(zh="分类标准", en="standard"),
    "region": Words(zh="地区", en="region"),
    "branch": Words(zh="人民银行分支机构", en="branch office"),
    "seat_place": Words(zh="坐席地点", en="seat place"),
    "complaint_no": Words(zh="投诉编号", en="complaint number"),
    "event": Words(zh="事项", en="event"),
    "institution_stated": Words(zh="所填机构名称", en="institution as stated"),
    "channel_code": Words(zh="渠道代码", en="channel code"),
    "business_code": Words(zh="业务类别代码", en="business code"),
    "cause_code": Words(zh="原因代码", en="cause code"),
    "region_code": Words(zh="地区代码", en="region code"),
    "postal_code": Words(zh="邮编", en="postal code"),
    "product": Words(zh="产品", en="product"),
    "repeats": Words(zh="重复投诉对应编号", en="number of the earlier complaint"),
    "submitted_codes": Words(zh="报送时代码", en="codes as submitted"),
    "accepted_on": Words(zh="受理日期", en="accepted on"),
    "declined_on": Words(zh="不予受理日期", en="declined on"),
    "forwarded_on": Words(zh="转办日期", en="forwarded on"),
    "responded_on": Words(zh="答复日期", en="responded on"),
    "closed_on": Words(zh="办结日期", en="closed on"),
    "amount": Words(zh="金额", en="amount"),
    "day": Words(zh="日期", en="day"),
    "month": Words(zh="月份", en="month"),
    "channel": Words(zh="业务办理渠道", en="channel"),
    "business": Words(zh="业务类别", en="business category"),
    "cause": Words(zh="投诉原因", en="cause"),
}


def dimension_words(dimension: str) -> Words:
    """The name of a dimension, such as 业务类别·1级."""
    found = facet_level(dimension)
    if found is None:
        return _DIMENSION_WORDS[dimension]
    facet, level = found
    name = _DIMENSION_WORDS[facet.value]
    return Words(zh=f"{name.zh}·{level}级", en=f"{name.en}, level {level}")


def member_words(dimension: str, member: str, *, scope: Scope, on: date) -> Words:
    """The name of a member on a day; the member itself where no table names it."""
    if member in SPECIAL_WORDS:
        return SPECIAL_WORDS[member]
    return _named(dimension, member, scope=scope, on=on) or Words(zh=member, en=member)


def _named(dimension: str, member: str, *, scope: Scope, on: date) -> Words | None:
    catalog, domain = scope.catalog, scope.domain
    register = catalog.register(domain.id, simulated=scope.simulated)
    if facet_level(dimension):
        return _code_words(dimension, member, scope=scope, on=on)
    match dimension:
        case "path":
            return domain.paths.get(member)
        case "institution":
            return register.label(member)
        case "unit":
            return register.units.get(member)
        case "group":
            return register.groups.get(member)
        case "entry_kind":
            return ENTRY_KIND_WORDS.get(member)
        case "region" | "branch":
            return catalog.regions.get(domain.region_standard, {}).get(member)
        case "source" if member in catalog.sources:
            return catalog.sources[member].name
        case "standard" if member in catalog.standards:
            return catalog.standards[member].name
    return None


def _code_words(dimension: str, code: str, *, scope: Scope, on: date) -> Words | None:
    """The name in the standard in force on the day, else in any other that has the code."""
    found = facet_level(dimension)
    assert found is not None
    standards = sorted(scope.standards(), key=lambda standard: not standard.in_force_on(on))
    tables = (standard.tables.get(found[0]) for standard in standards)
    return next((table.codes[code].name for table in tables if table and code in table.codes), None)
