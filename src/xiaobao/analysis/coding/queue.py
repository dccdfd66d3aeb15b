"""Which texts wait for an officer, and in which order: first what deciding it is worth most."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from xiaobao.analysis.coding.coder import Predictions
from xiaobao.analysis.coding.labels import Hierarchy
from xiaobao.analysis.text.types import Booleans, Floats, Rows


class Reason(StrEnum):
    """Why a complaint with a submitted code waits, the most urgent first."""

    RESUBMITTED = "resubmitted"
    """The bureau decided it; the reporter has since submitted other codes."""
    CONTRADICTED = "contradicted"
    """The submitted code is none of those that the text may mean."""
    NOT_CODED = "not_coded"
    """No code of the standard was submitted."""
    NOT_LEARNED = "not_learned"
    """The coder has never learned the submitted code, so that it can neither confirm nor doubt it."""
    UNSURE = "unsure"
    """The text may mean the submitted code, and others."""
    MUTE = "mute"
    """The coder knows nothing of what the text says."""


REASONS: tuple[Reason, ...] = tuple(Reason)
"""By place: the urgency of a reason is its place here, from 1."""


def margins(told: Predictions) -> Floats:
    """How far the two likeliest labels of each text are apart: what can least be told teaches the most
    (margin sampling, Scheffer, Decomain and Wrobel 2001); a mute text teaches nothing."""
    if told.probabilities.shape[1] < 2:
        return np.where(told.mute, 2.0, 1.0)
    ordered = np.sort(told.probabilities, axis=1)
    return np.where(told.mute, 2.0, ordered[:, -1] - ordered[:, -2])


def queue(*, urgency: Rows, worth: Floats, leaders: Rows) -> list[int | None]:
    """Places in the queue from 1; None for what does not wait.

    `urgency` is 0 for what does not wait, else smaller is sooner; within it one of every family (`leaders`)
    comes before a second of any, then the smaller `worth`, then the earlier row.
    """
    waiting = np.flatnonzero(urgency)
    waiting = waiting[np.lexsort((worth[waiting], urgency[waiting]))]
    _, first = np.unique(leaders[waiting], return_index=True)
    later = np.ones(len(waiting), bool)
    later[first] = False
    places: list[int | None] = [None] * len(leaders)
    for place, row in enumerate(waiting[np.lexsort((later, urgency[waiting]))].tolist(), start=1):
        places[row] = place
    return places


def judged(
    told: Predictions, submitted: Sequence[str | None], *, resubmitted: Booleans
) -> tuple[Rows, Floats]:
    """Urgency of every text, 0 where the submitted code may stand unread, and the worth of deciding it.

    `submitted` are labels as the coder has them, or nodes above or below them; None where there is none. The
    worth of what is contradicted is the probability that the submitted code is right after all.
    """
    meant = _meant(told.hierarchy, submitted)
    coded: Booleans = np.array([one is not None for one in submitted], bool)
    learned: Booleans = np.any(meant, axis=1)
    agrees: Booleans = np.any(told.within & meant, axis=1)
    contradicted: Booleans = learned & ~agrees & told.within.any(axis=1)
    urgency = np.zeros(len(submitted), np.int64)
    for reason, holds in (  # what comes later here holds against what came before
        (Reason.UNSURE, ~told.accepted),
        (Reason.CONTRADICTED, contradicted),
        (Reason.NOT_LEARNED, coded & ~learned),
        (Reason.MUTE, told.mute),
        (Reason.NOT_CODED, ~coded),
        (Reason.RESUBMITTED, resubmitted),
    ):
        urgency[holds] = REASONS.index(reason) + 1
    right = (told.probabilities * meant).sum(axis=1)
    return urgency, np.where(urgency == REASONS.index(Reason.CONTRADICTED) + 1, right, margins(told))


def _meant(hierarchy: Hierarchy, submitted: Sequence[str | None]) -> Booleans:
    """Of every text (rows) the labels that lie on the path of its submitted code."""
    found = {
        one: np.array([_on_one_path(one, label, hierarchy.separator) for label in hierarchy.labels])
        for one in set(submitted)
    }
    return np.array([found[one] for one in submitted], bool).reshape(-1, len(hierarchy.labels))


def _on_one_path(submitted: str | None, label: str, separator: str) -> bool:
    if submitted is None:
        return False
    if not separator:
        return submitted == label
    lower, upper = sorted((submitted.split(separator), label.split(separator)), key=len, reverse=True)
    return lower[: len(upper)] == upper
