"""Rounds a decoder's weights to int8, so that both runtimes give the same answers.

Weights are rounded once, before anything is written, so the half-precision file and the ONNX graph
hold the same numbers. The graph keeps them as int8 and widens them when it is loaded; what flows
through it stays in float32, since rounding that as well changes one answer in three.
"""

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from searchkit.training.learning.decoder import Decoder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Inputs of a matrix that share a scale.
_BLOCK = 32

_LARGEST = 127


def rounded(decoder: Decoder) -> Decoder:
    """Copy a decoder with its table and matrices rounded to what int8 can hold.

    A row of the table may have any scale, since a layer norm follows; so it becomes whole numbers.
    """
    whole = copy.deepcopy(decoder).float().eval()
    with torch.no_grad():
        table = whole.word_embeddings.weight
        largest = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-6)
        table.mul_(_LARGEST / largest).round_()
        for linear in whole.modules():
            if isinstance(linear, nn.Linear):
                linear.weight.copy_(_on_grid(linear.weight))
    return whole


def quantise(path: Path) -> None:
    """Turn the weights of a float graph of a `rounded` decoder into int8, in place."""
    import numpy as np
    import onnx

    model = onnx.load(path)
    graph = model.graph
    held = {each.name: each for each in graph.initializer}
    _shrink_table(graph, max(graph.initializer, key=lambda each: int(np.prod(each.dims))))
    for node in list(graph.node):
        weight = held.get(node.input[1]) if node.op_type in ("MatMul", "Gemm") else None
        if weight is not None and len(weight.dims) == 2:
            turned = any(each.name == "transB" and each.i for each in node.attribute)
            _shrink_matrix(graph, weight, inputs=1 if turned else 0)
    onnx.save(model, path)


def _on_grid(weight: Tensor) -> Tensor:
    """Round each block of a row, `(outputs, inputs)`, to 127 steps of a half-precision size."""
    blocks = weight.view(len(weight), -1, _BLOCK)
    steps = (blocks.abs().amax(dim=2, keepdim=True) / _LARGEST).clamp(min=1e-7).half().float()
    return ((blocks / steps).round().clamp(-_LARGEST, _LARGEST) * steps).view_as(weight)


def _shrink_table(graph: Any, table: Any) -> None:
    """Keep the table, whole numbers by now, as int8, and cast what is looked up."""
    import numpy as np
    import onnx

    values = onnx.numpy_helper.to_array(table)
    table.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.int8), table.name))
    place, gather = next(
        (place, node) for place, node in enumerate(graph.node) if table.name in node.input
    )
    (looked_up,) = gather.output
    gather.output[0] = f"{looked_up}_int8"
    cast = onnx.helper.make_node("Cast", gather.output, [looked_up], to=onnx.TensorProto.FLOAT)
    graph.node.insert(place + 1, cast)


def _shrink_matrix(graph: Any, weight: Any, inputs: int) -> None:
    """Replace a matrix by int8 and nodes that widen it when the graph is loaded."""
    import numpy as np
    import onnx

    values = onnx.numpy_helper.to_array(weight)
    whole, steps = _parts(values, inputs)
    name = weight.name
    graph.initializer.remove(weight)
    constants: dict[str, Any] = {"int8": whole, "steps": steps, "shape": np.array(values.shape)}
    for part, array in constants.items():
        graph.initializer.append(onnx.numpy_helper.from_array(array, f"{name}_{part}"))
    widen: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Cast", [f"{name}_int8"], f"{name}_wide", {"to": onnx.TensorProto.FLOAT}),
        ("Cast", [f"{name}_steps"], f"{name}_size", {"to": onnx.TensorProto.FLOAT}),
        ("Mul", [f"{name}_wide", f"{name}_size"], f"{name}_blocks", {}),
        ("Reshape", [f"{name}_blocks", f"{name}_shape"], name, {}),
    ]
    for place, (kind, given, made, options) in enumerate(widen):
        graph.node.insert(place, onnx.helper.make_node(kind, given, [made], **options))


def _parts(
    values: "npt.NDArray[np.float32]", inputs: int
) -> tuple["npt.NDArray[np.int8]", "npt.NDArray[np.float16]"]:
    """Split values into whole numbers and step sizes, the axis `inputs` of both in blocks."""
    import numpy as np

    shape = values.shape
    blocks = values.reshape(*shape[:inputs], -1, _BLOCK, *shape[inputs + 1 :])
    steps = np.abs(blocks).max(axis=inputs + 1, keepdims=True) / _LARGEST
    steps = np.maximum(steps, 1e-7).astype(np.float16)
    return np.rint(blocks / steps.astype(np.float32)).astype(np.int8), steps
