"""Raw files read again under the catalog of their day: would the same rows come out of them today?"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.rules import Severity
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery, PrivacyKeys
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.files import make_folder
from xiaobao.privacy.bridge import under_newest
from xiaobao.privacy.pseudonym_keys import PseudonymKeys
from xiaobao.submissions import catalogs, receipts
from xiaobao.submissions.archive import raw_room
from xiaobao.submissions.batch_files import BATCH_ROOM, decode
from xiaobao.submissions.expiry import expired_months
from xiaobao.submissions.home import Home
from xiaobao.submissions.journal import Record
from xiaobao.submissions.pending import BATCH_SCHEMAS, table_of_kind
from xiaobao.submissions.problems import Problem, problem
from xiaobao.submissions.pseudonym_rotation import pseudonym_keys_of


def reread_problems(home: Home, records: Sequence[Record]) -> Iterator[Problem]:
    """Accepted deliveries whose raw file is read differently now; those of expired months have none."""
    for record in records:
        if record.kind == "receipt" and record.payload.get("batch_digest"):
            try:
                different = _different(home, record)
            except XiaobaoError as error:
                if record.payload.get("raw_month") in expired_months():
                    continue  # there is nothing to read again, by decision
                different = str(error)
            if different is not None:
                yield problem(
                    "reread",
                    f"receipt {record.sequence}",
                    zh=f"原件重读结果不同：{different}；台账未改动，请核查程序版本",
                    en=f"its raw file reads differently: {different}; the ledger is unchanged, "
                    "look into what changed in the program",
                )


def _different(home: Home, record: Record) -> str | None:
    """In which columns or rows the batch that is read now differs from the one that was kept."""
    catalog = catalogs.read(home, str(record.payload["catalog_digest"]))
    content = home.archive.read(str(record.payload["batch_digest"]), room=BATCH_ROOM)
    schema = BATCH_SCHEMAS[table_of_kind(str(record.payload["batch_kind"]))]
    kept = decode(content, schema=schema).sort("row_number")
    pseudonyms = pseudonym_keys_of(home)
    again = read_again(home, record, catalog, pseudonyms=pseudonyms).batch.sort("row_number")
    # What only the ledger's history refused is accepted when the file is read alone.
    again = again.filter(~pl.col("row_number").is_in(refused_by_history(home, record, catalog)))
    if not again["row_number"].equals(kept["row_number"]):
        return f"{again.height} rows instead of {kept.height}"
    if "identity_key" in schema:  # of one person, whatever key was the newest then
        kept, again = under_newest(kept, pseudonyms), under_newest(again, pseudonyms)
    columns = [name for name in schema if not again[name].equals(kept[name], null_equal=True)]
    return ", ".join(columns) or None


def read_again(home: Home, record: Record, catalog: Catalog, *, pseudonyms: PseudonymKeys) -> CheckResult:
    """What a check makes of the raw file of a `receipt` record under a catalog, without the ledger's history.

    Raises as the archive does where the file is lost or damaged.
    """
    payload = record.payload
    make_folder(home.work_folder)  # what a kill leaves there is swept
    with TemporaryDirectory(dir=home.work_folder) as folder:
        copy = Path(folder) / f"raw{Path(str(payload['file_name'])).suffix}"
        home.archive.restore_to(str(payload["raw_digest"]), raw_room(str(payload["raw_month"])), copy)
        return check(
            copy,
            delivery=msgspec.convert(payload, _Declared).delivery,
            catalog=catalog,
            simulated=home.simulated,
            history=None,
            keys=PrivacyKeys(narrative_key=home.keys.narrative_digest_key(), pseudonyms=pseudonyms),
            work=copy.parent,
        )


def refused_by_history(home: Home, record: Record, catalog: Catalog) -> list[int]:
    """The rows that only the ledger's history refused, by the findings that were kept."""
    digest = record.payload.get("findings_digest")
    if digest is None:
        return []
    rules = [
        rule.id for rule in catalog.rules.values() if rule.needs_history and rule.severity is Severity.REJECT
    ]
    findings = pl.read_parquet(home.archive.read(str(digest), room=receipts.ROOM))
    return findings.filter(pl.col("rule_id").is_in(rules))["row_number"].drop_nulls().to_list()


class _Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a `receipt` record says the reporter declared."""

    source_code: str
    day: date
    kind: DeliveryKind
    revision: int | None
    stated_total: int | None

    @property
    def delivery(self) -> Delivery:
        return Delivery(
            source_code=self.source_code,
            day=self.day,
            kind=self.kind,
            revision=self.revision,
            stated_total=self.stated_total,
        )
