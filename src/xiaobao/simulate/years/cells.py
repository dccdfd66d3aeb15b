"""The cells in which entries arise, and how many are expected in each on every day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiaobao.catalog.catalog import CatalogError
from xiaobao.lib.words import Words
from xiaobao.simulate.years.calendar import CourseDays
from xiaobao.simulate.years.draws import Draws, Floats, Integers
from xiaobao.simulate.years.settings import Excitation, Years
from xiaobao.simulate.years.topics import Topics

NO_BANK = -1
"""The bank of entries about none of the 18."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells of one stream, one element a cell in every array; a cell is a bank, a topic and a cause."""

    stream: str
    bank: Integers
    topic: Integers
    cause: Integers
    """Place of the cause in the topic's causes."""
    expected: Floats
    """Days × cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One of the invented banks."""

    code: str
    group: str
    share: float
    """Of the complaints about all of them."""


def banks_of(years: Years, groups: dict[str, str]) -> tuple[Bank, ...]:
    """The banks with their shares of all complaints; `groups`: bank → group; CatalogError for another one."""
    of_group = {"state_owned": years.shares.state_owned, "joint_stock": years.shares.joint_stock}
    for code in years.shares.banks:
        if groups[code] not in of_group:
            raise CatalogError(
                Words(
                    zh=f"{code} 的分组 {groups[code]} 在多年模拟中没有份额",
                    en=f"{code} is of {groups[code]}, which has no share in years",
                )
            )
    totals = {
        group: sum(share for code, share in years.shares.banks.items() if groups[code] == group)
        for group in of_group
    }
    return tuple(
        Bank(code=code, group=groups[code], share=of_group[groups[code]] * share / totals[groups[code]])
        for code, share in years.shares.banks.items()
    )


def complaint_cells(
    stream: str, *, days: CourseDays, banks: Sequence[Bank], topics: Topics, years: Years, draws: Draws
) -> Cells:
    """Cells of complaints of the banks' reports or of the hotline, with the banks' own mixes and drifts."""
    shares = [bank.share for bank in banks]
    kept = 1.0
    if stream == "hotline":
        kept = 1 - years.hotline.out_of_list
        shares = [*(share * kept for share in shares), years.hotline.out_of_list]
    bank, topic, cause, ordinary, epidemic = _weights(stream, shares, banks, topics, years, draws)
    repaying = np.array([topics.all[place].repayment for place in topic])
    share = days.epidemic_share[:, None]
    expected = days.expected[stream][:, None] * ((1 - share) * ordinary + share * epidemic)
    expected *= np.where(repaying[None, :], days.repayment[:, None], 1.0)
    drifts = _drifts(len(days.days), len(shares), years.excitation, draws, stream)
    expected *= drifts[:, bank]
    bank[bank == len(banks)] = NO_BANK
    return Cells(stream=stream, bank=bank, topic=topic, cause=cause, expected=expected)


def enquiry_cells(days: CourseDays, topics: Topics, *, share_at_height: float) -> Cells:
    """Cells of the hotline's enquiries, one a theme; what the epidemic makes people ask goes with it."""
    places = np.array(topics.enquiries, dtype=np.int64)
    weights = np.zeros((len(days.days), len(places)))
    for column, place in enumerate(places.tolist()):
        topic = topics.all[place]
        asked = np.array([topic.asked_from is None or day >= topic.asked_from for day in days.days])
        height = days.epidemic_share / share_at_height if topic.epidemic else 1.0
        weights[:, column] = topic.enquiry * asked * height
    weights /= weights.sum(axis=1, keepdims=True)
    return Cells(
        stream="hotline_enquiry",
        bank=np.full(len(places), NO_BANK),
        topic=places,
        cause=np.zeros(len(places), dtype=np.int64),
        expected=days.expected["hotline_enquiry"][:, None] * weights,
    )


def _weights(
    stream: str, shares: Sequence[float], banks: Sequence[Bank], topics: Topics, years: Years, draws: Draws
) -> tuple[Integers, Integers, Integers, Floats, Floats]:
    """Bank, topic, cause and the two weights of every cell; either kind of weight adds up to 1."""
    mixes = np.exp(
        draws.generator(f"{stream}:mix").normal(
            0, years.excitation.mix_deviation, (len(shares), len(topics.scenarios))
        )
    )
    rows: list[tuple[int, int, int, float, bool]] = []
    for bank, share in enumerate(shares):
        for place in topics.scenarios:
            topic = topics.all[place]
            own = topic.hotline if stream == "hotline" else topic.weight[banks[bank].group]
            whole = sum(topic.causes.values())
            for cause, part in enumerate(topic.causes.values()):
                weight = own * mixes[bank, place] * part / whole
                rows.append((bank, place, cause, weight, topic.epidemic))
        _scale_to(rows, bank, share)
    bank_of, topic_of, cause_of = (np.array([row[field] for row in rows]) for field in range(3))
    weights = np.array([row[3] for row in rows])
    is_epidemic = np.array([row[4] for row in rows])
    return bank_of, topic_of, cause_of, np.where(is_epidemic, 0, weights), np.where(is_epidemic, weights, 0)


def _scale_to(rows: list[tuple[int, int, int, float, bool]], bank: int, share: float) -> None:
    """Make the ordinary weights of a bank add up to its share, and the epidemic ones as well."""
    totals = {
        kind: sum(row[3] for row in rows if row[0] == bank and row[4] is kind) for kind in (False, True)
    }
    for place, row in enumerate(rows):
        if row[0] == bank:
            rows[place] = (*row[:3], row[3] * share / totals[row[4]], row[4])


def _drifts(days: int, banks: int, excitation: Excitation, draws: Draws, stream: str) -> Floats:
    """Days × banks: how far a bank's level lies from its share, wandering slowly."""
    steps = draws.generator(f"{stream}:drift").normal(0, excitation.drift_deviation, (days, banks))
    memory = excitation.drift_memory
    level = np.empty_like(steps)
    level[0] = steps[0]
    for day in range(1, days):
        level[day] = memory * level[day - 1] + (1 - memory**2) ** 0.5 * steps[day]
    return np.exp(level)
