"""Runs every measurement and writes docs/benchmarks.md.

`BENCH_ROWS` sets how many entries the ledger holds, 1,000,000 by default; no file has more rows than that.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import deliveries, intake, ledger, masking, spark
from bench.machine import description
from xiaobao.catalog import reading
from xiaobao.lib.clock import now

PAGE = Path("docs/benchmarks.md")


def table(title: str, results: list[tuple[str, str]]) -> str:
    """One section of the page."""
    lines = [f"## {title}", "", "| what | measured |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {what} | {value} |" for what, value in results), ""])


def main() -> None:
    """Measure and write the page."""
    entries = int(os.environ.get("BENCH_ROWS", "1000000"))
    rows = min(entries, ledger.ROWS_PER_FILE)
    catalog = reading.load()
    with TemporaryDirectory(prefix="xiaobao-bench-") as name:
        folder = Path(name)
        path = folder / "delivery.csv"
        deliveries.frame(catalog, rows, seed=1).write_csv(path)
        megabytes = path.stat().st_size / 1e6
        sections = [table("Intake", intake.measure(path, catalog, rows))]
        bank, results = ledger.from_file(path, folder, rows)
        sections.append(table("From a file to the ledger", results))
        sections.append(table("Known rows", ledger.sent_again(bank, catalog, folder, rows)))
        ledger.filled(bank, catalog, folder, have=rows, want=entries)
        sections.append(table("Measures", ledger.questions(bank.home, catalog)))
        small = ledger.small_delivery(bank, catalog, folder, numbers_from=entries)
        sections.append(table("A small delivery", small))
        cluster = folder / "cluster"
        cluster.mkdir()
        sections.append(table("Engines", spark.measure(bank.home, catalog, cluster)))
        sections.append(table("Rebuild", ledger.rebuilt(catalog, folder, rows)))
        sections.append(table("Masking", masking.measure(catalog)))
    head = (
        "# Benchmarks\n\n"
        f"Written by `make bench` on {now():%Y-%m-%d}: {rows:,} generated bank-report rows of 16 columns "
        f"({megabytes:.0f} MB, coded, without narratives), peers in the same run.\n\n"
        f"Machine: {description()}; load average before the run {os.getloadavg()[0]:.1f}.\n"
    )
    page = "\n".join([head, *sections])
    PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
