"""Briefs of real homes: what is printed derives from the ledger, and what does not is refused."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import polars as pl
import pytest
from bank_files import deliver
from brief_homes import (
    CREATED_AT,
    FIRST_DAY,
    close,
    complaint,
    days_with_late_reports,
    report,
    signed_at,
)

from xiaobao.casework.persons import SignatureError
from xiaobao.lib.words import Language
from xiaobao.outputs import register
from xiaobao.outputs.brief.closes import NotClosedError
from xiaobao.outputs.brief.desk import NothingReportedError, PathError
from xiaobao.outputs.brief.document import Brief, Direction, Paragraph, Text, Token, lines, text_of
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home
from xiaobao.submissions.home_file import Mark
from xiaobao.submissions.models import Segment
from xiaobao.workflows.compose_brief import compose_brief
from xiaobao.workflows.diff_brief import diff_brief
from xiaobao.workflows.issue_brief import BriefRefusedError, issue_brief

SECOND_DAY = FIRST_DAY + timedelta(days=1)
Homes = Callable[..., Home]


def text(brief: Brief) -> str:
    return "\n".join("".join(map(text_of, tokens)) for _, tokens in lines(brief))


def two_days(home: Home, folder: Path) -> None:
    """Ten complaints, then twelve; the first bank has eight of them."""
    for number, day in enumerate((FIRST_DAY, SECOND_DAY)):
        own = [
            complaint(f"{day}-{one}", day, business="B02" if one % 2 else "B01")
            for one in range(6 + 2 * number)
        ]
        report(home, folder, own, day=day)
        report(
            home,
            folder,
            [complaint(f"{day}-{one}", day, bank="GY02") for one in range(4)],
            day=day,
            bank="GY02",
        )
        close(home, day)


@pytest.fixture
def home(home_factory: Homes) -> Home:
    """Two closed days, on each database."""
    return home_factory(at=CREATED_AT, filled=two_days)


@pytest.fixture
def sqlite_home(sqlite_home_factory: Homes) -> Home:
    """Two closed days, on SQLite."""
    return sqlite_home_factory(at=CREATED_AT, filled=two_days)


def change_one_code(home: Home, column: str, before: str, after: str) -> None:
    """Tamper with the ledger: one row of a live segment that was received on the second day."""
    for segment in Segment.objects.filter(table="entries", replaced_by=None):
        path = home.segments_folder / segment.name
        rows = pl.read_parquet(path).with_row_index("place")
        hits = rows.filter(pl.col(column) == before, pl.col("received_on") == SECOND_DAY, pl.col("sign") == 1)
        if hits.height:
            place = hits["place"][0]
            changed = (
                pl.when(pl.col("place") == place).then(pl.lit(after)).otherwise(pl.col(column)).alias(column)
            )
            rows.with_columns(changed).drop("place").write_parquet(path)
            return
    raise AssertionError("no such row")


def test_a_brief_is_issued_numbered_stored_and_journaled(home: Home) -> None:
    draft = compose_brief(home, SECOND_DAY)

    outcome = issue_brief(home, draft.brief, by="王 某", at=signed_at(home, SECOND_DAY))

    issued = outcome.issued
    assert (issued.number, issued.series, issued.language, issued.path) == (
        "2020-1",
        "daily",
        "zh",
        "institution",
    )
    assert register.every(series="daily") == (issued,)
    assert register.renderings_of(home, issued) == outcome.renderings
    assert "2020年第1期" in outcome.renderings.page.decode()
    assert "签发：王 某" in outcome.renderings.page.decode()
    (record,) = journal.records(home, kind="brief_issued")
    assert (record.payload["digest"], record.payload["number"]) == (issued.digest, "2020-1")
    assert "共收到投诉12件，较前一日（3月16日，10件）增长20.0%" in text(draft.brief)


def test_issuing_the_same_again_gives_the_brief_that_was_issued(home: Home) -> None:
    at = signed_at(home, SECOND_DAY)
    first = issue_brief(home, compose_brief(home, SECOND_DAY).brief, by="A", at=at)

    again = issue_brief(home, compose_brief(home, SECOND_DAY).brief, by="B", at=at + timedelta(hours=1))

    assert (again.issued, again.renderings, again.repeated) == (first.issued, first.renderings, True)
    assert len(list(journal.records(home, kind="brief_issued"))) == 1


def test_other_words_of_the_same_day_get_a_number_and_name_what_they_replace(sqlite_home: Home) -> None:
    at = signed_at(sqlite_home, SECOND_DAY)
    issue_brief(sqlite_home, compose_brief(sqlite_home, SECOND_DAY).brief, by="A", at=at)
    draft = compose_brief(sqlite_home, SECOND_DAY).brief
    added = Paragraph(tokens=(Text(text="请各行核查录入质量。"),))

    outcome = issue_brief(
        sqlite_home, msgspec.structs.replace(draft, blocks=(*draft.blocks, added)), by="A", at=at
    )

    assert (outcome.issued.number, outcome.issued.predecessor) == ("2020-2", "2020-1")
    assert "2020年第2期（更正并取代第1期）" in outcome.renderings.page.decode()


def test_a_translation_has_a_number_of_its_own_and_replaces_nothing(sqlite_home: Home) -> None:
    at = signed_at(sqlite_home, SECOND_DAY)
    drafts = {name: compose_brief(sqlite_home, SECOND_DAY, language=name).brief for name in ("zh", "en")}

    issued = [issue_brief(sqlite_home, drafts[name], by="A", at=at) for name in ("zh", "en", "zh")]

    numbers = [(one.issued.number, one.issued.predecessor, one.repeated) for one in issued]
    assert numbers == [("2020-1", None, False), ("2020-2", None, False), ("2020-1", None, True)]


@pytest.mark.parametrize(
    ("column", "before", "after"), [("institution_code", "GY01", "GY03"), ("business_code", "B01", "B02")]
)
def test_one_code_changed_in_the_ledger_is_refused_naming_the_figure_and_both_values(
    sqlite_home: Home, column: str, before: str, after: str
) -> None:
    draft = compose_brief(sqlite_home, SECOND_DAY).brief
    change_one_code(sqlite_home, column, before, after)

    with pytest.raises(BriefRefusedError) as refused:
        issue_brief(sqlite_home, draft, by="A", at=signed_at(sqlite_home, SECOND_DAY))

    assert any(
        re.match(r"f\d+ ", one.place)
        and re.search(r"the brief says \S+, the ledger derives \S+", one.words.en)
        for one in refused.value.refusals
    )
    assert register.every(series="daily") == ()


@pytest.mark.parametrize(
    ("column", "before", "after"), [("institution_code", "GY01", "GY03"), ("business_code", "B01", "B02")]
)
def test_a_brief_composed_from_a_changed_ledger_contradicts_the_sealed_close(
    sqlite_home: Home, column: str, before: str, after: str
) -> None:
    change_one_code(sqlite_home, column, before, after)
    draft = compose_brief(sqlite_home, SECOND_DAY).brief

    with pytest.raises(BriefRefusedError) as refused:
        issue_brief(sqlite_home, draft, by="A", at=signed_at(sqlite_home, SECOND_DAY))

    assert any("sealed with the close" in one.words.en for one in refused.value.refusals)


@pytest.mark.parametrize(("language", "flipped"), [("zh", "减少"), ("en", "fell")])
def test_one_flipped_direction_word_is_refused_in_each_language(
    sqlite_home: Home, language: Language, flipped: str
) -> None:
    draft = compose_brief(sqlite_home, SECOND_DAY, language=language).brief

    def flip(token: Token) -> Token:
        up = isinstance(token, Direction) and token.word in ("增长", "rose")
        return msgspec.structs.replace(token, word=flipped) if up else token  # type: ignore[type-var]

    changed = msgspec.structs.replace(
        draft,
        blocks=tuple(
            msgspec.structs.replace(block, tokens=tuple(map(flip, block.tokens)))
            if isinstance(block, Paragraph) and block.role == "summary"
            else block
            for block in draft.blocks
        ),
    )
    with pytest.raises(BriefRefusedError) as refused:
        issue_brief(sqlite_home, changed, by="A", at=signed_at(sqlite_home, SECOND_DAY))

    assert len(refused.value.refusals) == 1
    assert f"“{flipped}” contradicts its number" in refused.value.refusals[0].words.en


def test_a_digit_typed_into_the_words_is_refused(sqlite_home: Home) -> None:
    draft = compose_brief(sqlite_home, SECOND_DAY).brief
    typed = Paragraph(tokens=(Text(text="另接来电3件。"),))

    with pytest.raises(BriefRefusedError, match="a digit"):
        issue_brief(
            sqlite_home,
            msgspec.structs.replace(draft, blocks=(*draft.blocks, typed)),
            by="A",
            at=signed_at(sqlite_home, SECOND_DAY),
        )


def test_a_draft_of_another_home_is_refused(sqlite_home_factory: Homes, tmp_path: Path) -> None:
    first = sqlite_home_factory(at=CREATED_AT)
    two_days(first, tmp_path)
    draft = compose_brief(first, SECOND_DAY).brief
    other = sqlite_home_factory(at=CREATED_AT)
    report(other, tmp_path, [complaint("1", FIRST_DAY)], day=FIRST_DAY)
    close(other, FIRST_DAY)
    report(other, tmp_path, [complaint("2", SECOND_DAY)], day=SECOND_DAY)
    close(other, SECOND_DAY)

    with pytest.raises(BriefRefusedError, match="close_head says"):
        issue_brief(other, draft, by="A", at=signed_at(other, SECOND_DAY))


def test_constant_volume_with_a_third_late_reads_as_level(sqlite_home_factory: Homes, tmp_path: Path) -> None:
    home = sqlite_home_factory(at=CREATED_AT)
    last = days_with_late_reports(home, tmp_path, days=5, own=7, late=3)

    chinese = text(compose_brief(home, last).brief)
    english = text(compose_brief(home, last, language="en").brief)

    assert "共收到投诉14件，与前一日（3月19日，14件）持平。" in chinese
    assert "近7日内4个工作日日均14.0件，当日与该均值持平。" in chinese
    assert "按各自日结时合计56件，按本次日结合计80件，补报净增24件" in chinese
    assert "this is level with the 14 of 19 March" in english
    assert not re.search("增长|减少|rose|fell", chinese + english)


def test_a_later_amendment_leaves_the_bytes_and_shows_in_the_diff(home: Home, tmp_path: Path) -> None:
    outcome = issue_brief(home, compose_brief(home, SECOND_DAY).brief, by="A", at=signed_at(home, SECOND_DAY))
    third = SECOND_DAY + timedelta(days=1)
    amended = complaint(f"{SECOND_DAY}-0", SECOND_DAY, business="B03", event="更正")
    missed = complaint("forgotten", SECOND_DAY, business="B02")
    report(home, tmp_path, [amended, missed], day=third)
    close(home, third)

    found = diff_brief(home, outcome.issued)

    changed = {one.description.zh.split(" ", 1)[1]: (one.printed.zh, one.now.zh) for one in found.ledger}
    total = next(
        values for name, values in changed.items() if name.startswith("投诉量 [路径：机构报送] 2020-03-17")
    )
    assert total == ("12", "13")
    assert any("业务类别" in name and values == ("8", "7") for name, values in changed.items())
    assert (found.catalog_changed, found.catalog) == (False, ())
    assert register.renderings_of(home, register.find("2020-1", series="daily")) == outcome.renderings
    assert issue_brief(
        home, compose_brief(home, SECOND_DAY).brief, by="A", at=signed_at(home, third)
    ).repeated


def test_the_diff_keeps_apart_what_the_catalog_changed(sqlite_home: Home) -> None:
    outcome = issue_brief(
        sqlite_home,
        compose_brief(sqlite_home, SECOND_DAY).brief,
        by="A",
        at=signed_at(sqlite_home, SECOND_DAY),
    )
    present = sqlite_home.catalog()
    measure = replace(present.measures["complaints"], entry_kinds=("enquiry",))
    later = replace(present, digest="e" * 64, measures={**present.measures, "complaints": measure})
    sqlite_home.__dict__["_catalog"] = later

    found = diff_brief(sqlite_home, outcome.issued)

    assert found.ledger == ()
    assert found.catalog_changed
    assert {(one.cause, one.now.en) for one in found.catalog} == {("catalog", "0")}


def test_a_damaged_original_is_never_reprinted(sqlite_home: Home) -> None:
    outcome = issue_brief(
        sqlite_home,
        compose_brief(sqlite_home, SECOND_DAY).brief,
        by="A",
        at=signed_at(sqlite_home, SECOND_DAY),
    )
    path = sqlite_home.archive.path_of(outcome.issued.digest, room=register.ROOM)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))

    assert register.is_intact(sqlite_home, outcome.issued) is False
    with pytest.raises(Exception, match="damaged"):
        register.renderings_of(sqlite_home, outcome.issued)


def test_an_open_day_has_no_brief(sqlite_home: Home) -> None:
    with pytest.raises(NotClosedError, match="is not closed"):
        compose_brief(sqlite_home, SECOND_DAY + timedelta(days=1))


def test_a_day_on_which_nobody_reported_has_no_numbers_to_print(
    sqlite_home_factory: Homes, tmp_path: Path
) -> None:
    home = sqlite_home_factory(at=CREATED_AT)
    close(home, FIRST_DAY)

    with pytest.raises(NothingReportedError, match="silence is not zero"):
        compose_brief(home, FIRST_DAY)


def test_a_home_with_two_paths_due_says_what_to_add(sqlite_home_factory: Homes) -> None:
    home = sqlite_home_factory(mark=Mark.ORDINARY, at=CREATED_AT)
    close(home, FIRST_DAY)

    with pytest.raises(PathError) as error:
        compose_brief(home, FIRST_DAY)

    assert "--path hotline (" in error.value.words.en and "--path institution (" in error.value.words.en
    assert "--path institution（机构报送）" in error.value.words.zh


def test_a_first_day_makes_no_comparison(sqlite_home: Home) -> None:
    chinese = text(compose_brief(sqlite_home, FIRST_DAY).brief)

    assert "此前无已日结之日，不作环比" in chinese
    assert "无补报可列" in chinese


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\x00b"])
def test_a_brief_needs_a_name_under_it(sqlite_home: Home, name: str) -> None:
    draft = compose_brief(sqlite_home, SECOND_DAY).brief

    with pytest.raises(SignatureError):
        issue_brief(sqlite_home, draft, by=name, at=signed_at(sqlite_home, SECOND_DAY))


def test_a_simulated_brief_says_so_and_a_silent_bank_is_not_zero(sqlite_home: Home) -> None:
    page = compose_brief(sqlite_home, SECOND_DAY).renderings.page.decode()

    assert sqlite_home.mark is Mark.SIMULATED
    assert page.count("模拟数据：机构与数字均为虚构") >= 2
    assert re.search(
        r'股份行01</span></th><td class="numeric absent"><a[^>]*><data[^>]*value="">未报送', page
    )


def test_a_group_of_which_nobody_reported_is_not_zero(sqlite_home: Home) -> None:
    issued = compose_brief(sqlite_home, SECOND_DAY)

    words = text(issued.brief)
    assert "股份制商业银行未报送" in words
    assert "股份制商业银行0件" not in words
    assert re.search(
        r'股份制商业银行</span></th><td class="numeric absent"><a[^>]*><data[^>]*value="">未报送',
        issued.renderings.page.decode(),
    )


CFPB_HEADER = (
    *(
        "complaint_id",
        "date_received",
        "date_sent",
        "product",
        "sub_product",
        "issue",
        "sub_issue",
        "company",
    ),
    *("company_response", "state", "zip_code", "submitted_via", "timely", "disputed"),
)


def public_records(folder: Path, day: date, companies: list[str]) -> Path:
    """A file of public records as of 2014: one complaint a company named."""
    path = folder / f"{day}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, CFPB_HEADER, restval="")
        writer.writeheader()
        for number, company in enumerate(companies):
            writer.writerow(
                {
                    "complaint_id": f"{day:%Y%m%d}{number}",
                    "date_received": day.isoformat(),
                    "product": "Mortgage",
                    "issue": "Other" if number else "",
                    "company": company,
                }
            )
    return path


def test_public_records_make_an_english_brief_with_added_companies_by_their_stated_name(
    sqlite_home_factory: Homes, tmp_path: Path
) -> None:
    home = sqlite_home_factory(domain_id="cfpb", mark=Mark.REPLAY)
    saturday, sunday = date(2014, 10, 25), date(2014, 10, 26)
    for day, companies in (
        (saturday, ["Equifax", "Acme Debt, L.L.C."]),
        (sunday, ["EQUIFAX, INC.", "Acme Debt, L.L.C.", "Acme Debt, L.L.C.", "N/A"]),
    ):
        path = public_records(tmp_path, day, companies)
        at = datetime(day.year, day.month, day.day, 16, 0, tzinfo=UTC)
        assert deliver(home, path, source="cfpb-public", day=day, revision=None, at=at).is_accepted
        close(home, day)

    outcome = issue_brief(home, compose_brief(home, sunday).brief, by="A", at=signed_at(home, sunday))

    said = text(register.brief_of(home, outcome.issued))
    assert (
        "the number of complaints received was 4; complaints rose by 100.0% from the 2 of 25 October" in said
    )
    assert "Acme Debt, L.L.C. (2, 50.0%)" in said
    assert "issue not stated (1)" in said
    assert "closure rate" in said
    page = outcome.renderings.page.decode()
    assert page.count("Replay: public complaint records played back") >= 2
