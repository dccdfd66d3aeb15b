"""Labels as paths of a hierarchy: nodes of every level, and which node lies under which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy:
    """The labels known, each with its node on every level; one level where labels have no parts."""

    labels: tuple[str, ...]
    """Sorted."""
    separator: str
    """Between the parts of a label; empty where labels have none."""
    nodes: tuple[tuple[str, ...], ...]
    """Of every level, from the top, the sorted names of its nodes; those of the last are the labels."""
    of_label: tuple[Rows, ...]
    """Of every level the node of every label; a label with fewer parts stands for itself further down."""

    @property
    def depth(self) -> int:
        """Levels."""
        return len(self.nodes)

    def rows_of(self, labels: Sequence[str]) -> Rows:
        """The places of labels that are known."""
        places = {label: place for place, label in enumerate(self.labels)}
        return np.array([places[label] for label in labels], np.int64)

    def parents(self, level: int) -> Rows:
        """Of every node of a level the node above it; of the highest all the same one."""
        above = np.zeros(len(self.nodes[level]), np.int64)
        if level:
            above[self.of_label[level]] = self.of_label[level - 1]
        return above


def hierarchy_of(labels: Sequence[str], separator: str) -> Hierarchy:
    """The hierarchy of the labels that occur."""
    known = sorted(set(labels))
    paths = [label.split(separator) if separator else [label] for label in known]
    depth = max(map(len, paths), default=1)
    names = [[separator.join(path[: level + 1]) for path in paths] for level in range(depth)]
    nodes = tuple(tuple(sorted(set(of_level))) for of_level in names)
    places = [{name: place for place, name in enumerate(of_level)} for of_level in nodes]
    return Hierarchy(
        labels=tuple(known),
        separator=separator,
        nodes=nodes,
        of_label=tuple(
            np.array([place[name] for name in of_level], np.int64)
            for place, of_level in zip(places, names, strict=True)
        ),
    )
