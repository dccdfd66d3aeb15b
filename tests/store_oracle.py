"""The rules of posting once more, as a clerk would keep them on index cards; shares no code with ours."""

from dataclasses import dataclass, field

from ledger_rows import Report

from xiaobao.ledger.entries import Event

Signed = tuple[int, str]
"""Sign and business category of a row of the ledger."""


@dataclass(slots=True, kw_only=True)
class Case:
    """What the oracle knows of one complaint."""

    stated: tuple[str, str] | None = None
    """Business category as counted, and as submitted; None when unknown or withdrawn."""
    withdrawn: bool = False
    decided: str | None = None
    revisions: list[int] = field(default_factory=list)
    """Of the events that left a row."""


class Oracle:
    """Index cards, one a complaint number."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.void: set[int] = set()

    def present(self) -> dict[str, str]:
        """The business category stated at present, by complaint number."""
        return {number: case.stated[0] for number, case in self.cases.items() if case.stated is not None}

    def take(self, report: Report) -> tuple[Signed, ...]:
        """Take one report in; the rows it leaves in the ledger."""
        case = self.cases.setdefault(report.complaint_no, Case())
        known = [revision for revision in case.revisions if revision not in self.void]
        revision = None if report.revision in self.void else report.revision
        if known and (revision is None or revision < max(known)):
            return ()  # superseded
        content = (case.decided or report.business, report.business)
        is_known = case.stated is not None or case.withdrawn
        before = case.stated
        match report.event:
            case Event.NEW if not is_known:
                case.stated = content
            case Event.AMEND if case.stated not in (None, content):
                case.stated = content
            case Event.WITHDRAW if not case.withdrawn:
                case.stated, case.withdrawn = None, True
            case Event.REINSTATE if case.withdrawn:
                case.stated, case.withdrawn = content, False
            case Event.NEW | Event.AMEND if case.stated == content:
                return self._mark(case, known, revision, report)
            case Event.WITHDRAW:
                return self._mark(case, known, revision, report)
            case _:
                return ()  # refused
        assert report.revision is not None
        case.revisions.append(report.revision)
        return _turned(before, case.stated, report)

    def decide(self, number: str, business: str) -> tuple[Signed, ...]:
        """The bureau codes a complaint; the rows it leaves in the ledger."""
        case = self.cases.setdefault(number, Case())
        if case.stated is None:
            return ()
        if case.decided == business:
            return ()
        before, case.decided = case.stated, business
        case.stated = (business, case.stated[1])
        if before == case.stated:
            return ((0, business),)
        return ((-1, before[0]), (1, business))

    def _mark(self, case: Case, known: list[int], revision: int | None, report: Report) -> tuple[Signed, ...]:
        if revision is None or (known and revision <= max(known)):
            return ()
        case.revisions.append(revision)
        return ((0, report.business),)


def _turned(
    before: tuple[str, str] | None, after: tuple[str, str] | None, report: Report
) -> tuple[Signed, ...]:
    """The reversal of what was stated, and what is stated now; a marker where neither is."""
    rows = (
        *(((-1, before[0]),) if before is not None else ()),
        *(((1, after[0]),) if after is not None else ()),
    )
    return rows or ((0, report.business),)
