"""Draw an audit of the banks' codes, and read back what auditors decided."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import polars as pl

from xiaobao.analysis.coding.quality.audit_estimate import Audit, Decision, estimated
from xiaobao.analysis.coding.quality.audit_plan import VERSION, AuditPlan, doubtful, draw_audit
from xiaobao.analysis.text.moments import moments_of
from xiaobao.analysis.text.texts_file import TextsFileError, read_columns
from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import EntryKind
from xiaobao.lib.files import make_folder, new_file, put_in_place
from xiaobao.lib.ids import new_token
from xiaobao.submissions import catalogs
from xiaobao.submissions.home import Home
from xiaobao.workflows.judge_coding import Call, coded_rows
from xiaobao.workflows.stated_codes import code_paths
from xiaobao.workflows.table_files import as_stated, write_sheet

PLAN_FILE, SHEET_FILE = "plan.json", "sheet.csv"
_KEYS = ("complaint_key", "source_code", "complaint_no", "institution")
_DECIDED = ("right_code", "author", "decided_at")


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
        [[str(getattr(one, name)) for name in _KEYS] + [""] * len(_DECIDED) for one in plan.drawn],
        schema=dict.fromkeys((*_KEYS, *_DECIDED), pl.String),
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
    return estimated(drawn, _decisions(decisions, drawn, paths), paths)


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


def _decisions(path: Path, plan: AuditPlan, paths: Mapping[str, object]) -> list[Decision]:
    """The rows with a code; the first that cannot be used is refused, with all of the file."""
    read = as_stated(read_columns(path, ("complaint_key", *_DECIDED)))
    told = read.with_columns(pl.all().str.strip_chars())
    moments = moments_of(told["decided_at"])
    keys = {one.complaint_key for one in plan.drawn}
    found = []
    for row, ((key, code, author, _), moment) in enumerate(zip(told.iter_rows(), moments, strict=True), 1):
        if not code:
            continue
        if key is None or not key.lstrip("-").isdigit() or int(key) not in keys:
            raise _refused(path, row, zh=f"{key} 不在抽样方案中", en=f"{key} is not in the plan")
        if code not in paths:
            raise _refused(path, row, zh=f"{code} 不是标准中的代码", en=f"{code} is no code of the standard")
        if not author or moment is None:
            raise _refused(
                path,
                row,
                zh="有 right_code 的行都要填写 author 与 decided_at（如 2020-04-03T10:00）",
                en="a row with a right_code needs author and decided_at, such as 2020-04-03T10:00",
            )
        found.append(Decision(complaint_key=int(key), code=code, author=author, decided_at=moment))
    return found


def _refused(path: Path, row: int, *, zh: str, en: str) -> TextsFileError:
    return TextsFileError(path, zh=f"第 {row} 行数据：{zh}", en=f"row {row} of the data: {en}")
