"""Holds a decoder's weights in training: float32 masters, fast copies, their mean, their pace.

Layers compute in bfloat16 where the device has it, from float32 masters that the optimizer moves;
the embedding table stays in float32. Knows no loss and no data.
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from searchkit.embedders.causal_bert import CausalBert
from searchkit.training.checkpoint import read_checkpoint, write_checkpoint
from searchkit.training.learning.decoder import Decoder
from searchkit.training.recipe import Contrast, Recipe
from searchkit_index.errors import TrainingError

Network = Decoder | CausalBert

_BETAS = (0.9, 0.98)


class TrainedWeights:
    """Holds the masters and the optimizer, and the step that both have reached.

    `fast` is what computes: the decoder itself, or a copy in bfloat16 that shares its table.
    `average` is the running mean of the masters, which is what ships.

    Args:
        recipe: Says which weights move, how fast, and when they cool.
        decoder: The weights to begin with, float32; moved to `device` and trained in place.
        device: `cpu` or `cuda`.
    """

    def __init__(self, recipe: Recipe, decoder: Network, device: str) -> None:
        self.recipe, self.device = recipe, device
        self.decoder = decoder.to(device)
        self.masters: list[Tensor] = list(self.decoder.parameters())
        table = {id(each) for each in self.decoder.word_embeddings.parameters()}
        self._clipped = [master for master in self.masters if id(master) not in table]
        self.average = [master.detach().clone() for master in self.masters]
        self.fast = lowered(self.decoder, device)
        self.optimizers = _optimizers(self.decoder, recipe.contrast)
        self.step = self.tokens = 0
        self.seconds = 0.0

    def move(self, pace: float) -> None:
        """Take the gradients to the masters, move them, and the copies and the mean after them.

        Args:
            pace: Part of the peak learning rate, 0 to 1.
        """
        for master, fast in zip(self.masters, self.fast.parameters(), strict=True):
            if master is not fast:
                master.grad = None if fast.grad is None else fast.grad.float()
                fast.grad = None
        torch.nn.utils.clip_grad_norm_(self._clipped, 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * pace
            optimizer.step()
            optimizer.zero_grad(set_to_none=isinstance(optimizer, torch.optim.SparseAdam))
        keep = min(self.recipe.contrast.average, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.masters, 1 - keep)
        self._refresh()
        self.step += 1

    def averaged(self) -> Network:
        """Copy the decoder with the running mean of the weights, float32, on the CPU."""
        decoder = copy.deepcopy(self.decoder)
        _fill(decoder, self.average)
        return decoder.cpu().eval()

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "masters": [master.detach() for master in self.masters],
            "average": self.average,
            "optimizers": [each.state_dict() for each in self.optimizers],
        }
        write_checkpoint(path, self.recipe.fingerprint(), state)

    def save_average(self, path: Path) -> None:
        """Write the running mean of the weights, whole or not at all."""
        write_checkpoint(path, self.recipe.fingerprint(), {"average": self.average})

    def load(self, path: Path) -> None:
        """Go on from a checkpoint.

        Args:
            path: As `save` wrote it.

        Raises:
            TrainingError: It is broken, or of a recipe with another model.
        """
        state = read_checkpoint(path, self.recipe.fingerprint(), self.device)
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            # A recipe's rates may change between two sittings: the checkpoint's are not kept.
            paces: list[dict[str, Any]] = [
                {name: group[name] for name in ("peak", "weight_decay") if name in group}
                for group in optimizer.param_groups
            ]
            optimizer.load_state_dict(kept)
            for group, pace in zip(optimizer.param_groups, paces, strict=True):
                group.update(pace)
        with torch.no_grad():
            torch._foreach_copy_(self.masters, state["masters"])
            torch._foreach_copy_(self.average, state["average"])
        self._refresh()

    def _refresh(self) -> None:
        with torch.no_grad():
            for master, fast in zip(self.masters, self.fast.parameters(), strict=True):
                if master is not fast:
                    fast.copy_(master)


def finished(checkpoint: Path, averages: Path, recipe: Recipe, network: Network) -> Network:
    """Fill a network with the weights that a run has come to.

    At its end they are the mean of the running means that the recipe's stages kept, where some do;
    before, or where none does, the running mean at the checkpoint.

    Args:
        checkpoint: As `TrainedWeights.save` wrote it.
        averages: A folder of `STEP.pt`, see `TrainedWeights.save_average`.
        recipe: The run's recipe.
        network: Of the run's sizes, float32, on the CPU; filled in place.

    Returns:
        The network.

    Raises:
        TrainingError: A file is broken, missing, or of a recipe with another model.
    """
    state = read_checkpoint(checkpoint, recipe.fingerprint())
    values = state["average"]
    if recipe.averaged and state["step"] >= recipe.steps:
        values = _mean(averages, recipe)
    _fill(network, values)
    return network.eval()


def _mean(folder: Path, recipe: Recipe) -> list[Tensor]:
    """Average what stages kept, each as much as the recipe says (model soups, see `Stage`)."""
    whole = sum(recipe.averaged.values())
    summed: list[Tensor] = []
    for step, count in recipe.averaged.items():
        path = folder / f"{step}.pt"
        if not path.is_file():
            raise TrainingError(
                f"of the weights that make the model, those of step {step} are missing: `{path}`",
                "delete the checkpoint to begin anew, or take `average` from their stage",
            )
        part = read_checkpoint(path, recipe.fingerprint())["average"]
        summed = summed or [torch.zeros_like(each) for each in part]
        torch._foreach_add_(summed, part, alpha=count / whole)
    return summed


def compiled(module: torch.nn.Module) -> Callable[..., Tensor]:
    """Compile the module for any batch and length: twice as fast, after a minute's wait."""
    made: Callable[..., Tensor] = torch.compile(module, dynamic=True)
    return made


