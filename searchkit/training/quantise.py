"""Int8 for a decoder's ONNX graph, with weights rearranged first so that little is lost.

Two exact rearrangements: a row of the table may have any scale, since a layer norm follows; and
what a layer norm multiplies a channel by may move into the weights behind it, so that no channel's
outliers set the scale of all (Xiao et al., SmoothQuant, ICML 2023). Nothing here traces or trains.
"""

import copy
from pathlib import Path

import torch
from torch import Tensor, nn

from searchkit.training.batch import ROLE_TOKENS
from searchkit.training.decoder import Block, Decoder

# How much of a channel's range moves from activations into weights; half, as in the paper.
_SMOOTHING = 0.5

# Texts of random tokens by which the channels' ranges are measured.
_SAMPLE = (48, 96)

_LARGEST = 127


def rearranged(decoder: Decoder) -> Decoder:
    """A decoder with the same vectors whose table is whole numbers and whose channels are even."""
    even = copy.deepcopy(decoder).float().eval()
    with torch.no_grad():
        table = even.word_embeddings.weight
        largest = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-6)
        table.mul_(_LARGEST / largest).round_()
        ranges = _ranges(even)
        for norm, linear in _followed(even):
            _smooth(norm, linear, ranges[norm])
    return even


def quantise(path: Path) -> None:
    """Turn a float graph with constants folded into int8, in place.

    Quantised are the table and the products over all positions. The last layer's products for the
    last position alone, which cost nothing, stay in float32: they bear the most on the vector.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = onnx.load(path).graph
    # The quantiser turns a matrix's product and sum into two nodes first, under these names.
    one_position = [f"{node.name}_MatMul" for node in graph.node if node.op_type == "Gemm"]
    quantize_dynamic(
        path,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=one_position,
    )
    model = onnx.load(path)
    _shrink_table(model.graph)
    onnx.save(model, path)


def _shrink_table(graph: object) -> None:
    """Keep the table, whole numbers by now, as int8 and cast what is looked up."""
    import numpy as np
    import onnx

    assert isinstance(graph, onnx.GraphProto)
    table = max(graph.initializer, key=lambda each: int(np.prod(each.dims)))
    values = onnx.numpy_helper.to_array(table)
    table.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.int8), table.name))
    place, gather = next(
        (place, node) for place, node in enumerate(graph.node) if table.name in node.input
    )
    (looked_up,) = gather.output
    gather.output[0] = f"{looked_up}_int8"
    cast = onnx.helper.make_node("Cast", gather.output, [looked_up], to=onnx.TensorProto.FLOAT)
    graph.node.insert(place + 1, cast)


def _followed(decoder: Decoder) -> list[tuple[nn.LayerNorm, nn.Linear]]:
    """Every layer norm whose output one linear map alone reads, with that map."""
    pairs = []
    for block in decoder.h:
        assert isinstance(block, Block)
        pairs.append((block.input_layernorm, block.self_attention.query_key_value))
        pairs.append((block.post_attention_layernorm, block.mlp.dense_h_to_4h))
    return pairs


def _ranges(decoder: Decoder) -> dict[nn.Module, Tensor]:
    """The largest absolute value of each channel behind each layer norm, over random texts."""
    ranges: dict[nn.Module, Tensor] = {}

    def note(module: nn.Module, _: object, output: Tensor) -> None:
        ranges[module] = output.abs().flatten(0, -2).amax(dim=0)

    hooks = [norm.register_forward_hook(note) for norm, _ in _followed(decoder)]
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, decoder.shape.vocabulary, _SAMPLE, generator=generator)
    for row, (begin, end) in enumerate(ROLE_TOKENS.values()):
        ids[row::2, 0], ids[row::2, -1] = begin, end
    decoder(ids, torch.ones_like(ids))
    for hook in hooks:
        hook.remove()
    return ranges


def _smooth(norm: nn.LayerNorm, linear: nn.Linear, largest: Tensor) -> None:
    weights = linear.weight.abs().amax(dim=0)
    scale = largest.clamp(min=1e-3) ** _SMOOTHING / weights.clamp(min=1e-3) ** (1 - _SMOOTHING)
    scale = scale / scale.log().mean().exp()
    norm.weight.div_(scale)
    norm.bias.div_(scale)
    linear.weight.mul_(scale)
