"""The small simulator: some days of invented banks' reports as files, a manifest and the truth about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from xiaobao.catalog.catalog import Catalog, CatalogError
from xiaobao.catalog.sources import Source
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.simulate.bank import Bank
from xiaobao.simulate.complaints import Drawer
from xiaobao.simulate.incidents import Incident, deal
from xiaobao.simulate.manifest import PlannedDelivery, write_manifest
from xiaobao.simulate.ranges import Ranges, read_ranges, read_scenarios, require_weights
from xiaobao.simulate.reports import Report, Writer, unit_code_of, writer_of
from xiaobao.simulate.truth import TRUTH_NAME, WrittenReport, truth_of, write_truth

CORRECTION_FOLDER = "correction"
_CORRECTED = {"amended": 12, "withdrawn": 3, "added": 4}
_TICK = timedelta(milliseconds=1)

_README = """# Simulated reports 模拟报送

**Everything here is invented** by the small simulator (seed {seed}, {days} days from {from_on}):
the banks, the people, the complaints. **本文件夹内容均为模拟生成**：机构、人员、投诉皆为虚构，不得用作统计。

* `deliveries.jsonl`: what is delivered when; `files/`: the files as banks would write them
* `truth.jsonl`: what a right ledger must hold after all of them
* `correction/`: a late correction of the last day, not part of the manifest

Play it into a *simulated* home: `xiaobao simulate --days {days} --seed {seed} --from {from_on} --home HOME`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the simulator wrote."""

    manifest: Path
    correction: Path
    """Manifest of the late correction."""
    deliveries: int
    rows: int


def simulated_period(catalog: Catalog, *, from_on: date, days: int) -> Period:
    """The simulated days; UserError when they are none or the standard does not cover them."""
    if days < 1:
        raise UserError(Words(zh="天数至少为 1", en="at least one day is needed"))
    period = Period(from_on=from_on, to_on=from_on + timedelta(days=days))
    domain_id = read_ranges(catalog).domain
    if catalog.standard_on(domain_id, from_on) is None:
        raise UserError(
            Words(
                zh=f"{from_on} 尚无分类标准生效，请选择更晚的起始日",
                en=f"no coding standard is in force on {from_on}; choose a later first day",
            )
        )
    return period


def write_stream(catalog: Catalog, *, period: Period, seed: int, folder: Path) -> Written:
    """Write files, manifest, truth, correction and README into the folder; the same for the same seed."""
    ranges = read_ranges(catalog)
    days = tuple(period)
    dealt = deal(ranges, days, Random(f"{seed}:incidents"), catalog.calendar_of(ranges.domain))
    banks = _banks(catalog, ranges, seed=seed, first_day=days[0])
    reports = {
        code: [r for day in days for r in bank.report_day(day, dealt.get((code, day), Incident.NONE))]
        for code, bank in banks.items()
    }
    largest = max(ranges.volume.banks, key=lambda code: ranges.volume.banks[code])
    correction = {largest: [banks[largest].correction(days[-1], **_CORRECTED)]}
    folder.mkdir(parents=True, exist_ok=True)
    readme = _README.format(seed=seed, days=len(days), from_on=days[0])
    (folder / "README.md").write_text(readme, encoding="utf-8")
    writers = {code: _writer(catalog, ranges, bank) for code, bank in banks.items()}
    written = _write(folder, writers, reports)
    corrected = _write(folder / CORRECTION_FOLDER, writers, correction)
    write_truth(truth_of(written), folder / TRUTH_NAME)
    write_truth(truth_of([*written, *corrected]), folder / CORRECTION_FOLDER / TRUTH_NAME)
    correction_manifest = write_manifest(map(_planned, corrected), folder / CORRECTION_FOLDER)
    return Written(
        manifest=write_manifest(map(_planned, written), folder),  # last: it says that the folder is whole
        correction=correction_manifest,
        deliveries=len(written),
        rows=sum(len(each.report.rows) for each in written),
    )


def _banks(catalog: Catalog, ranges: Ranges, *, seed: int, first_day: date) -> dict[str, Bank]:
    scenarios = read_scenarios(catalog)
    domain = catalog.domain(ranges.domain)
    standard = catalog.standard_on(ranges.domain, first_day)
    assert standard is not None  # `simulated_period` has refused the day
    register = catalog.register(ranges.domain, simulated=True)
    banks = {}
    for code in ranges.volume.banks:
        source = _source(catalog, ranges, code)
        group = register.institutions[code].group_on(first_day)
        if group is None:
            raise CatalogError(Words(zh=f"模拟机构 {code} 没有分组", en=f"simulated {code} has no group"))
        require_weights(scenarios, group)
        drawer = Drawer(
            ranges=ranges, scenarios=scenarios, group=group, unit_code=unit_code_of(catalog, source)
        )
        banks[code] = Bank(
            code=code,
            seed=seed,
            domain=domain,
            source=source,
            standard=standard,
            ranges=ranges,
            drawer=drawer,
            calendar=catalog.calendar_of(ranges.domain),
        )
    return banks


def _source(catalog: Catalog, ranges: Ranges, institution_code: str) -> Source:
    for source in catalog.sources_of(ranges.domain, simulated=True):
        if source.institution_code == institution_code:
            return source
    raise CatalogError(
        Words(zh=f"模拟机构 {institution_code} 没有来源", en=f"simulated {institution_code} has no source")
    )


def _writer(catalog: Catalog, ranges: Ranges, bank: Bank) -> Writer:
    encodings = dict.fromkeys(ranges.habits.gb18030, "gb18030") | dict.fromkeys(
        ranges.habits.utf8_plain, "utf-8"
    )
    return writer_of(
        catalog,
        bank.source,
        layout_id=ranges.layout,
        encoding=encodings.get(bank.code, "utf-8-sig"),
        with_trailer=bank.code not in ranges.habits.without_trailer,
    )


def _write(folder: Path, writers: dict[str, Writer], reports: dict[str, list[Report]]) -> list[WrittenReport]:
    (folder / "files").mkdir(parents=True, exist_ok=True)
    written = [
        _write_one(folder, code, writers[code], report) for code, each in reports.items() for report in each
    ]
    return _one_at_a_time(written)


def _write_one(folder: Path, code: str, writer: Writer, report: Report) -> WrittenReport:
    if report.kind == "nil":
        return WrittenReport(source_code=writer.source.code, file=None, report=report)
    file = f"files/simulated-{code}-{report.day:%Y%m%d}-{report.kind}-r{report.revision:03d}.csv"
    (folder / file).write_bytes(writer.file_bytes(report))
    return WrittenReport(source_code=writer.source.code, file=file, report=report)


def _one_at_a_time(written: Iterable[WrittenReport]) -> list[WrittenReport]:
    """The reports in order of arrival, no two at the same moment."""
    ordered: list[WrittenReport] = []
    for each in sorted(written, key=lambda w: (w.report.at, w.source_code)):
        earliest = ordered[-1].report.at + _TICK if ordered else each.report.at
        at = max(each.report.at, earliest)
        ordered.append(replace(each, report=replace(each.report, at=at)))
    return ordered


def _planned(written: WrittenReport) -> PlannedDelivery:
    report = written.report
    return PlannedDelivery(
        at=report.at,
        mark="simulated",
        source_code=written.source_code,
        day=report.day,
        kind=report.kind,
        revision=report.revision,
        stated_total=len(report.rows) + report.stated_excess,
        file=written.file,
    )
