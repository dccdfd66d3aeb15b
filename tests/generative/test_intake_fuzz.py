"""Whatever a valid file is turned into, intake answers with a result: no exception, and nothing lost."""

import csv
import io
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from bank_report_files import DAY, HEADER, KEYS, SOURCE, StatedHistory, catalog, content, row
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaobao.catalog.codes import Facet
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Decision, Delivery
from xiaobao.intake.findings import FINDING_SCHEMA, summary
from xiaobao.intake.reading import scan
from xiaobao.intake.sentences import sentences
from xiaobao.ledger.entries import BATCH_SCHEMA

SAMPLES = Path(__file__).parents[2] / "samples" / "cfpb"
SEEDS = range(12)
MUTATIONS = 25

VALID = (
    content(
        [
            *(row(f"T{number}", 产品="信用卡", 投诉内容="多收年费，\n请“退还”") for number in range(14)),
            row("K1", 事件="更正"),
            row("K2", 事件="撤销", 投诉内容='电话 13812345678，邮箱 a@b.cn，"急"'),
        ]
    )
    + "合计,16\n".encode()
)
_POISON_TEXT = '" "" \n \r \r\n , NaN -0 1e309 2020-02-30 44000 3020-01-01 =1+1 合计 １２ \x00 \x1a \x1f'
_POISON_BYTES = (
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\xc2\xa0",
    b"\xff",
    b"\xe4",
    b"\x80",
    b"\x85",
    b"\xa0",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
)
POISON = (*(each.encode() for each in _POISON_TEXT.split(" ")), *_POISON_BYTES)
_ODD_CELLS = (
    "0 -1 1e400 2020-02-30 44000 3020-01-01 0001-01-01 9999-12-31 合计 T1 B9999 其他 GF03 out_of_list 某银行 "
    "更正 complaint \x1f | › .. Ａ０１０１ 𝟙𝟚"
)
CELLS = st.one_of(
    st.sampled_from(["", " ", *_ODD_CELLS.split(" ")]),
    st.text(max_size=12),
    st.dates().map(str),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
)


def _assert_sound(result: CheckResult) -> None:
    assert result.read == result.accepted + result.rejected
    assert result.batch.height == result.accepted
    assert dict(result.batch.schema) == BATCH_SCHEMA
    assert dict(result.findings.schema) == FINDING_SCHEMA
    assert result.batch["row_number"].n_unique() == result.accepted
    assert (
        result.batch.select("complaint_no", "event", "entry_kind", "received_on").null_count().row(0)
        == (0,) * 4
    )
    assert not set(result.checks_run) & set(result.checks_not_run)
    if result.decision is Decision.RETURNED:
        assert result.reason is not None
        assert (result.accepted, result.narratives.height) == (0, 0)
        assert "return" in set(result.findings["severity"])
    if result.decision is Decision.ACCEPTED:
        assert result.rejected == 0
    if result.rejected and result.decision is Decision.ACCEPTED_IN_PART:
        named = result.findings.filter(result.findings["severity"] == "reject")["row_number"].n_unique()
        assert named == result.rejected
    for finding in sentences(result.findings.head(50), catalog()):
        assert finding.sentence.zh
        assert finding.sentence.en
    assert summary(result.findings)["findings"].sum() == result.findings.height


