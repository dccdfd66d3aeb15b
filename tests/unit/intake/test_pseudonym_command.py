"""`xiaobao pseudonym` on real files: one column changes, nothing else does, and no number slips through."""

import csv
import json
import re
from pathlib import Path

import polars as pl
import pytest
from bank_report_files import KEYS, catalog, checked, content, row, rules_of
from restless_files import being_written

from xiaobao.cli.main import run
from xiaobao.intake.pseudonym_files import pseudonymize
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.unchanged import FileChangedError
from xiaobao.privacy.pseudonym_keys import Kind, PseudonymKey, PseudonymKeys
from xiaobao.privacy.reporter_keys import reporter_key_file

NUMBER, OLD_FORM = "11010119900307771X", "110101900307771"
PHONE = "13812345678"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The bureau's key file, of the keys with which the tests of intake check."""
    path = tmp_path / "bureau.key"
    path.write_bytes(reporter_key_file(KEYS.pseudonyms))
    path.chmod(0o600)
    return path


def pseudonym(
    data: bytes, key_file: Path, *, column: str = "证件号", kind: str = "identity", out: str = "out.csv"
) -> tuple[ExitCode, Path]:
    """Run the command on the bytes."""
    file, made = key_file.parent / "in.csv", key_file.parent / out
    file.write_bytes(data)
    told = ("--column", column, "--kind", kind, "--key", str(key_file), "--out", str(made))
    return run(["--language", "en", "--format", "json", "pseudonym", str(file), *told]), made


def cells(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


def test_one_column_changes_and_the_rest_stays(key_file: Path) -> None:
    data = content([row("T1", 证件号=NUMBER, 投诉内容='他说“"不行"”，\n第二行'), row("T2", 联系电话=PHONE)])

    code, made = pseudonym(data, key_file)

    before, after = cells(key_file.parent / "in.csv"), cells(made)
    place = before[0].index("证件号")
    assert code is ExitCode.FINE
    assert after[1][place] == KEYS.pseudonyms.ready(NUMBER, kind=Kind.IDENTITY)
    for old, new in zip(before, after, strict=True):
        assert [*old[:place], *old[place + 1 :]] == [*new[:place], *new[place + 1 :]]
    assert made.stat().st_mode & 0o777 == 0o600


def test_all_ways_of_writing_a_number_give_one_pseudonym(key_file: Path) -> None:
    written = [NUMBER, NUMBER.lower(), "１１０１０１ 19900307771X"]
    _code, made = pseudonym(content([row(f"T{n}", 证件号=each) for n, each in enumerate(written)]), key_file)
    assert len({line[13] for line in cells(made)[1:]}) == 1


def test_what_is_made_at_home_is_what_intake_makes_of_the_number_itself(key_file: Path) -> None:
    rows = [
        row("T1", 证件号=NUMBER, 联系电话="+86 138-1234-5678"),
        row("T2", 证件号=OLD_FORM, 联系电话="010-66554433"),
    ]
    _code, first = pseudonym(content(rows), key_file)
    _code, second = pseudonym(first.read_bytes(), key_file, column="联系电话", kind="contact", out="both.csv")

    at_home = checked(key_file.parent, second.read_bytes(), keys=KEYS)
    in_clear = checked(key_file.parent, content(rows), keys=KEYS)

    assert at_home.accepted == 2
    assert at_home.batch.equals(in_clear.batch)
    assert at_home.batch["identity_key"].null_count() == at_home.batch["contact_key"].null_count() == 0


def test_what_names_nobody_is_left_empty_and_told_with_its_place(
    key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = content(
        [row("T1", 证件号=NUMBER), row("T2", 证件号="无证件"), row("T3"), row("T4", 证件号="1234")]
    )

    code, made = pseudonym(data, key_file)

    told = json.loads(capsys.readouterr().out)
    assert code is ExitCode.DATA_REFUSED
    assert [line[13] for line in cells(made)[2:]] == ["", "", ""]
    assert (told["rows"], told["made"], told["empty"]) == (4, 1, 1)
    assert told["ill_formed"] == [
        {"row_number": 2, "line_number": 3, "value": "无证…"},
        {"row_number": 4, "line_number": 5, "value": "12…"},
    ]


@pytest.mark.parametrize(
    "number", ["110101********771X", "1.10101E+17", "110101199003077.0", "000000000", "123456789012345678"]
)
def test_no_pseudonym_is_made_of_a_number_that_many_people_would_share(key_file: Path, number: str) -> None:
    code, made = pseudonym(content([row("T1", 证件号=number), row("T2", 证件号=NUMBER)]), key_file)

    assert code is ExitCode.DATA_REFUSED
    assert [bool(line[13]) for line in cells(made)[1:]] == [False, True]


def test_running_it_again_changes_nothing(key_file: Path) -> None:
    _code, once = pseudonym(content([row("T1", 证件号=NUMBER)]), key_file)
    code, twice = pseudonym(once.read_bytes(), key_file, out="twice.csv")

    assert code is ExitCode.FINE
    assert twice.read_bytes() == once.read_bytes()


def test_a_pseudonym_of_another_bureau_is_ill_formed(key_file: Path) -> None:
    other = PseudonymKeys(chain=(PseudonymKey(id="p0001", secret=b"o" * 32),))
    ready = other.ready(NUMBER, kind=Kind.IDENTITY) or ""

    code, made = pseudonym(content([row("T1", 证件号=ready)]), key_file)

    assert code is ExitCode.DATA_REFUSED
    assert ready not in made.read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_encoding_line_ends_blank_lines_and_trailer_stay(key_file: Path, encoding: str) -> None:
    text = f"姓名,证件号,备注\r\n甲,{NUMBER},一\r\n\r\n乙,,二\r\n合计,2\r\n"

    code, made = pseudonym(text.encode(encoding), key_file)

    ready = KEYS.pseudonyms.ready(NUMBER, kind=Kind.IDENTITY)
    assert code is ExitCode.FINE
    assert made.read_bytes() == text.replace(NUMBER, ready or "").encode(encoding)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (f"姓名,证件号\n甲,{NUMBER},多\n", "row 1 (line 2) has 3 cells"),
        (f"姓名,证件号\n{NUMBER}\n甲,{NUMBER}\n", "row 1 (line 2) has 1 cells"),
        (f"姓名,证件号\n合计,1,,\n甲,{NUMBER}\n", "row 1 (line 2) has 4 cells"),
        (f"姓名,号码\n甲,{NUMBER}\n", "0 columns named"),
        (f"证件号,证件号\n甲,{NUMBER}\n", "2 columns named"),
        ('姓名,证件号\n"甲,1\n', "quote"),
        ("", "no row of data"),
    ],
)
def test_a_file_that_cannot_be_told_apart_writes_nothing(
    key_file: Path, capsys: pytest.CaptureFixture[str], data: str, said: str
) -> None:
    code, made = pseudonym(data.encode(), key_file)

    assert code is ExitCode.DATA_REFUSED
    assert said in capsys.readouterr().err
    assert not made.exists()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (f'姓名,证件号\n"甲\n乙",{NUMBER}\n"丙"丁,{NUMBER}\n', 4),
        (f'姓名,证件号\n甲"乙,"{NUMBER}\n', 2),
        (f'"姓"名,证件号\n甲,{NUMBER}\n', 1),
    ],
    ids=["after a quote", "two odd ones", "header"],
)
def test_a_quote_that_breaks_a_record_is_told_by_its_line_and_what_to_do(
    key_file: Path, capsys: pytest.CaptureFixture[str], data: str, line: int
) -> None:
    file, made = key_file.parent / "in.csv", key_file.parent / "out.csv"
    file.write_text(data, encoding="utf-8")
    told = ("--column", "证件号", "--kind", "identity", "--key", str(key_file), "--out", str(made))

    assert run(["--language", "zh", "pseudonym", str(file), *told]) is ExitCode.DATA_REFUSED
    said = capsys.readouterr().err
    assert f"物理行 {line} 起" in said and "改正后重做" in said
    assert not re.search("[A-Za-z]{3,}", said), said
    assert run(["--language", "en", "pseudonym", str(file), *told]) is ExitCode.DATA_REFUSED
    said = capsys.readouterr().err
    assert f"begins in line {line} " in said and "run again" in said
    assert not made.exists()


