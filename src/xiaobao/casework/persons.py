"""Who acts at a desk: a name on one line, and when two of them are the same person."""

from xiaobao.lib.errors import UserError
from xiaobao.lib.text import half_width
from xiaobao.lib.words import Words

NAME_LIMIT = 64


class SignatureError(UserError):
    """Whoever acts signs with a name that fits on a line."""

    def __init__(self, option: str) -> None:
        super().__init__(
            Words(
                zh=f"{option} 须写姓名（一行，不超过 {NAME_LIMIT} 字）",
                en=f"{option} takes a person's name (one line, at most {NAME_LIMIT} characters)",
            )
        )


def signature(name: str, *, option: str = "--by") -> str:
    """The name with single spaces; SignatureError, naming the option, when it is none."""
    signed = " ".join(name.split())
    if not signed or len(signed) > NAME_LIMIT or not signed.isprintable():
        raise SignatureError(option)
    return signed


def same_person(one: str, other: str) -> bool:
    """True when two names differ at most in width, case and spaces: nobody checks their own work that way."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(half_width(name).split()).casefold()
