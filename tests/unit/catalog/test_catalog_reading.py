"""Reading: the same files give the same catalog; a fault names its file and key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import CatalogError, CatalogFiles, UnknownKeyError


@pytest.fixture(scope="module")
def files() -> CatalogFiles:
    return reading.read_files(reading.installed_root())


def changed(files: CatalogFiles, path: str, change: Callable[[str], str]) -> CatalogFiles:
    before = files[path].decode()
    after = change(before)
    assert after != before, "the test changes nothing"
    return {**files, path: after.encode()}


def replaced(files: CatalogFiles, path: str, old: str, new: str) -> CatalogFiles:
    return changed(files, path, lambda text: text.replace(old, new, 1))


def fault_of(files: CatalogFiles) -> str:
    with pytest.raises(CatalogError) as caught:
        reading.parse(files)
    assert caught.value.words.zh != caught.value.words.en
    return caught.value.words.en


def test_the_digest_does_not_depend_on_the_order_of_the_files(files: CatalogFiles) -> None:
    backwards = dict(reversed(list(files.items())))
    assert list(backwards) != list(files)
    assert reading.parse(backwards).digest == reading.parse(files).digest


def test_the_digest_changes_with_any_byte(files: CatalogFiles) -> None:
    noted = {**files, "rules.toml": files["rules.toml"] + b"\n"}
    assert reading.parse(noted).digest != reading.parse(files).digest


def test_a_packed_catalog_unpacks_to_the_same_files(files: CatalogFiles) -> None:
    packed = reading.pack(files)
    assert dict(reading.unpack(packed)) == dict(files)
    assert reading.pack(reading.unpack(packed)) == packed


def test_a_packed_catalog_that_was_cut_is_refused(files: CatalogFiles) -> None:
    packed = reading.pack(files)
    for length in (0, 10, 30, len(packed) // 2, len(packed) - 1):
        with pytest.raises(CatalogError):
            reading.unpack(packed[:length])


@pytest.mark.parametrize(
    "path",
    ["rules.toml", "tags.toml", "standards/jrt0169-2018/cause.csv", "domains/pbc/register/institutions.csv"],
)
def test_a_file_that_is_missing_is_named(files: CatalogFiles, path: str) -> None:
    assert path in fault_of({name: content for name, content in files.items() if name != path})


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("domains/pbc.toml", "colour"),
        ("rules.toml", "colour"),
        ("measures/complaints.toml", "colour"),
        ("calendars/cn.toml", "colour"),
        ("standards/jrt0169-2018/standard.toml", "colour"),
        ("sources/cfpb-public/source.toml", "colour"),
        ("sources/bank-report/layouts/daily.toml", "colour"),
    ],
)
def test_an_unknown_key_is_an_error_that_names_file_and_key(files: CatalogFiles, path: str, key: str) -> None:
    message = fault_of({**files, path: f'{key} = "blue"\n'.encode() + files[path]})
    assert path in message
    assert key in message or "`colour`" in message


def test_an_unknown_column_of_a_table_is_an_error_that_names_it(files: CatalogFiles) -> None:
    path = "standards/jrt0169-2018/cause.csv"
    message = fault_of(replaced(files, path, "code,parent,", "code,parents,"))
    assert path in message
    assert "parents" in message


def test_a_misspelled_file_name_is_an_error_not_a_decision_nobody_reads(files: CatalogFiles) -> None:
    message = fault_of({**files, "measure/complaints.toml": b""})
    assert "measure/complaints.toml" in message


def test_a_row_with_too_many_fields_names_its_line(files: CatalogFiles) -> None:
    path = "regions/us-state.csv"
    message = fault_of(changed(files, path, lambda text: text + "ZZ,a,b,c,d,e,f,g\n"))
    assert path in message
    assert "line" in message


def test_a_table_in_another_encoding_is_refused_with_a_sentence(files: CatalogFiles) -> None:
    path = "standards/jrt0169-2018/cause.csv"
    message = fault_of({**files, path: files[path].decode().encode("gb18030")})
    assert path in message
    assert "UTF-8" in message


def test_a_table_with_a_byte_order_mark_reads_the_same(files: CatalogFiles) -> None:
    path = "standards/jrt0169-2018/cause.csv"
    marked = reading.parse({**files, path: b"\xef\xbb\xbf" + files[path]})
    assert marked.standards["jrt0169-2018"] == reading.parse(files).standards["jrt0169-2018"]


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("standards/jrt0169-2018/business.csv", "B0102,B01,", "B0102,B77,", "B77"),
        ("standards/jrt0169-2018/business.csv", "B0102,B01,", "B0101,B01,", "B0101"),
        ("standards/jrt0169-2018/channel.csv", "网上银行|网银渠道", "电话银行|网银渠道", "电话银行"),
        ("domains/pbc/register/aliases.csv", "工行,ICBC", "工行,XXXX", "XXXX"),
        ("domains/pbc/register/aliases.csv", "农行,ABC", "工行,ABC", "工行"),
        ("domains/pbc/register/memberships.csv", "ABC,state_owned", "ABC,other", "other"),
        ("domains/pbc/register/memberships.csv", "ABC,state_owned", "ICBC,state_owned", "ICBC"),
        ("domains/pbc.toml", "Asia/Shanghai", "Asia/Nowhere", "Asia/Nowhere"),
        ("domains/pbc.toml", 'calendar = "cn"', 'calendar = "xx"', "xx"),
        ("domains/pbc.toml", 'region_standard = "cn-province"', 'region_standard = "xx"', "xx"),
        ("domains/pbc.toml", "earliest_on = 1990", "earliest_on = 2990", "earliest_on"),
        ("domains/cfpb.toml", '"cfpb-2023"', '"cfpb-2024"', "cfpb-2024"),
        ("sources/bank-report/source.toml", 'path = "institution"', 'path = "post"', "path"),
        ("sources/bank-report/source.toml", 'due = "daily"', 'due = "sometimes"', "sometimes|due"),
        ("sources/bank-report/source.toml", "limit = 0.2 ", "limit = 20 ", "reject_share_limit"),
        ("sources/cfpb-public/source.toml", 'revision = "date"', 'revision = "whim"', "whim"),
        ("sources/cfpb-public/layouts/structured-2014.toml", '"zip_code"', '"state"', "state"),
        ("measures/complaints_dod.toml", "compared_days = 1\n", "", "compared_days"),
        ("measures/complaints.toml", 'kind = "count"', 'kind = "guess"', "guess"),
        ("rules.toml", "line {row}", "line {rwo}", "rwo"),
        ("rules.toml", "line {row}", "line {row", "encoding"),
        ("tags.toml", "B03026", "B03088", "B03088"),
        ("sources/bank-report/layouts/daily.toml", "%Y-%m-%d", "%Y-%M-%d", "%Y-%M-%d"),
        ("measures/complaints_wow.toml", "compared_days = 7", "compared_days = 0", "compared_days"),
        ("calendars/cn.toml", "[years]", '[years]\n99999 = "1-a"', "99999"),
        ("calendars/cn.toml", '2020 = "', '2020 = "1', "2020"),
    ],
)
def test_what_does_not_fit_is_told_with_file_and_value(
    files: CatalogFiles, path: str, old: str, new: str, told: str
) -> None:
    message = fault_of(replaced(files, path, old, new))
    folder = path.split("/")[1] if path.startswith("sources") else path
    assert folder in message or "source " in message
    assert any(word in message for word in told.split("|"))


def test_two_standards_of_a_domain_in_force_on_the_same_day_are_refused(files: CatalogFiles) -> None:
    longer = replaced(files, "standards/cfpb-2012/standard.toml", "to_on = 2023-08-25", "to_on = 2023-08-26")
    message = fault_of(longer)
    assert "domains/cfpb.toml" in message
    assert "same days" in message


def test_two_layouts_that_would_read_the_same_header_are_refused(files: CatalogFiles) -> None:
    folder = "sources/cfpb-public/layouts"
    message = fault_of({**files, f"{folder}/again.toml": files[f"{folder}/full-2023.toml"]})
    assert "again" in message
    assert "full-2023" in message


def test_every_fault_of_different_files_is_listed(files: CatalogFiles) -> None:
    broken = replaced(files, "rules.toml", "line {row}", "line {rwo}")
    broken = replaced(broken, "measures/complaints.toml", 'kind = "count"', 'kind = "guess"')
    told = [fault.words.en for fault in reading.faults(broken)]
    assert len(told) == 2
    assert reading.faults(files) == ()


def test_an_overlay_replaces_a_file_and_adds_another(tmp_path: Path) -> None:
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "complaints.toml").write_bytes(b"a")
    (tmp_path / "measures" / "another.toml").write_bytes(b"b")
    files = reading.read_files(reading.installed_root(), overlay=tmp_path)
    assert files["measures/complaints.toml"] == b"a"
    assert files["measures/another.toml"] == b"b"
    assert "rules.toml" in files


def test_an_unknown_domain_source_or_measure_is_named_with_what_there_is() -> None:
    catalog = reading.load()
    for ask in (catalog.domain, catalog.source, catalog.measure):
        with pytest.raises(UnknownKeyError) as caught:
            ask("nothing")
        assert "nothing" in caught.value.words.en
    with pytest.raises(UnknownKeyError):
        catalog.register("cfpb", simulated=True)
