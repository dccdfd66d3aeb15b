"""A workbook from an older template says which codes came, went or were renamed since."""

from pathlib import Path

from bank_report_files import DAY, SOURCE, catalog, checked, row
from filled_templates import filled

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.sentences import sentence
from xiaobao.intake.template.plan import plan
from xiaobao.intake.template.workbook import write_template
from xiaobao.lib.words import Words

CHANNELS = "standards/jrt0169-2018/channel.csv"


def _older(*, without: int, renamed: str = "") -> Catalog:
    """The catalog before some channels came, with another name of one and one that went since."""
    header, *rows = catalog().files[CHANNELS].decode("utf-8-sig").splitlines()
    names = header.split(",")
    kept = rows[: len(rows) - without]
    if renamed:
        place = names.index("name_zh")
        for number, line in enumerate(kept):
            cells = line.split(",")
            if cells[0] == renamed:
                cells[place] = "旧名"
                kept[number] = ",".join(cells)
        gone = ["A99", *kept[0].split(",")[1:]]
        kept.append(",".join(gone))
    files = {**catalog().files, CHANNELS: "\n".join([header, *kept, ""]).encode()}
    return reading.parse(files)


def _told(folder: Path, older: Catalog) -> Words:
    template = folder / "template.xlsx"
    write_template(plan(older, older.source(SOURCE), day=DAY), template)
    book = filled(template, [list(row("T1").values())], folder / "filled.xlsx")
    findings = checked(folder, book.read_bytes()).findings
    assert findings["rule_id"].to_list() == ["template_outdated"]
    return sentence(findings.row(0, named=True), catalog()).sentence


def test_codes_that_came_went_or_have_another_name_are_named(tmp_path: Path) -> None:
    last = catalog().files[CHANNELS].decode().splitlines()[-1].split(",")[0]

    words = _told(tmp_path, _older(without=1, renamed="A01"))

    for told in (words.zh, words.en):
        assert f"[+{last} " in told
        assert ", −A99, A01 → " in told
        assert "旧名" not in told


def test_of_many_changes_a_few_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    words = _told(tmp_path, _older(without=8))

    assert " and 3 more]" in words.en
    assert " 等，另有 3 项]" in words.zh
    assert words.en.split("[", 1)[1].split("]", 1)[0].count("+") == 5
