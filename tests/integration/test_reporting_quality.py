"""How well is reported: what came back of the deliveries for a day, by receipts of real files."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from bank_files import NOW, SOURCE, bank_file, deliver, row

from xiaobao.lib.periods import day_period
from xiaobao.submissions.home import Home
from xiaobao.submissions.poster import post_pending
from xiaobao.workflows.measure import Call, measure

DAY = date(2020, 3, 10)
NOON = datetime(2020, 3, 10, 4, 0, tzinfo=UTC)


def _value(home: Home, measure_id: str, *, as_of: int | None = None) -> Decimal | str | None:
    call = Call(measure_id=measure_id, period=day_period(DAY), where=(("source", SOURCE),), as_of=as_of)
    (answered,) = measure(home, call).answer.rows
    return answered.why_none or answered.value


def test_rows_and_deliveries_that_came_back_are_rates_as_known_at_a_sequence(
    home: Home, tmp_path: Path
) -> None:
    good = [row(f"T{number}", day=DAY) for number in range(9)]
    wrong = row("T9", day=DAY)
    wrong[3] = "2020-02-30"
    assert _value(home, "returned_deliveries_rate") == "no_data"

    in_part = deliver(home, bank_file(tmp_path, [*good, wrong]), revision=1, day=DAY, at=NOON)
    post_pending(home, at=NOON, now=NOW)
    empty = tmp_path / "nothing.csv"
    empty.write_text("这不是报送文件\n", encoding="utf-8")
    returned = deliver(home, empty, revision=2, day=DAY, at=NOON)
    mended = deliver(
        home, bank_file(tmp_path, [row("T9", day=DAY)], name="m.csv"), revision=3, day=DAY, at=NOON
    )
    post_pending(home, at=NOON, now=NOW)

    assert [one.decision for one in (in_part, returned, mended)] == [
        "accepted_in_part",
        "returned",
        "accepted",
    ]
    assert _value(home, "rejected_rows_rate", as_of=1) == Decimal("10.0")
    assert _value(home, "returned_deliveries_rate") == Decimal("33.3")
    assert _value(home, "rejected_rows_rate") == Decimal("9.1")
