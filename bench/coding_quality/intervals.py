"""How often the intervals of κ, of a difference of κ and of an audit hold the true value, over many draws."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from xiaobao.analysis.coding.quality.agreement import Kappa, code_rows, kappa
from xiaobao.analysis.coding.quality.audit_estimate import ReadStratum, stratified
from xiaobao.analysis.coding.quality.audit_plan import draw_audit
from xiaobao.analysis.coding.quality.banks import difference_limits

DRAWS = 1000
_LEAST = 10
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How rows are coded in a trial: Zipfian codes, errors of either side by the codes' shares."""

    codes: int
    texts: int
    bank_errs: float
    coder_errs: float

    def joint(self) -> Shares:
        """Share of every pair of submitted and read code."""
        shares = 1 / np.arange(1, self.codes + 1)
        shares /= shares.sum()
        either = [
            (1 - err) * np.eye(self.codes) + err * np.tile(shares, (self.codes, 1))
            for err in (self.bank_errs, self.coder_errs)
        ]
        found: Shares = np.einsum("k,ki,kj->ij", shares, *either)
        return found

    def drawn(self, generator: np.random.Generator, *, code: int | None = None) -> Kappa:
        """κ of one draw in which every tenth text was sent in up to nine copies; of one code if named."""
        cell = generator.choice(self.codes**2, size=self.texts, p=self.joint().ravel())
        copied = generator.random(self.texts) < 0.1
        copies = np.where(copied, generator.integers(2, 10, self.texts), 1)
        family, cell = np.repeat(np.arange(self.texts), copies), np.repeat(cell, copies)
        submitted, read = cell // self.codes, cell % self.codes
        if code is not None:
            submitted, read = code_rows(submitted, code), code_rows(read, code)
        return kappa(submitted, read, family, least=_LEAST)


def true_kappa(joint: Shares) -> float:
    """κ of shares."""
    agreed, chance = float(np.trace(joint)), float(joint.sum(axis=0) @ joint.sum(axis=1))
    return (agreed - chance) / (1 - chance)


def collapsed(joint: Shares, code: int) -> Shares:
    """Shares of one code against all others."""
    own, rows, columns = joint[code, code], joint[code].sum(), joint[:, code].sum()
    return np.array([[own, rows - own], [columns - own, 1 - rows - columns + own]])


def of_kappa(coding: Coding, *, code: int | None, seed: int) -> tuple[float, float]:
    """Coverage and mean width."""
    generator = np.random.default_rng(seed)
    joint = coding.joint()
    true = true_kappa(joint if code is None else collapsed(joint, code))
    told = [one for one in (coding.drawn(generator, code=code) for _ in range(DRAWS)) if one.is_told]
    limits = np.array([(one.low, one.high) for one in told], np.float64)
    held = (limits[:, 0] <= true) & (true <= limits[:, 1])
    return float(held.mean()), float((limits[:, 1] - limits[:, 0]).mean())


def of_difference(before: Coding, after: Coding, *, seed: int) -> float:
    """Coverage of the interval of the difference."""
    generator = np.random.default_rng(seed)
    true = true_kappa(after.joint()) - true_kappa(before.joint())
    held = 0
    for _ in range(DRAWS):
        low, high = difference_limits(before.drawn(generator), after.drawn(generator))
        held += low is not None and high is not None and low <= true <= high
    return held / DRAWS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrial:
    """What audits of one bank gave."""

    true: float
    mean: float
    deviation: float
    coverage: float
    simple_deviation: float
    """Of as many drawn without strata."""


def of_audit(*, complaints: int, rare: float, blind: float, seed: int, read: int = 100) -> AuditTrial:
    """Audits of one bank; `rare`: share of doubtful codes, `blind`: share wrong whatever the doubt says."""
    generator = np.random.default_rng(seed)
    sure = generator.random(complaints) >= rare
    doubt = np.where(sure, generator.beta(0.5, 20, complaints), generator.beta(5, 1.5, complaints))
    wrong = generator.random(complaints) < np.maximum(blind, doubt if not blind else 0.5 * doubt)
    rows = pl.DataFrame(
        {
            "complaint_key": np.arange(complaints),
            "source_code": ["s"] * complaints,
            "complaint_no": ["1"] * complaints,
            "institution": ["A"] * complaints,
            "submitted": ["B"] * complaints,
            "doubt": doubt,
        }
    )
    true, shares, held = float(wrong.mean()), [], 0
    for number in range(DRAWS // 2):
        (bank,), drawn = draw_audit(rows, {"A": 0}, of_bank=read, seed=number)
        share, low, high = stratified(
            [
                ReadStratum(
                    rows=one.rows,
                    read=one.drawn,
                    wrong=sum(
                        bool(wrong[each.complaint_key]) for each in drawn if each.stratum == one.number
                    ),
                )
                for one in bank.strata
            ]
        )
        assert share is not None
        shares.append(share)
        held += low <= true <= high
    simple = [generator.choice(wrong, read, replace=False).mean() for _ in shares]
    return AuditTrial(
        true=true,
        mean=float(np.mean(shares)),
        deviation=float(np.std(shares)),
        coverage=held / len(shares),
        simple_deviation=float(np.std(simple)),
    )
