"""Which revision a delivery has: by the type that its source declares."""

from xiaobao.catalog.sources import RevisionType, Source
from xiaobao.intake.delivery import Delivery
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words

_REVISION_LIMIT = 1 << 63


class RevisionNeededError(UserError):
    """A delivery of a source with revisions came without one, or with one that is no whole number from 1."""

    def __init__(self, source_code: str) -> None:
        super().__init__(
            Words(
                zh=f"来源 {source_code} 的报送须注明版次（从 1 起的整数，逐次递增）",
                en=f"a delivery of {source_code} states its revision, a whole number from 1 that counts up",
            )
        )


def revision_of(delivery: Delivery, source: Source, *, needed: bool = True) -> int | None:
    """The revision by the type the source declares; RevisionNeededError where it is wrong or missing."""
    if source.revision is RevisionType.ARRIVAL:
        return None
    if delivery.revision is None and source.revision is RevisionType.DATE:
        return delivery.day.year * 10_000 + delivery.day.month * 100 + delivery.day.day
    stated = delivery.revision
    if (stated is None and needed) or (stated is not None and not 0 < stated < _REVISION_LIMIT):
        raise RevisionNeededError(source.code)
    return stated
