"""Computes a sentence encoder's vectors, and the axes that teachers' vectors are projected on."""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from searchkit.embedders.batching import packed
from searchkit.embedders.network import tensors
from searchkit.training.checkpoint import write_array
from searchkit.training.learning.weights import fast_dtype
from searchkit_index.embedder import Role
from searchkit_index.errors import TrainingError

Half = npt.NDArray[np.float16]

_BATCH_TOKENS = 16_000


class Teacher:
    """A BERT with mean pooling, from an installed package that carries a `model` folder.

    Args:
        package: Its import name.
        device: `cpu` or `cuda`; the model works in bfloat16 where that is fast there.
        longest: Tokens of a text that are read.

    Raises:
        TrainingError: The package is not installed or carries no model.
    """

    def __init__(self, package: str, device: str = "cpu", *, longest: int = 96) -> None:
        from tokenizers import Tokenizer
        from transformers import BertModel
        from transformers.utils import logging

        folder = folder_of(package)
        if not (folder / "tokenizer.json").is_file():
            raise TrainingError(
                f"the teacher `{package}` is not installed",
                "install its package, or take `teacher` out of the recipe",
            )
        self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)
        logging.disable_progress_bar()
        model = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.model = cast("Any", model).eval().to(device, fast_dtype(device))

    def encode(self, texts: Sequence[str], role: Role = "document") -> Half:
        """Embed texts, the same in both roles: float16, `(texts, dimension)`, rows of length 1."""
        rows = [row.ids for row in self.tokenizer.encode_batch_fast(list(texts))]
        return mean_states(self.model, rows, _BATCH_TOKENS).astype(np.float16)


@torch.inference_mode()
def mean_states(model: Any, rows: Sequence[Sequence[int]], tokens: int) -> npt.NDArray[np.float32]:
    """Average the last hidden states of each text.

    Args:
        model: A `BertModel` of transformers.
        rows: Token ids of each text.
        tokens: The most tokens of one pass, padding included.

    Returns:
        float32, `(len(rows), hidden)`, rows of length 1.
    """
    vectors = np.empty((len(rows), model.config.hidden_size), np.float32)
    for batch in packed(list(map(len, rows)), tokens):
        ids, mask = tensors([rows[row] for row in batch], model.device)
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        summed = (states * mask.unsqueeze(-1)).sum(dim=1)
        vectors[batch] = functional.normalize(summed, dim=-1).cpu().numpy()
    return vectors


def folder_of(package: str) -> Path:
    """Find the model folder of an installed package; without the package, return its name."""
    spec = find_spec(package)
    return Path(spec.origin).parent / "model" if spec and spec.origin else Path(package)


def _principal_axes(vectors: Iterable[Half], dimension: int) -> Tensor:
    """Compute the axes that keep most of the vectors' length, strongest first.

    So a prefix of a projected vector is the best of its length: the teacher in Matryoshka form.
    """
    moments: Tensor | None = None
    for each in vectors:
        batch = torch.from_numpy(each.astype(np.float32))
        moments = batch.T @ batch if moments is None else moments + batch.T @ batch
    if moments is None:
        raise TrainingError("no source has texts for the teacher", "set `taught_left` in one")
    axes: Tensor = torch.linalg.eigh(moments).eigenvectors  # the strongest last
    return axes.flip(1)[:, :dimension].T.contiguous()


def kept_axes(path: Path, vectors: Iterable[Half], dimension: int) -> Tensor:
    """Return the principal axes; kept, as sources that are added later must not turn the space.

    Args:
        path: Keeps them.
        vectors: float16, `(n, width)` each; read only where no axes are kept.
        dimension: How many axes.

    Returns:
        float32, `(dimension, width)`.
    """
    if not path.is_file():
        write_array(path, _principal_axes(vectors, dimension).numpy())
    return torch.from_numpy(np.load(path))


def project(vectors: Half, axes: Tensor) -> Tensor:
    """Project the teacher's vectors on axes, and scale to length 1: float16, `(n, dimension)`."""
    projected = torch.from_numpy(vectors.astype(np.float32)) @ axes.T
    return functional.normalize(projected, dim=-1).half()
