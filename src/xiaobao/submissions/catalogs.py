"""The catalogs a home has worked by: each archived by its digest and journaled when it was first used."""

from datetime import datetime

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions import journal
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import CatalogVersion

ROOM = "catalog"
KIND = "catalog"


def use(home: Home, *, at: datetime) -> str:
    """The digest of the home's present catalog, archived and journaled when new; inside a transaction."""
    catalog = home.catalog()
    if not CatalogVersion.objects.filter(digest=catalog.digest).exists():
        digest = home.archive.keep(reading.pack(catalog.files), room=ROOM)
        if digest != catalog.digest:
            raise XiaobaoError(f"the catalog calls itself {catalog.digest}, its bytes are {digest}")
        entry = journal.append(home, kind=KIND, payload={"digest": digest}, at=at)
        CatalogVersion.objects.create(digest=digest, sequence=entry)
    return catalog.digest


def read(home: Home, digest: str) -> Catalog:
    """A catalog as it was used here; raises as the archive does when its bytes are lost or damaged.

    What it does not state, as the program did not ask for it then, is as the home's present catalog says.
    """
    present = home.catalog()
    if digest == present.digest:
        return present
    files = reading.unpack(home.archive.read(digest, room=ROOM))
    return reading.parse_archived(files, standing=present.files)
