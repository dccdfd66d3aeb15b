"""`home.toml`: what a home says of itself in its folder."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words

HOME_FILE = "home.toml"


class Mark(StrEnum):
    """What the data of a home are."""

    ORDINARY = "ordinary"
    REPLAY = "replay"  # real records played back; says so wherever it is printed
    SIMULATED = "simulated"  # invented; says so wherever it is printed


class HomeError(UserError):
    """A folder that is not a home, or cannot become one."""


class HomeFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`home.toml`: what the home is and where its database lies; no password is ever in it."""

    identity: str
    domain: str
    mark: Mark
    created_at: datetime
    database_url_env: str | None = None


def read_home_file(path: Path) -> HomeFile:
    """What the folder of a home says; HomeError where it is no home, or the file says nothing readable."""
    try:
        return msgspec.toml.decode((path / HOME_FILE).read_bytes(), type=HomeFile)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise HomeError(
            Words(
                zh=f"{path} 不是家目录（没有 {HOME_FILE}）；用 xiaobao home create 建立，或用 --home 指明",
                en=f"{path} is not a home (no {HOME_FILE}); make one by xiaobao home create, or use --home",
            )
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HomeError(
            Words(
                zh=f"{path / HOME_FILE} 无法读取：{error}",
                en=f"{path / HOME_FILE} cannot be read: {error}",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        ) from error


def toml_of(about: HomeFile) -> bytes:
    """The bytes of the file."""
    lines = {
        "identity": json.dumps(about.identity),
        "domain": json.dumps(about.domain),
        "mark": json.dumps(about.mark.value),
        "created_at": about.created_at.isoformat(),
    }
    if about.database_url_env is not None:
        lines["database_url_env"] = json.dumps(about.database_url_env)
    return "".join(f"{name} = {value}\n" for name, value in lines.items()).encode()
