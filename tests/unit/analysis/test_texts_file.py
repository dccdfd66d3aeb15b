"""A file of texts is read whole, or refused with what to do."""

from pathlib import Path

import pytest

from xiaobao.analysis.text.texts_file import TextsFileError, read_columns, read_table, read_texts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n\n", "the file is empty"),
        ("text\n贷款\n".encode("gb18030"), "not in UTF-8 (it may be GB18030 or GBK): save it as"),
        (b"text\n\xe8\xb4", "not in UTF-8"),
        (b"text,code\ra,b\r", "its lines end in CR alone"),
        (b"text,code\na,b\nc,d,e\n", "the number of cells of every row"),
        (b"text,text\na,b\n", "two columns are called text"),
        (b"txt\na\n", "there is no column text; there are: txt"),
        (b"a\x07b,c\n1,2\n", "there are: a\N{REPLACEMENT CHARACTER}b, c"),
        (",".join(f"c{place}" for place in range(40)).encode() + b"\n", "c29 and 10 more"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes(content)

    with pytest.raises(TextsFileError) as told:
        read_columns(path, ("text",))

    assert said in told.value.words.en


def test_texts_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes('\ufefftext,code\r\n😀x\x00y,A\r\n,B\r\n"<b>\n银行",C\r\n'.encode())

    assert read_texts(path, "text").to_list() == ["😀x\x00y", None, "<b>\n银行"]
    assert read_table(path, "text").columns == ["text", "code"]


def test_a_header_alone_is_a_file_of_no_texts(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes(b"text\n")

    assert read_texts(path, "text").to_list() == []


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_columns_may_be_divided_otherwise_than_by_commas(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "texts.csv"
    path.write_text(f'\ufefftext{sign}"code"\n"利息, 太高; 了|啊"{sign}A\n', encoding="utf-8")

    assert read_columns(path, ("code", "text")).rows() == [("A", "利息, 太高; 了|啊")]


def test_a_name_with_another_sign_in_it_is_found_in_a_file_of_commas(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("a;text,text;b\n1,2\n", encoding="utf-8")

    assert read_texts(path, "a;text").to_list() == ["1"]
