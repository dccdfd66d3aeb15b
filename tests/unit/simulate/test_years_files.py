"""The files of simulated years: deterministic, in the sources' formats, with a truth that fits them."""

import csv
import io
from datetime import date
from pathlib import Path

import msgspec
import polars as pl
import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.errors import UserError
from xiaobao.simulate.manifest import PlannedDelivery, read_manifest
from xiaobao.simulate.recipes import Recipe, ensure_deliveries

RECIPE = Recipe(
    mark="simulated", from_on=date(2019, 12, 1), last_on=date(2020, 2, 14), days=None, seed=5, scale=0.05
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return reading.load()


@pytest.fixture(scope="module")
def folder(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years") / "simulated"
    ensure_deliveries(catalog, RECIPE, folder)
    return folder


@pytest.fixture(scope="module")
def deliveries(folder: Path) -> tuple[PlannedDelivery, ...]:
    return read_manifest(folder / "deliveries.jsonl")


@pytest.fixture(scope="module")
def stated(folder: Path, deliveries: tuple[PlannedDelivery, ...]) -> pl.DataFrame:
    """Every row of every file of complaints, with its file and place in it."""
    found = []
    for delivery in deliveries:
        if delivery.file is not None and "calls" not in delivery.source_code:
            for place, row in enumerate(rows(folder, delivery.file), start=1):
                number = row.get("投诉编号") or row["编号"]
                found.append(
                    (
                        delivery.source_code,
                        delivery.file,
                        place,
                        number,
                        row["事件"],
                        row.get("关联编号", ""),
                    )
                )
    names = ("source_code", "file", "row_number", "complaint_no", "event", "repeats")
    return pl.DataFrame(found, schema=names, orient="row")


def truth(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / "truth" / f"{name}.csv", infer_schema_length=0)


def rows(folder: Path, file: str) -> list[dict[str, str]]:
    content = (folder / file).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    return [row for row in found if next(iter(row.values())) != "合计"]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    catalog: Catalog, tmp_path: Path
) -> None:
    week = msgspec.structs.replace(RECIPE, from_on=date(2020, 1, 30), last_on=date(2020, 2, 5))
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        ensure_deliveries(catalog, msgspec.structs.replace(week, seed=seed), tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "again")
    assert contents(tmp_path / "one").keys() & contents(tmp_path / "other").keys()
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


def test_history_comes_by_month_and_the_present_by_day(deliveries: tuple[PlannedDelivery, ...]) -> None:
    regular = [d for d in deliveries if d.kind != "supplementary"]
    of_bank = sorted({d.day for d in regular if d.source_code == "bank-gy01"})
    of_branch = sorted({d.day for d in regular if d.source_code == "sim-hotline-310000"})
    of_calls = sorted({d.day for d in regular if d.source_code == "sim-hotline-calls-310000"})
    assert of_bank[:3] == [date(2019, 12, 31), date(2020, 1, 1), date(2020, 1, 2)]
    assert len(of_bank) == 1 + 45
    assert of_branch[:3] == [date(2019, 12, 31), date(2020, 1, 2), date(2020, 1, 3)]
    assert date(2020, 1, 19) in of_branch  # a working Sunday
    assert date(2020, 1, 27) not in of_branch  # the prolonged festival
    assert of_calls == of_branch[1:]


def test_every_kind_of_delivery_and_mishap_is_met(
    catalog: Catalog, deliveries: tuple[PlannedDelivery, ...], folder: Path, stated: pl.DataFrame
) -> None:
    domain = catalog.domain("pbc")
    banks = [d for d in deliveries if d.source_code.startswith("bank-")]
    assert {d.kind for d in banks} == {"regular", "supplementary", "nil"}
    assert any(d.kind == "regular" and domain.business_day(d.at) > d.day for d in banks)
    assert set(stated["event"]) >= {"新增", "更正", "撤销", "撤销后重报"}
    assert len(truth(folder, "returned_files")) > 0
    assert truth(folder, "rejected_rows")["rule_id"].n_unique() >= 5


def test_revisions_count_up_and_arrivals_never_coincide(deliveries: tuple[PlannedDelivery, ...]) -> None:
    for source in {d.source_code for d in deliveries}:
        own = [d.revision for d in deliveries if d.source_code == source]
        assert own == list(range(1, len(own) + 1))
    assert len({d.at for d in deliveries}) == len(deliveries)


def test_stated_totals_are_the_rows_but_of_returned_files(
    folder: Path, deliveries: tuple[PlannedDelivery, ...]
) -> None:
    returned = set(truth(folder, "returned_files")["file"])
    for delivery in deliveries:
        count = 0 if delivery.file is None else len(rows(folder, delivery.file))
        assert (count == delivery.stated_total) == (delivery.file not in returned)


def test_every_number_is_reported_new_once_among_the_rows_taken(folder: Path, stated: pl.DataFrame) -> None:
    refused = truth(folder, "rejected_rows").select("file", pl.col("row_number").cast(pl.Int64))
    taken = stated.filter(~pl.col("file").is_in(truth(folder, "returned_files")["file"].implode())).join(
        refused, on=["file", "row_number"], how="anti"
    )
    new = taken.filter(pl.col("event") == "新增").select("source_code", "complaint_no")
    known = truth(folder, "complaints").select("source_code", "complaint_no")
    assert not new.is_duplicated().any()
    assert not known.is_duplicated().any()
    assert set(new.rows()) == set(known.rows())


def test_a_withdrawn_entry_is_withdrawn_in_its_last_row(folder: Path, stated: pl.DataFrame) -> None:
    gone = truth(folder, "complaints").filter(pl.col("state") == "withdrawn")
    last = stated.group_by("source_code", "complaint_no", maintain_order=True).agg(pl.col("event").last())
    joined = gone.join(last, on=["source_code", "complaint_no"])
    assert len(joined) == len(gone) > 0
    assert set(joined["event"]) == {"撤销"}


@pytest.mark.parametrize("name", ["injected", "pairs", "repeats", "rejected_rows"])
def test_what_the_truth_names_is_in_the_files(folder: Path, stated: pl.DataFrame, name: str) -> None:
    table = truth(folder, name)
    known = set(stated.select("source_code", "complaint_no").rows())
    columns = (
        [
            ("hotline_source_code", "hotline_complaint_no"),
            ("bank_source_code", "bank_complaint_no"),
        ]
        if name == "pairs"
        else [("source_code", "complaint_no")]
    )
    assert len(table) > 0
    for pair in columns:
        assert set(table.select(pair).rows()) <= known


def test_the_injections_list_as_many_entries_as_belong_to_them(folder: Path) -> None:
    listed = truth(folder, "injections").select("injection", "path", pl.col("entries").cast(pl.Int64))
    belonging = truth(folder, "injected").with_columns(
        path=pl.when(pl.col("source_code").str.starts_with("bank-"))
        .then(pl.lit("institution"))
        .otherwise(pl.lit("hotline"))
    )
    counted = belonging.group_by("injection", "path").len()
    assert set(listed.rows()) <= {(i, p, c) for i, p, c in counted.rows()}


def test_who_calls_again_names_the_earlier_number(folder: Path, stated: pl.DataFrame) -> None:
    again = truth(folder, "repeats").select("source_code", "complaint_no", "repeats")
    named = stated.filter(pl.col("repeats") != "").select("source_code", "complaint_no", "repeats")
    assert set(named.rows()) == set(again.rows())


def test_narratives_vary(folder: Path, deliveries: tuple[PlannedDelivery, ...]) -> None:
    told = [
        row["投诉内容"]
        for d in deliveries
        if d.file is not None and d.source_code == "bank-gf01"
        for row in rows(folder, d.file)
        if row["事件"] == "新增"
    ]
    assert len(told) > 500
    assert len(set(told)) > 0.9 * len(told)
    assert not any("{" in text for text in told)


def test_calls_add_up_in_every_row(folder: Path, deliveries: tuple[PlannedDelivery, ...]) -> None:
    counted = [
        row
        for d in deliveries
        if d.file is not None and d.source_code == "sim-hotline-calls-440000"
        for row in rows(folder, d.file)
    ]
    assert counted
    for row in counted:
        assert int(row["来电量"]) == int(row["接听量"]) + int(row["放弃量"])
    homes = {row["时段开始"][:7] for row in counted if row["接听地点"] == "居家"}
    assert homes == {"2020-02"}


def test_only_the_branches_named_answer_and_take_all_the_calls(catalog: Catalog, tmp_path: Path) -> None:
    few = msgspec.structs.replace(
        RECIPE, from_on=date(2020, 2, 3), last_on=date(2020, 2, 5), branches=("310000", "420000")
    )
    deliveries = read_manifest(ensure_deliveries(catalog, few, tmp_path / "few"))
    hotline = [d for d in deliveries if d.source_code.startswith("sim-hotline")]
    assert {d.source_code for d in hotline} == {
        f"sim-hotline-{kind}{region}" for kind in ("", "calls-") for region in few.branches
    }
    cases = [d for d in hotline if "calls" not in d.source_code]
    assert sum(d.stated_total or 0 for d in cases) > 150
    with pytest.raises(UserError):
        ensure_deliveries(catalog, msgspec.structs.replace(few, branches=("999999",)), tmp_path / "no")


def test_the_day_from_which_reporting_is_daily_can_be_moved(catalog: Catalog, tmp_path: Path) -> None:
    later = msgspec.structs.replace(RECIPE, daily_from=date(2020, 2, 13), branches=("310000",))
    deliveries = read_manifest(ensure_deliveries(catalog, later, tmp_path / "later"))
    days = sorted({d.day for d in deliveries if d.source_code == "bank-gy02"})
    assert days == [date(2019, 12, 31), date(2020, 1, 31), date(2020, 2, 13), date(2020, 2, 14)]


def test_banks_that_report_wrongly_are_in_the_truth_and_nobody_else_changes(
    catalog: Catalog, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "overlay/simulation").mkdir(parents=True)
    (tmp_path / "overlay/simulation/miscoding.toml").write_text(
        '[[miscoding]]\nid = "a"\nkind = "codes"\nbanks = 2\nfrom_on = 2019-12-20\nto_on = 2020-01-10\n'
        'share = [0.3, 0.5]\n[[miscoding]]\nid = "b"\nkind = "enquiry"\nbanks = 1\nfrom_on = 2019-12-20\n'
        "to_on = 2019-12-20\nshare = [0.4, 0.4]\n"
    )
    wrong_catalog = reading.load(overlay=tmp_path / "overlay")
    other = ensure_deliveries(wrong_catalog, RECIPE, tmp_path / "wrong").parent

    def truth(where: Path, name: str) -> pl.DataFrame:
        return pl.read_csv(where / "truth" / f"{name}.csv", infer_schema_length=0)

    banks, entries = truth(other, "wrong_banks"), truth(other, "wrong_entries")
    assert banks["kind"].to_list() == ["codes", "codes", "enquiry"]
    assert not (folder / "truth/wrong_banks.csv").exists(), "the shipped catalog asks for none"
    key, codes = ["source_code", "complaint_no"], ["entry_kind", "business_code", "cause_code"]
    right, stated = truth(folder, "complaints"), truth(other, "complaints")
    joined = stated.join(right, on=key, suffix="_right").join(
        entries.select(*key, "wrong"), on=key, how="left"
    )
    assert joined.height == right.height
    differs = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_right") for name in codes)
    assert joined.filter(differs & pl.col("wrong").is_null()).height == 0
    of_codes = joined.filter(pl.col("wrong").is_in(["1", "2"]))
    assert of_codes.filter(differs).height > 0.95 * of_codes.height > 20
    as_enquiries = joined.filter(pl.col("wrong") == "3")
    assert set(as_enquiries["entry_kind"]) == {"enquiry"} and as_enquiries.height > 10
    pairs = of_codes.select("source_code", "business_code_right", "business_code").unique()
    assert pairs.height < of_codes.height / 2, "the same matter is taken for the same other one"
    first = dict(zip(banks["wrong"], banks["from_on"], strict=True))
    assert all(row["received_on"] >= first[row["wrong"]] for row in of_codes.iter_rows(named=True))
