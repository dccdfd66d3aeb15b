"""Receiving on both databases: real files of simulated banks through archive, check, receipt and batch."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from bank_files import DAY, EVENING, NOW, SOURCE, bank_file, deliver, row
from restless_files import being_written

from xiaobao.catalog.catalog import UnknownKeyError
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.lib.unchanged import FileChangedError
from xiaobao.submissions import catalogs, closing, journal, receipts
from xiaobao.submissions.admission import DeliveryRefusedError
from xiaobao.submissions.archive import narrative_room, raw_room
from xiaobao.submissions.batch_files import BATCH_ROOM, decode
from xiaobao.submissions.decisions import void_revision
from xiaobao.submissions.home import Home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import Batch, CatalogVersion, Receipt, Submission
from xiaobao.submissions.overview import day_overview
from xiaobao.submissions.poster import post_pending
from xiaobao.submissions.reporting import ReportingStatus, events_of, status_of


def test_an_accepted_file_leaves_receipt_batch_and_status(home: Home, tmp_path: Path) -> None:
    path = bank_file(tmp_path, [row("T1", narrative="客服电话 13800138000 不接"), row("T2")])

    facts = deliver(home, path, total=2)

    assert (facts.decision, facts.read, facts.accepted, facts.rejected) == ("accepted", 2, 2, 0)
    batch = Batch.objects.get()
    assert (batch.sequence_id, batch.rows, batch.kind) == (facts.sequence, 2, "delivery")
    rows = decode(home.archive.read(batch.batch_digest, room=BATCH_ROOM), schema=BATCH_SCHEMA)
    assert rows["complaint_no"].to_list() == ["T1", "T2"]
    assert home.archive.read(facts.raw_digest, room=raw_room("2014-10")) == path.read_bytes()
    assert status_of(home, DAY)[SOURCE] is ReportingStatus.ARRIVED
    assert [record.kind for record in journal.records(home)] == ["home", "catalog", "receipt", "reporting"]


def test_a_file_that_is_still_written_is_not_taken(home: Home, tmp_path: Path) -> None:
    file = bank_file(tmp_path, [row("A")])

    with being_written(file), pytest.raises(FileChangedError):
        deliver(home, file)

    assert not Submission.objects.exists()
    assert deliver(home, file).accepted == 1


def test_narratives_are_kept_apart_masked_and_encrypted(home: Home, tmp_path: Path) -> None:
    path = bank_file(tmp_path, [row("T1", narrative="客服电话 13800138000 不接")])

    facts = deliver(home, path)

    assert facts.narratives_digest is not None
    kept = pl.read_parquet(home.archive.read(facts.narratives_digest, room=narrative_room("2014-10")))
    assert "13800138000" not in kept["text"].item()
    files = [file for file in (home.path / "archive").rglob("*") if file.is_file()]
    assert not [file for file in files if "客服".encode() in file.read_bytes()]
    assert not [file for file in files if b"PAR1" in file.read_bytes()]


def test_the_journal_names_all_a_rebuild_needs(home: Home, tmp_path: Path) -> None:
    facts = deliver(home, bank_file(tmp_path, [row("T1")]))

    payload = journal.read(home, facts.sequence).payload

    assert payload["batch_digest"] == facts.batch_digest
    assert payload["batch_kind"] == "delivery"
    assert payload["arrival"] is False
    assert (payload["source_code"], payload["day"], payload["revision"]) == (SOURCE, "2014-10-08", 1)
    receipt = Receipt.objects.get()
    assert payload["receipt_digest"] == receipt.digest
    assert receipts.read(home, receipt) == facts


def test_the_catalog_is_archived_once_and_can_be_read_again(home: Home, tmp_path: Path) -> None:
    first = deliver(home, bank_file(tmp_path, [row("T1")]))
    deliver(home, bank_file(tmp_path, [row("T2")]), revision=2)

    assert [kept.digest for kept in CatalogVersion.objects.all()] == [first.catalog_digest]
    assert catalogs.read(home, first.catalog_digest).digest == home.catalog().digest
    assert home.archive.read(first.catalog_digest, room="catalog")


def test_a_file_with_a_wrong_total_goes_back_and_counts_nowhere(home: Home, tmp_path: Path) -> None:
    facts = deliver(home, bank_file(tmp_path, [row("T1"), row("T2")]), total=3)

    assert (facts.decision, facts.accepted, facts.rejected) == ("returned", 0, 2)
    assert facts.reason is not None
    assert not Batch.objects.exists()
    assert status_of(home, DAY)[SOURCE] is ReportingStatus.PENDING
    assert Submission.objects.get().state == "returned"


def test_a_returned_file_may_come_again_as_it_is(home: Home, tmp_path: Path) -> None:
    path = bank_file(tmp_path, [row("T1"), row("T2")])
    deliver(home, path, total=3)

    facts = deliver(home, path, total=2)

    assert (facts.decision, facts.repeated) == ("accepted", False)


def test_the_same_delivery_again_gets_the_first_receipt(home: Home, tmp_path: Path) -> None:
    path = bank_file(tmp_path, [row("T1")])
    first = deliver(home, path)

    again = deliver(home, path, at=EVENING)

    assert again.repeated
    assert (again.sequence, again.submitted_at) == (first.sequence, first.submitted_at)
    assert Batch.objects.count() == Receipt.objects.count() == 1
    assert status_of(home, DAY)[SOURCE] is ReportingStatus.ARRIVED


def test_an_earlier_content_again_is_refused_without_a_newer_revision(home: Home, tmp_path: Path) -> None:
    first, second = bank_file(tmp_path, [row("T1")]), bank_file(tmp_path, [row("T2")], name="second.csv")
    deliver(home, first, revision=1)
    deliver(home, second, revision=2)

    refused = deliver(home, first, revision=1)
    accepted = deliver(home, first, revision=3)

    assert refused.decision == "returned"
    assert refused.reason is not None
    assert "revision higher than 2" in refused.reason.en
    assert not accepted.repeated
    assert accepted.revision == 3


def test_the_same_content_with_a_newer_revision_is_a_delivery_of_its_own(home: Home, tmp_path: Path) -> None:
    path = bank_file(tmp_path, [row("T1", event="撤销")])
    deliver(home, path, revision=1)

    again = deliver(home, path, revision=2)

    assert (again.repeated, again.decision, again.revision) == (False, "accepted", 2)
    assert Batch.objects.count() == 2


def test_the_same_bytes_for_another_day_or_kind_are_another_delivery(home: Home, tmp_path: Path) -> None:
    path = bank_file(tmp_path, [row("T1", day=date(2014, 10, 7), event="撤销")])
    deliver(home, path, day=date(2014, 10, 7))

    other_day = deliver(home, path)
    other_kind = deliver(home, path, kind=DeliveryKind.SUPPLEMENTARY)

    assert not other_day.repeated
    assert not other_kind.repeated


def test_a_delivery_after_the_deadline_is_late(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T1")]), at=EVENING)

    assert status_of(home, DAY)[SOURCE] is ReportingStatus.LATE


def test_nil_then_data_reverses_the_nil_and_both_stay_visible(home: Home, tmp_path: Path) -> None:
    nil = deliver(home, None, kind=DeliveryKind.NIL, revision=None)
    assert (nil.decision, nil.read) == ("accepted", 0)
    assert status_of(home, DAY)[SOURCE] is ReportingStatus.NIL

    deliver(home, bank_file(tmp_path, [row("T1")]))

    assert status_of(home, DAY)[SOURCE] is ReportingStatus.ARRIVED
    assert [(event.status, event.reversed) for event in events_of(DAY)] == [
        ("nil", False),
        ("nil", True),
        ("arrived", False),
    ]
    assert status_of(home, DAY, as_of_sequence=nil.sequence + 1)[SOURCE] is ReportingStatus.NIL


def test_a_nil_report_with_rows_goes_back(home: Home, tmp_path: Path) -> None:
    facts = deliver(home, bank_file(tmp_path, [row("T1")]), kind=DeliveryKind.NIL)

    assert facts.decision == "returned"
    assert "nil_with_rows" in [count.rule_id for count in facts.rule_counts]


def test_a_nil_report_after_data_goes_back(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T1")]))

    facts = deliver(home, None, kind=DeliveryKind.NIL, revision=None)

    assert facts.decision == "returned"
    assert status_of(home, DAY)[SOURCE] is ReportingStatus.ARRIVED


def test_nil_reports_of_two_sources_are_two_deliveries(home: Home) -> None:
    first = deliver(home, None, kind=DeliveryKind.NIL, revision=None)
    second = deliver(home, None, kind=DeliveryKind.NIL, revision=None, source="bank-gy02")

    assert (first.repeated, second.repeated) == (False, False)


def test_a_supplementary_delivery_is_seen_as_such(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T1")]), kind=DeliveryKind.SUPPLEMENTARY)

    assert status_of(home, DAY)[SOURCE] is ReportingStatus.SUPPLEMENTARY


def test_a_simulated_source_is_refused_in_a_real_home(
    home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    home = home_factory(mark=Mark.ORDINARY)

    with pytest.raises(DeliveryRefusedError, match="simulated"):
        deliver(home, bank_file(tmp_path, [row("T1")]), at=None)

    assert not Submission.objects.exists()


def test_a_real_source_is_refused_in_a_simulated_home(home: Home, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefusedError, match="is real"):
        deliver(home, bank_file(tmp_path, [row("T1")]), source="bank-icbc")


def test_a_source_of_another_domain_is_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefusedError, match="domain"):
        deliver(home, bank_file(tmp_path, [row("T1")]), source="cfpb-public")


def test_an_unknown_source_is_refused_by_name(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnknownKeyError, match="bank-nowhere"):
        deliver(home, bank_file(tmp_path, [row("T1")]), source="bank-nowhere")


def test_a_day_that_has_not_begun_is_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefusedError, match="has not begun"):
        deliver(home, bank_file(tmp_path, [row("T1")]), day=DAY + timedelta(days=1))


def test_a_bank_report_without_a_revision_is_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefusedError, match="--revision N"):
        deliver(home, bank_file(tmp_path, [row("T1")]), revision=None)


def test_a_revision_far_ahead_of_the_last_is_returned(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T1")]))

    facts = deliver(home, bank_file(tmp_path, [row("T2")]), revision=1_000)

    assert facts.decision == "returned"
    assert "revision_ahead" in [count.rule_id for count in facts.rule_counts]


def test_a_dated_source_takes_its_revision_from_the_day(
    home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    home = home_factory(domain_id="cfpb", mark=Mark.REPLAY)

    facts = deliver(home, bank_file(tmp_path, [row("T1")]), source="cfpb-public", revision=None, at=EVENING)

    assert facts.revision == 20141008
    with pytest.raises(DeliveryRefusedError, match="is a date"):
        deliver(home, bank_file(tmp_path, [row("T1")]), source="cfpb-public", revision=20141332, at=EVENING)


def test_a_voided_revision_is_not_taken_and_blocks_nothing(home: Home, tmp_path: Path) -> None:
    first, second = bank_file(tmp_path, [row("T1")]), bank_file(tmp_path, [row("T2")], name="second.csv")
    deliver(home, first, revision=1)
    deliver(home, second, revision=90)
    void_revision(
        home,
        source_code=SOURCE,
        revision=90,
        declared_by="甲",
        confirmed_by="乙",
        reason="误填",
        at=EVENING,
    )

    void_again = deliver(home, second, revision=90, at=EVENING)
    stale = deliver(home, first, revision=1, at=EVENING)
    corrected = deliver(home, second, revision=2, at=EVENING)

    assert (void_again.decision, stale.decision, corrected.decision) == ("returned", "returned", "accepted")
    assert void_again.reason is not None
    assert "declared void" in void_again.reason.en


def test_status_as_of_a_close_does_not_know_what_came_after(home: Home, tmp_path: Path) -> None:
    deliver(home, bank_file(tmp_path, [row("T1")]))
    post_pending(home, at=EVENING, now=NOW)
    closing.close_day(home, DAY, at=EVENING, now=NOW)
    deliver(home, bank_file(tmp_path, [row("S1", bank="GY02")]), source="bank-gy02", at=EVENING)
    post_pending(home, at=EVENING, now=NOW)

    then = day_overview(home, DAY, as_of=DAY)
    today = day_overview(home, DAY, as_of=None)

    assert (then.due, then.reported, then.posted_seq, then.batches_waiting) == (18, 1, 1, 0)
    assert [line.sequence for line in then.receipts] == [line.sequence for line in today.receipts][:1]
    assert then.close is not None
    assert (today.reported, today.posted_seq) == (2, 2)
    lights = {light.source_code: light.status for light in then.lights}
    assert (lights["bank-gy01"], lights["bank-gy02"]) == ("arrived", "missing")
