"""When a batch arrives: moments that never go back along the journal, and never fall into a closed day."""

from datetime import datetime, timedelta

from django.db.models import Max

from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, Receipt

_JUST_AFTER = timedelta(microseconds=1)


def next_arrival(home: Home, *, at: datetime) -> datetime:
    """The arrival moment of what is journaled next; ask while the journal's head is locked.

    It is `at`, unless something later is journaled already, or `at` lies in a business day that is closed: a
    check may end after the close of the day in which its file came, and a clock may step back.
    """
    last_receipt = Receipt.objects.aggregate(last=Max("arrived_at"))["last"]
    last_batch = Batch.objects.aggregate(last=Max("arrived_at"))["last"]
    last_day = DayClose.objects.aggregate(last=Max("day"))["last"]
    after_close = None if last_day is None else home.domain.cutoff_at(last_day) + _JUST_AFTER
    return max(moment for moment in (at, last_receipt, last_batch, after_close) if moment is not None)
