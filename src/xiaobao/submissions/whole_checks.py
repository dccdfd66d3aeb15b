"""Whether a check adds up: nothing of one that does not may reach the ledger."""

from xiaobao.catalog.sources import Source, Subject
from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions.pending import BATCH_SCHEMAS, CALLS, DELIVERY, table_of_kind


class BrokenCheckError(XiaobaoError):
    """A check whose parts do not add up; nothing of it may reach the ledger."""


def batch_kind(source: Source) -> str:
    """The kind of batch that a source's files become."""
    return CALLS if source.subject is Subject.CALLS else DELIVERY


def require_whole(result: CheckResult, source: Source) -> None:
    """BrokenCheckError where the parts of a check contradict one another, or the source."""
    if result.read != result.accepted + result.rejected:
        raise BrokenCheckError(
            f"a check read {result.read} rows, accepted {result.accepted} and rejected {result.rejected}"
        )
    schema = BATCH_SCHEMAS[table_of_kind(batch_kind(source))]
    # What goes back unread may have the columns of any batch: it has no rows.
    if dict(result.batch.schema) != (schema if result.batch.height else BATCH_SCHEMA):
        raise BrokenCheckError("the rows of a check have other columns than a batch")
    if source.subject is Subject.CALLS:
        _require_whole_day(result)
    elif result.batch.height != result.accepted:
        raise BrokenCheckError(f"a check accepted {result.accepted} rows and gave {result.batch.height}")
    if result.decision is Decision.RETURNED and result.accepted:
        raise BrokenCheckError("a check returned a file and accepted rows of it")


def _require_whole_day(result: CheckResult) -> None:
    """A file of calls is taken whole or not at all, and what is taken states its day."""
    taken = result.decision is not Decision.RETURNED
    if taken != (result.batch.height > 0) or (taken and result.rejected):
        raise BrokenCheckError("a check of calls took a part of a file, or states no day")
