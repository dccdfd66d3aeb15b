"""The source's own recent days as a home keeps them: counted once, complete, the same on both databases."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from bank_files import DAY, SOURCE, bank_file, deliver, row

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.lib.periods import ONE_DAY
from xiaobao.submissions import day_counts
from xiaobao.submissions.decisions import void_revision
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, BatchCounts
from xiaobao.submissions.receipt_words import receipt_words

FIRST = date(2014, 9, 1)


def _deliver(home: Home, folder: Path, day: date, rows: int, *, revision: int) -> list[str]:
    """Deliver rows received on the day; what the receipt found."""
    told = [row(f"{day}-{revision}-{number}", day=day) for number in range(rows)]
    file = bank_file(folder, told, name=f"{day}-{revision}.csv")
    receipt = deliver(home, file, day=day, revision=revision, at=home.domain.cutoff_at(day))
    return [count.rule_id for count in receipt.rule_counts]


def _counted(home: Home, *, last: date = DAY) -> list[tuple[date, int, int]]:
    read = day_counts.read(home, SOURCE, first=FIRST, last=last)
    causes = [each for each in read.iter_rows(named=True) if each["facet"] == "cause"]
    return [(each["day"], each["delivery"], each["rows"]) for each in causes]


@pytest.mark.parametrize("kept", [b"as kept", None, b"", b"broken", b"of another"])
def test_what_each_delivery_stated_is_known_by_day(home: Home, tmp_path: Path, kept: bytes | None) -> None:
    day = date(2014, 10, 6)
    _deliver(home, tmp_path, day, 3, revision=1)
    _deliver(home, tmp_path, day, 2, revision=2)
    deliver(home, None, day=day + ONE_DAY, kind=DeliveryKind.NIL, at=home.domain.cutoff_at(day + ONE_DAY))
    _deliver(home, tmp_path, DAY, 4, revision=3)
    if kept is None:
        BatchCounts.objects.all().delete()
    elif kept == b"of another":
        BatchCounts.objects.update(counts=BatchCounts.objects.latest("batch_id").counts)
    elif kept != b"as kept":
        BatchCounts.objects.update(counts=kept)

    assert _counted(home) == [(day, 1, 3), (day, 2, 2), (day + ONE_DAY, 1, 0), (DAY, 1, 4)]
    assert BatchCounts.objects.count() == 3
    assert _counted(home, last=day) == [(day, 1, 3), (day, 2, 2)]


def test_what_is_void_set_aside_or_supplementary_is_no_usual_day(home: Home, tmp_path: Path) -> None:
    day = date(2014, 10, 6)
    _deliver(home, tmp_path, day, 3, revision=1)
    _deliver(home, tmp_path, day, 2, revision=2)
    late = bank_file(tmp_path, [row("late", day=day)], name="late.csv")
    noon = home.domain.cutoff_at(DAY) - timedelta(hours=5)
    deliver(home, late, day=day, kind=DeliveryKind.SUPPLEMENTARY, revision=3, at=noon)
    void_revision(
        home, source_code=SOURCE, revision=1, declared_by="甲", confirmed_by="乙", reason="误填", at=noon
    )

    assert _counted(home) == [(day, 1, 2)]

    Batch.objects.filter(source_code=SOURCE).update(set_aside=True)

    assert _counted(home) == []


def test_a_day_unlike_the_weeks_before_is_told_in_the_receipt(home: Home, tmp_path: Path) -> None:
    days = [date(2014, 10, 13) + place * ONE_DAY for place in range(26) if place % 7 < 5]
    found = [_deliver(home, tmp_path, day, 12, revision=place) for place, day in enumerate(days, start=1)]
    assert not any("volume_unusual" in rules for rules in found)

    many = [row(f"many-{number}", day=days[-1]) for number in range(60)]
    file = bank_file(tmp_path, many, name="many.csv")
    receipt = deliver(home, file, day=days[-1], revision=40, at=home.domain.cutoff_at(days[-1]))
    nil_day = date(2014, 11, 10)
    nil = deliver(
        home, None, day=nil_day, kind=DeliveryKind.NIL, revision=None, at=home.domain.cutoff_at(nil_day)
    )

    assert "volume_unusual" in [count.rule_id for count in receipt.rule_counts]
    assert receipt.decision == "accepted"
    assert [count.rule_id for count in nil.rule_counts] == ["volume_unusual"]
    words = receipt_words(receipt, domain=home.domain)
    assert "2014-11-07: 72" in words.zh
    assert "2014-11-07: 72" in words.en


def test_a_receipt_says_what_could_not_be_judged_and_why(home: Home, tmp_path: Path) -> None:
    told = deliver(home, bank_file(tmp_path, [row("A1")]))

    words = receipt_words(told, domain=home.domain)

    assert "not judged: a usual code is gone (not enough days: 0 of 19)" in words.en
    assert "未能判断：数量异于近期、代码占比突升（可比的天数不足：0 天，须 15 天）" in words.zh
