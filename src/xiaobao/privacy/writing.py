"""A number as it is written: its digits and how they are divided."""

from collections.abc import Sequence

import msgspec

from xiaobao.privacy.digits import Group, joined

_IN_ONE = 7  # digits that stand together as no digit of a divided number does


class Written(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A number, and how it is divided."""

    digits: str
    groups: tuple[int, ...]
    """How many digits stand together, in order."""
    separators: tuple[str, ...]
    """What stands between those."""
    apart: bool
    """What stands before and after it in its run of digits is set apart, or nothing does."""
    international: bool = False
    """A plus sign before it."""

    @property
    def regular(self) -> bool:
        """Written in one, or divided by one hand: then any division will do, with spaces only an even one."""
        if len(self.groups) == 1 or max(self.groups) == 1:
            return True
        if not self.apart or len(set(self.separators)) > 1:
            return False
        return self.separators[0] != " " or len(set(self.groups[:-1])) == 1

    @property
    def in_a_row(self) -> bool:
        """Perhaps but numbers of a table: divided by spaces as what stands beside it."""
        return not self.apart and set(self.separators) == {" "}


def written(groups: Sequence[Group], at: int, last: int, *, follows: bool, international: bool) -> Written:
    """The groups from `at` to `last` as one number.

    It `follows` where it starts the run or comes after another number that is masked.
    """
    sizes = [len(groups[at].digits)]
    separators = []
    for group in groups[at + 1 : last + 1]:
        if group.separator:
            sizes.append(len(group.digits))
            separators.append(group.separator)
        else:
            sizes[-1] += len(group.digits)  # only the script changes
    return Written(
        digits=joined(groups, at, last),
        groups=tuple(sizes),
        separators=tuple(separators),
        apart=_is_apart(groups, at, last, separators, follows=follows),
        international=international,
    )


def _is_apart(
    groups: Sequence[Group], at: int, last: int, separators: Sequence[str], *, follows: bool
) -> bool:
    """Divided otherwise than what stands beside it: 1 3 8 0 … before 13900000000, 1-3-8-… before a space."""
    own = separators[:1]
    before = follows or [groups[at].separator] != own or len(groups[at - 1].digits) >= _IN_ONE
    if last + 1 == len(groups):
        return before
    following = groups[last + 1]
    return before and ([following.separator] != own or len(following.digits) >= _IN_ONE)
