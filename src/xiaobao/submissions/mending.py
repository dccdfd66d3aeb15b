"""Sealed files that were damaged or lost, made again from what is still whole.

What is made counts only when its SHA-256 is the digest the journal names; anything else is left as it is.
"""

from collections.abc import Iterator, Sequence

import msgspec
import polars as pl
from polars.exceptions import PolarsError

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.intake.delivery import CheckResult
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.ids import sha256_hex
from xiaobao.privacy.bridge import under_known
from xiaobao.privacy.pseudonym_keys import PseudonymKeys
from xiaobao.submissions import catalogs, receipts
from xiaobao.submissions.archive import ArchiveError, narrative_room
from xiaobao.submissions.batch_files import BATCH_ROOM, encode
from xiaobao.submissions.history import LedgerHistory
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of
from xiaobao.submissions.reread import read_again, refused_by_history
from xiaobao.submissions.verify_archive import files_of


def mend_archive(home: Home, records: Sequence[Record]) -> Iterator[str]:
    """Make again what can be made of the files that records name; yields each that is whole now, by name.

    Catalogs come from the one in use; batches, findings and narratives from the raw file of their receipt.
    """
    for record in records:
        for room, digest in files_of(record):
            if not is_whole(home, room, digest) and mended(home, room, digest, _made(home, record, room)):
                yield f"archive/{room}/{digest}"


def is_whole(home: Home, room: str, digest: str) -> bool:
    """True where the archive gives back what it was given."""
    try:
        home.archive.check(digest, room=room)
    except XiaobaoError:
        return False
    return True


def mended(home: Home, room: str, digest: str, contents: Iterator[bytes]) -> bool:
    """Keep the content that has the digest; False where none has, or what they are made of is damaged."""
    try:
        for content in contents:
            if sha256_hex(content) == digest:
                home.archive.keep(content, room=room)
                return True
    except (XiaobaoError, PolarsError, msgspec.MsgspecError):  # what it is made of is damaged as well
        return False
    return False


def _made(home: Home, record: Record, room: str) -> Iterator[bytes]:
    """Everything the file may have held."""
    if room == catalogs.ROOM:
        yield reading.pack(home.catalog().files)
    elif record.kind == "receipt" and room in (BATCH_ROOM, receipts.ROOM, narrative_room(_month(record))):
        catalog = catalogs.read(home, str(record.payload["catalog_digest"]))
        for pseudonyms in _chains(home):
            result = read_again(home, record, catalog, pseudonyms=pseudonyms)
            if room == receipts.ROOM:
                yield encode(result.findings)
            for batch in _batches(home, record, catalog, result, pseudonyms):
                yield encode(batch if room == BATCH_ROOM else _narratives_of(batch, result.narratives))


def _chains(home: Home) -> Iterator[PseudonymKeys]:
    """The pseudonym keys as they may have been when the file came, today's first."""
    keys = pseudonym_keys_of(home)
    return (keys.until(key.id) for key in reversed(keys.chain))


def _batches(
    home: Home, record: Record, catalog: Catalog, result: CheckResult, pseudonyms: PseudonymKeys
) -> Iterator[pl.DataFrame]:
    """The rows as the file alone gives them, without those only the ledger's history refused, and bridged."""
    yield result.batch
    try:
        refused = refused_by_history(home, record, catalog)
    except ArchiveError:
        refused = []  # the findings are damaged as well
    known = result.batch.filter(~pl.col("row_number").is_in(refused))
    yield known
    if len(pseudonyms.chain) > 1 and "identity_key" in known.columns:
        # Whom the ledger knew when the file came stayed under the key of that time, and is still known.
        history = LedgerHistory(home=home, source_code=str(record.payload["source_code"]))
        try:
            people = history.people(known["complaint_no"])
        except (XiaobaoError, PolarsError, OSError):
            return  # the ledger's segments are damaged as well
        yield under_known(known, people, pseudonyms)


def _narratives_of(batch: pl.DataFrame, narratives: pl.DataFrame) -> pl.DataFrame:
    """The texts of these rows, in the order of the rows."""
    told = batch.select(pl.col("narrative_digest").drop_nulls().unique(maintain_order=True))
    return told.join(narratives, on="narrative_digest", maintain_order="left").select(narratives.columns)


def _month(record: Record) -> str:
    return str(record.payload.get("raw_month"))
