"""A figure carries everything needed to compute it again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from xiaobao.analysis.derive import derive, derive_all, figure_of
from xiaobao.analysis.figures import Figure
from xiaobao.analysis.measures import evaluate_all
from xiaobao.ledger.snapshot import Snapshot

MONDAY = date(2020, 3, 2)
PATH = (("path", "institution"),)


@pytest.fixture
def printed(ledger, read) -> tuple[list[Figure], Snapshot]:
    """A figure of every kind and group of one day."""
    for number, institution in enumerate(("GY01", "GY02", "GF01", None)):
        for day in range(8):
            ledger.state(
                3 + number * day, on=MONDAY + timedelta(days=day), seq=day + 1, institution_code=institution
            )
    day = MONDAY + timedelta(days=7)
    window = [read(day - timedelta(days=back), seq=8 - back) for back in range(8)]
    asked = [
        ledger.question("complaints", window[0], by=("institution",)),
        ledger.question("complaint_share", window[0], by=("institution",), of=PATH),
        ledger.question("complaint_rank", window[0], by=("institution",)),
        ledger.question("complaint_rank", window[0], by=("group", "institution")),
        ledger.question("complaints_dod", *window[:2], by=("institution",)),
        ledger.question("complaints_avg_7", *window, by=("business.1",)),
        ledger.question("complaints_late", replace(window[1], posted_seq=8), window[1]),
    ]
    snapshot = ledger.snapshot(posted_seq=8)
    answers = evaluate_all(asked, snapshot=snapshot, catalog=ledger.catalog)
    rows = [(answer, row) for answer in answers for row in answer.rows]
    figures = [
        figure_of(answer, row, id=f"f{place}", catalog_digest=ledger.catalog.digest)
        for place, (answer, row) in enumerate(rows)
    ]
    return figures, snapshot


def test_every_figure_of_an_answer_derives_again_exactly(ledger, printed) -> None:
    figures, snapshot = printed
    domain = ledger.catalog.domain("pbc")

    derived = derive_all(figures, snapshot=snapshot, catalog=ledger.catalog, domain=domain, simulated=True)

    assert len(figures) > 15
    assert [one.figure.id for one in derived if not one.agrees] == []


def test_a_changed_number_reason_or_basis_does_not_agree(ledger, printed) -> None:
    figures, snapshot = printed
    domain = ledger.catalog.domain("pbc")
    figure = figures[0]
    assert figure.value is not None
    for wrong in (
        replace(figure, value=Decimal(figure.value) + 1),
        replace(figure, value=figure.value.quantize(Decimal("0.0"))),
        replace(figure, value=None, why_none="zero_base"),
        replace(figure, basis="hotline:complaint"),
    ):
        one = derive(wrong, snapshot=snapshot, catalog=ledger.catalog, domain=domain, simulated=True)
        assert not one.agrees


def test_a_figure_says_its_path_and_counted_kinds(printed) -> None:
    figures, _ = printed
    assert {figure.basis for figure in figures} == {"institution:complaint"}


def test_a_figure_of_who_did_not_report_derives_from_the_same_knowledge(ledger, printed) -> None:
    figures, snapshot = printed
    domain = ledger.catalog.domain("pbc")
    silent = replace(figures[0], value=None, why_none="not_reported")
    assert ("institution", "GF01") in silent.where

    one = derive(
        silent,
        snapshot=snapshot,
        catalog=ledger.catalog,
        domain=domain,
        simulated=True,
        not_reporting=(frozenset({"GF01"}),),
    )

    assert one.agrees
