"""Holds a student's weights in training: float32 masters, fast copies, their running mean.

Layers compute in bfloat16 where the device has it, from float32 masters that the optimizer moves;
the embedding table stays in float32. Knows no loss and no data.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from searchkit.embedders.causal_bert import CausalBert
from searchkit.training.checkpoint import read_checkpoint, write_checkpoint
from searchkit.training.recipe import Recipe
from searchkit_index.errors import TrainingError

_BETAS = (0.9, 0.98)


class TrainedWeights:
    """Holds the masters and the optimizer, and the step that both have reached.

    `fast` is what computes: the student itself, or a copy in bfloat16 that shares its table.
    `average` is the running mean of the masters, which is what ships.

    Args:
        recipe: Gives the weight decay, and the decay of the running mean.
        student: The weights to begin with, float32; moved to `device` and trained in place.
        device: `cpu` or `cuda`.
    """

    def __init__(self, recipe: Recipe, student: CausalBert, device: str) -> None:
        self.recipe, self.device = recipe, device
        self.student = student.to(device)
        self.masters: list[Tensor] = list(self.student.parameters())
        table = {id(each) for each in self.student.word_embeddings.parameters()}
        self._clipped = [master for master in self.masters if id(master) not in table]
        self.average = [master.detach().clone() for master in self.masters]
        self.fast = lowered(self.student, device)
        self.optimizer = _optimizer(self.student, recipe.contrast.decay)
        self.step = self.tokens = 0
        self.seconds = 0.0

    def move(self, rate: float) -> None:
        """Do a step of the optimizer at a learning rate; update the fast copies and the mean."""
        for master, fast in zip(self.masters, self.fast.parameters(), strict=True):
            if master is not fast:
                master.grad = None if fast.grad is None else fast.grad.float()
                fast.grad = None
        torch.nn.utils.clip_grad_norm_(self._clipped, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad()
        keep = min(self.recipe.contrast.average, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.masters, 1 - keep)
        self._refresh()
        self.step += 1

    def averaged(self) -> CausalBert:
        """Copy the student with the running mean of the weights, float32, on the CPU."""
        student = copy.deepcopy(self.student)
        _fill(student, self.average)
        return student.cpu().eval()

    def save(self, path: Path, beside: Mapping[str, Any]) -> None:
        """Write a checkpoint, whole or not at all.

        Args:
            path: Where to; its folder exists.
            beside: What else a run goes on from: tensors, numbers, lists and tables of them.
        """
        state = {
            "beside": dict(beside),
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "masters": [master.detach() for master in self.masters],
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
        }
        write_checkpoint(path, self.recipe.fingerprint(), state)

    def save_average(self, path: Path) -> None:
        """Write the running mean of the weights, whole or not at all."""
        write_checkpoint(path, self.recipe.fingerprint(), {"average": self.average})

    def load(self, path: Path) -> dict[str, Any]:
        """Go on from what `save` wrote.

        Args:
            path: The checkpoint.

        Returns:
            What was saved beside the weights.

        Raises:
            TrainingError: It is of another model, or damaged.
        """
        state = read_checkpoint(path, self.recipe.fingerprint(), self.device)
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]
        # A recipe's decay may change between two sittings: the checkpoint's is not kept.
        decays = [group["weight_decay"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, decay in zip(self.optimizer.param_groups, decays, strict=True):
            group["weight_decay"] = decay
        with torch.no_grad():
            torch._foreach_copy_(self.masters, state["masters"])
            torch._foreach_copy_(self.average, state["average"])
        self._refresh()
        beside: dict[str, Any] = state.get("beside", {})
        return beside

    def _refresh(self) -> None:
        with torch.no_grad():
            for master, fast in zip(self.masters, self.fast.parameters(), strict=True):
                if master is not fast:
                    fast.copy_(master)


def finished(checkpoint: Path, averages: Path, recipe: Recipe, student: CausalBert) -> CausalBert:
    """Fill a student with the weights of a run.

    At its end they are the mean of the running means that the recipe's stages kept, where some do;
    before, or where none does, the running mean at the checkpoint.

    Args:
        checkpoint: The file that `TrainedWeights.save` wrote.
        averages: A folder of `STEP.pt`, see `TrainedWeights.save_average`.
        recipe: The run's recipe.
        student: A student of the run's sizes, float32, on the CPU; filled in place.

    Returns:
        The student.

    Raises:
        TrainingError: A file is broken, missing, or of a recipe with another model.
    """
    state = read_checkpoint(checkpoint, recipe.fingerprint())
    values = state["average"]
    if recipe.averaged and state["step"] >= recipe.steps:
        values = _mean(averages, recipe)
    _fill(student, values)
    return student.eval()


def _mean(folder: Path, recipe: Recipe) -> list[Tensor]:
    """Average what stages kept, by the weights of the recipe (model soups, see `Stage`)."""
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


def fast_dtype(device: str) -> torch.dtype:
    """Return the dtype that the device multiplies fastest: bfloat16 where it has units for it."""
    if torch.device(device).type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported()
    else:
        has_bfloat16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if has_bfloat16 else torch.float32


def _fill(student: CausalBert, values: list[Tensor]) -> None:
    with torch.no_grad():
        for parameter, value in zip(student.parameters(), values, strict=True):
            parameter.copy_(value)


def lowered(student: CausalBert, device: str) -> CausalBert:
    """Return a copy with layers in bfloat16 and the same table; the student where that is slow."""
    if fast_dtype(device) is torch.float32:
        return student
    fast = copy.deepcopy(student)
    for module in fast.modules():
        if module is not fast.word_embeddings and not list(module.children()):
            scales = dict(module.named_buffers())
            module.bfloat16()
            # The scales of integer arithmetic stay exact: else this would round unlike the masters.
            for name, scale in scales.items():
                setattr(module, name, scale)
    fast.share(student.word_embeddings)
    return fast


def _optimizer(student: CausalBert, decay: float) -> torch.optim.Optimizer:
    """Make AdamW over all weights; matrices of the layers alone decay."""
    table = {id(each) for each in student.word_embeddings.parameters()}
    others = [each for each in student.parameters() if id(each) not in table]
    groups: list[dict[str, Any]] = [
        {"params": list(student.word_embeddings.parameters()), "weight_decay": 0.0},
        {"params": [each for each in others if each.ndim == 2], "weight_decay": decay},
        {"params": [each for each in others if each.ndim == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=_BETAS, fused=True)
