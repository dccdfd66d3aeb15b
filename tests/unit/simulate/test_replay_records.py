"""The replay loses nothing of the shipped records and knows nothing before its day."""

from collections import Counter
from datetime import date, timedelta

from xiaobao.simulate.replay import DAILY_SAMPLE, LATE_SAMPLE, known_on, read_records, without_undated
from xiaobao.simulate.samples import sample_path

DAILY = read_records(sample_path(DAILY_SAMPLE))
LATE = read_records(sample_path(LATE_SAMPLE))
FIRST_DAY = date(2014, 10, 10)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(35)]


def test_the_shipped_samples_have_all_their_rows() -> None:
    assert (len(DAILY), len(LATE)) == (8340, 2067)


def test_every_day_delivers_as_many_new_complaints_as_the_file_has_on_that_day() -> None:
    expected = Counter(record["date_received"] for record in DAILY)
    delivered = Counter(
        record["date_received"]
        for day in DAYS
        for record in known_on(DAILY, day)
        if record["date_received"] == day.isoformat()
    )
    assert delivered == expected
    assert sum(delivered.values()) == 8340


def test_a_complaint_sent_later_follows_once_as_an_amendment_on_its_day() -> None:
    amendments = [
        (record["complaint_id"], day.isoformat())
        for day in DAYS
        for record in known_on(DAILY, day)
        if record["date_received"] < day.isoformat()
    ]
    expected = [
        (record["complaint_id"], record["date_sent"])
        for record in DAILY
        if record["date_sent"] > record["date_received"]
    ]
    assert sorted(amendments) == sorted(expected)


def test_nothing_is_known_before_its_day() -> None:
    for day in DAYS:
        for record in known_on(DAILY, day):
            assert record["date_received"] <= day.isoformat()
            assert record["date_sent"] <= day.isoformat()


def test_columns_without_a_day_are_left_out_and_all_other_values_stay_as_printed() -> None:
    left_out = {"company_response", "timely", "disputed", "company_public_response"}
    for record, before in zip(without_undated(LATE), LATE, strict=True):
        assert record == {name: value for name, value in before.items() if name not in left_out}


def test_what_the_files_really_contain_is_still_there() -> None:
    states = {record["state"] for record in [*DAILY, *LATE]}
    zips = {record["zip_code"] for record in [*DAILY, *LATE]}
    assert {"", "UNITED STATES MINOR OUTLYING ISLANDS"} <= states
    assert any(zip_code.endswith("XX") for zip_code in zips)
    assert any("\n" in record["narrative"] for record in LATE)
