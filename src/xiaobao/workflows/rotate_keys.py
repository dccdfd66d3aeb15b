"""Exchange keys of a home, by the business clock as it stands."""

from datetime import datetime

from xiaobao.privacy.keys import Exchanged
from xiaobao.privacy.pseudonym_keys import PseudonymKey
from xiaobao.submissions import master_rotation, pseudonym_rotation
from xiaobao.submissions.business_clock import business_now
from xiaobao.submissions.home import Home


def rotate_master(home: Home, *, by: str, now: datetime) -> Exchanged:
    """Exchange the master key; errors are those of `master_rotation.rotate_master`."""
    return master_rotation.rotate_master(home, by=by, at=business_now(home, at=None, now=now))


def rotate_pseudonym_key(home: Home, *, by: str, now: datetime) -> PseudonymKey:
    """Make a new pseudonym key; errors are those of `pseudonym_rotation.rotate_pseudonym_key`."""
    return pseudonym_rotation.rotate_pseudonym_key(home, by=by, at=business_now(home, at=None, now=now))
