"""Reads catalog files into the typed Catalog; an unknown key in any file is an error."""

import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path

from xiaobao.catalog.catalog import Catalog, CatalogError, CatalogFiles
from xiaobao.catalog.readers.archived import ArchivedFiles
from xiaobao.catalog.readers.calendars import read_calendars
from xiaobao.catalog.readers.codes import read_standards
from xiaobao.catalog.readers.coding import read_coding
from xiaobao.catalog.readers.crosschecks import check
from xiaobao.catalog.readers.deadlines import read_deadlines
from xiaobao.catalog.readers.decisions import read_rules, read_tags
from xiaobao.catalog.readers.decoding import wrong
from xiaobao.catalog.readers.detectors import read_detectors
from xiaobao.catalog.readers.divisions import read_divisions
from xiaobao.catalog.readers.domains import read_domains
from xiaobao.catalog.readers.institutions import read_registers
from xiaobao.catalog.readers.linkage import read_linkage
from xiaobao.catalog.readers.masking import read_masking
from xiaobao.catalog.readers.measures import read_measures
from xiaobao.catalog.readers.names import read_names
from xiaobao.catalog.readers.near_duplicates import read_near_duplicates
from xiaobao.catalog.readers.plausibility import read_plausibility
from xiaobao.catalog.readers.published import read_published
from xiaobao.catalog.readers.recent_days import read_recent_days
from xiaobao.catalog.readers.regions import read_regions
from xiaobao.catalog.readers.sources import read_sources
from xiaobao.catalog.readers.topics import read_topics
from xiaobao.lib.ids import sha256_hex
from xiaobao.lib.words import Words

_PACK_HEAD = b"xiaobao-catalog 1\n"
_LENGTHS = re.compile(rb"(\d{1,9}) (\d{1,12})\n")
_SUFFIXES = frozenset({".toml", ".csv"})
_SAMPLES = "samples"
_KNOWN = re.compile(
    r"domains/[^/]+\.toml|(rules|tags|masking|names|deadlines|plausibility|recent_days|detectors)\.toml"
    r"|(near_duplicates|topics|coding|linkage)\.toml"
    r"|(measures|calendars|published)/[^/]+\.toml|(regions|divisions)/[^/]+\.csv"
    r"|domains/[^/]+/register(-simulated)?/(institutions|groups|memberships|units|aliases|outlets|customers)\.csv"
    r"|standards/[^/]+/(standard\.toml|(channel|business|cause)\.csv)"
    r"|sources/[^/]+/(source|layouts/[^/]+)\.toml"
    r"|simulation/.+"  # parameters of the simulator, which reads them itself
)
"""Every file a catalog may have: a misspelled name is an error, not a decision nobody reads."""


def installed_root() -> Path:
    """The folder of the catalog: `XIAOBAO_CATALOG`, the packaged one, or the repository's."""
    stated = os.environ.get("XIAOBAO_CATALOG")
    if stated:
        return Path(stated)
    here = Path(__file__).resolve()
    packaged = here.parent / "data"
    return packaged if packaged.is_dir() else here.parents[3] / "catalog"


def read_files(root: Path, *, overlay: Path | None = None) -> CatalogFiles:
    """All catalog files; a file of the overlay replaces the one at the same relative path.

    Only `.toml` and `.csv` files count, and those under a folder `samples` do not. CatalogError when the root
    is no folder; an overlay that does not exist is no overlay.
    """
    if not root.is_dir():
        raise CatalogError(Words(zh=f"没有目录文件夹 {root}", en=f"there is no catalog folder {root}"))
    found = dict(_files_below(root))
    if overlay is not None and overlay.is_dir():
        found.update(_files_below(overlay))
    return dict(sorted(found.items()))


