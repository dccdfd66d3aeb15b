"""Reads what auditors decided off their sheet: every row that says something is used, or refused."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from xiaobao.analysis.coding.quality.audit_estimate import Decision
from xiaobao.analysis.coding.quality.rows import SEPARATOR
from xiaobao.analysis.text.moments import moments_of
from xiaobao.analysis.text.texts_file import read_columns
from xiaobao.lib.text import half_width
from xiaobao.lib.words import Words
from xiaobao.workflows.refused_rows import RefusedRow, refused_rows
from xiaobao.workflows.table_files import as_stated

DECIDED = ("right_code", "author", "decided_at")
"""The columns to fill in."""
_KEY = re.compile(r"-?[0-9]{1,19}")
_ROUNDED = re.compile(r"(?i)-?[0-9]{12,}000|-?[0-9.]+e\+[0-9]+")
"""What spreadsheets make of a key that they take for a number."""
_NOTHING_ESTIMATED = Words(zh="未作估计", en="nothing was estimated")


def decisions_of_sheet(
    path: Path, *, keys: frozenset[int], codes: Mapping[str, Sequence[str]]
) -> list[Decision]:
    """The decisions of a sheet about these complaints; rows where nothing is filled in have none.

    `codes`: code → its codes from the top to itself. TextsFileError names every row that cannot be used.
    """
    read = as_stated(read_columns(path, ("complaint_key", *DECIDED)))
    refused: list[RefusedRow] = []
    found = list(_decisions(read.iter_rows(), moments_of(read["decided_at"]), keys, codes, refused))
    refused += _contradictions(found)
    if refused:
        raise refused_rows(path, refused, outcome=_NOTHING_ESTIMATED)
    return [one for _, one in found]


def _decisions(
    rows: Iterator[tuple[str | None, ...]],
    moments: Iterable[datetime | None],
    keys: frozenset[int],
    codes: Mapping[str, Sequence[str]],
    refused: list[RefusedRow],
) -> Iterator[tuple[int, Decision]]:
    last_level = _of_last_level(codes)
    for row, (stated, moment) in enumerate(zip(rows, moments, strict=True), start=1):
        key, code, author, decided = ((cell or "").strip() for cell in stated)
        if not (code or author or decided):
            continue
        code = _code(code, codes)
        why = _wrong_key(key, keys) or _wrong_code(code, codes, last_level)
        if why is None and (not author or moment is None):
            why = Words(
                zh="有 right_code 的行都要填写 author 与 decided_at（如 2020-04-03T10:00）",
                en="a row with a right_code needs author and decided_at, such as 2020-04-03T10:00",
            )
        if why is not None:
            refused.append((row, why))
        elif moment is not None:
            yield row, Decision(complaint_key=int(key), code=code, author=author, decided_at=moment)


def _code(stated: str, codes: Mapping[str, object]) -> str:
    """The code meant: typed wide or small it is the same, and of a path that was copied the last one."""
    last = stated.rpartition(SEPARATOR)[-1].strip()
    typed = half_width(last).upper()
    return typed if last not in codes and typed in codes else last


def _of_last_level(codes: Mapping[str, Sequence[str]]) -> frozenset[str]:
    above = {upper for path in codes.values() for upper in path[:-1]}
    return frozenset(code for code in codes if code not in above)


def _wrong_key(key: str, keys: frozenset[int]) -> Words | None:
    if not key:
        return Words(zh="没有 complaint_key", en="complaint_key is missing")
    if _KEY.fullmatch(key) and int(key) in keys:
        return None
    if _ROUNDED.fullmatch(key):
        return Words(
            zh=f"{key} 不在抽样方案中：表格软件把长数字取整了；请由原表重新填写，保留键前的撇号",
            en=f"{key} is not in the plan: a spreadsheet has rounded the long number; fill in the sheet as "
            "it was written, with the apostrophe before the key",
        )
    return Words(zh=f"{key} 不在抽样方案中", en=f"{key} is not in the plan")


def _wrong_code(code: str, codes: Mapping[str, object], last_level: frozenset[str]) -> Words | None:
    if not code:
        return Words(
            zh="填了 author 或 decided_at 而没有 right_code；请填写，或三格都清空",
            en="there is an author or a decided_at and no right_code: fill it in, or clear all three",
        )
    if code not in codes:
        return Words(
            zh=f"{code} 不是标准中的代码（xiaobao catalog 可查）；right_code 只写代码",
            en=f"{code} is no code of the standard; right_code is the code alone",
        )
    if code not in last_level:
        return Words(
            zh=f"{code} 之下还有代码；请填最末一级",
            en=f"{code} has codes below it: give one of the last level",
        )
    return None


def _contradictions(found: Sequence[tuple[int, Decision]]) -> Iterator[RefusedRow]:
    """Decisions on one complaint at one moment of which nobody can say which is the later one."""
    first: dict[tuple[int, datetime], tuple[int, str]] = {}
    for row, one in found:
        before, code = first.setdefault((one.complaint_key, one.decided_at), (row, one.code))
        if code != one.code:
            yield (
                row,
                Words(
                    zh=f"与第 {before} 行是同一件投诉、同一时刻，代码却不同；请留下一行，或写明各自的时刻",
                    en=f"decides on the complaint of row {before} at the same moment and otherwise: keep one "
                    "row, or give each its moment",
                ),
            )
