"""Runs every measurement and writes docs/benchmarks.md. `BENCH_ROWS` sets the size, 1,000,000 by default."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import deliveries, intake, ledger, masking
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
    rows = int(os.environ.get("BENCH_ROWS", "1000000"))
    catalog = reading.load()
    with TemporaryDirectory(prefix="xiaobao-bench-") as name:
        folder = Path(name)
        path = folder / "delivery.csv"
        deliveries.write(catalog, path, rows, seed=1)
        megabytes = path.stat().st_size / 1e6
        sections = [table("Intake", intake.measure(path, catalog, rows))]
        home, results = ledger.from_file(path, folder / "home", rows)
        sections.append(table("From a file to the ledger", results))
        sections.append(table("Measures", ledger.questions(home, catalog)))
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
