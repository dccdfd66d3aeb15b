"""A coder as a folder: JSON and plain arrays, nothing that could run on being read."""

import io
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from xiaobao.analysis.coding.acceptance import Acceptance
from xiaobao.analysis.coding.calibration import Calibration
from xiaobao.analysis.coding.coder import Coder, Training
from xiaobao.analysis.coding.confidence import Confidence
from xiaobao.analysis.coding.labels import hierarchy_of
from xiaobao.analysis.coding.linear import Judge
from xiaobao.analysis.coding.senses import SenseJudge
from xiaobao.analysis.coding.terms import Terms
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.files import make_folder, new_file, put_in_place
from xiaobao.lib.ids import new_token, sha256_hex
from xiaobao.lib.words import Words

VERSION = 3
"""Goes up whenever the same folder would code a text otherwise; a folder of another version is refused."""
_MANIFEST, _TERMS, _ARRAYS = "coder.json", "terms.json", "arrays.npz"


class CoderRefusedError(UserError):
    """The folder is no coder of this version, or not as it was written."""

    def __init__(self, folder: Path, *, zh: str, en: str) -> None:
        super().__init__(
            Words(
                zh=f"{folder} 中的编码模型不可用：{zh}；请用 xiaobao coder train 重新训练",
                en=f"the coder in {folder} cannot be used: {en}; train it again with xiaobao coder train",
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )


class _Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What every version states."""

    version: int


class _Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int
    labels: list[str]
    separator: str
    longest_run: int
    slopes: list[list[float]]
    """Of every level those of its judges: words, then vectors."""
    vectors_model: str
    """Empty where it needs no vectors."""
    sureness: Confidence
    least_probability: float
    least_confidence: float
    training: Training
    sha256: dict[str, str]


class _TermsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    characters: list[str]
    words: list[str]


def save(coder: Coder, folder: Path) -> None:
    """Write the folder, which must not exist yet, all or nothing."""
    terms = msgspec.json.encode(
        _TermsFile(characters=list(coder.terms.characters), words=list(coder.terms.words))
    )
    files = {_TERMS: terms, _ARRAYS: _packed(coder)}
    manifest = _Manifest(
        version=VERSION,
        labels=list(coder.hierarchy.labels),
        separator=coder.hierarchy.separator,
        longest_run=coder.terms.longest,
        slopes=[one.slopes.tolist() for one in coder.calibrations],
        vectors_model=coder.vectors_model,
        sureness=coder.sureness,
        least_probability=coder.acceptance.least_probability,
        least_confidence=coder.acceptance.least_confidence,
        training=coder.training,
        sha256={name: sha256_hex(content) for name, content in files.items()},
    )
    files[_MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    temporary = folder.parent / f".{new_token()}.part"
    make_folder(temporary)
    for name, content in files.items():
        with new_file(temporary / name) as stream:
            stream.write(content)
    put_in_place(temporary, folder)


def load(folder: Path) -> Coder:
    """The coder of a folder; CoderRefusedError where it is of another version, changed, or none."""
    manifest, contents = _read(folder)
    try:
        terms = msgspec.json.decode(contents[_TERMS], type=_TermsFile)
        with np.load(io.BytesIO(contents[_ARRAYS]), allow_pickle=False) as arrays:
            return _built(manifest, terms, {name: arrays[name] for name in arrays.files})
    except (msgspec.DecodeError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CoderRefusedError(folder, zh="内容不完整", en="its content is not whole") from error


def _read(folder: Path) -> tuple[_Manifest, dict[str, bytes]]:
    path = folder / _MANIFEST
    if not path.is_file():
        raise CoderRefusedError(folder, zh=f"没有 {_MANIFEST}", en=f"there is no {_MANIFEST} in it")
    content = path.read_bytes()
    try:
        stated = msgspec.json.decode(content, type=_Stated)
        if stated.version != VERSION:
            raise CoderRefusedError(
                folder,
                zh=f"版本为 {stated.version}，本程序用的是 {VERSION}",
                en=f"it is of version {stated.version}, this program uses {VERSION}",
            )
        manifest = msgspec.json.decode(content, type=_Manifest)
    except msgspec.DecodeError as error:
        raise CoderRefusedError(
            folder, zh=f"{_MANIFEST} 的格式不认得", en=f"its {_MANIFEST} has a form that is not known"
        ) from error
    found = {name: folder / name for name in (_TERMS, _ARRAYS)}
    if gone := [name for name, one in found.items() if not one.is_file()]:
        raise CoderRefusedError(
            folder, zh=f"没有 {'、'.join(gone)}", en=f"there is no {' nor '.join(gone)} in it"
        )
    contents = {name: one.read_bytes() for name, one in found.items()}
    if {name: sha256_hex(one) for name, one in contents.items()} != manifest.sha256:
        raise CoderRefusedError(
            folder, zh="文件与其摘要不符", en="its files do not have the digests it states"
        )
    return manifest, contents


def _packed(coder: Coder) -> bytes:
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "rarity": coder.terms.rarity,
        "favor": coder.favor,
        "seen": coder.seen,
    }
    for level, (judge, calibration) in enumerate(zip(coder.judges, coder.calibrations, strict=True)):
        arrays |= {
            f"weights_{level}": judge.weights,
            f"slopes_{level}": judge.slopes,
            f"offsets_{level}": judge.offsets,
            f"calibration_{level}": calibration.offsets,
        }
    for level, sense in enumerate(coder.senses):
        arrays |= {f"sense_slopes_{level}": sense.slopes, f"sense_offsets_{level}": sense.offsets}
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def _built(manifest: _Manifest, terms: _TermsFile, arrays: dict[str, npt.NDArray[Any]]) -> Coder:
    levels = range(len(manifest.slopes))
    return Coder(
        hierarchy=hierarchy_of(manifest.labels, manifest.separator),
        terms=Terms(
            longest=manifest.longest_run,
            characters=tuple(terms.characters),
            words=tuple(terms.words),
            rarity=arrays["rarity"],
        ),
        judges=tuple(
            Judge(
                weights=arrays[f"weights_{level}"],
                slopes=arrays[f"slopes_{level}"],
                offsets=arrays[f"offsets_{level}"],
            )
            for level in levels
        ),
        senses=tuple(
            SenseJudge(slopes=arrays[f"sense_slopes_{level}"], offsets=arrays[f"sense_offsets_{level}"])
            for level in levels
            if manifest.vectors_model
        ),
        vectors_model=manifest.vectors_model,
        calibrations=tuple(
            Calibration(slopes=np.array(manifest.slopes[level]), offsets=arrays[f"calibration_{level}"])
            for level in levels
        ),
        favor=arrays["favor"],
        sureness=manifest.sureness,
        acceptance=Acceptance(
            least_probability=manifest.least_probability, least_confidence=manifest.least_confidence
        ),
        training=manifest.training,
        seen=arrays["seen"],
    )
