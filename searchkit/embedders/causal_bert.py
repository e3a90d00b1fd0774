"""The student: some layers of a BERT made causal, read at the last token.

Names of parameters are those of transformers' `BertModel`, so state dicts can be exchanged. One
more linear map leads from the last token's state to the vector. The last layer computes only the
last position, as no other position depends on it. Padding is on the right, where the causal mask
hides it from the tokens before it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class CausalBertShape:
    """The sizes of a student.

    Attributes:
        vocabulary: Entries of the embedding table.
        width: Width of the hidden states.
        layers: Number of layers.
        heads: Attention heads of a layer; divides `width`.
        inner: Width of the feed-forward blocks.
        hidden: Dimension of the vector.
        positions: The most tokens of a text.
    """

    vocabulary: int
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1_536
    hidden: int = 256
    positions: int = 512


class Embeddings(nn.Module):
    """Tokens and positions, summed and normalised."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocabulary, shape.width)
        self.position_embeddings = nn.Embedding(shape.positions, shape.width)
        self.LayerNorm = nn.LayerNorm(shape.width, eps=1e-12)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Embed ids, `(batch, length)`, in the dtype of the layers: `(batch, length, width)`."""
        places = self.position_embeddings.weight[: input_ids.shape[1]]
        states = self.word_embeddings(input_ids).to(places.dtype) + places
        return self.LayerNorm(states)  # type: ignore[no-any-return]


class SelfAttention(nn.Module):
    """The maps of queries, keys and values, under BERT's names."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.heads, self.size = shape.heads, shape.width // shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)

    def forward(self, states: Tensor) -> Tensor:
        """Attend from each position to itself and those before: `(batch, length, width)`."""
        query, key, value = (
            self.split(part(states)) for part in (self.query, self.key, self.value)
        )
        length = states.shape[1]
        seen = torch.ones(length, length, device=states.device).tril()
        return self.mix(query, key, value, seen).reshape(states.shape)

    def read(self, states: Tensor, last: Tensor, mask: Tensor) -> Tensor:
        """Attend from one position of each row, `last`, `(batch, 1, width)`, to those in `mask`."""
        query, key, value = (
            self.split(part(given))
            for part, given in ((self.query, last), (self.key, states), (self.value, states))
        )
        return self.mix(query, key, value, mask).reshape(last.shape)

    def mix(self, query: Tensor, key: Tensor, value: Tensor, seen: Tensor) -> Tensor:
        """Compute attention: `(batch, heads, length, size)` to `(batch, length, heads, size)`.

        As two products and a softmax: the backward pass of the fused kernel is many times slower on
        a CPU.
        """
        scores = query * self.size**-0.5 @ key.transpose(-1, -2)
        hidden = ((seen - 1) * 1e4).to(scores.dtype)
        weights = (scores + hidden).softmax(dim=-1, dtype=scores.dtype)
        mixed: Tensor = weights @ value
        return mixed.transpose(1, 2)

    def split(self, states: Tensor) -> Tensor:
        """Split into heads: `(batch, length, width)` to `(batch, heads, length, size)`."""
        batch, length, _ = states.shape
        return states.view(batch, length, self.heads, self.size).transpose(1, 2)


class Output(nn.Module):
    """A linear map with a residual connection and a layer norm."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, states: Tensor, before: Tensor) -> Tensor:
        """Return `(..., width)`."""
        return self.LayerNorm(self.dense(states) + before)  # type: ignore[no-any-return]


class Attention(nn.Module):
    """BERT's attention block: `self` and `output`."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.self = SelfAttention(shape)
        self.output = Output(shape.width, shape.width)


class Intermediate(nn.Module):
    """The first, widening map of the feed-forward block."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.dense = nn.Linear(shape.width, shape.inner)

    def forward(self, states: Tensor) -> Tensor:
        """Return `(..., inner)`."""
        return functional.gelu(self.dense(states))


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.attention = Attention(shape)
        self.intermediate = Intermediate(shape)
        self.output = Output(shape.inner, shape.width)

    def forward(self, states: Tensor) -> Tensor:
        """Compute all positions: `(batch, length, width)` to the same."""
        states = self.attention.output(self.attention.self(states), states)
        return self.output(self.intermediate(states), states)  # type: ignore[no-any-return]

    def read(self, states: Tensor, last: Tensor, mask: Tensor) -> Tensor:
        """Compute one position of each row: `(batch, 1, width)` to the same."""
        last = self.attention.output(self.attention.self.read(states, last, mask), last)
        return self.output(self.intermediate(last), last)  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """The layers, under BERT's name."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.layer = nn.ModuleList(Layer(shape) for _ in range(shape.layers))


class CausalBert(nn.Module):
    """The whole student."""

    def __init__(self, shape: CausalBertShape) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = Embeddings(shape)
        self.encoder = Encoder(shape)
        self.vector = nn.Linear(shape.width, shape.hidden)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Embed right-padded rows.

        Args:
            input_ids: int64, `(batch, length)`.
            attention_mask: int64, the same shape, 1 at tokens and 0 at padding.

        Returns:
            float32, `(batch, hidden)`, not yet of unit length.
        """
        states = self.embeddings(input_ids)
        for layer in self.layers[:-1]:
            states = layer(states)
        rows = torch.arange(states.shape[0], device=states.device)
        last = states[rows, attention_mask.sum(dim=1) - 1].unsqueeze(1)
        last = self.layers[-1].read(states, last, attention_mask[:, None, None, :])
        return self.vector(last.squeeze(1)).float()  # type: ignore[no-any-return]

    @property
    def layers(self) -> list[Layer]:
        """The layers, first to last."""
        return list(self.encoder.layer)  # type: ignore[arg-type]

    @property
    def word_embeddings(self) -> nn.Embedding:
        """The table of tokens."""
        return self.embeddings.word_embeddings

    def share(self, table: nn.Module) -> None:
        """Replace the table of tokens: by another student's, or by one of another storage."""
        self.embeddings.word_embeddings = table  # type: ignore[assignment]
