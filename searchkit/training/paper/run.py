"""One call from a recipe to a model folder; the same call goes on where a run was broken off.

`accelerate launch -m searchkit train RECIPE ...` runs it on several GPUs.
"""

import contextlib
import ctypes
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from searchkit.embedders.prompt import PromptTokenizer
from searchkit.training.checkpoint import read_checkpoint, write_checkpoint
from searchkit.training.log import TrainingLog
from searchkit.training.paper.adapt import adapted, base_of, copy_tokenizer, save_adapted, trainable
from searchkit.training.paper.cached import Encoder, backward, contrast, repeated
from searchkit.training.paper.order import Batch, Order
from searchkit.training.paper.pairs import read_pairs
from searchkit.training.paper.recipe import PaperRecipe
from searchkit.training.step import refuse_no_number, whole_step

_CHECKPOINT = "checkpoint.pt"
_CHECKPOINT_SECONDS = 300.0

# Fields of a recipe that may change before a checkpoint is resumed, each with a value that stands
# for all of them.
_FREE: dict[str, Any] = {"epochs": 0, "piece_tokens": 0, "held_tokens": 0, "compile": False}


@dataclass(frozen=True)
class Step:
    """One line of the log.

    Attributes:
        step: Its number, from 1.
        source: Where its pairs are from.
        loss: The contrastive loss.
        rate: The learning rate.
        seconds: Wall time.
    """

    step: int
    source: str
    loss: float
    rate: float
    seconds: float


class PaperTrainer:
    """Moves what the recipe lets move, step by step.

    Args:
        recipe: What to do.
        data: The folder that the recipe's files start from.
        work: Takes tokenizer and checkpoint.
        device: `cpu` or `cuda`; by default what `accelerate` finds.
    """

    def __init__(
        self, recipe: PaperRecipe, data: Path, work: Path, device: str | None = None
    ) -> None:
        from accelerate import Accelerator

        self.recipe, self._work = recipe, work
        model, base = base_of(recipe)
        # As the paper's runs: float32 in memory, products in tf32 where there is such a thing.
        torch.set_float32_matmul_precision("high")
        self.accelerator = Accelerator(cpu=device == "cpu")
        with self.accelerator.main_process_first():
            copy_tokenizer(base, work / "tokenizer", roles=recipe.roles)
        sources = [read_pairs(each, data, recipe.seed) for each in recipe.sources]
        self.order = Order(sources, recipe.batch, recipe.seed)
        kind = self.accelerator.device.type
        self.decoder = adapted(base, recipe, kind).to(self.accelerator.device)
        self.weights = trainable(self.decoder)
        self.optimizer = torch.optim.AdamW(self.weights.values(), lr=recipe.rate)
        self.step, self.is_whole = 0, True
        cut = replace(model, max_tokens=recipe.train_tokens or recipe.max_tokens)
        self._tokenizer = PromptTokenizer(cut, work / "tokenizer")
        self._encoder = Encoder(
            self.decoder,
            self.accelerator,
            recipe.piece_tokens,
            recipe.pooling,
            mixed=recipe.precision == "bfloat16",
            held=recipe.held_tokens,
        )

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.order.steps * self.recipe.epochs

    def advance(self) -> Step:
        """Do one step; raise TrainingError, before weights change, where its loss is no number."""
        began = time.monotonic()
        self.is_whole = False
        batch = self.order.batch(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        self.optimizer.zero_grad()
        loss = self._backward(batch)
        refuse_no_number(loss, self.step + 1)
        self.optimizer.step()
        self.step += 1
        self.is_whole = True
        pace = self.optimizer.param_groups[0]["lr"]
        return Step(self.step, batch.source, loss, pace, round(time.monotonic() - began, 2))

    def save(self) -> None:
        """Write trainable weights and the optimizer's state, unless the last step broke off."""
        if not self.accelerator.is_main_process or not self.is_whole:
            return
        state = {
            "step": self.step,
            "weights": {name: each.detach().cpu() for name, each in self.weights.items()},
            "optimizer": self.optimizer.state_dict(),
        }
        write_checkpoint(self._work / _CHECKPOINT, self._kept(), state)

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one; raise TrainingError where it is no use."""
        path = self._work / _CHECKPOINT
        if not path.is_file():
            return
        state = read_checkpoint(path, self._kept())
        self.step = state["step"]
        self.optimizer.load_state_dict(state["optimizer"])
        with torch.no_grad():
            for name, each in self.weights.items():
                each.copy_(state["weights"][name])

    def _backward(self, batch: Batch) -> float:
        count = len(batch.queries)
        candidates = batch.positives + batch.negatives
        rows = self._tokenizer.rows(batch.queries, "query")
        rows += self._tokenizer.rows(candidates, batch.role)
        same = repeated(candidates, count).to(self.accelerator.device)
        return backward(
            self._encoder,
            rows,
            lambda found: contrast(found[:count], found[count:], same, self.recipe.temperature),
        )

    def _rate(self) -> float:
        rising = max(1.0, self.recipe.warmup * self.order.steps)
        return self.recipe.rate * min(1.0, (self.step + 1) / rising)

    def _kept(self) -> str:
        return repr(replace(self.recipe, **_FREE))


def train_by_paper(
    recipe: PaperRecipe,
    *,
    data: Path,
    work: Path,
    device: str | None = None,
    say: Callable[[str], None] = print,
) -> Path:
    """Train by a recipe, going on from what `work` holds.

    Args:
        recipe: What to do, see `load_paper_recipe`.
        data: The folder that the recipe's files start from.
        work: Takes checkpoint, `log.jsonl`, and the finished model in `model/`.
        device: `cpu` or `cuda`; by default what is there.
        say: Called with a line after each step.

    Returns:
        The model folder.

    Raises:
        TrainingError: The data, the base or the checkpoint cannot be used.
    """
    _keep_freed_memory()
    trainer = PaperTrainer(recipe, data, work, device)
    trainer.resume()
    count = sum(each.numel() for each in trainer.weights.values())
    say(f"{count:,} trainable weights, {trainer.steps:,} steps in {recipe.epochs} epochs")
    _all_steps(trainer, work, say)
    if trainer.accelerator.is_main_process:
        save_adapted(trainer.decoder, recipe, work / "tokenizer", work / "model")
    trainer.accelerator.wait_for_everyone()
    return work / "model"


def _all_steps(trainer: PaperTrainer, work: Path, say: Callable[[str], None]) -> None:
    """Train to the last step; save every few minutes, at the end, and when interrupted."""
    due = time.monotonic() + _CHECKPOINT_SECONDS
    is_main = trainer.accelerator.is_main_process
    log = TrainingLog(work / "log.jsonl", trainer.step) if is_main else None
    try:
        while trainer.step < trainer.steps:
            with whole_step():
                step = trainer.advance()
                if log:
                    log.append(asdict(step))
            if is_main:
                say(f"step {step.step:,} of {trainer.steps:,}, {step.source}: loss {step.loss:.3f}")
            if time.monotonic() >= due:
                trainer.save()
                due = time.monotonic() + _CHECKPOINT_SECONDS
    finally:
        trainer.save()


def _keep_freed_memory() -> None:
    """Have glibc keep what a step frees for the next one.

    Given back to the system, the same pages would be cleared again at each step, which takes a
    third of its time.
    """
    trim_threshold, mmap_threshold = -1, -3  # as `malloc.h` numbers them
    with contextlib.suppress(OSError, AttributeError):  # another system, another allocator
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(trim_threshold, -1)
        library.mallopt(mmap_threshold, 32 << 20)
