"""The two roots of all errors, and the exit code a person's shell sees."""

from enum import IntEnum

from xiaobao.lib.words import Words


class ExitCode(IntEnum):
    """What a command tells the shell."""

    FINE = 0
    DATA_REFUSED = 1
    WRONG_CALL = 2
    SYSTEM_FAILED = 3


class XiaobaoError(Exception):
    """Something is wrong that no user can mend: an invariant broken, a store damaged."""


class UserError(XiaobaoError):
    """Something the user can mend; shown in the user's language without a traceback."""

    def __init__(self, words: Words, *, exit_code: ExitCode = ExitCode.WRONG_CALL) -> None:
        super().__init__(words.en)
        self.words = words
        self.exit_code = exit_code
