"""A process that takes in a delivery, posts, rewrites and closes, and kills itself at a chosen step.

Run as `python crash_child.py PLAN`, with a plan as JSON: home, file, revision, day, at, and the place of the
kill. What it prints was acknowledged before it died.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.delivery import Delivery
from xiaobao.submissions import closing, compaction, lease, receiving
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home, open_home
from xiaobao.submissions.poster import post_pending

SOURCE = "bank-gy01"


def die() -> None:
    """End as a power cut would end it: no handler, no clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(module: str, name: str, when: str, *, kind: str = "") -> None:
    """Make the first call of a step the last thing this process does, `before` or `after` it is done.

    With `kind` the first call with that `kind`, such as that of a journal record.
    """
    owner: object = importlib.import_module(module)
    *path, attribute = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    step: Callable[..., object] = getattr(owner, attribute)

    def last(*arguments: object, **named: object) -> object:
        meant = not kind or named.get("kind") == kind
        if meant and when == "before":
            die()
        result = step(*arguments, **named)
        if meant:
            die()
        return result

    setattr(owner, attribute, last)


def run_day(home: Home, plan: dict[str, str], *, say: Callable[[str], object]) -> None:
    """One business day: the delivery, posting, the rewrite and the close."""
    day = date.fromisoformat(plan["day"])
    at = datetime.fromisoformat(plan["at"])
    delivery = Delivery(
        source_code=SOURCE, day=day, kind=DeliveryKind.REGULAR, revision=int(plan["revision"])
    )
    now = datetime.now(tz=UTC)
    receipt = receiving.receive(home, Path(plan["file"]), delivery=delivery, at=at, now=now)
    say(f"receipt {receipt.sequence} {receipt.decision}")
    post_pending(home, at=at, now=lambda: datetime.now(tz=UTC))
    say("posted")
    with lease.held(now=now) as mine:
        compaction.rewrite_by_month(home, mine, now=now)
    evening = home.domain.cutoff_at(day) + timedelta(minutes=1)
    business_now(home, at=evening, now=now)
    say(f"closed {closing.close_day(home, day, at=evening, now=now).close_head}")


if __name__ == "__main__":
    plan = json.loads(sys.argv[1])
    opened = open_home(Path(plan["home"]))
    kill_at(plan["module"], plan["name"], plan["when"], kind=plan["kind"])
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    run_day(opened, plan, say=lambda words: sys.stdout.write(f"{words}\n"))
