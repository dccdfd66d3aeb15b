"""What stops the reading of a file, and what can be said of one that is read all the same."""

from dataclasses import dataclass

from xiaobao.lib.errors import XiaobaoError


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a file cannot be read, or what its reader has to say, as a finding on the whole file."""

    rule_id: str
    line_number: int | None = None
    value: str | None = None
    expected: str | None = None


class UnreadableError(XiaobaoError):
    """Raised by a reader part of the way through a file; intake makes a finding of it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.rule_id}: {trouble.value}")
        self.trouble = trouble


def unreadable(
    rule_id: str, *, line_number: int | None = None, value: str | None = None, expected: str | None = None
) -> UnreadableError:
    """The error that says so."""
    return UnreadableError(Trouble(rule_id=rule_id, line_number=line_number, value=value, expected=expected))