def fast_dtype(device: str) -> torch.dtype:
    """Return the dtype that the device multiplies fastest: bfloat16 where it has units for it."""
    if torch.device(device).type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported()
    else:
        has_bfloat16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _fill(decoder: Network, values: list[Tensor]) -> None:
    with torch.no_grad():
        for parameter, value in zip(decoder.parameters(), values, strict=True):
            parameter.copy_(value)


def lowered(decoder: Network, device: str) -> Network:
    """Return the decoder that computes: layers in bfloat16 if that is fast, the table shared."""
    if fast_dtype(device) is torch.float32:
        return decoder
    fast = copy.deepcopy(decoder)
    for module in fast.modules():
        if module is not fast.word_embeddings and not list(module.children()):
            scales = dict(module.named_buffers())
            module.bfloat16()
            # The scales of integer arithmetic are exact, or the masters' rounding is another one.
            for name, scale in scales.items():
                setattr(module, name, scale)
    fast.share(decoder.word_embeddings)
    return fast


def _optimizers(decoder: Network, contrast: Contrast) -> list[torch.optim.Optimizer]:
    """Make AdamW over all weights, or over every bias and nothing else (BitFit, Zaken et al. 2022).

    A table with sparse gradients has an optimizer of its own, which moves the rows that were read.
    """
    table = list(decoder.word_embeddings.parameters())
    of_table = {id(each) for each in table}
    others = [each for each in decoder.parameters() if id(each) not in of_table]
    matrices = [each for each in others if each.ndim == 2]
    vectors = [each for each in others if each.ndim == 1]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "peak": contrast.rate, "weight_decay": contrast.decay},
        {"params": vectors, "peak": contrast.rate, "weight_decay": 0.0},
    ]
    if contrast.tuned == "biases":
        named = decoder.named_parameters()
        biases = [value for name, value in named if name.endswith(".bias")]
        groups = [{"params": biases, "peak": contrast.rate, "weight_decay": 0.0}]
    elif not decoder.word_embeddings.sparse:
        groups.insert(0, {"params": table, "peak": contrast.table_rate, "weight_decay": 0.0})
    made: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=contrast.rate, betas=_BETAS, fused=True)
    ]
    if decoder.word_embeddings.sparse:
        rows = {"params": table, "peak": contrast.table_rate}
        made.append(torch.optim.SparseAdam([rows], lr=contrast.table_rate, betas=_BETAS))
    return made
