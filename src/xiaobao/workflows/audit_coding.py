"""Draw an audit of the banks' codes, and read back what auditors decided."""

from pathlib import Path

import msgspec
import polars as pl

from xiaobao.analysis.coding.quality.audit_estimate import Audit, estimated
from xiaobao.analysis.coding.quality.audit_plan import VERSION, AuditPlan, doubtful, draw_audit
from xiaobao.analysis.text.texts_file import TextsFileError
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import EntryKind
from xiaobao.lib.files import make_folder, new_file, put_in_place
from xiaobao.lib.ids import new_token
from xiaobao.submissions import catalogs
from xiaobao.submissions.home import Home
from xiaobao.workflows.audit_sheet import DECIDED, decisions_of_sheet
from xiaobao.workflows.judge_coding import Call, coded_rows
from xiaobao.workflows.stated_codes import code_paths
from xiaobao.workflows.table_files import write_sheet

PLAN_FILE, SHEET_FILE = "plan.json", "sheet.csv"
_KEYS = ("complaint_key", "source_code", "complaint_no", "institution")


def plan_audit(
    home: Home, call: Call, *, facet: Facet, of_bank: int | None, seed: int, out: Path
) -> AuditPlan:
    """Draw, and write the folder all or nothing: the plan for the bureau, a sheet of keys for auditors."""
    coded = coded_rows(home, call)
    complaints = coded.rows.filter(pl.col("entry_kind") == EntryKind.COMPLAINT.value)
    rows, left_out = doubtful(complaints, coded.settings, facet=facet.value)
    wanted = coded.catalog.coding.quality_on(call.day).audited if of_bank is None else of_bank
    banks, drawn = draw_audit(rows, left_out, of_bank=wanted, seed=seed)
    plan = AuditPlan(
        facet=facet.value,
        day=call.day,
        first_day=coded.window.from_on,
        posted_seq=coded.posted_seq,
        catalog_digest=coded.catalog.digest,
        seed=seed,
        banks=banks,
        drawn=drawn,
    )
    _write(plan, out)
    return plan


def _write(plan: AuditPlan, out: Path) -> None:
    # The auditor's sheet says neither what was submitted nor why a complaint was drawn: both would lead.
    sheet = pl.DataFrame(
        [[str(getattr(one, name)) for name in _KEYS] + [""] * len(DECIDED) for one in plan.drawn],
        schema=dict.fromkeys((*_KEYS, *DECIDED), pl.String),
        orient="row",
    )
    temporary = out.parent / f".{new_token()}.part"
    make_folder(temporary)
    with new_file(temporary / PLAN_FILE) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(plan, order="deterministic"), indent=1) + b"\n")
    write_sheet(sheet, temporary / SHEET_FILE)
    put_in_place(temporary, out)


def estimate_audit(home: Home, *, plan: Path, decisions: Path) -> Audit:
    """What the decisions of a sheet tell of the plan. TextsFileError for a plan or a decision of no use."""
    drawn = _plan(plan)
    standards = catalogs.read(home, drawn.catalog_digest).standards
    paths: dict[str, tuple[str, ...]] = {}
    for standard_id in catalogs.read(home, drawn.catalog_digest).domain(home.domain_id).standard_ids:
        paths |= code_paths(standards[standard_id].tables[Facet(drawn.facet)])
    keys = frozenset(one.complaint_key for one in drawn.drawn)
    return estimated(drawn, decisions_of_sheet(decisions, keys=keys, codes=paths), paths)


def _plan(path: Path) -> AuditPlan:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=AuditPlan)
    except (OSError, msgspec.DecodeError) as error:
        raise TextsFileError(path, zh="不是抽样方案", en="this is no plan of an audit") from error
    if found.version != VERSION:
        raise TextsFileError(
            path,
            zh=f"方案的版本为 {found.version}，本程序用的是 {VERSION}",
            en=f"the plan is of version {found.version}, this program uses {VERSION}",
        )
    return found
