"""Exchanging the master key of a home: journaled, then every key wrapped anew, then the old one set apart.

Between the first step and the last both master keys lie side by side and open the home together. What a kill
leaves is finished by running it again (docs/decisions/0100).
"""

from datetime import datetime

from django.db import transaction

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.privacy.keys import Exchanged
from xiaobao.submissions import journal
from xiaobao.submissions.archive import key_group
from xiaobao.submissions.expiry import finish_expiries
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import JournalRecord
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of

KIND = "rotate_master"


class MasterRotationError(UserError):
    """A key of the home is missing or damaged; the master key stays."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.SYSTEM_FAILED)


def rotate_master(home: Home, *, by: str, at: datetime) -> Exchanged:
    """Wrap every key of the home by a new master key and set the old one apart; the home stays in use.

    Expired months stay expired: what is left of them is destroyed first. Raises MasterRotationError, and
    begins nothing, unless every key that the home needs is there and opens, and `by` names who decided it.
    """
    if not by.strip():
        raise MasterRotationError(Words(zh="须写明由谁决定", en="say who decided it"))
    finish_expiries(home)
    _require_keys(home)
    with transaction.atomic(durable=True):
        journal.lock_head()
        masters = home.keys.begin_exchange()
        payload = {"master_key_id": masters.sealing.id, "by": by.strip()}
        if not _is_journaled(home, masters.sealing.id):
            journal.append(home, kind=KIND, payload=payload, at=at)
    return home.keys.end_exchange()


def _is_journaled(home: Home, master_key_id: str) -> bool:
    last = JournalRecord.objects.filter(kind=KIND).order_by("-sequence").first()
    return last is not None and journal.read(home, last.pk).payload["master_key_id"] == master_key_id


def _require_keys(home: Home) -> None:
    needed = {key_group(room) for room in home.archive.rooms()}
    missing = [name for name in sorted(needed) if not home.keys.has(name)]
    if missing:
        names = ", ".join(f"keys/{name}.key" for name in missing)
        raise _refused(zh=f"缺少 {names}", en=f"{names} is not there")
    try:
        home.keys.narrative_digest_key()
        pseudonym_keys_of(home)
        for name in home.keys.names():
            home.keys.check(name)
    except UserError as error:
        raise _refused(zh=error.words.zh, en=error.words.en) from error
    except XiaobaoError as error:
        raise _refused(zh=str(error), en=str(error)) from error


def _refused(*, zh: str, en: str) -> MasterRotationError:
    return MasterRotationError(
        Words(
            zh=f"主密钥未更换：{zh}；请先从备份恢复，再执行一次（xiaobao verify 列出全部问题）",
            en=f"the master key stays: {en}; restore it from a backup and run this again "
            "(xiaobao verify lists all that is wrong)",
        )
    )
