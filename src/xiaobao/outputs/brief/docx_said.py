"""What the engine of DOCX templates says is wrong, in the words of those who edit them."""

import re

from xiaobao.lib.words import Words

NOT_CLOSED = Words(zh="括号没有成对", en="the brackets are not closed or opened")
_ZH = (
    (r"Expected an expression.*", "缺少表达式"),
    (r"expected token '.*', got '(.*)'", "此处不应有“{}”"),
    (r"unexpected '([^']*)'(?:, expected '([^']*)')?", "此处不应有“{}”"),
    (r"unexpected char (\S+) at \d+", "此处不应有 {}"),
    (r"unexpected end of template.*", "没有写完"),
    (r"Encountered unknown tag '(\w+)'.*", "没有名为 {} 的语句"),
    (r"Unexpected end of template.*", "没有写完"),
    (r"No filter named '(\w+)'.*", "没有名为 {} 的过滤器"),
    (r"No test named '(\w+)'.*", "没有名为 {} 的判断"),
    (r"'(\w+)' is undefined", "没有名为 {} 的值"),
    (r"'.*' has no attribute '(\w+)'", "没有名为 {} 的部分"),
    (r".* has no element (.*)", "没有第 {} 项"),
)


def said(message: str) -> Words:
    """A message of the engine in both languages; in Chinese a plain word for those it has no words for."""
    for pattern, zh in _ZH:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return Words(zh=zh.format(*found.groups()), en=message)
    return Words(zh="写法有误", en=message)


def unknown(names: list[str]) -> Words:
    """Values that a template may not use."""
    return Words(zh=f"没有名为 {'、'.join(names)} 的值", en=f"{', '.join(names)} is not known")


def missing(word: str) -> Words:
    """A statement that was opened and never closed."""
    return Words(zh=f"缺少 {word}", en=f"{word} is missing")


def outside(word: str, wanted: str) -> Words:
    """A statement that belongs within another."""
    return Words(zh=f"{word} 不在 {wanted} 之内", en=f"{word} stands outside {wanted}")


def closes_nothing(word: str) -> Words:
    """A closing statement without its opening one."""
    return Words(zh=f"{word} 没有对应的开头", en=f"{word} closes nothing")
