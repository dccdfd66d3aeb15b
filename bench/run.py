"""Runs measurements and renews their sections of docs/benchmarks.md: all, or the groups named.

`BENCH_ROWS` sets how many entries the ledger holds, 1,000,000 by default; no file has more rows than that.
Every section says when, on what and with how much it was measured, so that groups can be renewed one by one.
A group imports what it measures, and its peers, when it runs: the others need not be installed.
"""

import os
import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import description
from xiaobao.catalog import reading
from xiaobao.lib.clock import now

PAGE = Path("docs/benchmarks.md")
_WRITTEN = "## What is missed, and why"
"""The section that people write; it stands last."""
HEAD = (
    "# Benchmarks\n\n"
    "Written by `make bench`, peers in the same run; `BENCH_ROWS` sets how many entries the ledger holds,\n"
    "and `python -m bench.run dashboards` renews one group. Deliveries are generated bank reports of 16\n"
    "columns, coded, without narratives.\n"
)
ENTRIES = int(os.environ.get("BENCH_ROWS", "1000000"))
SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "100000 1000000").split())

Results = list[tuple[str, str]]


def table(title: str, results: Results) -> str:
    """One section of the page."""
    lines = [f"## {title}", "", "| what | measured |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {what} | {value} |" for what, value in results), ""])


def of_ledger(folder: Path) -> Iterator[str]:
    """From the bytes of a file to the ledger, and the questions asked of it."""
    from bench import command, deliveries, intake, ledger, spark

    catalog, rows = reading.load(), min(ENTRIES, ledger.ROWS_PER_FILE)
    path = folder / "delivery.csv"
    deliveries.frame(catalog, rows, seed=1).write_csv(path)
    yield table("Intake", intake.measure(path, catalog, rows))
    bank, results = ledger.from_file(path, folder, rows)
    yield table("From a file to the ledger", results)
    yield table("Known rows", ledger.sent_again(bank, catalog, folder, rows))
    ledger.filled(bank, catalog, folder, have=rows, want=ENTRIES)
    yield table("Measures", ledger.questions(bank.home, catalog))
    small = ledger.small_delivery(bank, catalog, folder, numbers_from=ENTRIES)
    yield table("A small delivery", small)
    alone = command.measure(bank.home, catalog, folder, entries=ENTRIES)
    yield table("The command alone", alone)
    cluster = folder / "cluster"
    cluster.mkdir()
    yield table("Engines", spark.measure(bank.home, catalog, cluster))


def of_people(folder: Path) -> Iterator[str]:
    """Deliveries with identity numbers, telephones and narratives."""
    from bench import ledger, people

    rows = min(ENTRIES, ledger.ROWS_PER_FILE)
    yield table("Intake of people and narratives", people.measure(folder, reading.load(), rows))


def of_rebuild(folder: Path) -> Iterator[str]:
    """The ledger made again."""
    from bench import ledger

    yield table("Rebuild", ledger.rebuilt(reading.load(), folder, min(ENTRIES, ledger.ROWS_PER_FILE)))


def of_dashboards(folder: Path) -> Iterator[str]:
    """The questions of dashboards beside three engines."""
    from bench import dashboards

    yield dashboards.section(folder, ENTRIES)


def of_curve(folder: Path) -> Iterator[str]:
    """How they grow with the ledger."""
    from bench import dashboards

    yield dashboards.curve(folder, SIZES)


def of_workbooks(folder: Path) -> Iterator[str]:
    """Deliveries as workbooks."""
    from bench import full_workbooks, workbooks

    yield table("Workbooks", workbooks.measure(reading.load(), folder))
    yield table("Full workbooks", full_workbooks.measure(folder))


def of_masking(_: Path) -> Iterator[str]:
    """The masking of texts."""
    from bench import masking

    yield table("Masking", masking.measure(reading.load()))


def of_names(_: Path) -> Iterator[str]:
    """Names beside two readers; needs the shared texts beside the project."""
    from bench.names import measure as names

    yield table("Names, addresses, employers", names.measure(reading.load()))


def of_search(folder: Path) -> Iterator[str]:
    """Full text; needs the shared texts beside the project."""
    from bench import search

    yield table("Full text", search.measure(folder, ENTRIES))


def of_coding(folder: Path) -> Iterator[str]:
    """Codes read off texts, beside two peers; needs the real texts beside the project."""
    from bench import coding

    for title, results in coding.measure(reading.load(), folder).items():
        yield table(title, results)


def of_briefs(folder: Path) -> Iterator[str]:
    """The figures of a brief and its renderings."""
    from bench import briefs

    yield table("Briefs", briefs.measure(folder, ENTRIES))


def of_surges(folder: Path) -> Iterator[str]:
    """Power of surge detection; it needs the shared benchmark, as most of the next do."""
    from bench.surges import measure as surges

    (folder / "power").mkdir()
    yield table("Surges found", surges.power(folder / "power"))


def of_surges_speed(folder: Path) -> Iterator[str]:
    """How long surge detection takes: some minutes, on quiet cores."""
    from bench.surges import measure as surges

    yield table("Surges: speed", surges.speeds(folder))


def of_surges_quiet(folder: Path) -> Iterator[str]:
    """How often quiet steps alarm."""
    from bench.surges import measure as surges

    yield table("Surges: false alarms", surges.false_alarms(folder))


