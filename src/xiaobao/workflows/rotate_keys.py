"""Exchange keys of a home, by the business clock as it stands."""

from datetime import datetime

from xiaobao.privacy.keys import Exchanged
from xiaobao.submissions import master_rotation
from xiaobao.submissions.home import Home, business_now


def rotate_master(home: Home, *, by: str, now: datetime) -> Exchanged:
    """Exchange the master key; errors are those of `master_rotation.rotate_master`."""
    return master_rotation.rotate_master(home, by=by, at=business_now(home, at=None, now=now))
