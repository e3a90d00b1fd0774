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

        folder = folder_of(package)
        if not (folder / "tokenizer.json").is_file():
            raise TrainingError(
                f"the teacher `{package}` is not installed",
                "install its package, or take `teacher` out of the recipe",
            )
        self.device = device
        self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)
        model = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.model = cast("Any", model).eval().to(device, fast_dtype(device))

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], role: Role = "document") -> Half:
        """Embed texts, the same in both roles: float16, `(texts, dimension)`, rows of length 1."""
        rows = [row.ids for row in self.tokenizer.encode_batch_fast(list(texts))]
        vectors = np.empty((len(rows), self.model.config.hidden_size), np.float16)
        for piece in packed(list(map(len, rows)), _BATCH_TOKENS):
            ids, mask = tensors([rows[row] for row in piece], "right", self.device)
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            summed = (states.float() * mask.unsqueeze(-1)).sum(dim=1)
            vectors[piece] = functional.normalize(summed, dim=-1).half().cpu().numpy()
        return vectors


def folder_of(package: str) -> Path:
    """Find the model folder of an installed package; without the package, return its name."""
    spec = find_spec(package)
    return Path(spec.origin).parent / "model" if spec and spec.origin else Path(package)


def principal_axes(vectors: Iterable[Half], dimension: int) -> Tensor:
    """Compute the axes that keep most of the vectors' length, strongest first.

    So a prefix of a projected vector is the best of its length: the teacher in Matryoshka form.

    Args:
        vectors: float16, `(n, width)` each.
        dimension: How many axes.

    Returns:
        float32, `(dimension, width)`, rows orthonormal.

    Raises:
        TrainingError: There are no vectors.
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
        vectors: As for `principal_axes`, which are read where nothing is kept.
        dimension: How many axes.

    Returns:
        float32, `(dimension, width)`.
    """
    if not path.is_file():
        write_array(path, principal_axes(vectors, dimension).numpy())
    return torch.from_numpy(np.load(path))


def project(vectors: Half, axes: Tensor) -> Tensor:
    """Project the teacher's vectors on axes, and scale to length 1: float16, `(n, dimension)`."""
    projected = torch.from_numpy(vectors.astype(np.float32)) @ axes.T
    return functional.normalize(projected, dim=-1).half()
