"""Runs one copy of a model on one device: token ids in, pooled vectors out."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from searchkit.embedders.batching import Rows, padded
from searchkit.embedders.card import read_json
from searchkit.embedders.device import Precision, precision_of
from searchkit.embedders.integer_weights import has_integer_weights, read_integer_weights
from searchkit.embedders.registry import Model
from searchkit.printable import error_line
from searchkit_index.embedder import Vectors
from searchkit_index.errors import ModelError


class Network:
    """A model on a device; its weights are read at once.

    Args:
        model: Its description, with its pooling.
        folder: The folder with `config.json` and the weights.
        device: Torch's name of the device.
        precision: The dtype of the computation; vectors are float32 in any case.

    Raises:
        ModelError: The weights cannot be read.
    """

    def __init__(
        self, model: Model, folder: Path, device: str, precision: Precision = "auto"
    ) -> None:
        self._model, self._device = model, device
        self._integer = _integer(folder, device) if has_integer_weights(folder) else None
        if self._integer is None:
            wanted = precision_of(device, precision, overflows=model.overflows)
            self._decoder = _decoder(model, folder, wanted, device)
        self._dense = [_linear(folder / name, device) for name in model.dense]

    @torch.inference_mode()
    def embed(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Compute vectors of rows of token ids.

        Args:
            rows: Token ids, prompt template included.

        Returns:
            float32, `(len(rows), dimension)`, not yet of length 1.

        Raises:
            ModelError: A single row does not fit into the device's memory, or vectors have another
                dimension than described.
        """
        try:
            return self._run(rows)
        except RuntimeError as error:  # only CUDA's out-of-memory error has a class of its own
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
        if self._integer is not None:
            found = self._integer(*tensors(rows, self._device)).cpu().numpy()
            return np.asarray(found, np.float32)
        ids, mask = tensors(rows, self._device)
        asked = _bidirectional_mask(mask) if self._model.attention == "opened" else mask
        states = self._decoder(input_ids=ids, attention_mask=asked, use_cache=False)
        vectors = pool(states.last_hidden_state, mask, self._model.pooling).float()
        for linear in self._dense:
            vectors = linear(vectors)
        found = np.asarray(vectors.cpu().numpy(), np.float32)
        if found.shape[1] != self._model.dimension:
            raise ModelError(
                f"vectors of `{self._model.name}` have {found.shape[1]:,} numbers, "
                f"not {self._model.dimension:,} as is said of it",
                "correct its `dimension`, or the files in its folder",
            )
        return found


def tensors(rows: Rows, device: str | torch.device) -> tuple[Tensor, Tensor]:
    """Put token ids and their mask on a device, see `padded`."""
    ids, mask = padded(rows)
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def pool(states: Tensor, mask: Tensor, pooling: str) -> Tensor:
    """Pool states `(rows, length, hidden)` to a vector for each row."""
    if pooling == "max":
        return states.masked_fill(~mask[..., None].bool(), float("-inf")).amax(dim=1)
    if pooling in ("mean", "weighted"):
        places = mask.cumsum(dim=1) * mask if pooling == "weighted" else mask
        weights = places[..., None].to(states.dtype)
        return (states * weights).sum(dim=1) / weights.sum(dim=1)
    if pooling == "first":
        return states[:, 0]
    return states[torch.arange(len(states), device=states.device), mask.sum(dim=1) - 1]


def _integer(folder: Path, device: str) -> nn.Module:
    """Read a model in integer arithmetic, in float32, which holds its integers exactly."""
    try:
        return read_integer_weights(folder).to(device)
    except Exception as error:  # safetensors' own errors share no base with the others
        raise ModelError(f"the model in `{folder}` cannot be read: {error}") from error


def _decoder(model: Model, folder: Path, precision: torch.dtype, device: str) -> nn.Module:
    with _quiet_transformers():
        decoder = _read_weights(model, folder, precision)
        if device.startswith("cuda") and model.attention == "causal":
            # Where it is not installed, or not for this architecture, torch's own attention stays.
            with contextlib.suppress(ValueError, ImportError):
                decoder.set_attn_implementation("flash_attention_2")
    return cast("nn.Module", decoder.to(device).eval())


def _read_weights(model: Model, folder: Path, precision: torch.dtype) -> Any:
    from transformers import AutoConfig, AutoModel, AutoModelForTextEncoding

    given: dict[str, Any] = {"local_files_only": True, "trust_remote_code": model.run_foreign_code}
    try:
        config = AutoConfig.from_pretrained(folder, **given)
        # Of encoder-decoders, such as T5, only the encoder is used.
        kind = AutoModelForTextEncoding if config.is_encoder_decoder else AutoModel
        given |= {"dtype": precision, "use_safetensors": True, "output_loading_info": True}
        decoder, found = kind.from_pretrained(folder, **given)
    except Exception as error:  # the errors of transformers have no common base
        raise ModelError(
            f"the model `{model.name}` cannot be loaded: {error_line(error)}"
        ) from error
    # A layer on top of an encoder's first state, which embedding does not use.
    if missing := sorted(each for each in found["missing_keys"] if "pooler" not in each):
        raise ModelError(
            f"the weights in `{folder}` are incomplete: {len(missing):,} are missing, "
            f"`{missing[0]}` among them",
            "fetch the model again",
        )
    return decoder


@contextlib.contextmanager
def _quiet_transformers() -> Iterator[None]:
    """Keep transformers from printing; what goes wrong is raised."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _linear(folder: Path, device: str) -> nn.Module:
    """Read a linear layer, and the activation after it that the folder's `config.json` names."""
    from safetensors.torch import load_file

    try:
        state = load_file(folder / "model.safetensors")
        weight = state["linear.weight"]
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias="linear.bias" in state)
        layer.load_state_dict({name.removeprefix("linear."): state[name] for name in state})
    except Exception as error:  # safetensors' own errors share no base with the others
        raise ModelError(f"`{folder}` cannot be read: {error}") from error
    return nn.Sequential(layer, _activation(folder)).float().to(device).eval()


def _activation(folder: Path) -> nn.Module:
    if not (folder / "config.json").is_file():
        return nn.Identity()
    named = str(read_json(folder / "config.json").get("activation_function", "torch.nn.Identity"))
    kinds = (nn.Identity, nn.Tanh, nn.ReLU, nn.GELU, nn.SiLU, nn.Sigmoid)
    for kind in kinds:
        if named.startswith("torch.nn.") and named.rpartition(".")[2] == kind.__name__:
            return kind()
    raise ModelError(f"`{folder}` ends in `{named}`, which cannot be run here")


def _bidirectional_mask(mask: Tensor) -> Tensor:
    """Make a mask that lets each token attend to all: bool, `(rows, 1, length, length)`."""
    seen = mask.bool()[:, None, None, :]
    return seen.expand(-1, 1, mask.shape[1], -1)


def _out_of_memory(error: RuntimeError) -> bool:
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text
