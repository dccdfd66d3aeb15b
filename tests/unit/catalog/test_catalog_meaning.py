"""What the catalog says: codes on a day, names of institutions, working days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.calendars import UnknownYearError
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.institutions import Resolved
from xiaobao.lib.text import name_key


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return reading.load()


@pytest.mark.parametrize(
    ("domain_id", "day", "standard"),
    [
        ("pbc", date(2018, 9, 3), None),
        ("pbc", date(2018, 9, 4), "jrt0169-2018"),
        ("cfpb", date(2011, 11, 30), None),
        ("cfpb", date(2023, 8, 24), "cfpb-2012"),
        ("cfpb", date(2023, 8, 25), "cfpb-2023"),
    ],
)
def test_a_day_has_the_standard_that_was_in_force(
    catalog: Catalog, domain_id: str, day: date, standard: str | None
) -> None:
    found = catalog.standard_on(domain_id, day)
    assert (found.id if found else None) == standard


def test_a_label_means_what_it_meant_on_the_day(catalog: Catalog) -> None:
    older = catalog.standards["cfpb-2012"].tables[Facet.BUSINESS].codes
    newer = catalog.standards["cfpb-2023"].tables[Facet.BUSINESS].codes
    label = "Credit reporting or other personal consumer reports"
    assert label not in older
    assert newer[label].in_force_on(date(2023, 8, 25))
    assert not newer[label].in_force_on(date(2023, 8, 24))
    assert older["Debt collection › Medical"].parent == "Debt collection"


def test_a_minor_class_lies_under_its_middle_and_major_class(catalog: Catalog) -> None:
    table = catalog.standards["jrt0169-2018"].tables[Facet.BUSINESS]
    assert [table.ancestor("B03026", level) for level in (1, 2, 3)] == ["B03", "B0302", "B03026"]
    assert table.codes["B03026"].level == 3
    assert table.ancestor("B77", 1) is None


def test_the_reconstructed_standard_says_so_in_every_row(catalog: Catalog) -> None:
    standard = catalog.standards["jrt0169-2018"]
    assert standard.reconstructed
    rows = [row for table in standard.tables.values() for row in table.codes.values()]
    assert len(rows) == 109
    assert all(row.source and row.confidence for row in rows)


@pytest.mark.parametrize(
    ("stated", "institution", "unit"),
    [
        ("工商银行", "ICBC", None),
        ("中国工商银行股份有限公司", "ICBC", None),
        (" 工行 ", "ICBC", None),
        ("icbc", "ICBC", None),
        ("ＩＣＢＣ", "ICBC", None),
        ("ABC", "ABC", None),
        ("工商银行信用卡中心", "ICBC", "ICBC-CC"),
        ("工行卡中心", "ICBC", "ICBC-CC"),
        ("平安信用卡中心", "PAB", "PAB-CC"),
        ("ICBC-CC", "ICBC", "ICBC-CC"),
    ],
)
def test_a_stated_name_is_the_legal_bank_and_its_card_center(
    catalog: Catalog, stated: str, institution: str, unit: str | None
) -> None:
    found = catalog.register("pbc", simulated=False).resolve(stated)
    assert found == Resolved(institution_code=institution, unit_code=unit)


@pytest.mark.parametrize(
    "stated",
    ["平安", "民生", "光大", "华夏", "兴业", "中信", "浦发", "平安卡中心", "中国银行业协会", "百信银行", ""],
)
def test_a_name_shared_with_others_is_no_bank(catalog: Catalog, stated: str) -> None:
    assert catalog.register("pbc", simulated=False).resolve(stated) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Equifax", "EQUIFAX, INC."),
        ("TransUnion", "TRANSUNION INTERMEDIATE HOLDINGS, INC."),
        ("Experian", "Experian Information Solutions Inc."),
        ("Bank of America", "BANK OF AMERICA, NATIONAL ASSOCIATION"),
        ("Wells Fargo", "WELLS FARGO & COMPANY"),
        ("Citibank", "CITIBANK, N.A."),
        ("JPMorgan Chase", "JPMORGAN CHASE & CO."),
        ("Capital One", "CAPITAL ONE FINANCIAL CORPORATION"),
    ],
)
def test_two_spellings_of_a_company_are_one(catalog: Catalog, one: str, other: str) -> None:
    register = catalog.register("cfpb", simulated=False)
    found = register.resolve(one)
    assert found is not None
    assert found == register.resolve(other)
    assert register.listed(found.institution_code)
    assert register.label(found.institution_code).en == one


def test_an_open_register_adds_an_unknown_company_and_an_empty_name_is_none(catalog: Catalog) -> None:
    register = catalog.register("cfpb", simulated=False)
    added = register.resolve("Never Heard Of It, LLC")
    assert added == Resolved(institution_code="NEVERHEARDOFITLLC", unit_code=None)
    assert not register.listed("NEVERHEARDOFITLLC")
    assert register.resolve(" ") is None


def test_listing_a_company_later_does_not_change_its_code(catalog: Catalog) -> None:
    register = catalog.register("cfpb", simulated=False)
    for code, institution in register.institutions.items():
        assert code == name_key(institution.name.en)


def test_a_bank_belongs_to_its_group_from_a_day_on(catalog: Catalog) -> None:
    banks = catalog.register("pbc", simulated=False).institutions
    assert banks["PSBC"].group_on(date(2018, 12, 31)) is None
    assert banks["PSBC"].group_on(date(2019, 1, 1)) == "state_owned"
    groups = [bank.group_on(date(2020, 3, 1)) for bank in banks.values()]
    assert (groups.count("state_owned"), groups.count("joint_stock")) == (6, 12)


def test_real_and_invented_registers_share_no_name(catalog: Catalog) -> None:
    real = catalog.register("pbc", simulated=False)
    invented = catalog.register("pbc", simulated=True)
    assert not set(real.aliases) & set(invented.aliases)
    assert len(invented.institutions) == 18
    assert not set(real.institutions) & set(invented.institutions)
    assert all(row.simulated for row in invented.institutions.values())


def test_every_bank_has_its_source_and_the_marks_stay_apart(catalog: Catalog) -> None:
    real = {source.code for source in catalog.sources_of("pbc", simulated=False)}
    invented = {source.code for source in catalog.sources_of("pbc", simulated=True)}
    assert {"bank-icbc", "bank-cbhb"} <= real
    assert {"bank-gy01", "bank-gy06", "bank-gf01", "bank-gf12"} <= invented
    branches = {code for code in real | invented if "hotline" in code}
    assert (len(real - branches), len(invented - branches), len(branches)) == (18, 18, 2 * 2 * 31)
    assert [source.code for source in catalog.sources_of("cfpb", simulated=False)] == ["cfpb-public"]


@pytest.mark.parametrize(
    ("calendar_id", "day", "working"),
    [
        ("cn", date(2020, 1, 19), True),  # a Sunday made up for the Spring Festival
        ("cn", date(2020, 1, 31), False),  # a Friday of the prolonged Spring Festival
        ("cn", date(2020, 2, 1), False),
        ("cn", date(2020, 2, 3), True),
        ("us-federal", date(2014, 10, 13), False),  # Columbus Day
        ("us-federal", date(2014, 11, 11), False),  # Veterans Day
        ("us-federal", date(2014, 10, 28), True),
        ("us-federal", date(2021, 12, 31), False),  # New Year's Day of 2022, observed
    ],
)
def test_a_day_is_a_working_day_or_not(catalog: Catalog, calendar_id: str, day: date, working: bool) -> None:
    assert catalog.calendars[calendar_id].is_working_day(day) is working


def test_2020_has_249_working_days(catalog: Catalog) -> None:
    days = catalog.calendar_of("pbc").working_days
    assert sum(day.year == 2020 for day in days) == 249


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2031, 1, 1)])
def test_a_year_the_calendar_does_not_know_is_not_guessed(catalog: Catalog, day: date) -> None:
    calendar = catalog.calendar_of("pbc")
    assert not calendar.knows(day)
    with pytest.raises(UnknownYearError) as caught:
        calendar.is_working_day(day)
    assert str(day.year) in caught.value.words.en


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("湖北", "420000"),
        ("湖北省", "420000"),
        ("420000", "420000"),
        ("内蒙古", "150000"),
        ("台湾", "710000"),
    ],
)
def test_a_province_is_known_by_code_name_and_short_name(catalog: Catalog, stated: str, code: str) -> None:
    assert catalog.region_aliases["cn-province"][name_key(stated)] == code


def test_the_minor_outlying_islands_are_a_region_as_the_file_writes_them(catalog: Catalog) -> None:
    aliases = catalog.region_aliases["us-state"]
    assert aliases[name_key("UNITED STATES MINOR OUTLYING ISLANDS")] == "UM"
    assert {"AA", "AE", "AP", "DC", "PR"} <= set(catalog.regions["us-state"])
    assert len(catalog.regions["cn-province"]) == 34


def test_the_cut_off_ends_the_business_day(catalog: Catalog) -> None:
    domain = catalog.domain("pbc")
    zone = ZoneInfo("Asia/Shanghai")
    assert domain.business_day(datetime(2020, 3, 2, 17, 30, tzinfo=zone)) == date(2020, 3, 2)
    assert domain.business_day(datetime(2020, 3, 2, 17, 30, 0, 1, tzinfo=zone)) == date(2020, 3, 3)
