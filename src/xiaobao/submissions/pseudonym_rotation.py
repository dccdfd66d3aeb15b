"""A new pseudonym key for a home; older ones stay in the chain. The journal says which keys are in use.

Everything accepted is posted before: the ledger then knows everybody under the key of that time, and what
arrives later is held against it by the bridge (docs/decisions/0101).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from xiaobao.lib.errors import ExitCode, UserError, XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.privacy.keys import pseudonym_key_name
from xiaobao.privacy.pseudonym_keys import Kind, PseudonymKey, PseudonymKeys, pseudonym_key_id
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.models import Batch, Claim, HomeRecord, JournalRecord, Submission
from xiaobao.submissions.problems import Problem, problem

KIND = "rotate_pseudonym_key"


class PseudonymRotationError(UserError):
    """The home cannot have a new pseudonym key as it stands; none was made."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


class PseudonymKeyLostError(UserError):
    """A pseudonym key that the journal knows is not there: people would get other pseudonyms, silently."""

    def __init__(self, key_ids: Sequence[str]) -> None:
        files = ", ".join(f"keys/{pseudonym_key_name(key_id)}.key" for key_id in key_ids)
        super().__init__(
            Words(
                zh=f"缺少假名密钥 {files}；请从备份恢复，在此之前不能接收或重读含证件、联系方式的报送",
                en=f"the pseudonym keys {files} are not there; restore them from a backup, nothing that "
                "names people is taken in or read again before",
            ),
            exit_code=ExitCode.SYSTEM_FAILED,
        )


def pseudonym_keys_of(home: Home) -> PseudonymKeys:
    """The pseudonym keys in use, those of the journal; PseudonymKeyLostError unless all are there."""
    count = JournalRecord.objects.filter(kind=KIND).count() + 1  # the first came with the home
    ids = [pseudonym_key_id(number) for number in range(1, count + 1)]
    missing = [key_id for key_id in ids if not home.keys.has(pseudonym_key_name(key_id))]
    if missing:
        raise PseudonymKeyLostError(missing)
    return home.keys.pseudonym_keys(count)


def rotate_pseudonym_key(home: Home, *, by: str, at: datetime) -> PseudonymKey:
    """Take a new pseudonym key into use from the next arrival on; `by` names who decided it.

    Raises PseudonymRotationError while something that arrived is not posted. What an interrupted run made is
    taken, not made again.
    """
    if not by.strip():
        raise PseudonymRotationError(Words(zh="须写明由谁决定", en="say who decided it"))
    with transaction.atomic(durable=True):
        # Arrivals lock this row: what is submitted after us is checked under the new key.
        HomeRecord.objects.select_for_update().get(id=1)
        journal.lock_head()
        _require_posted()
        count = len(pseudonym_keys_of(home).chain) + 1
        home.keys.for_writing(pseudonym_key_name(pseudonym_key_id(count)))
        key = home.keys.pseudonym_keys(count).newest
        payload = {"key_id": key.id, "fingerprints": _fingerprints(key), "by": by.strip()}
        journal.append(home, kind=KIND, payload=payload, at=at)
    return key


def pseudonym_key_problems(home: Home, records: Sequence[Record]) -> Iterator[Problem]:
    """Pseudonym keys that are lost, or are not those the journal tells of."""
    try:
        keys = pseudonym_keys_of(home)
    except PseudonymKeyLostError as error:
        yield Problem(check="keys", place="keys/pseudonym", words=error.words)
        return
    except XiaobaoError:
        return  # a key that does not open is named with all others
    for record in records:
        if record.kind == KIND:
            key = keys.until(str(record.payload["key_id"])).newest
            if record.payload["fingerprints"] != _fingerprints(key):
                yield problem(
                    "keys",
                    f"keys/{pseudonym_key_name(key.id)}.key",
                    zh=f"不是流水第 {record.sequence} 条所记的密钥；请从备份恢复该文件",
                    en=f"it is not the key that journal record {record.sequence} tells of; "
                    "restore the file from a backup",
                )


def _fingerprints(key: PseudonymKey) -> dict[str, str]:
    return {kind.value: key.fingerprint(kind) for kind in Kind}


def _require_posted() -> None:
    waiting = Batch.objects.filter(posted_seq=None, set_aside=False)
    unfinished = Claim.objects.filter(finished=False)
    if Submission.objects.filter(state="received").exists() or waiting.exists() or unfinished.exists():
        raise PseudonymRotationError(
            Words(
                zh="还有未检查完或未记账的报送；请先执行 xiaobao post，再更换假名密钥",
                en="a delivery is not checked or not posted yet; run xiaobao post first",
            )
        )
