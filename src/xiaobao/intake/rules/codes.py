"""Rules of meaning: codes of the standard in force on the day, institutions of the register."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Code, CodeTable, Facet, Standard
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.institutions import OUT_OF_LIST, Register
from xiaobao.intake.coded import Coded
from xiaobao.intake.rules import code_names, levels
from xiaobao.intake.rules.cells import Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Institutions:
    """What the institution cells mean."""

    institution_code: pl.Series
    institution_stated: pl.Series
    unit_code: pl.Series


def standards_on(catalog: Catalog, domain_id: str, received_on: pl.Series) -> pl.Series:
    """The id of the coding standard in force on each day; null before the first and where there is no day."""
    days = received_on.unique()
    standards = [
        standard.id if day is not None and (standard := catalog.standard_on(domain_id, day)) else None
        for day in days.to_list()
    ]
    if len(set(standards)) == 1:
        return pl.repeat(standards[0], received_on.len(), dtype=pl.String, eager=True)
    return received_on.replace_strict(days, pl.Series(standards, dtype=pl.String), return_dtype=pl.String)


def facet_codes(
    cells: Cells,
    coded: Coded,
    *,
    facet: Facet,
    catalog: Catalog,
    domain: Domain,
    received_on: pl.Series,
    standard_id: pl.Series,
) -> pl.Series:
    """Codes of one facet, stated by code, name or alias; what the standard does not know stays as stated."""
    cells.report_empty(coded.empty(), warn=True)
    known = standard_id.unique().to_list()
    result = pl.repeat(None, coded.index.len(), dtype=pl.String, eager=True)
    for each in known:
        here: pl.Series | None
        if each is None:
            # Without a day that can be, which rejects the row anyway, nobody can say what a code means.
            here = standard_id.is_null() & (received_on >= domain.earliest_on).fill_null(False)
            codes = _codes_of_no_standard(cells, coded, catalog, domain, here)
        else:
            here = (standard_id == each).fill_null(False) if len(known) > 1 else None
            codes = _codes_of_standard(cells, coded, facet, catalog.standards[each], received_on, here)
        result = codes if here is None else codes.zip_with(here, result)
    return result


def institutions(cells: Cells, *, register: Register, reporter: str | None) -> Institutions:
    """Institutions by code, name or alias of the register."""
    coded = Coded.of(cells.text)
    cells.report_empty(coded.empty(), warn=True)
    found = [register.resolve(value) if value else None for value in coded.values]
    code = [
        None if not value else resolved.institution_code if resolved else OUT_OF_LIST
        for value, resolved in zip(coded.values, found, strict=True)
    ]
    listed = [each is None or register.listed(each) for each in code]
    added = [each not in (None, OUT_OF_LIST) and not known for each, known in zip(code, listed, strict=True)]
    if reporter is None:
        cells.report("institution_out_of_list", coded.where([each == OUT_OF_LIST for each in code]))
        cells.report("institution_added", coded.where(added))
    else:  # who reports about itself knows its name: whatever else is stated rejects the row
        foreign = [each not in (None, reporter) for each in code]
        cells.report("institution_foreign", coded.where(foreign), expected=reporter)
    stated = [None if known else value for value, known in zip(coded.values, listed, strict=True)]
    return Institutions(
        institution_code=coded.spread(code, pl.String()),
        institution_stated=coded.spread(stated, pl.String()),
        unit_code=coded.spread([each.unit_code if each else None for each in found], pl.String()),
    )


def _codes_of_no_standard(
    cells: Cells, coded: Coded, catalog: Catalog, domain: Domain, here: pl.Series
) -> pl.Series:
    """The codes as stated, on days on which no standard of the domain was in force."""
    spans = (catalog.standards[name] for name in domain.standard_ids)
    expected = ", ".join(f"{standard.id} [{standard.from_on}, {standard.to_on or '…'})" for standard in spans)
    cells.report("code_not_in_force", here & (coded.text() != ""), expected=expected)
    return coded.stated()


def _codes_of_standard(
    cells: Cells,
    coded: Coded,
    facet: Facet,
    standard: Standard,
    received_on: pl.Series,
    here: pl.Series | None,
) -> pl.Series:
    """The codes as one standard knows them; right on the rows `here` (None: all), reported on them alone."""
    table = standard.tables.get(facet)
    official = not standard.reconstructed
    candidates = [code_names.meanings(table, value) if table is not None else () for value in coded.values]
    misplaced = _by_levels(cells, coded, table, candidates)
    single = [each[0] if len(each) == 1 else None for each in candidates]
    unknown = [bool(value) and not each for value, each in zip(coded.values, candidates, strict=True)]
    others = _in_other_facets(standard, facet, coded, unknown)
    unknown = [each and not other for each, other in zip(unknown, others, strict=True)]
    codes = coded.spread([code.code if code else None for code in single], pl.String())
    wrong, elsewhere = _here(coded.where(unknown), here), _here(coded.where(others), here)
    cells.report("code_parent", _here(coded.where(misplaced), here))
    outside = _here(_not_in_force(coded, single, received_on), here)
    ambiguous = _here(coded.where([len(each) > 1 for each in candidates]), here)
    if ambiguous is not None:
        codes = _by_day(coded, candidates, received_on, ambiguous, codes)
        unsettled = ambiguous & codes.is_null()
        wrong = unsettled if wrong is None else wrong | unsettled
    cells.report("code_unknown" if official else "code_unmapped", wrong, expected=standard.id)
    cells.report(
        "code_out_of_force" if official else "code_not_in_force",
        outside,
        expected=None if outside is None else coded.spread([_span(code) for code in single], pl.String()),
    )
    cells.report("code_unknown" if official else "code_other_facet", elsewhere, expected=standard.id)
    for doubtful in (wrong, outside, elsewhere):
        if doubtful is not None and not official:
            codes = coded.stated().zip_with(doubtful, codes)
    return codes


def _by_levels(
    cells: Cells, coded: Coded, table: CodeTable | None, candidates: list[tuple[Code, ...]]
) -> list[bool]:
    """Fill in codes stated level by level; which values state one that is not under those above it."""
    misplaced = [False] * len(candidates)
    if table is None or len(cells.column.headers) < 2:
        return misplaced
    for place, value in enumerate(coded.values):
        stated = [] if candidates[place] else value.split(cells.column.separator)
        code = levels.lowest(stated, table=table)
        if code is not None:
            candidates[place] = (code,)
            misplaced[place] = not levels.lies_under(code, stated, table=table)
    return misplaced


def _in_other_facets(standard: Standard, facet: Facet, coded: Coded, unknown: list[bool]) -> list[bool]:
    """Which unknown values are codes of another facet, as in columns that changed places."""
    others = [table.codes for other, table in standard.tables.items() if other is not facet]
    return [
        missing and any(value in codes for codes in others)
        for value, missing in zip(coded.values, unknown, strict=True)
    ]


def _here(where: pl.Series | None, here: pl.Series | None) -> pl.Series | None:
    return where if where is None or here is None else where & here


def _not_in_force(coded: Coded, single: list[Code | None], received_on: pl.Series) -> pl.Series | None:
    """Rows whose code was not in force on their day; None where the spans of the codes rule it out."""
    first, last = received_on.min(), received_on.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    partly = [
        code is not None and not (code.in_force_on(first) and code.in_force_on(last)) for code in single
    ]
    if not any(partly):
        return None
    starts = coded.spread([code.from_on if code else None for code in single], pl.Date())
    ends = coded.spread([code.to_on if code else None for code in single], pl.Date())
    return (received_on < starts).fill_null(False) | (received_on >= ends).fill_null(False)


def _by_day(
    coded: Coded,
    candidates: list[tuple[Code, ...]],
    received_on: pl.Series,
    ambiguous: pl.Series,
    codes: pl.Series,
) -> pl.Series:
    """Names that several codes bear: the one in force on the day, none where more than one is."""
    pairs = pl.DataFrame({"value": coded.index, "day": received_on})
    distinct = pairs.filter(ambiguous).unique()
    answers = [_only(candidates[value], day) for value, day in distinct.iter_rows()]
    answered = distinct.with_columns(pl.Series("code", answers, dtype=pl.String))
    joined = pairs.join(answered, on=["value", "day"], how="left", nulls_equal=True, maintain_order="left")
    return joined["code"].zip_with(ambiguous, codes)


def _only(candidates: tuple[Code, ...], day: date | None) -> str | None:
    valid = [code.code for code in candidates if day is not None and code.in_force_on(day)]
    return valid[0] if len(valid) == 1 else None


def _span(code: Code | None) -> str | None:
    return f"[{code.from_on}, {code.to_on or '…'})" if code is not None else None
