"""What a right ledger must hold when every simulated delivery was taken in: the oracle of the tests.

It is worked out here from what was written, by the simulator's own few rules, not by the ledger's code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec

from xiaobao.simulate.complaints import Complaint
from xiaobao.simulate.reports import Report, ReportRow

TRUTH_NAME = "truth.jsonl"


class ComplaintTruth(msgspec.Struct, frozen=True, kw_only=True, tag="complaint", tag_field="about"):
    """The last state of one complaint."""

    source_code: str
    complaint_no: str
    state: Literal["stated", "withdrawn"]
    revision: int
    entry_kind: str
    received_on: date
    closed_on: date | None
    unit_code: str | None
    channel_code: str
    business_code: str
    cause_code: str
    region_code: str
    amount: Decimal | None


class RejectedRowTruth(msgspec.Struct, frozen=True, kw_only=True, tag="rejected_row", tag_field="about"):
    """A row that must be rejected, by which rule."""

    source_code: str
    file: str
    row_number: int
    complaint_no: str
    rule_id: str


class ReturnedFileTruth(msgspec.Struct, frozen=True, kw_only=True, tag="returned_file", tag_field="about"):
    """A file that must go back whole, by which rule."""

    source_code: str
    file: str
    rule_id: str


Truth = ComplaintTruth | RejectedRowTruth | ReturnedFileTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """A report with its source and the name of its file, None for a nil report."""

    source_code: str
    file: str | None
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    complaint: Complaint
    withdrawn: bool
    revision: int


def truth_of(written: Iterable[WrittenReport]) -> list[Truth]:
    """What must be found in the reports, and the state they leave, applied in order of arrival."""
    states: dict[tuple[str, str], _State] = {}
    found: list[Truth] = []
    for each in sorted(written, key=lambda w: w.report.at):
        if each.report.returned:
            found.append(
                ReturnedFileTruth(source_code=each.source_code, file=each.file or "", rule_id="stated_total")
            )
            continue
        for number, row in enumerate(each.report.rows, start=1):
            if row.rule_id is not None:
                found.append(_rejected(each, number, row, row.rule_id))
            else:
                _apply(states, each.source_code, row, each.report.revision)
    return [*found, *(_state(source_code, state) for (source_code, _), state in sorted(states.items()))]


def write_truth(truth: Iterable[Truth], path: Path) -> None:
    """Write the truth, one JSON line each."""
    path.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in truth))


def read_truth(path: Path) -> list[Truth]:
    """The truth of a file."""
    return [msgspec.json.decode(line, type=Truth) for line in path.read_bytes().splitlines()]


def _apply(states: dict[tuple[str, str], _State], source_code: str, row: ReportRow, revision: int) -> None:
    key = (source_code, row.complaint.complaint_no)
    known = states.get(key)
    if known is not None and revision < known.revision:
        return  # overtaken by a newer report
    states[key] = _State(complaint=row.complaint, withdrawn=row.event == "withdraw", revision=revision)


def _rejected(written: WrittenReport, number: int, row: ReportRow, rule_id: str) -> RejectedRowTruth:
    return RejectedRowTruth(
        source_code=written.source_code,
        file=written.file or "",
        row_number=number,
        complaint_no=row.complaint.complaint_no,
        rule_id=rule_id,
    )


def _state(source_code: str, state: _State) -> ComplaintTruth:
    complaint = state.complaint
    return ComplaintTruth(
        source_code=source_code,
        complaint_no=complaint.complaint_no,
        state="withdrawn" if state.withdrawn else "stated",
        revision=state.revision,
        entry_kind=complaint.entry_kind,
        received_on=complaint.received_on,
        closed_on=complaint.closed_on,
        unit_code=complaint.unit_code,
        channel_code=complaint.channel_code,
        business_code=complaint.business_code,
        cause_code=complaint.cause_code,
        region_code=complaint.region_code,
        amount=complaint.amount,
    )
