"""Names in Latin letters, behind a title (Ms. Delgado), a relative (my husband Dwayne), a label (我叫Jane).

No model reads them: a capital alone tells no person from a bank.
"""

import re
from collections.abc import Iterator

from xiaobao.catalog.names import NameWords
from xiaobao.privacy.names.spans import Span, one_of

_WORD = r"(?:[A-Z]['’])?[A-Z][a-zà-ÿ]+(?:-?[A-Z][a-zà-ÿ]+)?"
_NAME = rf"(?P<name>{_WORD}(?:[ ·](?:{_WORD}|[A-Z]\.?(?!['’]))(?![A-Za-z])){{0,3}})(?![A-Za-z])"
_SAYS = r"(?:[是为叫系]|名叫)?\s?[:：]?\s?"


class LatinNames:
    """Finds them by the words of a catalog."""

    def __init__(self, words: NameWords) -> None:
        self._no_names = words.latin_no_names
        forms = []
        if words.latin_titles:
            forms.append(rf"\b{one_of(words.latin_titles)}\.?\s{_NAME}")
        if words.latin_labels:
            forms.append(rf"\b(?i:{one_of(words.latin_labels)})(?:,|:)?\s{_NAME}")
        if words.labels:
            forms.append(rf"{one_of(words.labels)}{_SAYS}{_NAME}")
        self._forms = [re.compile(form) for form in forms]

    def spans(self, text: str) -> Iterator[Span]:
        """The names without what stands before them."""
        for form in self._forms:
            for found in form.finditer(text):
                if not found["name"].startswith(self._no_names):
                    yield found.span("name")
