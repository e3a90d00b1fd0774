"""multilingual-e5-small as a teacher: mean of all states, with its own prefixes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from searchkit.training.data.pieces import encoder_tokenizer
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit.training.learning.teacher import mean_states
from searchkit.training.learning.weights import fast_dtype
from searchkit_index.embedder import Role

_BATCH_TOKENS = 8_192

_PREFIXES: dict[Role, str] = {"query": "query: ", "document": "passage: "}


class E5:
    """The encoder of a packed file.

    Args:
        path: See `PackedEncoder`.
        device: `cpu` or `cuda`; it works in bfloat16 where that is fast there.
        longest: Tokens of a text that are read, prefix and ends included.
    """

    def __init__(self, path: Path, device: str = "cpu", *, longest: int = 128) -> None:
        self.packed = PackedEncoder(path)
        self.longest = min(longest, self.packed.shape.positions)
        self.tokenizer = encoder_tokenizer(self.packed)
        self.model = _bert(self.packed).eval().to(device, fast_dtype(device))

    def encode(self, texts: Sequence[str], role: Role) -> npt.NDArray[np.float32]:
        """Embed texts: float32, `(len(texts), hidden)`, rows of length 1."""
        return mean_states(self.model, self._rows(texts, role), _BATCH_TOKENS)

    def _rows(self, texts: Sequence[str], role: Role) -> list[list[int]]:
        begin, end = self.packed.special["bos"], self.packed.special["eos"]
        read = [
            (_PREFIXES[role] + text[: 20 * self.longest]).translate(self.packed.characters)
            for text in texts
        ]
        encoded = self.tokenizer.encode_batch_fast(read, add_special_tokens=False)
        room = self.longest - 2
        return [[begin, *each.ids[:room], end] for each in encoded]


def _bert(packed: PackedEncoder) -> Any:
    from transformers import BertConfig, BertModel

    shape = packed.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=packed.epsilon,
        pad_token_id=packed.special["pad"],
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(array) for name, array in packed.state.items()}
    model.load_state_dict(state, strict=False)
    return model
