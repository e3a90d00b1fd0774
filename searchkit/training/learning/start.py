"""Makes a decoder that begins as the weighted bag of words its table was trained as.

A decoder with random layers on a trained table begins worse than the table and needs long to catch
up. Here one head of each layer, the one with the flattest ALiBi slope, copies a quarter of the
dimensions of the tokens it sees to the last position; every other path begins closed. A token's
weight cannot live in its length, since BLOOM normalises embeddings, so it moves into the last
dimension, which the copying heads' keys read.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from searchkit.training.data.tokenizer import SPECIAL_TOKENS
from searchkit.training.learning.decoder import Block, Decoder, DecoderShape

# Table values after scaling, as root mean square: Adam's steps are then fit for them.
_TABLE_SCALE = 0.25

# What a copied average counts against the token's own embedding.
_COPY_GAIN = 2.0

# Logarithm of a role token's weight in the average: next to nothing.
_ROLE_WEIGHT = -6.0


def identity_start(table: Tensor, shape: DecoderShape, seed: int) -> Decoder:
    """Make a decoder whose vectors are close to `table`'s bags of words.

    Args:
        table: float32, `(vocabulary, hidden)`, from `train_table`.
        shape: `layers * hidden / heads` must cover `hidden`, or only a part of it is copied.
        seed: Seed of the small random weights in the closed paths.

    Returns:
        The decoder, float32, on the CPU.
    """
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        decoder = Decoder(shape)
        rows = _normal_rows(table)
        decoder.word_embeddings.weight.copy_(rows * _TABLE_SCALE)
        for layer, block in enumerate(decoder.h):
            assert isinstance(block, Block)
            _open_one_head(block, layer, shape)
        last = decoder.h[-1]
        assert isinstance(last, Block)
        # All texts end in the same vector; taken away, only the average is left.
        last.self_attention.dense.bias.copy_(-functional.layer_norm(rows[2], rows.shape[1:]))
    return decoder


def _normal_rows(table: Tensor) -> Tensor:
    """Scale rows to equal length: the direction first, the logarithm of the old length last."""
    table = table - table.mean(dim=1, keepdim=True)
    directions = table[:, :-1]
    lengths = directions.norm(dim=1)
    weights = (lengths / lengths.median()).log().clamp(-3, 3)
    weights[: len(SPECIAL_TOKENS)] = _ROLE_WEIGHT
    directions = directions - directions.mean(dim=1, keepdim=True)
    rest = (table.shape[1] - weights**2).clamp(min=1).sqrt()
    rows = torch.cat([functional.normalize(directions) * rest[:, None], weights[:, None]], dim=1)
    rows[3:5] = rows[1:3]  # both roles begin alike
    return rows


def _open_one_head(block: Block, layer: int, shape: DecoderShape) -> None:
    attention, hidden, size = block.self_attention, shape.hidden, shape.hidden // shape.heads
    fused = torch.randn(shape.heads, 3, size, hidden) * 0.02
    bias = torch.zeros(shape.heads, 3, size)
    output = torch.zeros(hidden, hidden)
    fused[-1, :2, 0] = 0
    fused[-1, 1, 0, -1] = size**0.5 / 2  # key: the token's weight
    bias[-1, 0, 0] = 2  # query: a constant
    fused[-1, 2] = 0
    for number in range(min(size, hidden - 1 - layer * size)):
        fused[-1, 2, number, layer * size + number] = 1
        output[layer * size + number, hidden - size + number] = _COPY_GAIN
    attention.query_key_value.weight.copy_(fused.view(3 * hidden, hidden))
    attention.query_key_value.bias.copy_(bias.view(3 * hidden))
    attention.dense.weight.copy_(output)
    attention.dense.bias.zero_()
    nn.init.normal_(block.mlp.dense_h_to_4h.weight, std=hidden**-0.5)
    nn.init.zeros_(block.mlp.dense_h_to_4h.bias)
    nn.init.zeros_(block.mlp.dense_4h_to_h.weight)
    nn.init.zeros_(block.mlp.dense_4h_to_h.bias)
