"""What stands in a text where something was masked, in the reader's language."""

import re
from collections.abc import Mapping

from xiaobao.lib.words import Language, Words

_WORDS: Mapping[str, Words] = {
    "NAME": Words(zh="姓名", en="name"),
    "ADDRESS": Words(zh="住址", en="address"),
    "EMPLOYER": Words(zh="单位", en="employer"),
    "ID": Words(zh="证件号", en="identity number"),
    "CARD": Words(zh="卡号", en="card number"),
    "PHONE": Words(zh="电话", en="phone"),
    "ACCOUNT": Words(zh="账号", en="account"),
    "CONTACT": Words(zh="联系号码", en="contact"),
    "SSN": Words(zh="社会保障号", en="social security number"),
    "EMAIL": Words(zh="邮箱", en="e-mail"),
    "PLATE": Words(zh="车牌", en="plate"),
}
_PLACEHOLDER = re.compile(rf"\[({'|'.join(_WORDS)})[0-9]*\]")


def placeholders_said(text: str) -> Words:
    """A masked text with `[卡号]`, `[card number]` for `[CARD]`; other brackets stay as they are."""
    return Words(zh=_said(text, "zh"), en=_said(text, "en"))


def _said(text: str, language: Language) -> str:
    return _PLACEHOLDER.sub(lambda found: f"[{_WORDS[found[1]].to(language)}]", text)
