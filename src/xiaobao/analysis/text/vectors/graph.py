"""The model as an ONNX graph: the forward pass of BERT, mean over the tokens, length one.

Weights stay as the source has them (4 bits, 32 to a scale) and are multiplied in 8 bits, block by block
(`MatMulNBits` of ONNX Runtime, accuracy level 4), so that nothing is rounded a second time. One text at a
time: batches are hardly faster and would let a text's vector depend on its neighbours.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from xiaobao.analysis.text.vectors.manifest import IDS, VECTOR
from xiaobao.analysis.text.vectors.source import Source

_CONTRIB = "com.microsoft"
_BITS, _BLOCK = 4, 32
_IN_EIGHT_BITS = 4


class GraphWriter:
    """Collects nodes and weights."""

    def __init__(self, source: Source, kept: Sequence[int]) -> None:
        self._source = source
        self._kept = np.asarray(kept)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        """The whole graph: the ids of one text's tokens (1 × tokens) to its vector (1 × width)."""
        shape = self._source.shape
        hidden = self._embedded()
        for layer in range(shape.layers):
            hidden = self._layer(f"l{layer}", hidden)
        self._pooled(hidden)
        taken = helper.make_tensor_value_info(IDS, TensorProto.INT64, [1, "tokens"])
        given = helper.make_tensor_value_info(VECTOR, TensorProto.FLOAT, [1, shape.width])
        graph = helper.make_graph(self._nodes, "e5", [taken], [given], self._weights)
        sets = [helper.make_opsetid("", 17), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=8, producer_name="xiaobao")

    def _weight(self, name: str, array: npt.NDArray[Any]) -> str:
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(
        self, kind: str, inputs: list[str], name: str, *, domain: str = "", **attributes: object
    ) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))  # type: ignore[arg-type]
        return name

    def _embedded(self) -> str:
        width = self._source.shape.width
        words = self._source.blocks("emb.word", width=width)
        pairs = words.pairs[self._kept].reshape(len(self._kept), width // 2)
        table = self._weight("word", pairs)
        scales = self._weight("word.scales", words.scales[self._kept])
        attributes = {"bits": _BITS, "block_size": _BLOCK, "gather_axis": 0, "quantize_axis": 1}
        found = self._node(
            "GatherBlockQuantized", [table, IDS, scales], "words", domain=_CONTRIB, **attributes
        )
        places = self._source.floats("emb.pos").reshape(-1, width)
        places = places + self._source.floats("emb.type").reshape(-1, width)[0]
        self._weight("places", places)
        self._node("Shape", [IDS], "shape")
        self._node("Gather", ["shape", self._weight("one", np.array([1], np.int64))], "tokens", axis=0)
        zero = self._weight("zero", np.array([0], np.int64))
        self._node("Slice", ["places", zero, "tokens", zero], "here")
        return self._normed(self._node("Add", [found, "here"], "summed"), "emb.ln", "hidden")

    def _normed(self, given: str, weights: str, name: str) -> str:
        inputs = [
            given,
            self._weight(name + ".w", self._source.floats(weights + ".w")),
            self._weight(name + ".b", self._source.floats(weights + ".b")),
        ]
        epsilon = float(self._source.shape.epsilon)
        return self._node("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def _linear(self, given: str, weights: str, *, width: int) -> str:
        blocks = self._source.blocks(weights + ".w", width=width)
        inputs = [
            given,
            self._weight(weights + ".pairs", blocks.pairs),
            self._weight(weights + ".scales", blocks.scales.ravel()),
        ]
        rows = blocks.pairs.shape[0]
        attributes = {
            "K": width,
            "N": rows,
            "bits": _BITS,
            "block_size": _BLOCK,
            "accuracy_level": _IN_EIGHT_BITS,
        }
        product = self._node("MatMulNBits", inputs, weights + ".product", domain=_CONTRIB, **attributes)
        bias = self._weight(weights + ".bias", self._source.floats(weights + ".b"))
        return self._node("Add", [product, bias], weights)

    def _layer(self, name: str, hidden: str) -> str:
        shape = self._source.shape
        seen = self._linear(self._attended(name, hidden), f"{name}.ao", width=shape.width)
        hidden = self._normed(
            self._node("Add", [hidden, seen], f"{name}.seen"), f"{name}.aln", f"{name}.middle"
        )
        inner = self._gelu(self._linear(hidden, f"{name}.fi", width=shape.width), name)
        outer = self._linear(inner, f"{name}.fo", width=shape.inner)
        return self._normed(self._node("Add", [hidden, outer], f"{name}.sum"), f"{name}.oln", f"{name}.end")

    def _attended(self, name: str, hidden: str) -> str:
        shape = self._source.shape
        size = shape.width // shape.heads
        split = self._weight(f"{name}.split", np.array([0, 0, shape.heads, size], np.int64))
        turned = {}
        for part, order in (("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])):
            given = self._linear(hidden, f"{name}.{part}", width=shape.width)
            parted = self._node("Reshape", [given, split], f"{name}.{part}.parted")
            turned[part] = self._node("Transpose", [parted], f"{name}.{part}.turned", perm=order)
        scores = self._node("MatMul", [turned["q"], turned["k"]], f"{name}.scores")
        scale = self._weight(f"{name}.scale", np.array(size**-0.5, np.float32))
        scaled = self._node("Mul", [scores, scale], f"{name}.scaled")
        shares = self._node("Softmax", [scaled], f"{name}.shares")
        mixed = self._node("MatMul", [shares, turned["v"]], f"{name}.mixed")
        back = self._node("Transpose", [mixed], f"{name}.back", perm=[0, 2, 1, 3])
        joined = self._weight(f"{name}.joined", np.array([0, 0, shape.width], np.int64))
        return self._node("Reshape", [back, joined], f"{name}.context")

    def _gelu(self, given: str, name: str) -> str:
        return self._node("Gelu", [given], f"{name}.gelu", domain=_CONTRIB)

    def _pooled(self, hidden: str) -> None:
        self._node("ReduceMean", [hidden], "mean", axes=[1], keepdims=0)
        self._node("LpNormalization", ["mean"], VECTOR, axis=-1, p=2)