def _check(
    data: bytes, *, source: str = SOURCE, day: date = DAY, kind: DeliveryKind = DeliveryKind.REGULAR
) -> CheckResult:
    revision = 1 if source == SOURCE else None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.csv"
        path.write_bytes(data)
        result = check(
            path,
            delivery=Delivery(source_code=source, day=day, kind=kind, revision=revision),
            catalog=catalog(),
            simulated=catalog().source(source).simulated,
            history=StatedHistory({"T1": False, "T2": True, "K1": False, "K2": False}, last=1, revision=1),
            keys=KEYS,
        )
    _assert_sound(result)
    return result


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """A few mutations at byte level: replaced, removed, repeated, cut off, poison put in."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        place = chance.randrange(len(changed) + 1)
        span = chance.choice((1, 1, 2, 10, 200))
        match chance.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[place : place + span]
            case 2:
                changed[place:place] = changed[max(0, place - span) : place]
            case 3:
                del changed[place:]
            case _:
                changed[place:place] = chance.choice(POISON)
        if not changed:
            break
    return bytes(changed)


def test_the_file_that_is_mutated_is_accepted_but_for_what_the_ledger_refuses() -> None:
    result = _check(VALID)

    assert result.decision is Decision.ACCEPTED_IN_PART
    assert result.findings["rule_id"].to_list() == ["known_as_new", "withdrawn_not_reinstated"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bytes_of_a_valid_file_may_be_changed_at_will(seed: int, encoding: str) -> None:
    chance = random.Random(f"{encoding}-{seed}")
    data = VALID.decode().encode(encoding)

    results = [_check(_mutated(data, chance)) for _ in range(MUTATIONS)]

    assert len(results) == MUTATIONS


@pytest.mark.parametrize("seed", SEEDS)
def test_bytes_of_real_records_may_be_changed_at_will(seed: int) -> None:
    chance = random.Random(seed)
    records = (SAMPLES / "complaints_full_schema_2023.csv").read_bytes()[:40_000]

    for _ in range(8):
        _check(_mutated(records, chance), source="cfpb-public", day=date(2023, 9, 11))


@pytest.mark.parametrize("seed", SEEDS)
def test_where_blocks_are_cut_changes_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(f"blocks-{seed}")
    told = [row(f"T{number}", 投诉内容=chance.choice(("", 'a\n"b",c', "多收"))) for number in range(40)]
    files = [_mutated(content(told) + "合计,40\n".encode(), chance) for _ in range(6)]

    whole = [_check(data) for data in files]
    monkeypatch.setattr(scan, "_PIECE_BYTES", 100)
    monkeypatch.setattr(scan, "_LIMIT_WITH_END", 2_000)
    monkeypatch.setattr(scan, "BLOCK_BYTES", 500)
    cut = [_check(data) for data in files]

    path = tmp_path / "whole.csv"
    path.write_bytes(content(told))
    scanned = scan.scan(path)
    assert isinstance(scanned, scan.Scan)
    assert len(scanned.block_ends) > 1
    for one, other in zip(whole, cut, strict=True):
        if not {"long_line", "unclosed_quote"} & set(other.findings["rule_id"]):
            assert other.batch.equals(one.batch)
            assert other.findings.sort(pl.all()).equals(one.findings.sort(pl.all()))


@given(
    st.lists(st.tuples(st.integers(0, 15), st.sampled_from(HEADER), CELLS), min_size=1, max_size=8),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(list(DeliveryKind)),
)
@settings(max_examples=120, deadline=None)
def test_cells_of_a_valid_file_may_hold_anything(
    changes: list[tuple[int, str, str]], quoting: int, kind: DeliveryKind
) -> None:
    rows = [row(f"T{number}", 投诉内容="多收年费") for number in range(16)]
    for place, name, cell in changes:
        rows[place][name] = cell
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=quoting)
    writer.writerow(HEADER)
    writer.writerows([each[name] for name in HEADER] for each in rows)

    result = _check(stream.getvalue().encode("utf-8", "surrogatepass"), kind=kind)

    if result.form.encoding == "utf-8" and result.read:
        assert result.read <= 16 + sum(cell.count("\n") + cell.count("\r") for _, _, cell in changes)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_at_all_are_answered(data: bytes) -> None:
    result = _check(data)

    assert result.decision is Decision.RETURNED


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_after_a_valid_header_are_answered(data: bytes) -> None:
    _check(content([]) + data)


@given(st.lists(st.sampled_from(["B0302", "其他", "B9999", "", "信用卡"]), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_under_an_official_standard_an_unknown_code_is_never_accepted(codes: list[str]) -> None:
    known = catalog()
    official = replace(known.standards["jrt0169-2018"], reconstructed=False)
    using = replace(known, standards={**known.standards, official.id: official})
    data = content([row(f"T{place}", 业务类别=code) for place, code in enumerate(codes)])

    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivery.csv"
        path.write_bytes(data)
        result = check(
            path,
            delivery=Delivery(source_code=SOURCE, day=DAY, kind=DeliveryKind.REGULAR, revision=1),
            catalog=using,
            simulated=True,
            history=None,
            keys=None,
        )

    table = official.tables[Facet.BUSINESS].codes
    _assert_sound(result)
    assert set(result.batch["business_code"]) <= set(table)
