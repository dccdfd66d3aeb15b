"""A file under another source's code is told whose layout it has."""

from pathlib import Path

import pytest
from bank_report_files import DAY, SOURCE, catalog

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery

SAMPLES = Path(__file__).resolve().parents[3] / "catalog" / "sources"


def _checked(path: str, source: str) -> CheckResult:
    delivery = Delivery(source_code=source, day=DAY, kind=DeliveryKind.REGULAR, revision=None)
    return check(
        SAMPLES / path,
        delivery=delivery,
        catalog=catalog(),
        simulated=catalog().source(source).simulated,
        history=None,
        keys=None,
    )


@pytest.mark.parametrize(
    ("path", "source", "layout", "sources"),
    [
        ("hotline/samples/cases-2020-03-02.csv", SOURCE, "cases", "sim-hotline-110000"),
        ("hotline/samples/cases-2020-03-02.csv", "bank-icbc", "cases", "hotline-110000"),
        ("bank-report/samples/gy01-2020-03-02.xlsx", "hotline-420000", "daily", "bank-abc"),
        ("bank-report/samples/gy01-2020-03-02.jsonl", "cfpb-public", "daily", "bank-abc"),
        ("cfpb-public/samples/official-2023-08-25.csv.zip", SOURCE, "official", "cfpb-public"),
    ],
)
def test_a_file_of_another_source_names_the_sources_it_belongs_to(
    path: str, source: str, layout: str, sources: str
) -> None:
    result = _checked(path, source)

    told = result.findings.row(0, named=True)
    assert result.findings.height == 1
    assert (told["rule_id"], told["value"]) == ("header_of_other_source", layout)
    assert told["expected"].startswith(sources)
