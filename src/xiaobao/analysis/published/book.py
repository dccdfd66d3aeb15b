"""The quoted lines of notices, found by what they state: totals, columns, and who stands in a column."""

from collections import defaultdict
from collections.abc import Sequence

from xiaobao.analysis.published.notice_file import NoticeLine
from xiaobao.analysis.published.spans import Reason, Span, added, middle
from xiaobao.catalog.published import Notices
from xiaobao.lib.periods import Quarter
from xiaobao.lib.words import Words

COUNT = "投诉量"
WHOLE = "投诉总量"


class Book:
    """All that the quoted lines state."""

    def __init__(self, lines: Sequence[NoticeLine], notices: Notices) -> None:
        self._notices = notices
        self._quoted = {(one.quarter, one.entity, one.metric): one for one in lines if one.quoted}
        self._derived = {(one.quarter, one.entity, one.metric) for one in lines if not one.quoted}
        self._totals = {one.quarter: one.entity for one in lines if one.entity_type == "total"}
        self._printed_columns: dict[Quarter, list[str]] = defaultdict(list)
        for one in self._quoted.values():
            if one.entity_type == "group" and one.metric == COUNT:
                self._printed_columns[one.quarter].append(one.entity)
        self._banks: dict[tuple[Quarter, str], list[NoticeLine]] = defaultdict(list)
        for one in {(x.quarter, x.entity, x.metric): x for x in lines if x.value_quoted}.values():
            if one.entity_type == "bank":
                self._banks[(one.quarter, one.metric)].append(one)

    def stated(self, quarter: Quarter, entity: str, metric: str) -> NoticeLine | Reason:
        """The quoted line of a number, or why there is none."""
        key = (quarter, entity, metric)
        if key in self._quoted:
            return self._quoted[key]
        name = f"{quarter} {entity} {metric}"
        if key in self._derived:
            return Words(
                zh=f"{name} 只有推得的数字，不作依据", en=f"{name} is derived only and proves nothing"
            )
        return Words(zh=f"没有 {name}", en=f"there is no {name}")

    def total(self, quarter: Quarter) -> NoticeLine | Reason:
        """The line of everything."""
        if quarter not in self._totals:
            return Words(zh=f"没有 {quarter} 的合计行（total）", en=f"there is no total of {quarter}")
        return self.stated(quarter, self._totals[quarter], COUNT)

    def is_column(self, quarter: Quarter, entity: str) -> bool:
        """Whether the catalog or the notice of the quarter has such a column."""
        return entity in self._notices.groups or entity in self._printed_columns[quarter]

    def sum_of_columns(self, quarter: Quarter) -> Span | Reason:
        """The columns its notice prints; one of the catalog may lack where another stands for it."""
        expected = [group.name for group in self._notices.groups_in(quarter)]
        further = [entity for entity in self._printed_columns[quarter] if entity not in expected]
        found = [self.stated(quarter, name, COUNT) for name in (*expected, *further)]
        lines = [one for one in found if isinstance(one, NoticeLine)]
        lacking = [one for one in found if isinstance(one, Words)]
        if lacking and not further:
            return lacking[0]
        return added(lines) if lines else Words(zh="目录没有此季的分组", en="the catalog has no group then")

    def knows_banks(self, line: NoticeLine) -> bool:
        """Whether catalog or notice names anybody who stands in a column."""
        return bool(self._members(line.entity) or self._listed(line.entity, line.quarter, COUNT))

    def sum_of_banks(self, line: NoticeLine) -> Span | Reason:
        """The banks of a column, where they are all there, or are more than the column already."""
        listed = self._listed(line.entity, line.quarter, COUNT)
        everybody = self._is_everybody(line.entity, line.quarter, listed)
        span = added(listed, remark=self._otherwise(line.entity, listed) if everybody else None)
        if everybody or span.low > line.printed.high:
            return span
        return self._not_all(line.entity, len(listed))

    def median_of_banks(self, line: NoticeLine, metric: str) -> Span | Reason:
        """The median of a column's banks, where they are all there."""
        found = self._listed(line.entity, line.quarter, metric)
        counted = self._listed(line.entity, line.quarter, COUNT)
        if self._is_everybody(line.entity, line.quarter, counted):
            if len(found) != len(counted):
                return _lacking(len(counted), len(found))
        elif not found or len(found) != len(self._members(line.entity)):
            return self._not_all(line.entity, len(found))
        return middle(found, remark=self._otherwise(line.entity, found))

    def _listed(self, column: str, quarter: Quarter, metric: str) -> list[NoticeLine]:
        """The lines of a column's banks, also of those whose name the source lost."""
        counted = {
            one.entity for one in self._banks[(quarter, COUNT)] if one.share_of == column + WHOLE
        } | self._members(column)
        return [
            one
            for one in self._banks[(quarter, metric)]
            if (one.share_of == column + WHOLE if _states_column(one) else one.entity in counted)
        ]

    def _is_everybody(self, column: str, quarter: Quarter, listed: Sequence[NoticeLine]) -> bool:
        """As many as the catalog has, or others who come to what the notice prints of the column."""
        if not listed:
            return False
        members, names = self._members(column), {one.entity for one in listed}
        if members and (members <= names or len(listed) == len(members)):
            return True
        whole = self.stated(quarter, column, COUNT)
        return isinstance(whole, NoticeLine) and added(listed).point == whole.printed.value

    def _otherwise(self, column: str, listed: Sequence[NoticeLine]) -> Words | None:
        """How those who stand in a column differ from those of the catalog."""
        members, names = self._members(column), {one.entity for one in listed}
        if not members or len(listed) == len(members):
            return None
        zh, en = [], []
        if further := sorted(names - members):
            zh.append(f"多 {'、'.join(further)}")
            en.append(f"more: {', '.join(further)}")
        if gone := sorted(members - names):
            zh.append(f"少 {'、'.join(gone)}")
            en.append(f"fewer: {', '.join(gone)}")
        return Words(
            zh=f"通报列 {len(listed)} 家，目录为 {len(members)} 家（{'；'.join(zh)}）",
            en=f"the notice lists {len(listed)}, the catalog {len(members)} ({'; '.join(en)})",
        )

    def _not_all(self, column: str, found: int) -> Reason:
        members = self._members(column)
        if members:
            return _lacking(len(members), found)
        return Words(zh="通报未列该组全部成员", en="the notices do not name all its members")

    def _members(self, column: str) -> frozenset[str]:
        found = self._notices.groups.get(column)
        return found.members if found else frozenset()


def _states_column(line: NoticeLine) -> bool:
    return line.share_of.endswith(WHOLE) and line.share_of not in (WHOLE, "该行" + WHOLE)


def _lacking(expected: int, found: int) -> Reason:
    return Words(
        zh=f"{expected} 家中只有 {found} 家有原文数字", en=f"of {expected} members {found} are quoted"
    )
