"""The weekly brief of a real home: what is new apart from what was learnt late, each week like the other."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from brief_homes import (
    CREATED_AT,
    FIRST_DAY,
    complaint,
    days_with_late_reports,
    issued_by_hand,
    report,
    signed_at,
    typed,
)
from docx import Document

from xiaobao.analysis.figures import Figure
from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.told import ToldSurge, encode
from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Language
from xiaobao.outputs import register
from xiaobao.outputs.brief.document import Brief, Direction, Number, Table, lines, text_of
from xiaobao.outputs.brief.readback import read_page
from xiaobao.outputs.brief.readback_pdf import pdf_text
from xiaobao.outputs.brief.series import WEEK_CHANGE
from xiaobao.outputs.brief.vocabulary import DIRECTION_WORDS
from xiaobao.submissions import poster, runs
from xiaobao.submissions.home import Home
from xiaobao.workflows.compose_brief import compose_brief
from xiaobao.workflows.diff_brief import diff_brief
from xiaobao.workflows.find_surges import find_surges
from xiaobao.workflows.issue_brief import BriefRefusedError, issue_brief
from xiaobao.workflows.rows_of_figure import rows_of_figure

Said = pytest.CaptureFixture[str]
SUNDAY = FIRST_DAY + timedelta(days=13)


def two_weeks(home: Home, folder: Path) -> None:
    """Two banks: every day four complaints of the day and two of the day before, each."""
    days_with_late_reports(home, folder, days=14, own=4, late=2)


@pytest.fixture
def home(sqlite_home_factory: Callable[..., Home]) -> Home:
    """Fourteen closed days, Monday to Sunday twice."""
    return sqlite_home_factory(at=CREATED_AT, filled=two_weeks)


def weekly(home: Home, *, language: Language = "zh") -> Brief:
    return compose_brief(home, SUNDAY, language=language, series="weekly").brief


def text(brief: Brief) -> str:
    return "\n".join("".join(map(text_of, tokens)) for _, tokens in lines(brief))


def table(brief: Brief, caption: str) -> list[list[str]]:
    """The rows of a table, head first, by a part of its caption."""
    (found,) = (
        block
        for block in brief.blocks
        if isinstance(block, Table) and caption in "".join(map(text_of, block.caption))
    )
    return [["".join(map(text_of, cell.tokens)) for cell in row] for row in (found.head, *found.rows)]


def with_figure(brief: Brief, change: Callable[[Figure], Figure | None]) -> Brief:
    """The brief with the first figure changed that `change` takes."""
    for place, figure in enumerate(brief.figures):
        changed = change(figure)
        if changed is not None:
            figures = (*brief.figures[:place], changed, *brief.figures[place + 1 :])
            return msgspec.structs.replace(brief, figures=figures)
    raise AssertionError("no such figure")


def refused(home: Home, brief: Brief) -> str:
    with pytest.raises(BriefRefusedError) as error:
        issue_brief(home, brief, by="A", at=signed_at(home, SUNDAY))
    return error.value.words.en


def test_constant_volume_with_a_third_late_reads_as_level_week_on_week(home: Home) -> None:
    said = text(weekly(home))

    # Of each week's last day the late third is not yet known, this week as the week before.
    assert "经机构报送路径共收到投诉80件，与上一周（3月16日至3月22日，80件）持平。" in said
    assert "level with the 80 of 16 March to 22 March, the week before" in text(weekly(home, language="en"))


def test_what_was_learnt_late_stands_apart_from_what_is_new(home: Home) -> None:
    brief = weekly(home)

    assert "各自日结时合计56件，本周截止日日结时合计80件，补报净增24件，已计入本周。" in text(brief)
    assert "本周内补报净增4件，不计入本周新收投诉。" in text(brief)
    days = table(brief, "本周逐日情况")
    assert days[1] == ["3月23日", "8", "12", "净增4"]
    assert days[-1] == ["3月29日", "8", "8", "未变"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_three_renderings_of_a_week_print_the_same_numbers(home: Home, language: Language) -> None:
    draft = compose_brief(home, SUNDAY, language=language, series="weekly")
    numbers = [
        token.printed for _, tokens in lines(draft.brief) for token in tokens if isinstance(token, Number)
    ]
    document = Document(io.BytesIO(draft.renderings.docx)).element.body
    words = "".join(node.text or node.get("descr") or "" for node in document.iter())
    pdf = pdf_text(draft.renderings.pdf)

    assert [one.printed for one in read_page(draft.renderings.page).numbers] == numbers
    for number in set(numbers):
        wanted = numbers.count(number)
        assert pdf.count("".join(number.split())) >= wanted
        assert words.count(number) >= wanted


def test_ranks_and_changes_stand_beside_those_of_the_week_before(home: Home) -> None:
    rows = table(weekly(home), "各机构投诉情况")

    assert rows[0] == ["机构", "本周", "占比", "上一周", "环比", "位次", "上一周位次"]
    assert rows[1] == ["国有行01", "40", "50.0%", "40", "持平", "1", "1"]
    assert rows[3][1:] == ["未报送", "未报送", "未报送", "未报送", "未报送", "未报送"]


def test_who_never_reported_and_who_missed_some_days_is_named(home: Home, tmp_path: Path) -> None:
    said = text(weekly(home))

    assert "国有行03（全周）" in said
    assert "国有行01（" not in said.partition("总体情况")[0].partition("未报送")[2]


def test_a_bank_that_missed_a_day_has_a_count_and_no_change(
    sqlite_home_factory: Callable[..., Home], tmp_path: Path
) -> None:
    def one_sunday_missed(home: Home, folder: Path) -> None:
        days_with_late_reports(home, folder, days=14, own=4, late=0, missed={("GY02", SUNDAY)})

    home = sqlite_home_factory(at=CREATED_AT, filled=one_sunday_missed)
    brief = weekly(home)

    rows = {row[0]: row[1:] for row in table(brief, "各机构投诉情况")}
    assert rows["国有行01"] == ["28", "53.8%", "28", "持平", "1", "1"]
    assert rows["国有行02"] == ["24", "46.2%", "28", "未报送", "2", "1"]
    assert "国有行02（3月29日）；国有行03（全周）" in text(brief)
    assert "所缺之日的数不在各项合计之内，也未推算，其环比与所在组的中位数不列。" in text(brief)
    before = next(line for line in text(brief).splitlines() if "有未报送之日" in line)
    assert before.startswith("国有行03、国有行04")
    assert "在上一周（3月16日至3月22日）有未报送之日，其环比不列" in before
    assert issue_brief(home, brief, by="A", at=signed_at(home, SUNDAY)).issued.number == "2020-1"


def test_a_week_that_reaches_back_beyond_the_first_close_is_not_compared_with(home: Home) -> None:
    brief = compose_brief(home, SUNDAY - timedelta(days=1), series="weekly").brief

    assert "上一周不全在台账之内，不作环比" in text(brief)
    assert not any(figure.measure_id == WEEK_CHANGE for figure in brief.figures)


def test_days_of_the_week_that_were_not_closed_are_named(home: Home) -> None:
    brief = compose_brief(home, FIRST_DAY + timedelta(days=2), series="weekly").brief

    assert "本周内3月12日、3月13日、3月14日和3月15日没有日结" in text(brief)
    assert "上一周截止日没有日结，此前各日的补报未列" in text(brief)


def test_each_series_has_numbers_of_its_own(home: Home) -> None:
    at = signed_at(home, SUNDAY)
    daily = issue_brief(home, compose_brief(home, SUNDAY).brief, by="A", at=at).issued
    of_week = issue_brief(home, weekly(home), by="A", at=at).issued

    assert [(one.series, one.number) for one in (daily, of_week)] == [
        ("daily", "2020-1"),
        ("weekly", "2020-1"),
    ]
    assert of_week.predecessor is None
    assert register.find("2020-1", series="weekly") == of_week


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_flipped_direction_word_of_a_week_is_refused(home: Home, language: Language) -> None:
    brief = weekly(home, language=language)
    wrong = {"change": "up", "late": "down", "average": "up"}
    ways = [token for _, tokens in lines(brief) for token in tokens if isinstance(token, Direction)]
    assert {way.manner for way in ways} == {"change", "late"}

    def flip(token: object) -> object:
        if not isinstance(token, Direction):
            return token
        word = DIRECTION_WORDS[token.manner, wrong[token.manner]].to(language)  # type: ignore[index]
        return msgspec.structs.replace(token, word=word)

    blocks = []
    for block in brief.blocks:
        tokens = getattr(block, "tokens", None)
        changed = {} if tokens is None else {"tokens": tuple(map(flip, tokens))}
        blocks.append(msgspec.structs.replace(block, **changed))

    assert "contradicts its number" in refused(home, msgspec.structs.replace(brief, blocks=tuple(blocks)))


def test_a_figure_of_another_week_or_another_value_is_refused(home: Home) -> None:
    brief = weekly(home)

    def one_more(figure: Figure) -> Figure | None:
        return replace(figure, value=Decimal(figure.value) + 1) if figure.value is not None else None

    def a_day_earlier(figure: Figure) -> Figure | None:
        if len(figure.readings) != 1 or len(figure.readings[0].period) != 7:
            return None
        period = figure.readings[0].period
        moved = replace(period, from_on=period.from_on - timedelta(days=1))
        return replace(figure, readings=(replace(figure.readings[0], period=moved),))

    assert "the brief says 81, the ledger derives 80" in refused(home, with_figure(brief, one_more))
    assert "are not the sequences of the days' closes" in refused(home, with_figure(brief, a_day_earlier))


def test_late_data_of_the_week_before_are_read_at_its_own_close(home: Home) -> None:
    brief = weekly(home)
    (late,) = (
        figure
        for figure in brief.figures
        if figure.measure_id == "complaints_late" and figure.value == 4 and len(figure.readings) > 2
    )

    half = len(late.readings) // 2
    then = {reading.posted_seq for reading in late.readings[half:]}
    assert len(then) == 1

    def later(figure: Figure) -> Figure | None:
        if figure != late:
            return None
        shifted = tuple(replace(one, posted_seq=one.posted_seq + 1) for one in late.readings[half:])
        return replace(late, readings=(*late.readings[:half], *shifted))

    assert "are not the sequences of the days' closes" in refused(home, with_figure(brief, later))


def test_every_night_of_the_week_is_looked_for_again_before_it_is_issued(home: Home) -> None:
    nights = [SUNDAY - timedelta(days=back) for back in reversed(range(7))]
    found = {night: find_surges(home, night) for night in nights}
    brief, changed = weekly(home), nights[2]
    told = found[changed]
    paths = tuple(msgspec.structs.replace(path, judged=99) for path in told.paths)

    for edit in ({"program_version": "0.0.1"}, {"paths": paths}):
        runs.write(home, runs.SURGES, changed, encode(msgspec.structs.replace(told, **edit)))
        said = refused(home, brief)
        assert f"surges find --from {changed} --to {changed}" in said and said.count("surges find") == 1

    others = tuple(
        path if path.path == "institution" else msgspec.structs.replace(path, judged=99)
        for path in told.paths
    )
    assert others != told.paths  # what a run says of another path is not in this brief
    runs.write(home, runs.SURGES, changed, encode(msgspec.structs.replace(told, paths=others)))
    assert issue_brief(home, brief, by="A", at=signed_at(home, SUNDAY)).issued.number == "2020-1"


@pytest.mark.parametrize(
    ("language", "cell", "note"),
    [
        ("zh", "3月26日前", "该日之前的监测结果未保存"),
        ("en", "before 26 March", "from before it are not kept"),
    ],
)
def test_a_surge_raised_before_the_kept_runs_is_said_to_be_of_before_them(
    home: Home, language: Language, cell: str, note: str
) -> None:
    night = SUNDAY - timedelta(days=3)
    (path,) = (one for one in find_surges(home, night).paths if one.path == "institution")
    surge = ToldSurge(
        where=(("institution", "GY01"),),
        state=State.RISING,
        first_raised=None,
        alarmed_on=night - timedelta(days=1),
        last_on=night,
        since=night - timedelta(days=1),
        observed=12,
        expected=Decimal("1.2"),
        low=0,
        high=4,
        ratio=Decimal("10.0"),
        observed_today=6,
        expected_today=Decimal("0.6"),
        probability=Decimal("0.00012"),
        parts=(),
        course=(),
    )
    told = msgspec.structs.replace(
        find_surges(home, night), paths=(msgspec.structs.replace(path, judged=9, surges=(surge,)),)
    )
    runs.write(home, runs.SURGES, night, encode(told))

    brief = weekly(home, language=language)
    caption = "本周提示的异常" if language == "zh" else "What the watch told"
    assert table(brief, caption)[1][1] == cell
    assert note in text(brief)


def test_the_rows_behind_a_figure_of_a_week_add_up_to_it(home: Home) -> None:
    brief = weekly(home)
    total = next(one for one in brief.figures if one.measure_id == "complaints" and one.value == Decimal(80))

    (found,) = rows_of_figure(home, brief, total.id)

    assert found.count == 80


def test_a_later_report_of_a_silent_bank_shows_in_the_diff_of_the_week(home: Home, tmp_path: Path) -> None:
    issued = issue_brief(home, weekly(home), by="A", at=signed_at(home, SUNDAY)).issued
    report(
        home,
        tmp_path,
        [complaint("late-1", SUNDAY, bank="GY03")],
        day=SUNDAY + timedelta(days=1),
        bank="GY03",
    )
    poster.post_pending(home, at=signed_at(home, SUNDAY), now=signed_at(home, SUNDAY))

    found = diff_brief(home, issued)

    assert found.catalog == ()
    total = next(one for one in found.ledger if one.printed.en == "80")
    assert total.now.en == "81"


def test_a_weekly_brief_lives_the_life_of_a_brief(home: Home, capsys: Said, tmp_path: Path) -> None:
    issued_by_hand(home, SUNDAY, "--series", "weekly")
    assert "xiaobao brief reprint 2020-1 --series weekly" in capsys.readouterr().out
    series = ("--series", "weekly")

    typed(home, "rows", "2020-1", "f1", *series)
    assert "2020-03-23..2020-03-29@" in capsys.readouterr().out
    typed(home, "circulate", "2020-1", *series, "--to", "局长", "--by", "秘书")
    words = ["--language", "en", "brief", "read", "2020-1", *series, "--by", "外人", "--home", str(home.path)]
    assert main.run(words) is ExitCode.DATA_REFUSED
    assert "brief circulate 2020-1 --series weekly --to 外人" in capsys.readouterr().err
    typed(home, "withdraw", "2020-1", *series, "--reason", "用词有误", "--by", "A. Author")
    typed(home, "review", "D2", "--approve", "--by", "B. Reviewer")
    typed(home, "issue", "D2", "--by", "C. Officer")
    capsys.readouterr()
    typed(home, "list")  # of every series
    listed = capsys.readouterr().out
    assert "weekly" in listed and "withdrawn" in listed and "2020-2" in listed
    typed(home, "list", "--series", "daily")
    assert "no brief has been issued" in capsys.readouterr().out
    typed(home, "reprint", "2020-1", *series, "--out", str(tmp_path / "again.html"))
    assert "No. 2020-2 corrects and replaces it" in capsys.readouterr().out
    assert (home.path / "briefs" / "weekly-2020-2.pdf").is_file()
