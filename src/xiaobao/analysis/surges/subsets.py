"""The scan over subsets of banks in a ledger: its findings stand beside the nodes, one for each cause."""

from collections import defaultdict
from dataclasses import replace

import numpy as np

from xiaobao.analysis.surges.detection import Threshold
from xiaobao.analysis.surges.issues import Judged
from xiaobao.analysis.surges.nodes import Node, NodeTable
from xiaobao.analysis.surges.subset_scan import GUARD_DAYS, LONGEST_DAYS, PAST_DAYS, Scanned, scan
from xiaobao.analysis.surges.types import Floats

_CELL = ("institution", "cause.1")
SCANNED_DAYS = PAST_DAYS + GUARD_DAYS + LONGEST_DAYS
"""How many days before the first one asked are judged, so that its scan has its past."""


def cells_of(found: NodeTable) -> NodeTable:
    """The banks' causes among the nodes."""
    cells = [
        place for place, node in enumerate(found.nodes) if tuple(name for name, _ in node.where) == _CELL
    ]
    at = np.array(cells, dtype=np.int64)
    return replace(
        found,
        nodes=tuple(found.nodes[place] for place in cells),
        table=found.table.of(at),
        there=found.there[at],
        group=tuple(found.group[place] for place in cells),
    )


def with_subsets(
    judged: Judged, dispersion: Floats, cells: Judged, of_cells: Floats, threshold: Threshold
) -> tuple[Judged, Floats]:
    """The nodes and behind them one for each cause: the banks that are up together in the latest days.

    `cells` are the banks' causes over `SCANNED_DAYS` more days than `judged`, `of_cells` their dispersion.
    """
    of_cause: dict[str, list[int]] = defaultdict(list)
    for place, node in enumerate(cells.nodes):
        of_cause[dict(node.where)[_CELL[1]]].append(place)
    rows = [
        _row(cause, np.array(places), cells, of_cells, threshold, days=judged.score.shape[1])
        for cause, places in sorted(of_cause.items())
    ]
    if not rows:
        return judged, dispersion
    nodes, counts, expected, scores, alarms, spread = zip(*rows, strict=True)
    return (
        Judged(
            nodes=(*judged.nodes, *nodes),
            count=np.concatenate([judged.count, counts]),
            expected=np.concatenate([judged.expected, expected]),
            dispersion=np.concatenate([judged.dispersion, spread]),
            score=np.concatenate([judged.score, scores]),
            alarm=np.concatenate([judged.alarm, alarms]),
        ),
        np.concatenate([dispersion, spread]),
    )


_Row = tuple[Node, Floats, Floats, Floats, np.ndarray, Floats]


def _row(
    cause: str, places: np.ndarray, cells: Judged, of_cells: Floats, threshold: Threshold, *, days: int
) -> _Row:
    """Node, counts, expectations, scores, alarms, dispersion of one cause."""
    count, expected = cells.count[places], cells.expected[places]
    scanned = scan(count, expected, of_cells[places])
    alarm = np.nan_to_num(scanned.score) >= -np.log10(threshold.alarm_probability)
    alarm &= _cases(count, scanned, threshold.recent_steps) >= threshold.fewest_cases
    day = _last(alarm, days)
    banks = scanned.banks[:, day] if scanned.banks[:, day].any() else np.ones(len(places), dtype=np.bool_)
    members = sorted(dict(cells.nodes[place].where)[_CELL[0]] for place in places[banks])
    late = slice(count.shape[1] - days, None)
    known = np.isfinite(expected[banks])[:, late]
    mean = np.where(known.any(axis=0), np.nansum(expected[banks][:, late], axis=0), np.nan)
    return (
        Node(where=((_CELL[1], cause), *((_CELL[0], member) for member in members))),
        np.where(known, np.maximum(count[banks][:, late], 0.0), 0.0).sum(axis=0),
        mean,
        scanned.score[late],
        alarm[late],
        np.nanmax(np.where(np.isfinite(of_cells[places][banks]), of_cells[places][banks], 1.0), axis=0)[late],
    )


def _last(alarm: np.ndarray, days: int) -> int:
    """The latest of the days that alarms, else the last one."""
    hit = np.flatnonzero(alarm[-days:])
    return int(alarm.size - days + hit[-1]) if hit.size else int(alarm.size - 1)


def _cases(count: Floats, scanned: Scanned, recent_days: int) -> Floats:
    """Complaints of the subset of each day in its latest days."""
    cases = np.zeros(count.shape[1])
    for day in range(count.shape[1]):
        late = slice(max(0, day - recent_days + 1), day + 1)
        cases[day] = np.maximum(count[scanned.banks[:, day], late], 0.0).sum()
    return cases
