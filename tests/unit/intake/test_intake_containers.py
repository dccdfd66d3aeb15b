"""Gzip and zip files: the one data file inside is read, everything else is named."""

import zipfile
import zlib
from pathlib import Path

import pytest
from bank_report_files import checked, content, only_finding, row, rules_of
from workbook_files import gzipped, packed, workbook

from xiaobao.intake.delivery import CheckResult, Decision
from xiaobao.intake.form import form_words
from xiaobao.intake.reading import containers, zips

ROWS = [row(f"T{number}") for number in range(3)]
CSV = content(ROWS)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def _assert_returned(result: CheckResult, rule_id: str) -> None:
    assert result.decision is Decision.RETURNED
    assert rules_of(result) == [rule_id]


@pytest.mark.parametrize(
    "inner", [CSV, CSV.decode().encode("gb18030"), workbook(ROWS), CSV.replace(b",", b";")]
)
def test_a_file_of_any_format_may_come_in_gzip_or_zip(tmp_path: Path, inner: bytes) -> None:
    plain = checked(tmp_path, inner)

    for data in (gzipped(inner), packed({"日报/2020.dat": inner}), packed({"a": inner}, method=0)):
        assert checked(tmp_path, data).batch.equals(plain.batch)


def test_the_receipt_names_the_container_and_the_file_in_it(tmp_path: Path) -> None:
    words = form_words(checked(tmp_path, packed({"日报.csv": CSV})).form)

    assert words is not None
    assert words.zh == "zip 压缩包 日报.csv，CSV，编码 utf-8"
    assert words.en == "zip 日报.csv, CSV, encoding utf-8"


def test_what_packers_add_of_their_own_is_no_second_file(tmp_path: Path) -> None:
    members = {
        "__MACOSX/._日报.csv": b"x",
        "日报.csv": CSV,
        ".DS_Store": b"x",
        "a/Thumbs.db": b"x",
        "空/": b"",
    }

    assert checked(tmp_path, packed(members)).accepted == 3


def test_a_chinese_name_that_an_old_packer_wrote_is_shown_in_chinese(tmp_path: Path) -> None:
    garbled = "日报一.csv".encode("gb18030").decode("cp437")
    data = packed({garbled: CSV, "b.csv": CSV})

    # The standard library marks such a name as UTF-8; an old packer writes the bytes and marks nothing.
    stated = garbled.encode()
    raw = data.replace(stated, "日报一.csv".encode("gb18030").ljust(len(stated), b"_")).replace(
        b"\x00\x08", b"\x00\x00"
    )
    result = checked(tmp_path, raw)

    assert str(only_finding(result)["value"]).startswith("日报一.csv")


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), tuple(f"{number}.csv" for number in range(300))])
def test_several_files_are_named_and_never_chosen_from(tmp_path: Path, names: tuple[str, ...]) -> None:
    result = checked(tmp_path, packed(dict.fromkeys(names, CSV)))

    _assert_returned(result, "container_members")
    value = only_finding(result)["value"]
    assert str(value).startswith(", ".join(names[:2]))


@pytest.mark.parametrize(
    "data",
    [
        gzipped(gzipped(CSV)),
        gzipped(packed({"a.csv": CSV})),
        packed({"a.gz": gzipped(CSV)}),
        packed({"a.zip": packed({"a.csv": CSV})}),
    ],
)
def test_a_container_in_a_container_is_refused(tmp_path: Path, data: bytes) -> None:
    _assert_returned(checked(tmp_path, data), "container_nested")


def test_a_member_with_a_password_is_named(tmp_path: Path) -> None:
    data = bytearray(packed({"日报.csv": CSV}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1

    result = checked(tmp_path, bytes(data))

    _assert_returned(result, "container_encrypted")
    assert only_finding(result)["value"] == "日报.csv"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_container_that_was_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    many = content([row(f"T{number}", 投诉内容=str(number**9)) for number in range(300)])
    for data in (gzipped(many), packed({"a.csv": many})):
        _assert_returned(checked(tmp_path, data[: int(len(data) * share)]), "container_broken")


def test_a_gzip_file_may_have_several_streams_and_padding_but_nothing_else(tmp_path: Path) -> None:
    half = CSV.find(b"\n", len(CSV) // 2) + 1
    data = gzipped(CSV[:half]) + gzipped(CSV[half:])

    assert checked(tmp_path, data + b"\x00" * 100_000).accepted == 3
    _assert_returned(checked(tmp_path, data + b"more"), "container_broken")
    _assert_returned(checked(tmp_path, gzipped(b"") * 2000), "container_broken")


def test_a_long_name_in_the_head_of_a_gzip_file_costs_no_time(tmp_path: Path) -> None:
    data = bytearray(gzipped(CSV))
    data[3] |= 8

    assert checked(tmp_path, bytes(data[:10]) + b"n" * (4 << 20) + b"\x00" + bytes(data[10:])).accepted == 3


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_stopped_at_its_limit_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(zips, "RATIO_FROM_BYTES", 1 << 20)
    written: list[int] = []
    counted = zips.Growth.add
    monkeypatch.setattr(
        containers.Growth, "add", lambda growth, size: (written.append(size), counted(growth, size))[1]
    )
    deflater = zlib.compressobj(9, wbits=31)
    zeros = b"".join(deflater.compress(b"0" * (1 << 20)) for _ in range(64)) + deflater.flush()
    data = zeros if kind == "gzip" else packed({"a.csv": b"0" * (64 << 20)})

    result = checked(tmp_path, data)

    _assert_returned(result, "unpacked_too_large")
    assert sum(written) < 32 << 20
    assert [path.name for path in tmp_path.iterdir()] == ["delivery.csv"]


def test_very_many_members_are_not_listed(tmp_path: Path) -> None:
    data = packed({f"{number}.csv": b"" for number in range(zips.MEMBERS_LIMIT + 1)})

    _assert_returned(checked(tmp_path, data), "container_broken")


def test_an_empty_file_in_a_container_is_an_empty_file(tmp_path: Path) -> None:
    for data in (gzipped(b""), packed({"a.csv": b"\n"})):
        _assert_returned(checked(tmp_path, data), "empty_file")


def test_an_archive_without_a_file_is_told_so_and_not_to_be_parted(tmp_path: Path) -> None:
    added = {"__MACOSX/._日报.csv": b"x", "报送/._日报.csv": b"x", "~$日报.xlsx": b"x"}
    for members in ({}, {"报送/": b""}, added):
        result = checked(tmp_path, packed(members))

        _assert_returned(result, "container_empty")
        assert result.reason is not None
        assert "分开" not in result.reason.zh


def test_a_compression_that_is_not_read_is_named_and_the_archive_not_called_broken(tmp_path: Path) -> None:
    for method, name in ((zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")):
        result = checked(tmp_path, packed({"日报.csv": CSV}, method=method))

        _assert_returned(result, "container_method")
        assert only_finding(result)["expected"] == name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248 + CSV, "tar"),
        (b"MZ\x90\0" + b"\0" * 100 + packed({"日报.csv": CSV}), "Windows program (.exe)"),
        (packed({"OFD.xml": b"<ofd:OFD/>"}), "OFD"),
        (_COMPOUND + "WordDocument".encode("utf-16-le") + b"\0\0", "Word 97-2003 (.doc, .wps)"),
    ],
)
def test_what_offices_send_in_error_is_refused_by_its_name(tmp_path: Path, data: bytes, name: str) -> None:
    for sent in (data, gzipped(data)):
        result = checked(tmp_path, sent)

        _assert_returned(result, "format_refused")
        assert only_finding(result)["value"] == name