def test_nothing_is_made_of_a_file_that_is_written_meanwhile(key_file: Path) -> None:
    file, made = key_file.parent / "in.csv", key_file.parent / "out.csv"
    file.write_bytes(content([row(f"T{n}", 证件号=NUMBER) for n in range(2000)]))

    with being_written(file), pytest.raises(FileChangedError):
        pseudonymize(file, made, column="证件号", kind=Kind.IDENTITY, keys=KEYS.pseudonyms, catalog=catalog())
    assert not made.exists()


def test_a_file_that_is_there_is_not_overwritten(key_file: Path) -> None:
    (key_file.parent / "out.csv").write_text("kept")

    code, made = pseudonym(content([row("T1", 证件号=NUMBER)]), key_file)

    assert code is ExitCode.DATA_REFUSED
    assert made.read_text() == "kept"


def test_intake_rejects_a_ready_pseudonym_that_is_broken_or_of_another_key(tmp_path: Path) -> None:
    ready = KEYS.pseudonyms.ready(NUMBER, kind=Kind.IDENTITY) or ""
    other = PseudonymKeys(chain=(PseudonymKey(id="p0001", secret=b"o" * 32),))
    rows = [row(f"T{n}") for n in range(40)]
    rows += [row("B1", 证件号=ready[:-1]), row("B2", 联系电话=ready)]
    rows += [row("B3", 证件号=other.ready(NUMBER, kind=Kind.IDENTITY) or "")]

    result = checked(tmp_path, content(rows), keys=KEYS)
    at_home = checked(tmp_path, content(rows))

    assert rules_of(result) == ["pseudonym_form", "pseudonym_key", "pseudonym_key"]
    assert result.findings["row_number"].to_list() == [41, 42, 43]
    assert result.findings.filter(pl.col("value").str.len_chars() > 3).is_empty()
    assert rules_of(at_home) == ["pseudonym_form"]
    assert "pseudonym_key" in at_home.checks_not_run
