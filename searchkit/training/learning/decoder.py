"""The embedded model as a fast torch module: BLOOM's decoder, read at its last token.

Parameter names are those of transformers' `BloomModel`, so a state dict goes either way unchanged.
The last layer works for the last position alone, which no other position can see. Padding stands on
the right; a causal mask keeps it from the tokens before it, so no padding mask is needed.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class DecoderShape:
    """The sizes of a decoder.

    Attributes:
        vocabulary: Entries of the embedding table.
        hidden: Width, and dimension of the vector.
        layers: How many blocks.
        heads: Attention heads; a power of two that divides `hidden`.
        mean: Whether the vector is the mean of all states instead of the last one.
    """

    vocabulary: int
    hidden: int = 256
    layers: int = 4
    heads: int = 4
    mean: bool = False


def alibi_slopes(heads: int) -> Tensor:
    """Return a slope for each head, float32, `(heads,)` (Press et al. 2022, powers of two)."""
    base = 2.0 ** (-(2.0 ** -(math.log2(heads) - 3)))
    return torch.tensor([base**power for power in range(1, heads + 1)])


class Attention(nn.Module):
    """CausalBert self-attention with ALiBi, as two matrix products and a softmax."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.size = shape.hidden // shape.heads
        self.query_key_value = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.dense = nn.Linear(shape.hidden, shape.hidden)

    def weights(self) -> tuple[Tensor, Tensor]:
        """Return the fused weight and bias, with the axes (head, part, size) of BLOOM's layout."""
        fused = self.query_key_value
        return (
            fused.weight.view(self.heads, 3, self.size, -1),
            fused.bias.view(self.heads, 3, self.size),
        )

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Attend from every position: `(batch, length, hidden)` to the same."""
        batch, length, hidden = states.shape
        fused = self.query_key_value(states).view(batch, length, self.heads, 3, self.size)
        query, key, value = fused.permute(3, 0, 2, 1, 4).unbind(0)
        mixed = self.mix(query, key, value, bias).reshape(batch, length, hidden)
        return self.dense(mixed)  # type: ignore[no-any-return]

    def read(self, states: Tensor, last: Tensor, bias: Tensor) -> Tensor:
        """Attend from one position of each row, `last`: `(batch, hidden)` to the same."""
        batch, length, hidden = states.shape
        weight, offset = self.weights()
        query = functional.linear(
            last, weight[:, 0].reshape(hidden, hidden), offset[:, 0].flatten()
        )
        rest = functional.linear(
            states, weight[:, 1:].reshape(2 * hidden, hidden), offset[:, 1:].flatten()
        )
        key, value = (
            rest.view(batch, length, self.heads, 2, self.size).permute(3, 0, 2, 1, 4).unbind(0)
        )
        query = query.view(batch, self.heads, 1, self.size)
        mixed = self.mix(query, key, value, bias).reshape(batch, hidden)
        return self.dense(mixed)  # type: ignore[no-any-return]

    def mix(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
        """Weigh the values: `(batch, heads, length, size)` to `(batch, length, heads, size)`."""
        scores = query @ key.transpose(-1, -2) * (1 / math.sqrt(self.size)) + bias
        return (scores.softmax(dim=-1, dtype=scores.dtype) @ value).transpose(1, 2)


class FeedForward(nn.Module):
    """Two linear maps round BLOOM's tanh form of GELU."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(shape.hidden, 4 * shape.hidden)
        self.dense_4h_to_h = nn.Linear(4 * shape.hidden, shape.hidden)

    def forward(self, states: Tensor) -> Tensor:
        """Map each position by itself."""
        inner = functional.gelu(self.dense_h_to_4h(states), approximate="tanh")
        return self.dense_4h_to_h(inner)  # type: ignore[no-any-return]


class Block(nn.Module):
    """One layer: attention and feed-forward, each on normalised input and added to it."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.input_layernorm = nn.LayerNorm(shape.hidden)
        self.self_attention = Attention(shape)
        self.post_attention_layernorm = nn.LayerNorm(shape.hidden)
        self.mlp = FeedForward(shape)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Work on all positions."""
        states = states + self.self_attention(self.input_layernorm(states), bias)
        return states + self.mlp(self.post_attention_layernorm(states))  # type: ignore[no-any-return]

    def read(self, states: Tensor, ends: Tensor, bias: Tensor) -> Tensor:
        """Work on one position of each row: `(batch, length, hidden)` to `(batch, hidden)`."""
        normal = self.input_layernorm(states)
        rows = torch.arange(states.shape[0], device=states.device)
        state = states[rows, ends] + self.self_attention.read(normal, normal[rows, ends], bias)
        return state + self.mlp(self.post_attention_layernorm(state))  # type: ignore[no-any-return]


class Decoder(nn.Module):
    """BLOOM without its language head, giving one vector for each text."""

    slopes: Tensor

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.hidden)
        self.word_embeddings_layernorm = nn.LayerNorm(shape.hidden)
        self.h = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.ln_f = nn.LayerNorm(shape.hidden)
        self.register_buffer("slopes", alibi_slopes(shape.heads), persistent=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Embed right-padded rows.

        Args:
            input_ids: int64, `(batch, length)`.
            attention_mask: int64, the same shape, 1 at the tokens that count.

        Returns:
            float32, `(batch, hidden)`: the last token's final state, not yet of unit length.
        """
        if self.shape.mean:
            weights = attention_mask.unsqueeze(-1).to(self.ln_f.weight.dtype)
            return (self.states(input_ids) * weights).sum(dim=1).float()
        ends = attention_mask.sum(dim=1) - 1
        states = self._through(input_ids, list(self.h)[:-1])
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)
        last = self.position_bias(ends[:, None], positions).to(states.dtype)
        state = self.h[-1].read(states, ends, last.transpose(0, 1).unsqueeze(2))  # type: ignore[operator]
        return self.ln_f(state).float()  # type: ignore[no-any-return]

    def share(self, table: nn.Embedding) -> None:
        """Look tokens up in another decoder's table."""
        self.word_embeddings = table

    def states(self, input_ids: Tensor) -> Tensor:
        """Return the final states of all positions: `(batch, length)` to one vector for each."""
        return self.ln_f(self._through(input_ids, list(self.h)))  # type: ignore[no-any-return]

    def _through(self, input_ids: Tensor, blocks: list[nn.Module]) -> Tensor:
        first_norm = self.word_embeddings_layernorm
        # The table may stay in float32 while the layers compute in bfloat16.
        states = first_norm(self.word_embeddings(input_ids).to(first_norm.weight.dtype))
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)
        bias = self.position_bias(positions[None, :], positions).to(states.dtype)
        for block in blocks:
            states = block(states, bias)
        return states  # type: ignore[no-any-return]

    def position_bias(self, queries: Tensor, positions: Tensor) -> Tensor:
        """Compute ALiBi and the causal mask together.

        Args:
            queries: int64, positions that attend, `(1, length)` or `(batch, 1)`.
            positions: int64, positions that are attended to, `(length,)`.

        Returns:
            float32, `(heads, queries, length)`, to add to the attention's scores.
        """
        distance = queries.reshape(-1, 1) - positions[None, :]
        bias = -self.slopes[:, None, None] * distance
        return bias.masked_fill(distance < 0, -1e4)
