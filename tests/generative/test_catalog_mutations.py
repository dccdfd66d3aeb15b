"""Whatever happens to catalog files, the outcome is a catalog or a CatalogError, never a traceback."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog, CatalogError

FILES = reading.read_files(reading.installed_root())
OURS = sorted(path for path in FILES if not path.startswith("simulation/"))
PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"\n", b'"', b",", b"=", b"[", b"{", b"}", b"-1", b"0", b"99999", b"\xff", b"\r", b""]),
)


@given(files=st.dictionaries(st.text(max_size=20), st.binary(max_size=40), max_size=6))
def test_any_files_unpack_as_they_were_packed(files: dict[str, bytes]) -> None:
    packed = reading.pack(files)
    assert dict(reading.unpack(packed)) == files
    assert packed == reading.pack(dict(reversed(list(files.items()))))


@given(packed=st.binary(max_size=60))
def test_any_bytes_after_the_head_unpack_or_are_refused(packed: bytes) -> None:
    try:
        files = reading.unpack(reading.pack({}) + packed)
    except CatalogError:
        return
    assert reading.unpack(reading.pack(files)) == files


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(OURS), place=st.floats(0, 1), cut=st.integers(0, 12), piece=PIECES)
def test_a_mutated_file_gives_a_catalog_or_a_sentence(
    path: str, place: float, cut: int, piece: bytes
) -> None:
    content = FILES[path]
    start = int(place * len(content))
    mutated = {**FILES, path: content[:start] + piece + content[start + cut :]}
    try:
        catalog = reading.parse(mutated)
    except CatalogError as error:
        assert error.words.zh
        assert error.words.en
        return
    assert isinstance(catalog, Catalog)
