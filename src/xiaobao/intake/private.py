"""What stands in for personal data: pseudonyms in the batch, a digest and a masked text for the narrative."""

import hmac
from collections.abc import Callable, Mapping

import polars as pl

from xiaobao.intake.delivery import History, PrivacyKeys
from xiaobao.intake.findings import Findings
from xiaobao.privacy.bridge import under_known
from xiaobao.privacy.masking import Masker
from xiaobao.privacy.pseudonym_keys import LOOKS_READY, Kind, PseudonymKeys, is_well_formed

_TEXTS_AT_A_TIME = 20_000

NARRATIVE_SCHEMA: dict[str, pl.DataType] = {
    "narrative_digest": pl.String(),
    "text": pl.String(),
    "masking_version": pl.String(),
}


def with_pseudonyms(rows: pl.DataFrame, keys: PrivacyKeys | None) -> pl.DataFrame:
    """The rows with identity_key, contact_key, their key ids and narrative_digest; all empty without keys."""
    if keys is None:
        return rows
    pseudonyms, key_id = keys.pseudonyms, keys.pseudonyms.newest.id
    identity = _spread(rows["identity"], lambda text: pseudonyms.of_cell(text, kind=Kind.IDENTITY))
    contact = _spread(rows["contact"], lambda text: pseudonyms.of_cell(text, kind=Kind.CONTACT))
    return rows.with_columns(
        identity.alias("identity_key"),
        _key_ids(identity, key_id).alias("identity_key_id"),
        contact.alias("contact_key"),
        _key_ids(contact, key_id).alias("contact_key_id"),
        _digests(rows["narrative"], keys.narrative_key).alias("narrative_digest"),
    )


def with_known_people(rows: pl.DataFrame, history: History, pseudonyms: PseudonymKeys) -> pl.DataFrame:
    """The rows of `with_pseudonyms` with each person under the key by which its complaint knew it first.

    So a row that is sent again unchanged after a rotation is the same row.
    """
    if len(pseudonyms.chain) == 1:
        return rows  # nobody is known under an older key
    named = rows.filter(pl.any_horizontal(pl.col("identity_key", "contact_key").is_not_null()))
    return under_known(rows, history.people(named["complaint_no"]), pseudonyms)


def check_ready(
    rows: pl.DataFrame, *, printed: Mapping[str, str], keys: PrivacyKeys | None, findings: Findings
) -> None:
    """Cells that hold a ready pseudonym: its form, and with `keys` whether it was made by them and as this.

    `rows` as mapped, `printed` the headers of the file by target.
    """
    rules = ("pseudonym_form",) if keys is None else ("pseudonym_form", "pseudonym_key")
    findings.ran(*rules)
    for kind in Kind:
        looks_ready = rows[kind.value].str.contains(LOOKS_READY)
        if not looks_ready.any():
            continue
        ready = rows.filter(looks_ready.fill_null(False))
        broken = pl.Series([_broken_rule(text, kind, keys) for text in ready[kind.value]], dtype=pl.String)
        for rule_id in rules:
            findings.rows(
                rule_id,
                ready.filter(broken.eq_missing(rule_id)),
                column=printed.get(kind.value, kind.value),
                value=pl.col(kind.value),
            )


def narratives_of(rows: pl.DataFrame, masker: Masker) -> pl.DataFrame:
    """`NARRATIVE_SCHEMA`: each text of rows with their `narrative_digest` once, its numbers masked."""
    digests = rows["narrative_digest"]
    if digests.null_count() == digests.len():
        return pl.DataFrame(schema=NARRATIVE_SCHEMA)
    first = digests.is_not_null() & digests.is_first_distinct()
    distinct = rows.select("narrative_digest", "narrative").filter(first)
    return distinct.select(
        "narrative_digest",
        _by_parts(distinct["narrative"], masker.mask_all).alias("text"),
        pl.lit(masker.version).alias("masking_version"),
    )


def _broken_rule(text: str, kind: Kind, keys: PrivacyKeys | None) -> str | None:
    if not is_well_formed(text):
        return "pseudonym_form"
    if keys is not None and keys.pseudonyms.of_ready(text, kind=kind) is None:
        return "pseudonym_key"
    return None


def _digests(texts: pl.Series, key: bytes) -> pl.Series:
    """Of every text, without looking which are alike: comparing texts takes longer than their digests."""

    def of_part(part: pl.Series) -> pl.Series:
        digests = [
            None if text is None else hmac.digest(key, text.encode(), "sha256").hex()
            for text in part.to_list()
        ]
        return pl.Series(digests, dtype=pl.String)

    if texts.null_count() == texts.len():
        return pl.repeat(None, texts.len(), dtype=pl.String, eager=True)
    return _by_parts(texts, of_part)


def _by_parts(texts: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `work` makes of a few texts at a time, so that few are held as Python's own."""
    starts = range(0, texts.len(), _TEXTS_AT_A_TIME)
    made = [work(texts.slice(start, _TEXTS_AT_A_TIME)).cast(pl.String) for start in starts]
    return pl.concat(made) if made else pl.Series(dtype=pl.String)


def _spread(texts: pl.Series, of: Callable[[str], str | None]) -> pl.Series:
    """The function of each distinct text, on every row that has it."""
    if texts.null_count() == texts.len():
        return pl.repeat(None, texts.len(), dtype=pl.String, eager=True)
    distinct = texts.drop_nulls().unique()
    answers = pl.Series([of(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace_strict(distinct, answers, default=None, return_dtype=pl.String)


def _key_ids(keys_of_rows: pl.Series, key_id: str) -> pl.Series:
    frame = keys_of_rows.alias("key").to_frame()
    return frame.select(pl.when(pl.col("key").is_not_null()).then(pl.lit(key_id))).to_series()
