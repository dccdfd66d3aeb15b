"""Writes the CFPB's code trees and register of companies from its public records, a tenth withheld.

    python scripts/build_cfpb_catalog.py

It reads the records that ship with the project and gives the same bytes every time.

A tenth of the dates and a tenth of the companies, drawn by `SEED`, are left out: their rows show what becomes
of the unseen. `aliases.csv` is written by hand and read here: a name in it becomes no institution of its own.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from xiaobao.lib.text import name_key

SEED = "xiaobao-cfpb-3"
"""The first of -1, -2, … under which both spellings of the eight best-known companies stay in."""
ROOT = Path(__file__).resolve().parents[1]
CATALOG = ROOT / "catalog"
SAMPLES = ROOT / "samples" / "cfpb"
RECORDS = (SAMPLES / "complaints_structured_2014_dev.csv", SAMPLES / "complaints_full_schema_2023.csv")
REGISTER = CATALOG / "domains" / "cfpb" / "register"
TREES = {
    "cfpb-2012": (date(2011, 12, 1), date(2023, 8, 25)),
    "cfpb-2023": (date(2023, 8, 25), date.max),
}
FACETS = {"business": ("product", "sub_product"), "cause": ("issue", "sub_issue")}
SEPARATOR = " › "
OBSERVED = ("CFPB public complaint records", "observed in public records")

Row = dict[str, str]


def is_withheld(kind: str, value: str) -> bool:
    """True for the tenth of the values that a hash of seed, kind and value draws."""
    return int(hashlib.sha256(f"{SEED}:{kind}:{value}".encode()).hexdigest(), 16) % 10 == 0


def is_kept(row: Row) -> bool:
    """True when neither the date nor the company of the row is withheld."""
    return not is_withheld("date", row["date_received"]) and not is_withheld(
        "company", name_key(row["company"])
    )


def rows_of(paths: Iterable[Path]) -> Iterator[Row]:
    """The rows of the files, cells trimmed and white space inside them made single spaces."""
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                yield {name: " ".join((cell or "").split()) for name, cell in row.items()}


def tree(rows: Iterable[Row], upper: str, lower: str) -> list[list[str]]:
    """The code rows of one facet: labels of the first level, and below them those of the second."""
    labels = {(row[upper], row[lower]) for row in rows if row[upper]}
    labels |= {(label, "") for label, _ in labels}
    return [
        [SEPARATOR.join((label, below)), label, below, *OBSERVED] if below else [label, "", label, *OBSERVED]
        for label, below in sorted(labels)
    ]


def companies(rows: Iterable[Row], aliases: dict[str, str]) -> list[list[str]]:
    """One row a company under the first spelling met; spellings that are aliases are left to aliases.csv."""
    labels: dict[str, str] = {}
    for row in rows:
        key = name_key(row["company"])
        if key and key not in aliases:
            labels.setdefault(key, row["company"])
    missing = sorted(set(aliases.values()) - set(labels))
    if missing:
        raise SystemExit(f"aliases.csv names companies that the kept rows do not: {missing}")
    return [[code, *[label] * 4, "2011-12-01", *OBSERVED] for code, label in sorted(labels.items())]


def write(path: Path, header: str, rows: list[list[str]]) -> None:
    """One CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)


def write_withheld(rows: list[Row]) -> None:
    """Which dates and companies the catalog has not seen."""
    dates = sorted({row["date_received"] for row in rows if is_withheld("date", row["date_received"])})
    names = sorted({row["company"] for row in rows if is_withheld("company", name_key(row["company"]))})
    lines = [
        "# Withheld",
        "",
        f"The CFPB's trees and register were built without these dates and companies (seed `{SEED}`,",
        "`scripts/build_cfpb_catalog.py`): their rows show what becomes of the unseen.",
        "",
        f"## {len(dates)} dates",
        "",
        *(f"- {day}" for day in dates),
        "",
        f"## {len(names)} companies",
        "",
        *(f"- {name}" for name in names),
    ]
    (CATALOG / "domains" / "cfpb" / "withheld.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write everything."""
    every = list(rows_of(RECORDS))
    kept = [row for row in every if is_kept(row)]
    for standard, (first, end) in TREES.items():
        inside = [row for row in kept if first <= date.fromisoformat(row["date_received"]) < end]
        for facet, (upper, lower) in FACETS.items():
            path = CATALOG / "standards" / standard / f"{facet}.csv"
            write(path, "code parent name_en source confidence", tree(inside, upper, lower))
    with (REGISTER / "aliases.csv").open(encoding="utf-8", newline="") as stream:
        aliases = {name_key(row["alias"]): row["institution"] for row in csv.DictReader(stream)}
    unseen = sorted(alias for alias in aliases if alias not in {name_key(row["company"]) for row in kept})
    if unseen:
        raise SystemExit(f"aliases.csv has names that the kept rows do not: {unseen}")
    write(
        REGISTER / "institutions.csv",
        "code name_zh name_en short_zh short_en from_on source confidence",
        companies(kept, aliases),
    )
    write_withheld(every)
    print(f"{len(kept)} of {len(every)} rows kept")  # noqa: T201


if __name__ == "__main__":
    main()