def _files_below(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.suffix in _SUFFIXES and _SAMPLES not in relative.parts and path.is_file():
            yield relative.as_posix(), path.read_bytes()


def pack(files: CatalogFiles) -> bytes:
    """The files as one canonical byte string, the same for the same files."""
    pieces = [_PACK_HEAD]
    for path in sorted(files):
        name = path.encode()
        pieces.append(f"{len(name)} {len(files[path])}\n".encode() + name + files[path])
    return b"".join(pieces)


def unpack(packed: bytes) -> CatalogFiles:
    """The inverse of `pack`; CatalogError when the bytes are not a packed catalog."""
    if not packed.startswith(_PACK_HEAD):
        raise _not_packed()
    files: dict[str, bytes] = {}
    place = len(_PACK_HEAD)
    while place < len(packed):
        lengths = _LENGTHS.match(packed, place)
        if lengths is None:
            raise _not_packed()
        name_end = lengths.end() + int(lengths[1])
        place = name_end + int(lengths[2])
        if place > len(packed):
            raise _not_packed()
        try:
            files[packed[lengths.end() : name_end].decode()] = packed[name_end:place]
        except UnicodeDecodeError as error:
            raise _not_packed() from error
    return files


def _not_packed() -> CatalogError:
    return CatalogError(Words(zh="不是完整的目录包", en="these bytes are not a whole packed catalog"))


def parse(files: CatalogFiles) -> Catalog:
    """The typed catalog; CatalogError names the file and key that are wrong."""
    catalog = _read(files)
    check(catalog)
    return catalog


def parse_archived(files: CatalogFiles, *, standing: CatalogFiles) -> Catalog:
    """A catalog that was in use once; what it does not state yet and has to, the standing one says.

    What must hold between its files held when it was used, by the checks of then. Its digest is that of its
    own files. CatalogError where neither states what has to be there.
    """
    return _read(ArchivedFiles(files, standing))


def _read(files: CatalogFiles) -> Catalog:
    for path in files:
        _check_name(path)
    standards = read_standards(files)
    domains = read_domains(files, standards)
    registers = read_registers(files, domains.values())
    regions, region_aliases = read_regions(files)
    return Catalog(
        digest=sha256_hex(pack(files)),
        files=files,
        domains=domains,
        standards=standards,
        regions=regions,
        region_aliases=region_aliases,
        divisions=read_divisions(files, regions),
        calendars=read_calendars(files),
        registers=registers,
        sources=read_sources(files, registers=registers, domains=domains, regions=regions),
        rules=read_rules(files),
        measures=read_measures(files),
        tags=read_tags(files),
        masking=read_masking(files),
        deadlines=read_deadlines(files),
        plausibility=read_plausibility(files),
        published=read_published(files),
        detectors=read_detectors(files),
        recent_days=read_recent_days(files),
        near_duplicates=read_near_duplicates(files),
        names=read_names(files),
        topics=read_topics(files),
        coding=read_coding(files),
        linkage=read_linkage(files),
    )


def faults(files: CatalogFiles) -> tuple[CatalogError, ...]:
    """What is wrong: unknown file names and the first fault of each kind of file, else of the whole."""
    steps: list[Callable[[], object]] = [partial(_check_name, path) for path in files]
    readers = (
        read_standards,
        read_regions,
        read_calendars,
        read_rules,
        read_measures,
        read_tags,
        read_masking,
        read_deadlines,
        read_plausibility,
        read_published,
        read_detectors,
        read_recent_days,
        read_near_duplicates,
        read_names,
        read_topics,
        read_coding,
        read_linkage,
    )
    steps += [partial(reader, files) for reader in readers]
    found = tuple(fault for fault in map(_fault_of, steps) if fault is not None)
    whole = None if found else _fault_of(partial(parse, files))
    return found if whole is None else (whole,)


def _fault_of(step: Callable[[], object]) -> CatalogError | None:
    try:
        step()
    except CatalogError as error:
        return error
    return None


def _check_name(path: str) -> None:
    if not _KNOWN.fullmatch(path):
        raise wrong(
            path, "", zh="目录中没有这种文件；请核对文件名", en="is no file of a catalog; check its name"
        )


def load(*, overlay: Path | None = None) -> Catalog:
    """The installed catalog with a site's overlay; of the same files the same one."""
    return _parsed(tuple(read_files(installed_root(), overlay=overlay).items()))


@lru_cache(maxsize=4)
def _parsed(files: tuple[tuple[str, bytes], ...]) -> Catalog:
    return parse(dict(files))
