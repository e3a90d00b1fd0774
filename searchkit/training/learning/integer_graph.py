"""Writes a student in integers as two files: weights, and an ONNX graph that refers to their bytes.

The graph is written node by node. Matrix products are those of onnxruntime that multiply integers
and widen the result; additions, norms and attention in between are float32.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from searchkit.embedders.block_table import BLOCK, pack
from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.entry_costs import COSTS
from searchkit.embedders.integer_linear import WEIGHT_LIMIT, IntegerLinear, weight_scales
from searchkit.embedders.integer_weights import maps_of, norms_of

Array = npt.NDArray[Any]

# Parts of a text whose attention is computed one after the other. A causal model needs half of the
# square of positions; with four parts three eighths are left out.
_PARTS = 4

# Operators that onnxruntime has beyond the standard.
_OWN_KINDS = ("GatherBlockQuantized", "Gelu", "MatMulIntegerToFloat")


def arrays_of(student: CausalBert) -> dict[str, Array]:
    """Return all that the graph computes with, by name.

    The table is 4-bit blocks, see `BlockTable`; maps are int8, `(inputs, outputs)`.
    """
    packed, steps = pack(student.word_embeddings.weight.detach())
    arrays: dict[str, Array] = {
        "table": packed.numpy(),
        "table.step": steps.numpy(),
        "positions": _array(student.embeddings.position_embeddings.weight),
        "norm.weight": _array(student.embeddings.LayerNorm.weight),
        "norm.bias": _array(student.embeddings.LayerNorm.bias),
        "vector.weight": _array(student.vector.weight.T),
        "vector.bias": _array(student.vector.bias),
    }
    for number, layer in enumerate(student.layers):
        for name, linear in maps_of(layer).items():
            arrays |= _map(f"{number}.{name}", linear, student)
        for name, norm in norms_of(layer).items():
            arrays[f"{number}.{name}.norm.weight"] = _array(norm.weight)
            arrays[f"{number}.{name}.norm.bias"] = _array(norm.bias)
    return arrays


def _array(tensor: Tensor) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(tensor.detach().float().cpu().numpy())


def _map(name: str, linear: nn.Linear, student: CausalBert) -> dict[str, Array]:
    """Return the arrays of one linear map; that of queries takes in the scale of attention."""
    assert isinstance(linear, IntegerLinear)
    weight, bias = linear.weight.detach(), linear.bias.detach()
    steps = weight_scales(weight)
    whole = (weight / steps).round().clamp(-WEIGHT_LIMIT, WEIGHT_LIMIT).to(torch.int8)
    scale = (student.shape.width // student.shape.heads) ** -0.5 if name.endswith("query") else 1.0
    return {
        f"{name}.weight": np.ascontiguousarray(whole.T.numpy()),
        f"{name}.weight.step": _array(steps.flatten() * scale),
        f"{name}.weight.zero": np.zeros(len(weight), np.int8),
        f"{name}.bias": _array(bias * scale),
        f"{name}.step": _array(linear.input_scale),
        f"{name}.zero": np.array(int(linear.input_zero), np.uint8),
    }


def write_weights(arrays: dict[str, Array], path: Path) -> None:
    """Write all arrays into one safetensors file."""
    from safetensors.numpy import save

    path.write_bytes(save(arrays, metadata={"format": "pt"}))


def write_graph(student: CausalBert, weights: Path, path: Path) -> None:
    """Write the graph beside its weights; both must stay in one folder."""
    import onnx

    graph = _Graph(student.shape.heads, student.shape.width)
    graph.whole(student.shape.layers)
    model = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            "student",
            [graph.input(name) for name in ("input_ids", "attention_mask")],
            [onnx.helper.make_tensor_value_info("embedding", 1, ["batch", student.shape.hidden])],
            [*graph.constants, *_external(weights)],
        ),
        opset_imports=[
            onnx.helper.make_opsetid("", 17),
            onnx.helper.make_opsetid("com.microsoft", 1),
        ],
        ir_version=9,
    )
    path.write_bytes(model.SerializeToString())


def _external(weights: Path) -> list[Any]:
    """Describe as external data what a graph computes with of a safetensors file."""
    import onnx

    raw = weights.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    kinds = {"I8": 3, "U8": 2, "F16": 10, "F32": 1, "I64": 7}
    tensors = []
    for name, about in json.loads(raw[8 : 8 + length]).items():
        if name in ("__metadata__", COSTS):
            continue
        start, end = about["data_offsets"]
        kind, shape = kinds[about["dtype"]], about["shape"]
        if name == "table":
            kind, shape = onnx.TensorProto.INT4, [shape[0], 2 * shape[1]]
        tensor = onnx.TensorProto(name=name, data_type=kind, dims=shape)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        places = {"location": weights.name, "offset": 8 + length + start, "length": end - start}
        for key, value in places.items():
            tensor.external_data.add(key=key, value=str(value))
        tensors.append(tensor)
    return tensors


class _Graph:
    """Collects nodes; each method returns the name of what it makes."""

    def __init__(self, heads: int, width: int) -> None:
        import onnx

        self._onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.constant("1", np.array([1], np.int64))
        self.constant("0", np.array([0], np.int64))
        self.constant("split", np.array([0, 0, heads, width // heads], np.int64))
        self.constant("merge", np.array([0, 0, width], np.int64))
        self.constant("2", np.array([2], np.int64))
        self.constant("3", np.array([3], np.int64))
        self.constant("parts", np.array([_PARTS], np.int64))
        self.constant("1,2", np.array([1, 2], np.int64))
        self.constant("zero", np.array(0, np.int64))
        self.constant("one", np.array(1, np.int64))
        self.constant("one.float", np.array(1, np.float32))
        self.constant("10000", np.array(10_000, np.float32))
        self.constant("minus", np.array(-10_000, np.float32))

    def input(self, name: str) -> Any:
        return self._onnx.helper.make_tensor_value_info(name, 7, ["batch", "length"])

    def constant(self, name: str, value: Array) -> None:
        self.constants.append(self._onnx.numpy_helper.from_array(value, name))

    def add(self, kind: str, given: list[str], made: str, **options: Any) -> str:
        domain = "com.microsoft" if kind in _OWN_KINDS else ""
        node = self._onnx.helper.make_node(kind, given, [made], domain=domain, **options)
        self.nodes.append(node)
        return made

    def whole(self, layers: int) -> None:
        states = self.embeddings()
        self.mask()
        for number in range(layers - 1):
            states = self.layer(str(number), states, states, "causal")
        last = self.layer(str(layers - 1), states, self.last(states), "seen")
        self.vector(last)

    def embeddings(self) -> str:
        blocks = {"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK}
        given = ["table", "input_ids", "table.step"]
        self.add("GatherBlockQuantized", given, "rows.half", **blocks)
        self.add("Cast", ["rows.half"], "rows", to=1)
        self.add("Shape", ["input_ids"], "length", start=1, end=2)
        self.add("Slice", ["positions", "0", "length", "0"], "places")
        self.add("Add", ["rows", "places"], "summed")
        return self.norm("summed", "norm", "states")

    def mask(self) -> None:
        """Make the two masks, large negative numbers: of later positions, and of padding."""
        self.add("Squeeze", ["length"], "length.scalar")
        self.add("Range", ["zero", "length.scalar", "one"], "range")
        self.add("Unsqueeze", ["range", "1"], "range.rows")
        self.add("Less", ["range.rows", "range"], "later")
        self.add("Cast", ["later"], "later.float", to=1)
        self.add("Mul", ["later.float", "minus"], "causal")
        for part in range(_PARTS + 1):
            self.constant(f"times.{part}", np.array([part], np.int64))
            self.add("Mul", ["length", f"times.{part}"], f"part.{part}.times")
            self.add("Div", [f"part.{part}.times", "parts"], f"part.{part}")
        for part in range(_PARTS):
            rows = self.slice("causal", f"part.{part}", f"part.{part + 1}", "0", f"rows.{part}")
            self.add("Slice", [rows, "0", f"part.{part + 1}", "1"], f"causal.{part}")
        self.add("Cast", ["attention_mask"], "there", to=1)
        self.add("Sub", ["there", "one.float"], "missing")
        self.add("Mul", ["missing", "10000"], "missing.large")
        self.add("Unsqueeze", ["missing.large", "1,2"], "seen")

    def last(self, states: str) -> str:
        """Gather the states at the last token of each row: `(batch, 1, width)`."""
        self.add("ReduceSum", ["attention_mask", "1"], "lengths", keepdims=1)
        self.add("Sub", ["lengths", "1"], "ends")
        self.add("GatherND", [states, "ends"], "last.row", batch_dims=1)
        return self.add("Unsqueeze", ["last.row", "1"], "last")

    def layer(self, name: str, states: str, asking: str, mask: str) -> str:
        """Add one layer: `asking` are the positions that it works on, `states` what they see."""
        rounded = self.rounded(states, f"{name}.key")
        same = rounded if asking == states else self.rounded(asking, f"{name}.query")
        query = self.heads(self.product(same, f"{name}.query"), [0, 2, 1, 3])
        key = self.heads(self.product(rounded, f"{name}.key"), [0, 2, 3, 1])
        value = self.heads(self.product(rounded, f"{name}.value"), [0, 2, 1, 3])
        if mask == "causal":
            mixed = self.causal(name, query, key, value)
        else:
            mixed = self.mixed(name, query, key, value, mask)
        turned = self.add("Transpose", [mixed], f"{name}.mixed.turned", perm=[0, 2, 1, 3])
        joined = self.add("Reshape", [turned, "merge"], f"{name}.mixed.joined")
        after = self.block(joined, asking, f"{name}.mixed")
        wide = self.product(self.rounded(after, f"{name}.wide"), f"{name}.wide")
        return self.block(self.add("Gelu", [wide], f"{name}.bent"), after, f"{name}.narrow")

    def causal(self, name: str, query: str, key: str, value: str) -> str:
        """Mix by parts of the positions, each with what is not later than its end."""
        parts = []
        for part in range(_PARTS):
            begin, end, made = f"part.{part}", f"part.{part + 1}", f"{name}.{part}"
            asking = self.slice(query, begin, end, "2", made)
            keys = self.slice(key, "0", end, "3", made)
            values = self.slice(value, "0", end, "2", made)
            parts.append(self.mixed(made, asking, keys, values, f"causal.{part}"))
        return self.add("Concat", parts, f"{name}.mixed.heads", axis=2)

    def slice(self, states: str, begin: str, end: str, axis: str, part: str) -> str:
        return self.add("Slice", [states, begin, end, axis], f"{states}.of.{part}")

    def mixed(self, name: str, query: str, key: str, value: str, mask: str) -> str:
        scores = self.add("MatMul", [query, key], f"{name}.scores")
        hidden = self.add("Add", [scores, mask], f"{name}.scores.seen")
        shares = self.add("Softmax", [hidden], f"{name}.shares", axis=-1)
        return self.add("MatMul", [shares, value], f"{name}.mixed.part")

    def block(self, states: str, before: str, name: str) -> str:
        """Map, add what was there before, and normalise."""
        mapped = self.product(self.rounded(states, name), name)
        return self.norm(
            self.add("Add", [mapped, before], f"{name}.sum"), f"{name}.norm", f"{name}.out"
        )

    def rounded(self, states: str, name: str) -> str:
        given = [states, f"{name}.step", f"{name}.zero"]
        return self.add("QuantizeLinear", given, f"{name}.int8")

    def product(self, rounded: str, name: str) -> str:
        given = ["weight", "step", "weight.step", "zero", "weight.zero", "bias"]
        return self.add(
            "MatMulIntegerToFloat",
            [rounded, *(f"{name}.{each}" for each in given)],
            f"{name}.product",
        )

    def heads(self, states: str, turn: list[int]) -> str:
        split = self.add("Reshape", [states, "split"], f"{states}.split")
        return self.add("Transpose", [split], f"{states}.heads", perm=turn)

    def norm(self, states: str, name: str, made: str) -> str:
        given = [states, f"{name}.weight", f"{name}.bias"]
        return self.add("LayerNormalization", given, made, epsilon=1e-12)

    def vector(self, last: str) -> None:
        self.add("Squeeze", [last, "1"], "state")
        self.add("Gemm", ["state", "vector.weight", "vector.bias"], "vector")
        self.add("LpNormalization", ["vector"], "embedding", axis=-1, p=2)
