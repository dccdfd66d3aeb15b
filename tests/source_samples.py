"""The samples of a source's folder in the catalog, and what is expected of them.

`expected.jsonl` beside them says of each sample what is declared with it and what comes of it, then the
entries that its rows become, empty columns left out. After a new sample was put there with a line such as

    {"sample": "a.csv", "source": "bank-gy01", "day": "2020-03-02", "revision": 1}

`python tests/source_samples.py FOLDER` completes the file; whoever adds the sample then reads what it says.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bank_report_files import catalog

from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery

SOURCES = Path(__file__).parents[1] / "catalog" / "sources"
DECLARED = ("sample", "source", "day", "revision", "kind")


def lines_of(folder: str) -> list[dict[str, Any]]:
    """The lines of a folder's `expected.jsonl`."""
    text = (SOURCES / folder / "expected.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def declared_in(folder: str) -> list[dict[str, Any]]:
    """What is declared with each sample of a folder."""
    stated = (line for line in lines_of(folder) if "source" in line)
    return [{key: line[key] for key in DECLARED if key in line} for line in stated]


def checked(folder: str, declared: Mapping[str, Any]) -> CheckResult:
    """A sample as its source would deliver it."""
    known = catalog()
    delivery = Delivery(
        source_code=declared["source"],
        day=date.fromisoformat(declared["day"]),
        kind=DeliveryKind(declared.get("kind", "regular")),
        revision=declared.get("revision"),
    )
    return check(
        SOURCES / folder / "samples" / declared["sample"],
        delivery=delivery,
        catalog=known,
        simulated=known.source(delivery.source_code).simulated,
        history=None,
        keys=None,
    )


def told(folder: str, declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What comes of a sample, in the lines of `expected.jsonl`."""
    result = checked(folder, declared)
    yield {
        **declared,
        "layout": result.layout_id,
        "format": result.form.format,
        "read": result.read,
        "accepted": result.accepted,
        "findings": dict(sorted(Counter(result.findings["rule_id"]).items())),
    }
    for entry in result.batch.iter_rows(named=True):
        stated = {name: str(value) for name, value in entry.items() if value is not None}
        yield {"sample": declared["sample"], **stated}


def _complete(folder: str) -> None:
    lines = [line for declared in declared_in(folder) for line in told(folder, declared)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (SOURCES / folder / "expected.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _complete(sys.argv[1])
