"""Reads catalog files into the typed Catalog; an unknown key in any file is an error."""

from pathlib import Path

from xiaobao.catalog.catalog import Catalog, CatalogFiles


def installed_root() -> Path:
    """The folder of the catalog: `XIAOBAO_CATALOG`, the packaged one, or the repository's."""
    raise NotImplementedError


def read_files(root: Path, *, overlay: Path | None = None) -> CatalogFiles:
    """All catalog files; a file of the overlay replaces the one at the same relative path."""
    raise NotImplementedError


def pack(files: CatalogFiles) -> bytes:
    """The files as one canonical byte string, the same for the same files."""
    raise NotImplementedError


def unpack(packed: bytes) -> CatalogFiles:
    """The inverse of `pack`."""
    raise NotImplementedError


def parse(files: CatalogFiles) -> Catalog:
    """The typed catalog; CatalogError names the file and key that are wrong."""
    raise NotImplementedError


def load(*, overlay: Path | None = None) -> Catalog:
    """The installed catalog with a site's overlay."""
    return parse(read_files(installed_root(), overlay=overlay))
