"""How fast are deliveries taken in that name people and tell what happened, beside pydantic row by row?"""

import hmac
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import AfterValidator, Field

from bench import deliveries, intake
from bench.personal_texts.samples import Sample
from bench.personal_texts.stream import DEVELOPMENT, samples
from bench.timing import rate, seconds, seconds_and_mebibytes
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.sources import DeliveryKind
from xiaobao.intake.check import check
from xiaobao.intake.delivery import CheckResult, Delivery, PrivacyKeys
from xiaobao.privacy.identity_cards import CHECK_CHARACTERS, WEIGHTS, check_character
from xiaobao.privacy.pseudonym_keys import PseudonymKey, PseudonymKeys

PEOPLE_SHARE = 0.6
"""Distinct people for each row: the rest complain again."""
NUMBERS_SHARE = 0.1
"""Narratives that hold a number of a person."""
_BIRTHDAYS = 20_000
_TEXTS = 5_000
_CHARACTERS = 80
_SECRET = b"k" * 32
_KEYS = PrivacyKeys(
    narrative_key=_SECRET, pseudonyms=PseudonymKeys(chain=(PseudonymKey(id="p0001", secret=_SECRET),))
)


def frame(catalog: Catalog, rows: int, *, seed: int) -> pl.DataFrame:
    """Rows as `deliveries.frame` makes them, each with an identity card, a mobile number and a narrative."""
    draw = np.random.default_rng(seed)
    people = draw.integers(0, int(rows * PEOPLE_SHARE), rows)
    return deliveries.frame(catalog, rows, seed=seed).with_columns(
        pl.Series("证件号", _identity_cards(people)),
        pl.Series("联系电话", 13_000_000_000 + people * 1_597).cast(pl.String),
        pl.Series("投诉内容", _narratives(draw, rows)),
    )


def _identity_cards(people: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pl.Series:
    """A valid number for each person (GB 11643-1999): region, day of birth, serial, check character."""
    born = pl.Series(np.datetime64("1950-01-01") + people % _BIRTHDAYS).dt.to_string("%Y%m%d")
    bodies = "110105" + born + pl.Series(people // _BIRTHDAYS).cast(pl.String).str.zfill(3)
    digits = np.frombuffer("".join(bodies.to_list()).encode(), dtype=np.uint8).reshape(-1, len(WEIGHTS)) - 48
    checks = np.array(list(CHECK_CHARACTERS))[digits @ np.array(WEIGHTS) % len(CHECK_CHARACTERS)]
    return bodies + pl.Series(checks)


def _narratives(draw: np.random.Generator, rows: int) -> pl.Series:
    """Two texts one after the other, in a tenth the second with a number of a person; hardly one twice."""
    made = list(samples(_TEXTS, seed=1, book=DEVELOPMENT))
    plain = np.array([_without_numbers(one)[:_CHARACTERS] for one in made])
    telling = np.array([one.text[: one.personal[0].end] for one in made if one.personal])
    second = np.where(
        draw.random(rows) < NUMBERS_SHARE,
        telling[draw.integers(0, len(telling), rows)],
        plain[draw.integers(0, len(plain), rows)],
    )
    return pl.Series(plain[draw.integers(0, len(plain), rows)]) + pl.Series(second)


def _without_numbers(one: Sample) -> str:
    text = one.text
    for span in reversed(one.spans):
        text = text[: span.start] + text[span.end :]
    return text


def _is_card(number: str) -> str:
    if number and check_character(number[:17]) != number[17]:
        raise ValueError("no identity card has this number")
    return number


class Row(intake.Row):
    """The peer's model, with the columns of people."""

    identity: Annotated[str, Field(alias="证件号", pattern=r"^([0-9]{17}[0-9X])?$"), AfterValidator(_is_card)]
    contact: Annotated[str, Field(alias="联系电话", pattern=r"^(1[3-9][0-9]{9})?$")]
    narrative: Annotated[str, Field(alias="投诉内容", max_length=4_000)]


def _ours(path: Path, catalog: Catalog, keys: PrivacyKeys | None) -> CheckResult:
    delivery = Delivery(
        source_code=deliveries.SOURCE, day=deliveries.LAST_DAY, kind=DeliveryKind.REGULAR, revision=1
    )
    return check(path, delivery=delivery, catalog=catalog, simulated=True, history=None, keys=keys)


def _pseudonyms(row: intake.Row) -> None:
    """What the peer keeps in place of personal data; it masks nothing."""
    assert isinstance(row, Row)
    for text in (row.identity, row.contact, row.narrative):
        hmac.digest(_SECRET, text.encode(), "sha256")


def measure(folder: Path, catalog: Catalog, rows: int) -> list[tuple[str, str]]:
    """Rows of the results table: our own first, so that the highest memory is ours."""
    path = folder / "people.csv"
    frame(catalog, rows, seed=1).write_csv(path)
    checked, checking = seconds_and_mebibytes(lambda: _accepted(path, catalog, None, rows))
    kept, keeping = seconds_and_mebibytes(lambda: _accepted(path, catalog, _KEYS, rows))
    assert intake.by_pydantic(path, catalog, model=Row) == (rows, 0)
    peer = seconds(lambda: intake.by_pydantic(path, catalog, model=Row))
    keyed = seconds(lambda: intake.by_pydantic(path, catalog, model=Row, also=_pseudonyms))
    by_frictionless = intake.frictionless_seconds(path, catalog)
    return [
        (f"rows, {path.stat().st_size / 1024**2:,.0f} MiB: read and check, all rules", rate(rows, checked)),
        ("the same by csv + pydantic, row by row", rate(rows, peer)),
        ("times that rate (goal ≥ 5)", f"{peer / checked:.1f}"),
        ("times the rate of frictionless (goal ≥ 20)", f"{by_frictionless / (checked / rows):.0f}"),
        ("highest memory while checking (goal ≤ 2,048 MiB)", f"{checking:,.0f} MiB"),
        ("with pseudonyms, digests and masked narratives", rate(rows, kept)),
        ("csv + pydantic with the same digests, masking nothing", rate(rows, keyed)),
        ("times that rate", f"{keyed / kept:.1f}"),
        ("highest memory (goal ≤ 2,048 MiB)", f"{keeping:,.0f} MiB"),
    ]


def _accepted(path: Path, catalog: Catalog, keys: PrivacyKeys | None, rows: int) -> None:
    result = _ours(path, catalog, keys)
    assert (result.read, result.accepted) == (rows, rows), result.findings.head()
