"""Contrastive training of the decoder, step by step, with checkpoints.

Layers compute in bfloat16 where the device has it, from float32 masters that the optimizer moves;
the embedding table stays in float32. A run that was killed and resumed ends as an unbroken one.
"""

import copy
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from searchkit.training.batch import Batch, Row, Sampler, padded, pieces
from searchkit.training.decoder import Decoder, DecoderShape
from searchkit.training.objective import Losses, losses
from searchkit.training.recipe import Contrast, Recipe
from searchkit_index.errors import TrainingError

# Tokens of one forward pass: enough for full speed, and its activations stay in the caches.
_PIECE_TOKENS = {"cpu": 8_192, "cuda": 262_144}

_BETAS = (0.9, 0.98)


@dataclass(frozen=True)
class Progress:
    """One line of the log: what a step did. Losses are unit-free, seconds are wall time."""

    step: int
    source: str
    contrastive: float
    relational: float
    imitation: float
    rows: int
    tokens: int
    seconds: float
    total_tokens: int
    total_seconds: float


class Trainer:
    """Owns the weights, the optimizer and their place in the run.

    Args:
        recipe: What to do.
        decoder: The weights to begin with, float32; moved to `device` and trained in place.
        sampler: Gives the batch of each step.
        teacher: The teacher's projected vectors, by source.
        device: `cpu` or `cuda`.
        compiled: Whether to compile the forward pass: twice as fast, after a minute's wait.
    """

    def __init__(
        self,
        recipe: Recipe,
        decoder: Decoder,
        sampler: Sampler,
        teacher: dict[str, Tensor],
        device: str = "cpu",
        *,
        compiled: bool = True,
    ) -> None:
        self.recipe, self.sampler, self.teacher, self.device = recipe, sampler, teacher, device
        self.decoder = decoder.to(device)
        self.masters: list[Tensor] = list(self.decoder.parameters())
        self.average = [master.detach().clone() for master in self.masters]
        self.fast = _lowered(self.decoder, device)
        self.forward: Callable[[Tensor, Tensor], Tensor] = (
            torch.compile(self.fast, dynamic=True) if compiled else self.fast
        )
        self.optimizer = _optimizer(self.decoder, recipe.contrast)
        self.step = self.tokens = 0
        self.seconds = 0.0

    def advance(self) -> Progress:
        """Do one step."""
        began = time.monotonic()
        batch = self.sampler.batch(self.step)
        left, right = self._encode(batch.left), self._encode(batch.right)
        teacher = self.teacher[batch.source.partition("+")[0]]
        loss = losses(left, right, batch, teacher, self.recipe.contrast)
        torch.autograd.backward(loss.total)
        self._update()
        self.step += 1
        self.tokens += batch.tokens()
        seconds = time.monotonic() - began
        self.seconds += seconds
        return self._progress(batch, loss, seconds)

    def averaged(self) -> Decoder:
        """A decoder with the running mean of the weights, float32, on the CPU."""
        decoder = copy.deepcopy(self.decoder)
        with torch.no_grad():
            for parameter, mean in zip(decoder.parameters(), self.average, strict=True):
                parameter.copy_(mean)
        return decoder.cpu().eval()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        partial = path.with_name(f".{path.name}")
        state = {
            "recipe": self.recipe.fingerprint(),
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "masters": [master.detach() for master in self.masters],
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            TrainingError: It is broken, or of a recipe with another model.
        """
        state = _read_checkpoint(path, self.recipe, self.device)
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]
        self.optimizer.load_state_dict(state["optimizer"])
        with torch.no_grad():
            torch._foreach_copy_(self.masters, state["masters"])
            torch._foreach_copy_(self.average, state["average"])
        self._refresh()

    def _encode(self, rows: Sequence[Row]) -> Tensor:
        order: list[int] = []
        vectors = []
        for piece in pieces(rows, _PIECE_TOKENS[torch.device(self.device).type]):
            ids, mask = padded([rows[row] for row in piece])
            vectors.append(self.forward(ids.to(self.device), mask.to(self.device)))
            order += piece
        back = torch.tensor(order).argsort().to(self.device)
        return torch.cat(vectors)[back]

    def _update(self) -> None:
        """Take the gradients to the masters, move them, and the copies and the mean after them."""
        for master, fast in zip(self.masters, self.fast.parameters(), strict=True):
            if master is not fast:
                master.grad = None if fast.grad is None else fast.grad.float()
                fast.grad = None
        torch.nn.utils.clip_grad_norm_(self.masters[1:], 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate(self.step, self.recipe.contrast)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=False)
        keep = min(self.recipe.contrast.average, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.masters, 1 - keep)
        self._refresh()

    def _refresh(self) -> None:
        with torch.no_grad():
            for master, fast in zip(self.masters, self.fast.parameters(), strict=True):
                if master is not fast:
                    fast.copy_(master)

    def _progress(self, batch: Batch, loss: Losses, seconds: float) -> Progress:
        return Progress(
            self.step,
            batch.source,
            _rounded(loss.contrastive),
            _rounded(loss.relational),
            _rounded(loss.imitation),
            len(batch.left),
            batch.tokens(),
            round(seconds, 2),
            self.tokens,
            round(self.seconds, 1),
        )


def _rounded(loss: Tensor) -> float:
    return round(loss.item(), 4)


def averaged_checkpoint(path: Path, recipe: Recipe, shape: DecoderShape) -> Decoder:
    """A decoder with a checkpoint's running mean of the weights, float32, on the CPU.

    Raises:
        TrainingError: The checkpoint is broken, or of a recipe with another model.
    """
    state = _read_checkpoint(path, recipe, "cpu")
    decoder = Decoder(shape)
    with torch.no_grad():
        for parameter, mean in zip(decoder.parameters(), state["average"], strict=True):
            parameter.copy_(mean)
    return decoder.eval()


def log(progress: Progress, path: Path) -> None:
    """Append one step to the log, a file of JSON lines."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(progress)) + "\n")


def rate(step: int, contrast: Contrast) -> float:
    """The learning rate as a part of its peak: warm-up, level, and a straight fall at the end."""
    left = (contrast.steps - step) / (contrast.steps * contrast.cooling)
    return min(1.0, (step + 1) / contrast.warmup, max(0.02, left))


def _lowered(decoder: Decoder, device: str) -> Decoder:
    """The decoder that computes: layers in bfloat16 if that is fast here, the table shared."""
    if not _has_bfloat16(device):
        return decoder
    fast = copy.deepcopy(decoder)
    for name, child in fast.named_children():
        if name != "word_embeddings":
            child.bfloat16()
    fast.word_embeddings = decoder.word_embeddings
    return fast


def _has_bfloat16(device: str) -> bool:
    if torch.device(device).type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _optimizer(decoder: Decoder, contrast: Contrast) -> torch.optim.AdamW:
    table = [decoder.word_embeddings.weight]
    others = [each for each in decoder.parameters() if each is not table[0]]
    matrices = [each for each in others if each.ndim == 2]
    vectors = [each for each in others if each.ndim == 1]
    groups: list[dict[str, Any]] = [
        {"params": table, "peak": contrast.table_rate, "weight_decay": 0.0},
        {"params": matrices, "peak": contrast.rate, "weight_decay": contrast.decay},
        {"params": vectors, "peak": contrast.rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=contrast.rate, betas=_BETAS, fused=True)


def _read_checkpoint(path: Path, recipe: Recipe, device: str) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch and pickle raise many kinds
        raise TrainingError(
            f"the checkpoint `{path}` cannot be read", "delete it to begin anew"
        ) from error
    if state["recipe"] != recipe.fingerprint():
        raise TrainingError(
            f"the checkpoint `{path}` is of another recipe",
            "give another working folder, or delete the checkpoint",
        )
    return state
