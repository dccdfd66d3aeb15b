"""A new source, measure, bank or revision of a standard is a change of data alone."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.codes import Facet


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(reading.installed_root(), tmp_path / "catalog"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_measure_is_added_by_one_file(root: Path) -> None:
    shutil.copy(root / "measures" / "complaints.toml", root / "measures" / "enquiries.toml")
    edit(root / "measures" / "enquiries.toml", '["complaint"]', '["enquiry"]')
    catalog = reading.parse(reading.read_files(root))
    assert catalog.measure("enquiries").entry_kinds == ("enquiry",)


def test_a_source_is_added_by_one_folder(root: Path) -> None:
    shutil.copytree(root / "sources" / "cfpb-public", root / "sources" / "state-office")
    catalog = reading.parse(reading.read_files(root))
    assert {source.code for source in catalog.sources_of("cfpb", simulated=False)} == {
        "cfpb-public",
        "state-office",
    }


def test_a_bank_is_added_by_rows_and_gets_its_source(root: Path) -> None:
    register = root / "domains" / "pbc" / "register"
    with (register / "institutions.csv").open("a", encoding="utf-8") as stream:
        stream.write("AIB,中信百信银行股份有限公司,aiBank Co. Ltd.,百信银行,aiBank,2021-01-01,,test,test\n")
    catalog = reading.parse(reading.read_files(root))
    assert catalog.source("bank-aib").institution_code == "AIB"
    found = catalog.register("pbc", simulated=False).resolve("百信银行")
    assert found is not None
    assert found.institution_code == "AIB"


def test_a_revision_of_the_standard_is_added_by_a_folder_and_two_dates(root: Path) -> None:
    standards = root / "standards"
    shutil.copytree(standards / "jrt0169-2018", standards / "jrt0169-2027")
    edit(standards / "jrt0169-2018" / "standard.toml", "from_on =", "to_on = 2027-01-01\nfrom_on =")
    edit(standards / "jrt0169-2027" / "standard.toml", "from_on = 2018-09-04", "from_on = 2027-01-01")
    edit(standards / "jrt0169-2027" / "cause.csv", "C12,,因债务催收方式和手段引起的投诉", "C12,,催收行为")
    edit(root / "domains" / "pbc.toml", '["jrt0169-2018"]', '["jrt0169-2027", "jrt0169-2018"]')
    catalog = reading.parse(reading.read_files(root))
    before = catalog.standard_on("pbc", date(2026, 12, 31))
    after = catalog.standard_on("pbc", date(2027, 1, 1))
    assert before is not None
    assert after is not None
    assert before.tables[Facet.CAUSE].codes["C12"].name.zh == "因债务催收方式和手段引起的投诉"
    assert after.tables[Facet.CAUSE].codes["C12"].name.zh == "催收行为"


def test_a_single_code_ends_on_its_own_day(root: Path) -> None:
    table = root / "standards" / "jrt0169-2018" / "cause.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    dated = [
        f"{lines[0]},to_on",
        *(f"{line},{'2021-01-01' if line[:3] == 'C12' else ''}" for line in lines[1:]),
    ]
    table.write_text("\n".join(dated) + "\n", encoding="utf-8")
    codes = reading.parse(reading.read_files(root)).standards["jrt0169-2018"].tables[Facet.CAUSE].codes
    assert codes["C12"].in_force_on(date(2020, 12, 31))
    assert not codes["C12"].in_force_on(date(2021, 1, 1))
    assert codes["C11"].in_force_on(date(2021, 1, 1))


def test_a_site_loads_the_official_table_over_the_reconstructed_one(root: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "home" / "catalog"
    folder = overlay / "standards" / "jrt0169-2018"
    folder.mkdir(parents=True)
    shutil.copy(root / "standards" / "jrt0169-2018" / "standard.toml", folder)
    edit(folder / "standard.toml", "reconstructed = true", "reconstructed = false")
    (folder / "cause.csv").write_text(
        "code,name_zh,name_en,source,confidence\nC01,官方名称,Official name,JR/T 0169-2018,official\n",
        encoding="utf-8-sig",
    )
    standard = reading.load(overlay=overlay).standards["jrt0169-2018"]
    assert not standard.reconstructed
    assert list(standard.tables[Facet.CAUSE].codes) == ["C01"]
    assert standard.tables[Facet.CAUSE].codes["C01"].confidence == "official"


def test_an_override_makes_a_day_a_working_day_or_not(root: Path) -> None:
    with (root / "calendars" / "us-federal.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[[override]]\nday = 2014-12-26\nworking = false\nwhy = "closed by executive order"\n')
        stream.write('\n[[override]]\nday = 2014-12-27\nworking = true\nwhy = "made up"\n')
    calendar = reading.parse(reading.read_files(root)).calendars["us-federal"]
    assert not calendar.is_working_day(date(2014, 12, 26))
    assert calendar.is_working_day(date(2014, 12, 27))
