"""How fast are deliveries taken in that name people and tell what happened, beside pydantic row by row?"""

import hmac
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import AfterValidator, Field

from bench import deliveries, intake
from bench.personal_texts.samples import Sample
from bench.personal_texts.stream import DEVELOPMENT, samples
from bench.timing import rate, seconds
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
_ALONE = """
import sys
from pathlib import Path
from bench.people import accepted
from bench.timing import peak_mebibytes
from xiaobao.catalog import reading
path, rows, keyed = sys.argv[1:]
accepted(Path(path), reading.load(), int(rows), keyed=keyed == "keyed")
print(peak_mebibytes())
"""
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
    """Rows of the results table; the memory is of a process that does nothing else, as the command is one."""
    path = folder / "people.csv"
    frame(catalog, rows, seed=1).write_csv(path)
    checked = seconds(lambda: accepted(path, catalog, rows, keyed=False))
    kept = seconds(lambda: accepted(path, catalog, rows, keyed=True))
    assert intake.by_pydantic(path, catalog, model=Row) == (rows, 0)
    peer = seconds(lambda: intake.by_pydantic(path, catalog, model=Row))
    keyed = seconds(lambda: intake.by_pydantic(path, catalog, model=Row, also=_pseudonyms))
    by_frictionless = intake.frictionless_seconds(path, catalog)
    return [
        (f"rows, {path.stat().st_size / 1024**2:,.0f} MiB: read and check, all rules", rate(rows, checked)),
        ("the same by csv + pydantic, row by row", rate(rows, peer)),
        ("times that rate (goal ≥ 5)", f"{peer / checked:.1f}"),
        ("times the rate of frictionless (goal ≥ 20)", f"{by_frictionless / (checked / rows):.0f}"),
        (
            "highest memory of a process of its own that checks (goal ≤ 2,048 MiB)",
            f"{_mebibytes(path, rows, keyed=False):,.0f} MiB",
        ),
        ("with pseudonyms, digests and masked narratives", rate(rows, kept)),
        ("csv + pydantic with the same digests, masking nothing", rate(rows, keyed)),
        ("times that rate", f"{keyed / kept:.1f}"),
        (
            "highest memory of a process of its own that does so (goal ≤ 2,048 MiB)",
            f"{_mebibytes(path, rows, keyed=True):,.0f} MiB",
        ),
    ]


def accepted(path: Path, catalog: Catalog, rows: int, *, keyed: bool) -> None:
    """Check the file, all of whose rows are right; `keyed` makes pseudonyms and masked narratives too."""
    result = _ours(path, catalog, _KEYS if keyed else None)
    assert (result.read, result.accepted) == (rows, rows), result.findings.head()


def _mebibytes(path: Path, rows: int, *, keyed: bool) -> float:
    """The highest resident memory of a process that checks the file once."""
    arguments = (str(path), str(rows), "keyed" if keyed else "plain")
    ran = subprocess.run(
        [sys.executable, "-c", _ALONE, *arguments], capture_output=True, text=True, check=True
    )
    return float(ran.stdout)
