"""Numbers that the words around them alone tell: documents of officers, files of driving licences."""

import re
from collections.abc import Iterator

from xiaobao.privacy.digits import SEPARATORS

_DIGIT = "[0-9０-９]"
_AFTER = rf"(?!{_DIGIT})"
_FORM = rf"字\s?第\s?{_DIGIT}{{6,8}}{_AFTER}(?:\s?号)?"
# Armed forces, armed police, sergeants. Deeds, licences and degrees are numbered alike, with more before:
# 护士字第, 土国用字第. What other services and regions issued is taken only where the document is named.
_OWN = rf"(?:(?<![\u4e00-\u9fff])|(?<=[证件号码为是即系持]))[军武士]{_FORM}"
_NAMED = rf"(?:军官|士官|士兵|警官|军人|文职)[^。；;\n]{{0,24}}?(?P<named>[\u4e00-\u9fff]{_FORM})"
_OFFICER = re.compile(f"{_NAMED}|(?P<own>{_OWN})")
# Twelve digits (GA 482), which a loan or a case may have too: 档案编号 alone says nothing.
_LICENCE_FILE = re.compile(
    r"驾(?:驶证|驶执照|照)[^。；;\n]{0,40}?档案(?:编号|号码|号)[\s:：是为]{0,3}"
    rf"(?P<file>{_DIGIT}(?:[{SEPARATORS}]{{0,2}}{_DIGIT}){{11}}){_AFTER}"
)
_TAKEN_OUT = re.compile(r"\D*(?:[0０]\D*)+")  # zeros stand for a number


def documents(text: str) -> Iterator[tuple[int, int]]:
    """Where such numbers stand."""
    if "字" in text:
        for match in _OFFICER.finditer(text):
            yield match.span("own" if match["named"] is None else "named")
    if "档案" in text:
        for match in _LICENCE_FILE.finditer(text):
            if _TAKEN_OUT.fullmatch(match["file"]) is None:
                yield match.span("file")
