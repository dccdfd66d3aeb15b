"""The canonical form is fixed: a change of one byte would break every close that was ever printed."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from ledger_rows import Ledger, amend, new, withdraw

from xiaobao.ledger.canonical import CANONICAL_VERSION, CanonicalError, canonical_bytes, rows_digest
from xiaobao.ledger.entries import SCHEMA, TAG_SCHEMA

MOMENT = datetime(2020, 3, 2, 9, 30, 0, 1, tzinfo=UTC)
ROW: dict[str, object] = {
    "month": 202003,
    "posted_seq": 3,
    "entry_id": 50331653,
    "complaint_key": -42,
    "sign": 1,
    "revision": 20200301,
    "recorded_at": MOMENT,
    "row_number": 2,
    "path": "institution",
    "source_code": "bank-gy01",
    "complaint_no": "沪-1",
    "entry_kind": "complaint",
    "event": "new",
    "received_on": date(2020, 3, 1),
    "status": "",
    "product": 'a\tb\\N\r\nc,"d"',
    "amount": Decimal("-0.05"),
    "submitted_codes": "A01||",
}
ENTRY_LINES = (
    b"xiaobao rows 1\tmonth\tposted_seq\tentry_id\tcomplaint_key\tsign\trevision\trecorded_at\trow_number"
    b"\tpath\tsource_code\tinstitution_code\tinstitution_stated\tunit_code\tcomplaint_no\tentry_kind\tevent"
    b"\treceived_on\tregistered_at\taccepted_on\tdeclined_on\tforwarded_on\tresponded_on\tclosed_on\tstatus"
    b"\treceived_via\tchannel_code\tbusiness_code\tcause_code\tstandard_id\tregion_code\tpostal_code\tproduct"
    b"\tamount\tidentity_key\tidentity_key_id\tcontact_key\tcontact_key_id\trepeats\tnarrative_digest"
    b"\tsubmitted_codes\n"
    b"202003\t3\t50331653\t-42\t1\t20200301\t2020-03-02T09:30:00.000001Z\t2\tinstitution\tbank-gy01"
    b"\t\\N\t\\N\t\\N\t\xe6\xb2\xaa-1\tcomplaint\tnew\t2020-03-01\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t"
    b'\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\ta\\tb\\\\N\\r\\nc,"d"'
    b"\t-0.05\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tA01||\n"
)
TAG_LINES = (
    b"xiaobao rows 1\tposted_seq\trecorded_at\tcomplaint_key\tsource_code\tcomplaint_no\ttag"
    b"\trule_version\tsign\n"
    b"4\t2020-03-02T09:30:00.000001Z\t-42\tbank-gy01\t1\tepidemic\t1\t-1\n"
    b"4\t2020-03-02T09:30:00.000001Z\t-42\tbank-gy01\t1\tepidemic\t2\t1\n"
)


def _tags() -> pl.DataFrame:
    tag = (4, MOMENT, -42, "bank-gy01", "1", "epidemic")
    return pl.DataFrame([(*tag, "2", 1), (*tag, "1", -1)], schema=TAG_SCHEMA, orient="row")


def test_form_one_of_a_ledger_row_never_changes() -> None:
    rows = pl.DataFrame([ROW], schema=SCHEMA)
    assert CANONICAL_VERSION == 1
    assert canonical_bytes(rows) == ENTRY_LINES
    assert rows_digest(rows) == hashlib.sha256(ENTRY_LINES).hexdigest()
    assert rows_digest(rows) == "cb3afbafb0bcbc4d107d1b469e245231424f22dd3d0757505e980b82338d3d04"


def test_form_one_of_a_tag_never_changes() -> None:
    assert canonical_bytes(_tags()) == TAG_LINES
    assert rows_digest(_tags()) == "dd9aa630b56f9ad8e6700761dc51f1b9d3ffebdb66eed6de40137d9abe7509dd"


def test_no_rows_have_a_digest_of_their_own() -> None:
    assert (
        rows_digest([])
        == rows_digest(pl.DataFrame(schema=SCHEMA))
        == "1098031a2fdd23df3e571f2564d0e897ec7c5542850676689cb4a317c42e2c5b"
    )


def test_an_empty_text_and_a_missing_one_and_the_sign_of_missing_differ() -> None:
    texts = ["", None, "\\N", "N"]
    digests = {rows_digest(pl.DataFrame([ROW | {"product": text}], schema=SCHEMA)) for text in texts}
    assert len(digests) == len(texts)


def test_a_value_that_moves_to_the_next_column_changes_the_digest() -> None:
    one = pl.DataFrame([ROW | {"region_code": "a", "postal_code": None}], schema=SCHEMA)
    other = pl.DataFrame([ROW | {"region_code": None, "postal_code": "a"}], schema=SCHEMA)
    assert rows_digest(one) != rows_digest(other)


def _rows() -> pl.DataFrame:
    ledger = Ledger()
    ledger.post(*(new(str(number), 1) for number in range(20)))
    ledger.post(*(amend(str(number), 2, "B02") for number in range(9)), withdraw("12", 2))
    return ledger.rows


def test_neither_order_nor_paging_nor_grouping_of_rows_changes_the_digest() -> None:
    rows = _rows()
    digest = rows_digest(rows)
    assert rows_digest(rows.reverse()) == digest
    assert rows_digest(rows.sample(fraction=1.0, shuffle=True, seed=5)) == digest
    assert rows_digest(rows.iter_slices(7)) == digest
    assert rows_digest([rows[:7].reverse(), rows[7:7], rows[7:]]) == digest
    assert rows_digest(rows[:-1]) != digest


def test_pages_out_of_order_are_refused() -> None:
    rows = _rows()
    for pages in ([rows[7:], rows[:7]], [rows[:7], rows[6:]]):
        with pytest.raises(CanonicalError, match="follow"):
            rows_digest(pages)


def test_rows_of_another_table_have_no_canonical_form() -> None:
    with pytest.raises(CanonicalError, match="none of the tables"):
        rows_digest(pl.DataFrame({"sign": [1]}))
