"""What a PostgreSQL server must promise: what it confirmed survives a power cut."""

from django.db import connection

from xiaobao.lib.words import Words
from xiaobao.submissions.database import DatabaseError, reached

_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
"""Each loses or tears confirmed transactions when it is off (PostgreSQL's manual, chapter 19.5.1)."""


class ForgetfulDatabaseError(DatabaseError):
    """A server that confirms transactions before they are safe; names the settings that are off."""

    def __init__(self, names: list[str]) -> None:
        off = "、".join(f"{name}=off" for name in names)
        mended = " ".join(f"ALTER SYSTEM SET {name} = on;" for name in names) + " SELECT pg_reload_conf();"
        super().__init__(
            Words(
                zh=f"PostgreSQL 的设置为 {off}：断电会丢失或损坏已确认的报送与记账，因此不使用这个数据库。"
                f"请以管理员执行：{mended}",
                en=f"PostgreSQL runs with {off.replace('、', ', ')}: a power cut would lose or tear receipts "
                f"and postings that were confirmed, so it is not used. As its administrator: {mended}",
            )
        )


def require_durable() -> None:
    """Raise ForgetfulDatabaseError where the database in use may lose what it confirmed.

    What counts is what this session really has: a pooler may drop what we ask for when connecting. SQLite is
    told what to do by our own settings.
    """
    if connection.vendor != "postgresql":
        return
    asked = ", ".join(f"current_setting('{name}')" for name in _SETTINGS)
    with reached(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        values = cursor.fetchone()
    off = [name for name, value in zip(_SETTINGS, values, strict=True) if value == "off"]
    if off:
        raise ForgetfulDatabaseError(off)
