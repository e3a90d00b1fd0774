"""One copy of a model on one device: token ids in, pooled vectors out.

Knows no text and no tokenizer.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from searchkit.embedders.device import Precision, precision_of
from searchkit.embedders.registry import Model
from searchkit_index.embedder import Vectors
from searchkit_index.errors import ModelError


class Network:
    """The weights, read at once.

    Args:
        model: Says how states become a vector.
        folder: Holds `config.json` and the weights.
        device: A name that torch knows.
        precision: Of the computation; vectors leave in float32.

    Raises:
        ModelError: The weights cannot be read.
    """

    def __init__(
        self, model: Model, folder: Path, device: str, precision: Precision = "auto"
    ) -> None:
        self._model, self._device = model, device
        self._decoder = _decoder(
            model, folder, precision_of(device, precision, overflows=model.overflows), device
        )
        self._dense = [_linear(folder / name, device) for name in model.dense]

    @torch.inference_mode()
    def embed(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of rows of token ids, `(len(rows), dimension)`, not yet of length 1.

        Raises:
            ModelError: A single row does not fit into the device's memory.
        """
        try:
            return self._run(rows)
        except RuntimeError as error:  # torch has a class of its own for CUDA alone
            if not _out_of_memory(error):
                raise
        if len(rows) == 1:
            raise ModelError(
                f"a text of {len(rows[0]):,} tokens does not fit into the memory of {self._device}",
                "take a smaller model, or `--device cpu`",
            )
        if self._device.startswith("cuda"):
            torch.cuda.empty_cache()
        half = len(rows) // 2
        return np.concatenate([self.embed(rows[:half]), self.embed(rows[half:])])

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids, mask = (each.to(self._device) for each in padded(rows, self._model.padding))
        asked = _opened(mask) if self._model.attention == "opened" else mask
        states = self._decoder(input_ids=ids, attention_mask=asked, use_cache=False)
        vectors = pool(states.last_hidden_state, mask, self._model.pooling).float()
        for linear in self._dense:
            vectors = linear(vectors)
        found: Vectors = vectors.cpu().numpy()
        return found


def padded(rows: Sequence[Sequence[int]], side: str) -> tuple[Tensor, Tensor]:
    """Token ids and their mask, both `(rows, longest)`; what fills up is masked, so any id does."""
    longest = max(map(len, rows))
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for number, row in enumerate(rows):
        place = slice(longest - len(row), longest) if side == "left" else slice(0, len(row))
        ids[number, place] = torch.tensor(row)
        mask[number, place] = 1
    return ids, mask


def pool(states: Tensor, mask: Tensor, pooling: str) -> Tensor:
    """One vector for each row of states `(rows, length, hidden)`, whichever side is padded."""
    if pooling == "mean":
        weights = mask[..., None].to(states.dtype)
        return (states * weights).sum(dim=1) / weights.sum(dim=1)
    first = mask.argmax(dim=1)
    at = first if pooling == "first" else first + mask.sum(dim=1) - 1
    return states[torch.arange(len(states), device=states.device), at]


def _decoder(model: Model, folder: Path, precision: torch.dtype, device: str) -> nn.Module:
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        decoder: nn.Module = AutoModel.from_pretrained(
            folder,
            dtype=precision,
            local_files_only=True,
            trust_remote_code=model.run_foreign_code,
        )
    except Exception as error:  # transformers raises whatever its parts raise
        line = " ".join(str(error).split())[:300]
        raise ModelError(f"the model `{model.name}` cannot be loaded: {line}") from error
    if device.startswith("cuda") and model.attention == "causal":
        # Not installed, or not for this architecture: torch's own fused attention stays.
        with contextlib.suppress(ValueError, ImportError):
            decoder.set_attn_implementation("flash_attention_2")  # type: ignore[operator]
    return decoder.to(device).eval()


def _linear(folder: Path, device: str) -> nn.Linear:
    from safetensors.torch import load_file

    try:
        state = load_file(folder / "model.safetensors")
        weight = state["linear.weight"]
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias="linear.bias" in state)
        layer.load_state_dict({name.removeprefix("linear."): state[name] for name in state})
    except Exception as error:  # safetensors' own errors share no base with the others
        raise ModelError(f"`{folder}` cannot be read: {error}") from error
    return layer.float().to(device).eval()


def _opened(mask: Tensor) -> Tensor:
    """Everyone sees everyone who is there: bool, `(rows, 1, length, length)`."""
    seen = mask.bool()[:, None, None, :]
    return seen.expand(-1, 1, mask.shape[1], -1)


def _out_of_memory(error: RuntimeError) -> bool:
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text
