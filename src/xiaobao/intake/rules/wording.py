"""Rules of wording: texts that were spoilt on their way, say nothing, or stand in many rows alike."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from xiaobao.catalog.plausibility import Plausibility
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.predicates import RowTest, apply
from xiaobao.lib.text import name_key

_NARRATIVE = "narrative"
# What no keyboard gives, and the sign that stands where an encoding was lost.
_BROKEN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{FFFD}]"
_TAB, _LINE_FEED, _RETURN, _DELETE = b"\t\n\r\x7f"
_FIRST_PRINTED = ord(" ")
_BLANK, _SEPARATOR_FIRST = r"^[\s\x1C-\x1F]*$", r"^[\x1C-\x1F]"
_SHORT_CHARACTERS = 30  # no text of the catalog that says nothing is longer


def check_wording(
    rows: pl.DataFrame,
    *,
    texts: Sequence[str],
    plausible: Plausibility,
    printed: Mapping[str, str],
    findings: Findings,
) -> None:
    """`text_broken` in the columns of `texts`, `text_empty` in the narrative, over the rows of a block."""
    findings.ran("text_broken")
    tests = list(_broken(rows, [name for name in texts if rows[name].null_count() < rows.height]))
    if _NARRATIVE in texts:
        findings.ran("text_empty")
        if rows[_NARRATIVE].null_count() < rows.height:
            says_nothing = _says_nothing(rows[_NARRATIVE], plausible)
            tests.append(RowTest(rule_id="text_empty", column=_NARRATIVE, wrong=says_nothing))
    apply(rows, tests, printed=printed, findings=findings)


def _broken(rows: pl.DataFrame, texts: Sequence[str]) -> Iterator[RowTest]:
    for name in texts:
        if _may_be_broken(rows[name]):
            yield RowTest(rule_id="text_broken", column=name, wrong=pl.col(name).str.contains(_BROKEN))


def _may_be_broken(texts: pl.Series) -> bool:
    """Whether the bytes of all texts together hold a sign of `_BROKEN`: a fourth of the expression's time."""
    signs = texts.cast(pl.Binary).cast(pl.List(pl.UInt8)).explode()
    least = signs.min()
    if isinstance(least, int) and least < _FIRST_PRINTED:  # line ends and tabs, most often
        control = (signs < _FIRST_PRINTED) & (signs != _TAB) & (signs != _LINE_FEED) & (signs != _RETURN)
        if control.any():
            return True
    return bool((signs == _DELETE).any() or texts.str.contains("\ufffd", literal=True).any())


def _says_nothing(narratives: pl.Series, plausible: Plausibility) -> pl.Expr:
    """No letter, one sign over and over, or a text of the catalog's."""
    text = pl.col(_NARRATIVE)
    one_sign = [each for each in _stuttering(narratives) if len(each.strip()) > 1 == len(set(each.strip()))]
    short = narratives.filter(narratives.str.len_chars() <= _SHORT_CHARACTERS).unique().to_list()
    empty = [each for each in short if each is not None and name_key(each) in plausible.empty_texts]
    listed = text.is_in([*empty, *one_sign]) if empty or one_sign else pl.lit(False)
    return ~text.str.contains(r"\p{L}") | listed


def _stuttering(narratives: pl.Series) -> list[str]:
    """The few that begin with one sign twice and then hold nothing else, or that begin with white space."""
    first = narratives.str.head(1)
    twice = narratives.filter(first == narratives.str.slice(1, 1))
    rest = twice.str.strip_chars_start(twice.str.head(1))
    # What Python takes for white space beyond the engine's own is looked at by Python.
    alone = twice.filter(rest.str.contains(_BLANK) | twice.str.contains(_SEPARATOR_FIRST))
    return pl.concat([alone, narratives.filter(narratives.str.contains(r"^\s"))]).unique().to_list()


def check_repeated(
    rows: pl.DataFrame, *, plausible: Plausibility, printed: Mapping[str, str], findings: Findings
) -> None:
    """`text_repeated`: one narrative in very many rows of the file, told at its first row."""
    if _NARRATIVE not in printed:
        return
    findings.ran("text_repeated")
    stated = rows.select("row_number", "line_number", _NARRATIVE).filter(
        pl.col(_NARRATIVE).str.len_chars() >= plausible.same_text_characters
    )
    if stated.height <= plausible.same_text_rows:
        return
    digests = stated.with_columns(pl.col(_NARRATIVE).hash().alias("digest"))
    many = digests.group_by("digest").len().filter(pl.col("len") > plausible.same_text_rows)
    if many.is_empty():
        return
    # Texts of one digest are told apart before anything is said of them.
    suspected = digests.filter(pl.col("digest").is_in(many["digest"].implode()))
    counted = suspected.group_by(_NARRATIVE).agg(
        pl.len().alias("times"), pl.col("row_number").min(), pl.col("line_number").min()
    )
    findings.rows(
        "text_repeated",
        counted.filter(pl.col("times") > plausible.same_text_rows).sort("row_number"),
        column=printed[_NARRATIVE],
        value=pl.col(_NARRATIVE),
        expected=pl.col("times"),
    )
