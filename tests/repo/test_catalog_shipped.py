"""The shipped catalog against the records that ship with it."""

import csv
import importlib.util
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.readers.crosschecks import headers_of
from xiaobao.catalog.rules import Severity
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import Delivery
from xiaobao.lib.text import name_key
from xiaobao.workflows.validate_catalog import validate_catalog

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "cfpb"
BANK_SAMPLE = ROOT / "catalog" / "sources" / "bank-report" / "samples" / "gy01-2020-03-02.csv"
LAYOUT_OF = {
    "complaints_structured_2014_dev.csv": "structured-2014",
    "complaints_full_schema_2023.csv": "full-2023",
}
FACETS = {Facet.BUSINESS: ("product", "sub_product"), Facet.CAUSE: ("issue", "sub_issue")}
INTAKE_RULES = """
encoding nul_bytes long_line unclosed_quote lone_return empty_file header_unknown header_duplicate
stated_total
reject_share revision_ahead mark_mismatch nil_with_rows field_count required type_date type_amount
type_integer date_out_of_range received_after_day date_order amount_negative duplicate_in_file
event_unknown entry_kind_unknown complaint_no_form code_unknown region_unknown institution_foreign
known_as_new unknown_amended withdrawn_not_reinstated code_unmapped code_not_in_force
institution_out_of_list institution_added not_stated calendar_unknown_year value_kept_as_stated
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return reading.load()


def records() -> Iterator[dict[str, str]]:
    for name in LAYOUT_OF:
        with (SAMPLES / name).open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)


def build_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build", ROOT / "scripts" / "build_cfpb_catalog.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalog_is_valid_against_the_ledger() -> None:
    assert validate_catalog().problems == ()


def test_every_rule_of_intake_has_its_sentence(catalog: Catalog) -> None:
    assert set(INTAKE_RULES.split()) <= set(catalog.rules)
    for rule in catalog.rules.values():
        rule.sentence.fill(column="c", value="v", expected="e", row=1)


@pytest.mark.parametrize("name", LAYOUT_OF)
def test_the_header_of_a_sample_fits_exactly_its_layout(catalog: Catalog, name: str) -> None:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as stream:
        header = frozenset(next(csv.reader(stream)))
    fitting = []
    for layout in catalog.source("cfpb-public").layouts:
        needed, known = headers_of(layout)
        if needed <= header <= known:
            fitting.append(layout.id)
    assert fitting == [LAYOUT_OF[name]]


def test_every_record_has_a_standard_a_company_and_a_region_or_none(catalog: Catalog) -> None:
    register = catalog.register("cfpb", simulated=False)
    regions = catalog.region_aliases["us-state"]
    count = added = 0
    for row in records():
        count += 1
        assert catalog.standard_on("cfpb", date.fromisoformat(row["date_received"])) is not None
        found = register.resolve(row["company"])
        assert found is not None
        added += not register.listed(found.institution_code)
        assert not row["state"] or name_key(row["state"]) in regions
    assert count == 10_407
    assert added > 0


@pytest.mark.parametrize(
    ("name", "day", "rows"),
    [
        ("complaints_structured_2014_dev.csv", date(2014, 11, 14), 8_340),
        ("complaints_full_schema_2023.csv", date(2023, 9, 11), 2_067),
    ],
)
def test_the_records_load_without_losing_a_row(catalog: Catalog, name: str, day: date, rows: int) -> None:
    delivery = Delivery(source_code="cfpb-public", day=day, kind=DeliveryKind.REGULAR, revision=None)
    result = check(
        SAMPLES / name, delivery=delivery, catalog=catalog, simulated=False, history=None, keys=None
    )
    assert (result.read, result.accepted, result.rejected) == (rows, rows, 0)
    assert set(result.findings["severity"]) == {Severity.WARN}
    assert {"institution_added", "code_unmapped"} <= set(result.findings["rule_id"])


def test_the_sample_report_of_a_bank_is_accepted_whole(catalog: Catalog) -> None:
    delivery = Delivery(
        source_code="bank-gy01", day=date(2020, 3, 2), kind=DeliveryKind.REGULAR, revision=1, stated_total=5
    )
    result = check(BANK_SAMPLE, delivery=delivery, catalog=catalog, simulated=True, history=None, keys=None)
    assert (result.accepted, result.rejected, result.findings.height) == (5, 0, 0)
    assert result.batch["unit_code"].to_list() == ["GY01-CC", None, None, None, None]


def test_the_withheld_tenth_meets_codes_and_companies_it_does_not_know(catalog: Catalog) -> None:
    build = build_script()
    register = catalog.register("cfpb", simulated=False)
    seen: dict[bool, list[bool]] = {True: [], False: []}
    unmapped: dict[bool, int] = {True: 0, False: 0}
    for row in records():
        kept = build.is_kept(row)
        resolved = register.resolve(row["company"])
        assert resolved is not None
        seen[kept].append(register.listed(resolved.institution_code))
        standard = catalog.standard_on("cfpb", date.fromisoformat(row["date_received"]))
        assert standard is not None
        for facet, columns in FACETS.items():
            code = " › ".join(row[column] for column in columns if row[column])
            unmapped[kept] += bool(code) and code not in standard.tables[facet].codes
    assert all(seen[True])
    assert unmapped[True] == 0
    assert not all(seen[False])
    assert unmapped[False] > 0
    assert len(seen[False]) / 10_407 == pytest.approx(0.1, abs=0.02)


def test_the_cfpb_tables_are_what_their_script_makes_of_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = build_script()
    shipped = build.CATALOG
    made = tmp_path / "catalog"
    for folder in ("standards/cfpb-2012", "standards/cfpb-2023", "domains/cfpb/register"):
        (made / folder).mkdir(parents=True)
    aliases = "domains/cfpb/register/aliases.csv"
    (made / aliases).write_bytes((shipped / aliases).read_bytes())
    monkeypatch.setattr(build, "CATALOG", made)
    monkeypatch.setattr(build, "REGISTER", made / "domains" / "cfpb" / "register")
    build.main()
    for path in sorted(made.rglob("*.*")):
        assert path.read_bytes() == (shipped / path.relative_to(made)).read_bytes(), path.name


def test_no_invented_bank_carries_a_real_name(catalog: Catalog) -> None:
    real = catalog.register("pbc", simulated=False)
    names = {text for bank in real.institutions.values() for text in (bank.name.zh, bank.short_name.zh)}
    for bank in catalog.register("pbc", simulated=True).institutions.values():
        assert re.fullmatch(r"(国有行|股份行)\d\d", bank.short_name.zh)
        assert not any(name in bank.name.zh for name in names)


def test_every_measure_says_what_it_is_and_who_answers_for_it(catalog: Catalog) -> None:
    for measure in catalog.measures.values():
        assert all((measure.formula, measure.why, measure.owner, measure.basis.zh, measure.unit.zh))
        assert measure.next_review_on > date(2026, 1, 1)


def test_every_reconstructed_table_states_source_and_confidence_in_each_row(catalog: Catalog) -> None:
    for standard in catalog.standards.values():
        assert standard.source
        for table in standard.tables.values():
            assert all(row.source and row.confidence for row in table.codes.values())
