"""Every row falls into a group of every dimension; nothing is dropped, nothing guessed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from xiaobao.analysis.measures import evaluate
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.institutions import Membership


def test_codes_roll_up_to_their_ancestor_and_shallow_codes_stay_themselves(ledger, read, values) -> None:
    ledger.state(1, business_code="B03").state(2, business_code="B0302").state(4, business_code="B0101")

    assert values(ledger.answer("complaints", read(), by=("business.1",))) == {("B01",): "4", ("B03",): "3"}
    assert values(ledger.answer("complaints", read(), by=("business.2",))) == {
        ("B0101",): "4",
        ("B03",): "1",
        ("B0302",): "2",
    }


def test_a_filter_on_a_major_class_takes_everything_below_it(ledger, read, values) -> None:
    ledger.state(1, business_code="B03").state(2, business_code="B0302").state(4, business_code="B0101")
    where = (("path", "institution"), ("business.1", "B03"))
    assert values(ledger.answer("complaints", read(), where=where)) == {(): "3"}


def test_empty_unknown_and_unlisted_are_groups_of_their_own(ledger, read, values) -> None:
    ledger.state(1, business_code=None).state(2, business_code="X1").state(4, standard_id=None)
    ledger.state(8, institution_code="out_of_list").state(16, institution_code=None, region_code="月球")

    assert values(ledger.answer("complaints", read(), by=("business.1",))) == {
        ("B03",): "24",
        ("not_stated",): "1",
        ("unmapped",): "6",
    }
    assert values(ledger.answer("complaints", read(), by=("group",))) == {
        ("not_stated",): "16",
        ("out_of_list",): "8",
        ("state_owned",): "7",
    }
    assert values(ledger.answer("complaints", read(), by=("region",))) == {
        ("not_stated",): "15",
        ("unmapped",): "16",
    }


def test_a_code_means_what_it_meant_on_that_day(ledger_of: Callable, read, values) -> None:
    ledger = ledger_of("cfpb")
    before, after = date(2023, 8, 24), date(2023, 8, 25)
    old = "Payday loan, title loan, or personal loan"
    for day in (before, after):
        ledger.state(1, on=day, business_code=old, path=None)

    found = values(
        ledger.answer("complaints", read(before, until=date(2023, 8, 26)), by=("business.1", "standard"))
    )

    assert found == {(old, "cfpb-2012"): "1", ("unmapped", "cfpb-2023"): "1"}


def test_a_code_is_mapped_until_the_day_it_goes_out_of_force(ledger, read, values, catalog: Catalog) -> None:
    out_on = date(2020, 3, 3)
    standard = catalog.standards["jrt0169-2018"]
    table = standard.tables[Facet.BUSINESS]
    ended = replace(table, codes={**table.codes, "B03": replace(table.codes["B03"], to_on=out_on)})
    dated = replace(standard, tables={**standard.tables, Facet.BUSINESS: ended})
    changed = replace(catalog, standards={**catalog.standards, standard.id: dated})
    ledger.state(1, on=date(2020, 3, 2)).state(2, on=out_on)
    question = ledger.question("complaints", read(until=date(2020, 3, 4)), by=("business.1",))

    answer = evaluate(question, snapshot=ledger.snapshot(), catalog=changed)

    assert values(answer) == {("B03",): "1", ("unmapped",): "2"}


def test_the_group_of_an_institution_is_that_of_the_day(ledger, read, values, catalog: Catalog) -> None:
    change_on = date(2020, 3, 3)
    register = catalog.register("pbc", simulated=True)
    moved = replace(
        register.institutions["GY01"],
        memberships=(
            Membership(group="state_owned", from_on=date(1990, 1, 1), to_on=change_on),
            Membership(group="joint_stock", from_on=change_on, to_on=None),
        ),
    )
    changed = replace(register, institutions={**register.institutions, "GY01": moved})
    dated = replace(catalog, registers={**catalog.registers, ("pbc", True): changed})
    ledger.state(1, on=date(2020, 3, 2)).state(2, on=change_on)
    question = ledger.question("complaints", read(until=date(2020, 3, 4)), by=("group",))

    answer = evaluate(question, snapshot=ledger.snapshot(), catalog=dated)

    assert values(answer) == {("joint_stock",): "2", ("state_owned",): "1"}


def test_zeros_are_listed_only_for_members_that_belong_together(ledger, read, values) -> None:
    ledger.state(4)
    where = (("path", "institution"), ("group", "state_owned"))

    found = values(
        ledger.answer("complaints", read(), by=("group", "institution"), where=where, complete=True)
    )

    assert set(found) == {("state_owned", f"GY0{number}") for number in range(1, 7)}


def test_months_and_days_sort_by_time(ledger, read) -> None:
    for day in (date(2020, 10, 1), date(2020, 9, 30), date(2020, 2, 29)):
        ledger.state(1, on=day)
    period = read(date(2020, 1, 1), until=date(2021, 1, 1))

    answer = ledger.answer("complaints", period, by=("month",))

    assert [row.members for row in answer.rows] == [("2020-02",), ("2020-09",), ("2020-10",)]


def test_without_a_reading_there_is_no_member_to_list(ledger, values) -> None:
    ledger.state(1)
    assert values(ledger.answer("complaints_late", by=("region",), complete=True)) == {}
