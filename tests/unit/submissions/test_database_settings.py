"""The PostgreSQL URL of a home: what is taken from it, and what is refused."""

from pathlib import Path

import pytest

from xiaobao.submissions.database import DatabaseError, settings_of

VARIABLE = "XIAOBAO_TEST_URL"


def test_every_part_of_the_url_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://bureau:p%40ss@db.example:6432/x%2Dlive?schema=xiaobao&sslmode=verify-full"
    monkeypatch.setenv(VARIABLE, url)

    found = settings_of(Path("home"), url_env=VARIABLE)

    assert (found["USER"], found["PASSWORD"]) == ("bureau", "p@ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "x-live")
    assert found["OPTIONS"] == {
        "sslmode": "verify-full",
        "options": "-c synchronous_commit=on -c search_path=xiaobao",
    }


def test_a_socket_folder_is_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://bureau@/live?host=%2Frun%2Fpostgresql")

    found = settings_of(Path("home"), url_env=VARIABLE)

    assert (found["HOST"], found["PORT"]) == ("/run/postgresql", "")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://bureau@db/live",
        "postgresql://bureau@db",
        "postgresql://bureau@db/live?scheme=typing-slip",
        "postgresql://bureau@db:port/live",
        "postgresql://bureau@db/live?schema=a,b",
        "live",
    ],
)
def test_a_url_that_is_not_understood_is_refused_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(VARIABLE, url)

    with pytest.raises(DatabaseError, match=VARIABLE):
        settings_of(Path("home"), url_env=VARIABLE)


def test_a_refusal_never_shows_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://bureau:secret@db/live?unknown=1")

    with pytest.raises(DatabaseError) as caught:
        settings_of(Path("home"), url_env=VARIABLE)

    assert "secret" not in caught.value.words.en + caught.value.words.zh


def test_without_a_variable_the_database_lies_in_the_home() -> None:
    assert settings_of(Path("home"), url_env=None)["NAME"] == "home/operations.sqlite3"
