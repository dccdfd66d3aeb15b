"""A figure: one printed number with everything needed to derive it again."""

from dataclasses import dataclass

from xiaobao.analysis.amounts import FigureValue
from xiaobao.lib.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A period as read at a posting sequence."""

    period: Period
    posted_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a document."""

    id: str
    """Place in its document, such as f12."""
    measure_id: str
    where: tuple[tuple[str, str], ...]
    """(dimension, member), such as ("institution", "ICBC") or ("business.1", "B03"); sorted."""
    of: tuple[tuple[str, str], ...]
    """SHARE and RANK: the filter of the whole that the figure is a part of; empty for other kinds."""
    readings: tuple[Reading, ...]
    """The period measured first, then those it is compared with or averaged over."""
    catalog_digest: str
    basis: str
    """Counting path or none, counted kinds, as a stable id such as `institution:complaint`."""
    value: FigureValue | None
    """None when the measure has no value there: not enough days, nothing to divide by."""
    why_none: str | None = None
    """`not_enough_days`, `zero_base`, `not_reported`: set exactly when value is None."""
