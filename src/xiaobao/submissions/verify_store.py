"""Verification of what carries everything else: the database's own file, keys, and bytes not yet checked."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection

from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions.archive import raw_room
from xiaobao.submissions.conclusions import RECEIVED
from xiaobao.submissions.database import SQLITE_FILE
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Submission
from xiaobao.submissions.problems import Problem, problem
from xiaobao.submissions.verify_archive import destroyed_rooms

_SHOWN = 3


def database_problems() -> Iterator[Problem]:
    """What SQLite itself says is wrong with its file; PostgreSQL has tools of its own for that.

    Raises as Django does for a table that cannot be read at all.
    """
    for model in apps.get_models():
        model._default_manager.first()
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = [str(row[0]) for row in cursor.fetchall()]
    if found != ["ok"]:
        yield damaged_database("; ".join(found[:_SHOWN]))


def damaged_database(what: str) -> Problem:
    """The problem of a database that cannot be read through."""
    return problem(
        "database",
        SQLITE_FILE if connection.vendor == "sqlite" else "PostgreSQL",
        zh=f"数据库损坏：{what}；请从备份恢复数据库",
        en=f"the database is damaged: {what}; restore it from a backup",
    )


def key_problems(home: Home) -> Iterator[Problem]:
    """Key files that the master key does not open."""
    for name in home.keys.names():
        try:
            home.keys.check(name)
        except XiaobaoError as error:
            if name in destroyed_rooms():  # half destroyed: named with its month
                continue
            yield problem(
                "keys",
                f"keys/{name}.key",
                zh=f"密钥打不开：{error}；请从备份恢复该文件",
                en=f"the key does not open: {error}; restore the file from a backup",
            )


def submission_problems(home: Home) -> Iterator[Problem]:
    """Submissions that wait for their check and whose bytes are damaged: no record names those yet."""
    for submission in Submission.objects.filter(state=RECEIVED).order_by("id"):
        room = raw_room(submission.raw_month)
        try:
            home.archive.check(submission.raw_digest, room=room)
        except XiaobaoError as error:
            if Submission.objects.filter(id=submission.id, state=RECEIVED).exists():
                yield problem(
                    "archive",
                    f"{room}/{submission.raw_digest}",
                    zh=f"待检查的报送 {submission.file_name} 的原件不完好：{error}；请报送单位重报同一文件",
                    en=f"{submission.file_name} waits for its check and its bytes are not whole: {error}; "
                    "have the same file delivered again",
                )