def of_surges_late(folder: Path) -> Iterator[str]:
    """What late reports cost."""
    from bench.surges import measure as surges

    yield table("Surges: late reports", surges.late_reports(folder))


def of_surges_real(folder: Path) -> Iterator[str]:
    """Rises put into real series."""
    from bench.surges import measure as surges

    yield table("Surges: real series", surges.real_series(folder))


def of_surges_country(folder: Path) -> Iterator[str]:
    """Thousands of institutions in a night."""
    from bench.surges import measure as surges

    yield table("Surges: a country", surges.country(folder))


def of_surges_article(folder: Path) -> Iterator[str]:
    """The article's case on the simulator."""
    from bench.surges import measure as surges

    yield table("Surges: the article's case", surges.article_case(folder))


def of_surges_subsets(folder: Path) -> Iterator[str]:
    """Several banks with one cause."""
    from bench.surges import measure as surges

    yield table("Surges: a scan over subsets of banks", surges.subset_scan(folder))


def of_topics_article(_: Path) -> Iterator[str]:
    """The article's case among the hotline's complaints of a simulated spring."""
    from bench.topics import article, demands

    catalog = reading.load()
    results = article.rows(catalog, range(100))
    called, others = "the case told of other matters in other words", range(100, 132)
    results += article.rows(catalog, others, retold=demands.HELD_OUT, called=called)
    yield table("Topics: the article's case", results)


def of_topics(_: Path) -> Iterator[str]:
    """Topics found in real messages; needs the shared messages beside the project."""
    from bench.topics import measure as topics

    yield table("Topics", topics.measure(reading.load()))


def of_duplicates(_: Path) -> Iterator[str]:
    """Families of texts that say the same, beside datasketch."""
    from bench import duplicates

    yield table("Near-duplicates", duplicates.measure(reading.load(), now().date()))


def of_clusters(_: Path) -> Iterator[str]:
    """Clusters by sentence vectors; needs the shared texts and the text part."""
    from bench.topics import clusters

    yield table("Clusters of texts", list(clusters.measure()))


def of_linkage(_: Path) -> Iterator[str]:
    """Both paths linked beside the simulator's truth."""
    from bench.linkage import measure as linkage

    yield table("Linkage of the two paths", list(linkage.measure(reading.load())))


def of_coding_quality(_: Path) -> Iterator[str]:
    """The banks' coding judged: coverage of the intervals, and simulated banks that report wrongly."""
    from bench.coding_quality import measure as coding_quality

    yield table("Coding quality of the banks", coding_quality.measure(reading.load()))


GROUPS: dict[str, Callable[[Path], Iterator[str]]] = {
    "ledger": of_ledger,
    "people": of_people,
    "rebuild": of_rebuild,
    "dashboards": of_dashboards,
    "curve": of_curve,
    "workbooks": of_workbooks,
    "masking": of_masking,
    "names": of_names,
    "search": of_search,
    "briefs": of_briefs,
    "coding": of_coding,
    "surges": of_surges,
    "surges-speed": of_surges_speed,
    "surges-quiet": of_surges_quiet,
    "surges-late": of_surges_late,
    "surges-real": of_surges_real,
    "surges-country": of_surges_country,
    "surges-article": of_surges_article,
    "surges-subsets": of_surges_subsets,
    "topics": of_topics,
    "topics-article": of_topics_article,
    "duplicates": of_duplicates,
    "clusters": of_clusters,
    "linkage": of_linkage,
    "coding-quality": of_coding_quality,
}


_OF_ENTRIES = ("ledger", "people", "rebuild", "dashboards", "search", "briefs")
"""The groups whose sizes `BENCH_ROWS` sets."""


def main() -> None:
    """Measure the groups named, or all, writing each section as soon as it is there."""
    parser = ArgumentParser(
        "python -m bench.run", description=__doc__, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; all where none is named"
    )
    named = parser.parse_args().groups
    if unknown := sorted(set(named) - set(GROUPS)):
        parser.error(f"no group is called {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    for name in named or GROUPS:
        load = os.getloadavg()[0]
        machine = f"{description()}; load average before {load:.1f}"
        entries = f"{ENTRIES:,} entries, " if name in _OF_ENTRIES else ""
        stamp = f"*{now():%Y-%m-%d}, {entries}{machine}.*"
        with TemporaryDirectory(prefix="xiaobao-bench-") as folder:
            for section in GROUPS[name](Path(folder)):
                print(section, flush=True)
                renew(section, stamp)


def renew(section: str, stamp: str) -> None:
    """Put a section in the place of the one of its title, or behind all that are measured."""
    title, _, body = section.partition("\n")
    new = f"{title}\n\n{stamp}\n\n{body.strip()}\n"
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    known = re.split(r"(?m)^(?=## )", page)[1:]
    titles = [one.partition("\n")[0] for one in known]
    if title in titles:
        known[titles.index(title)] = new
    else:
        known.insert(titles.index(_WRITTEN) if _WRITTEN in titles else len(known), new)
    PAGE.write_text("\n".join([HEAD, *(one.rstrip() + "\n" for one in known)]), encoding="utf-8")


if __name__ == "__main__":
    main()
