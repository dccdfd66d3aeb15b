"""A file of texts is read whole, or refused with what to do."""

from pathlib import Path

import pytest

from xiaobao.analysis.text.texts_file import TextsFileError, read_columns, read_table, read_texts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n\n", "the file is empty"),
        (b"text\ncaf\xe9\n", "not all in one of UTF-8, GB18030 (line 2, byte 8): save it as"),
        ("text\n贷款\n".encode() + b"\xe8\xb4", "not all in one of UTF-8, GB18030 (line 3, byte 12)"),
        ("text\n贷款利率太高\n".encode("gb18030") + "年费没有告知\n".encode(), "(line 3, byte 18)"),
        ("text\n贷款\n".encode("utf-16"), "this is in UTF-16, which is not read: save it as"),
        (b"PK\x03\x04\x14\x00", "this is a workbook (xlsx or xls), no CSV"),
        (b"text,code\ra,b\r", "its lines end in CR alone"),
        (b"%PDF-1.4\n", "this is a PDF file, no CSV"),
        (b"\x1f\x8b\x08", "this is a packed file (gzip), no CSV"),
        (b"\xef\xbb\xbf <HTML><table>", "this is a page (HTML or XML), no CSV"),
        (b'text,code\n"a\nb",c\nc,d,e\n', "line 4 has 3 cells, the header 2"),
        (b'text,code\n"a\nb",c\n"d,e\nf,g\n', "from line 4 on quotation marks do not pair"),
        (b'text,code\n"a"b,c\n', "from line 2 on quotation marks do not pair"),
        ("3月明细,\n\n编号,text\n1,a\n".encode(), "the header seems to be line 3: delete the lines above it"),
        ("编号，text\n1，a\n".encode(), "none full-width"),
        (b"a,a,b\n1,2,3\n", "there are: a, b"),
        (b" text ,text  \n1,2\n", "there is no column text"),
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


def test_what_a_chinese_spreadsheet_saves_as_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes(
        '编号;正文\r\n1;"贷款利率太高，\n请退还"\r\n2;網點不處理\U00020000\r\n'.encode("gb18030")
    )

    assert read_texts(path, "正文").to_list() == ["贷款利率太高，\n请退还", "網點不處理\U00020000"]
    assert read_table(path, "正文").columns == ["编号", "正文"]


def test_blanks_around_the_name_of_a_column_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("code ; text\nA;利息\n", encoding="utf-8")

    assert read_columns(path, ("text", "code")).rows() == [("利息", "A")]
    assert read_table(path, "text").columns == ["code ", "text"]


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


def test_levels_of_labels_are_no_reason_to_doubt_gb18030(tmp_path: Path) -> None:
    file = tmp_path / "queue.csv"
    file.write_bytes("label,text\nB03›B0301›B03011|B07›B0702|B04›B0402,卡被盗刷\n".encode("gb18030"))

    assert read_texts(file, "text").to_list() == ["卡被盗刷"]
    assert read_texts(file, "label")[0].startswith("B03›B0301")
