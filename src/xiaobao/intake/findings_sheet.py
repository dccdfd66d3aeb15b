"""The sheet of findings: how many by rule, then one by one, each with a link to its cell and what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.rules import SEVERITIES, Severity
from xiaobao.intake.findings import summary
from xiaobao.intake.marked_styles import Styles
from xiaobao.intake.marks import LINE, NUMBER, PLACE
from xiaobao.intake.reading.grid import column_letters
from xiaobao.intake.sentences import Finding
from xiaobao.intake.sheet_markup import Column, rows_markup
from xiaobao.intake.template.sheets import DATA_SHEET
from xiaobao.lib.words import Language, Words

WIDTHS = (14, 26, 14, 100)
_BY_RULE = (
    Words(zh="后果", en="effect"),
    Words(zh="规则", en="rule"),
    Words(zh="条数", en="findings"),
    Words(zh="说明", en="what"),
)
_BY_PLACE = (
    Words(zh="单元格", en="cell"),
    Words(zh="规则", en="rule"),
    Words(zh="后果", en="effect"),
    Words(zh="问题与办法", en="what is wrong and what to do"),
)
_MORE = Words(
    zh="另有 {left} 条未逐条列出，已计入上表",
    en="{left} more are not listed one by one; the summary counts them",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsSheet:
    """What the sheet says."""

    findings: pl.DataFrame
    """All of them."""
    told: Sequence[Finding]
    """Those that are listed one by one: the first of them."""
    where: pl.DataFrame
    """As `marks.placed`."""
    catalog: Catalog
    language: Language

    def pieces(self, styles: Styles) -> Iterator[bytes]:
        """Its rows as markup."""
        by_rule = summary(self.findings)
        yield self._lines([_BY_RULE], style=styles.header, first=1)
        rules = [
            (
                SEVERITIES[Severity(row["severity"])],
                self.catalog.rules[row["rule_id"]].title,
                str(row["findings"]),
                row["rule_id"],
            )
            for row in by_rule.iter_rows(named=True)
        ]
        yield self._lines(rules, style=styles.plain, first=2)
        yield self._lines([_BY_PLACE], style=styles.header, first=by_rule.height + 3)
        yield self._one_by_one(styles, first=by_rule.height + 4)
        if left := self.findings.height - len(self.told):
            more = ("", "", "", _MORE.fill(left=left))
            yield self._lines([more], style=None, first=self.height)

    @property
    def height(self) -> int:
        """How many rows it has."""
        left = self.findings.height > len(self.told)
        return summary(self.findings).height + 3 + len(self.told) + left

    def _lines(self, lines: Sequence[Sequence[Words | str]], *, style: str | None, first: int) -> bytes:
        if not lines:
            return b""
        shown = [[one if isinstance(one, str) else one.to(self.language) for one in line] for line in lines]
        texts = zip(*shown, strict=True)
        return rows_markup([Column(texts=pl.Series(each), style=style) for each in texts], first=first)

    def _one_by_one(self, styles: Styles, *, first: int) -> bytes:
        if not self.told:
            return b""
        cells = self._cells()
        titles = {rule.id: rule.title.to(self.language) for rule in self.catalog.rules.values()}
        effects = {severity: words.to(self.language) for severity, words in SEVERITIES.items()}
        said = [
            [titles[one.rule_id] for one in self.told],
            [effects[one.severity] for one in self.told],
            [one.sentence.to(self.language) for one in self.told],
        ]
        rule, effect, sentences = (pl.Series(texts, dtype=pl.String) for texts in said)
        links = pl.DataFrame({"cell": cells}).select(
            pl.format(f'HYPERLINK("#\'{DATA_SHEET}\'!{{}}","{{}}")', "cell", "cell")
        )
        return rows_markup(
            [
                Column(texts=cells.fill_null(""), style=styles.link, formulas=links.to_series()),
                Column(texts=rule),
                Column(texts=effect),
                Column(texts=sentences, style=styles.wrapped),
            ],
            first=first,
        )

    def _cells(self) -> pl.Series:
        """The first cell of each finding that is listed, such as D3; null where it has none."""
        first = self.where.filter(pl.col(NUMBER) < len(self.told)).unique(
            NUMBER, keep="first", maintain_order=True
        )
        letters = {place: column_letters(place) for place in first[PLACE].unique()}
        column = pl.col(PLACE).replace_strict(letters, return_dtype=pl.String)
        return first.select(column + (pl.col(LINE) + 2).cast(pl.String)).to_series()
