"""Whatever a valid file of any form is turned into, intake answers with a result, and soon."""

import json
import random
import re
import struct
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bank_report_files import DAY, KEYS, SOURCE, StatedHistory, catalog, content, row
from filled_templates import filled
from workbook_files import (
    SHEET,
    STRINGS,
    gzipped,
    members_of,
    packed,
    raw_workbook,
    rows_xml,
    sheet_xml,
    workbook,
)
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xiaobao.catalog import reading
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.annotate import annotate
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Decision, Delivery
from xiaobao.intake.findings import FINDING_SCHEMA
from xiaobao.intake.marked_workbook import LISTED_LIMIT
from xiaobao.intake.sentences import sentences
from xiaobao.intake.template.plan import plan
from xiaobao.intake.template.workbook import write_template
from xiaobao.ledger.entries import BATCH_SCHEMA

SECONDS_LIMIT = 20
CHANNELS = "standards/jrt0169-2018/channel.csv"
NOTES, LISTS = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"
ROWS = [row(f"T{number}", 产品="信用卡", 投诉内容="多收年费，\n请“退还”") for number in range(14)]


def _change(book: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range(0, 0, 0, 15, "投诉日报")
    sheet.write_number(3, 3, 43891, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number(4, 12, 12.5)
    sheet.write_formula(5, 12, "=1+1", None, 2)
    sheet.write_formula(6, 11, "=NA()", None, "#N/A")
    sheet.merge_range(7, 6, 9, 6, "GY01")
    sheet.set_row(8, None, None, {"hidden": True})
    book.add_worksheet("说明").write(0, 0, "填报说明")


BOOK = workbook(ROWS, _change, at=1)
LINES = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in ROWS).encode()
FORMS = {
    "workbook": BOOK,
    "stored workbook": packed(members_of(BOOK), method=zipfile.ZIP_STORED),
    "raw workbook": raw_workbook(sheet_xml(rows_xml(ROWS))),
    "json lines": LINES,
    "semicolons": content(ROWS).replace(b",", b";"),
    "carriage returns": content(ROWS).replace(b"\n", b"\r"),
    "gzip": gzipped(content(ROWS)),
    "zip": packed({"日报.csv": content(ROWS)}),
    "stored zip": packed({"a.jsonl": LINES}, method=zipfile.ZIP_STORED),
}
POISON = (
    *(b"\x00", b"\xff", b"\x1f\x8b", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06"),
    *(b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"[", b"{", b'"', b"\\u", b"1e999", b"<", b"&", b"\r", b";"),
)
XML_POISON = (
    *('"', "'", "<", ">", "&", "]]>", "<![CDATA[", "<!--", "<!DOCTYPE a>", "&#0;", "&#x110000;", "&a;"),
    *("XFD1048576", "A0", "a1", "A-1", "１", "-1", "99999999999999999999", "1e400", "NaN", "#N/A", "", " "),
    *(' t="s"', ' t="e"', ' t="b"', ' t="d"', ' t="inlineStr"', ' s="1"', ' s="-1"', ' r="A1"', ' xmlns="x"'),
    *("<c/>", "<row/>", "</row>", "<v/>", "<f>1</f>", "<is><t>a</t></is>", "<row r='5'>", "<sheetData>"),
    *('<mergeCell ref="A1:XFD1048576"/>', '<mergeCell ref="B2"/>', "<x:row xmlns:x='y'/>", "\x00", "\x1b"),
    *("_x0000_", "_x000D_", "</sheetData>", "<rPh>", "<cols><col min='1' max='9' hidden='1'/></cols>"),
)


def _check(data: bytes) -> CheckResult:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivery"
        path.write_bytes(data)
        began = time.process_time()
        result = _checked(path)
        assert time.process_time() - began < SECONDS_LIMIT
        assert [left.name for left in path.parent.iterdir()] == ["delivery"]
        out = path.with_suffix(".xlsx")
        written = annotate(result, catalog=catalog(), language="zh", out=out)
        assert written.listed == min(result.findings.height, LISTED_LIMIT)
        if result.sent is not None:
            _assert_the_same(result, _checked(out))
    _assert_sound(result)
    return result


def _checked(path: Path) -> CheckResult:
    return check(
        path,
        delivery=Delivery(source_code=SOURCE, day=DAY, kind=DeliveryKind.REGULAR, revision=2),
        catalog=catalog(),
        simulated=True,
        history=StatedHistory({"T1": False, "T2": True}, last=1, revision=1),
        keys=KEYS,
        work=path.parent,
        keep=True,
    )


def _assert_the_same(result: CheckResult, again: CheckResult) -> None:
    """What is given back and delivered unmended fares as what was sent, row by row.

    What returns a file may lie in its bytes, such as a quote, of which a workbook has none.
    """
    assert again.read == result.read
    if result.decision is not Decision.RETURNED:
        assert again.decision is result.decision, again.reason
        assert again.batch["complaint_no"].equals(result.batch["complaint_no"])


def _assert_sound(result: CheckResult) -> None:
    assert result.read == result.accepted + result.rejected
    assert result.batch.height == result.accepted
    assert (dict(result.batch.schema), dict(result.findings.schema)) == (BATCH_SCHEMA, FINDING_SCHEMA)
    assert result.batch["row_number"].n_unique() == result.accepted
    if result.decision is Decision.RETURNED:
        assert (result.accepted, result.narratives.height) == (0, 0)
        assert result.reason is not None
    else:
        named = result.findings.filter(result.findings["severity"] == "reject")["row_number"].n_unique()
        assert named == result.rejected
    for finding in sentences(result.findings.head(20), catalog()):
        assert finding.sentence.zh and finding.sentence.en


def _mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(len(changed) + 1)
        span = chance.choice((1, 1, 2, 4, 30, 400))
        match chance.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[place : place + span]
            case 2:
                changed[place:place] = changed[max(0, place - span) : place]
            case 3:
                del changed[place:]
            case 4:
                changed[place : place + 4] = struct.pack("<I", chance.choice((0, 1, 2**31, 2**32 - 1)))
            case _:
                changed[place:place] = chance.choice(POISON)
        if not changed:
            break
    return bytes(changed)


def _mutated_text(text: str, chance: random.Random) -> str:
    """Mutations where they matter: at tags, attributes and values."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        places = [match.start() for match in re.finditer(r'[<>"/ ]|(?<=>)|(?<=")', text)]
        if not places:
            break
        place, other = chance.choice(places), chance.choice(places)
        first, last = min(place, other), min(max(place, other), min(place, other) + 300)
        match chance.randrange(5):
            case 0:
                text = text[:first] + text[last:]
            case 1:
                text = text[:last] + text[first:last] + text[last:]
            case _:
                text = text[:place] + chance.choice(XML_POISON) + text[place:]
    return text


def _mutated_part(chance: random.Random) -> bytes:
    """A workbook in which the text of one part was changed, sometimes its name, or a part exchanged."""
    members = members_of(BOOK)
    names = [*members, *[SHEET] * 8, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
    name = chance.choice(names)
    match chance.randrange(12):
        case 0:
            del members[name]
        case 1:
            members[name + chance.choice(("x", " ", "/"))] = members.pop(name)
        case 2:
            members[name] = members[chance.choice(list(members))]
        case 3:
            members[name] = _mutated(members[name], chance)
        case _:
            members[name] = _mutated_text(members[name].decode(), chance).encode("utf-8", "surrogatepass")
    return packed(members)


@cache
def _old_template() -> dict[str, bytes]:
    """The members of a filled template that knows neither the last channel of today nor the first's name."""
    header, *channels = catalog().files[CHANNELS].decode("utf-8-sig").splitlines()
    renamed = channels[0].replace(channels[0].split(",")[header.split(",").index("name_zh")], "旧名")
    older = reading.parse(
        {**catalog().files, CHANNELS: "\n".join([header, renamed, *channels[1:-1], ""]).encode()}
    )
    with TemporaryDirectory() as folder:
        made = Path(folder) / "template.xlsx"
        write_template(plan(older, older.source(SOURCE), day=DAY), made)
        rows = [list(each.values()) for each in ROWS]
        return members_of(filled(made, rows, made.with_name("filled.xlsx")).read_bytes())


def _mutated_lists(chance: random.Random) -> bytes:
    """An old template with its lists, its notes, the texts of either, or the list of sheets changed."""
    members = dict(_old_template())
    name = chance.choice((LISTS, LISTS, LISTS, NOTES, STRINGS, "xl/workbook.xml"))
    text = members[name].decode()
    members[name] = _mutated_text(text, chance).encode("utf-8", "surrogatepass")
    if chance.randrange(6) == 0:
        members[name] = _mutated(members[name], chance)
    return packed(members)


def test_the_old_template_that_is_mutated_tells_its_changes() -> None:
    result = _check(packed(_old_template()))

    (told,) = result.findings.filter(result.findings["rule_id"] == "template_outdated")["value"]
    assert "[+" in told and " → " in told
    assert result.read == 14


def test_the_lists_of_an_old_template_may_be_changed_at_will() -> None:
    _mutate_all(_mutated_lists, "lists", 60)


@pytest.mark.long
def test_the_lists_of_an_old_template_may_be_changed_at_will_many_times() -> None:
    _mutate_all(_mutated_lists, "lists, long", 3000)


@pytest.mark.parametrize("form", FORMS)
def test_the_files_that_are_mutated_are_read(form: str) -> None:
    assert _check(FORMS[form]).read == 14


def _mutate_all(make: Callable[[random.Random], bytes], name: str, runs: int) -> None:
    chance = random.Random(name)
    for number in range(runs):
        data = make(chance)
        try:
            _check(data)
        except Exception as error:
            raise AssertionError(f"{name}, file {number}: {data[:100]!r} …") from error


@pytest.mark.parametrize("form", FORMS)
def test_bytes_of_any_form_may_be_changed_at_will(form: str) -> None:
    _mutate_all(lambda chance: _mutated(FORMS[form], chance), form, 60)


def test_parts_of_a_workbook_may_be_changed_at_will() -> None:
    _mutate_all(_mutated_part, "parts", 120)


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
def test_bytes_of_any_form_may_be_changed_at_will_many_times(form: str) -> None:
    _mutate_all(lambda chance: _mutated(FORMS[form], chance), f"{form}, long", 3000)


@pytest.mark.long
def test_parts_of_a_workbook_may_be_changed_at_will_many_times() -> None:
    _mutate_all(_mutated_part, "parts, long", 15_000)
