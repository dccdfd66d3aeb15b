"""Keeps the figures of a brief in the order they appear and makes the tokens that stand on them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from xiaobao.analysis.figures import Figure
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Language
from xiaobao.outputs.brief.document import Cell, Direction, Form, Manner, Number, Rank
from xiaobao.outputs.brief.facts import Member
from xiaobao.outputs.brief.vocabulary import Way, direction_word, printed, rank_word, way


class Book:
    """The figures of one brief; a figure gets its id the first time it is used."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.figures: dict[str, Figure] = {}
        self._ids: dict[Figure, str] = {}

    def keep(self, figure: Figure) -> Figure:
        """The figure with its id in this document; the same figure always gets the same id."""
        unplaced = replace(figure, id="")
        if unplaced not in self._ids:
            self._ids[unplaced] = f"f{len(self._ids) + 1}"
            self.figures[self._ids[unplaced]] = replace(figure, id=self._ids[unplaced])
        return self.figures[self._ids[unplaced]]

    def number(self, figure: Figure, form: Form) -> Number:
        """The figure as a printed number, or the words for what is missing."""
        kept = self.keep(figure)
        text = printed(kept.value, form, self.language, why_none=kept.why_none)
        return Number(figure=kept.id, form=form, printed=text)

    def cell(self, figure: Figure, form: Form) -> Cell:
        """The figure as a table cell; grey when it has no value."""
        return Cell(tokens=(self.number(figure, form),), absent=figure.value is None, numeric=True)

    def direction(
        self, manner: Manner, measured: Figure, compared: Figure | None, *, change: Figure | None = None
    ) -> tuple[Way, Direction]:
        """Which way `measured` lies from `compared`, with the word for it; XiaobaoError without values."""
        which = way(
            _value(measured),
            _value(compared) if compared else Decimal(0),
            change=change.value if change else None,
        )
        token = Direction(
            manner=manner,
            measured=self.keep(measured).id,
            compared=self.keep(compared).id if compared else None,
            change=self.keep(change).id if change else None,
            word=direction_word(manner, which, self.language),
        )
        return which, token

    def rank(self, members: Sequence[Member]) -> Rank:
        """Rank words for these members, who must be exactly the first ones."""
        return Rank(
            figures=tuple(self.keep(member.rank).id for member in members),
            members=tuple(member.member for member in members),
            word=rank_word(len(members), self.language),
        )


def _value(figure: Figure) -> Decimal:
    if figure.value is None:
        raise XiaobaoError(f"no direction without a value: {figure}")
    return figure.value
