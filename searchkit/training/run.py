"""Makes a model folder from a recipe: gather if asked to, prepare, train, export.

Each phase leaves its result in the working folder and is skipped when that is there, so the same
call resumes an interrupted run.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from statistics import mean

import torch

from searchkit.training import distil
from searchkit.training.data.corpus import find_file
from searchkit.training.data.shard import Shard
from searchkit.training.gathering.gather import gather
from searchkit.training.gathering.sources import load_sources
from searchkit.training.learning.curve import draw
from searchkit.training.learning.student_trainer import StudentTrainer
from searchkit.training.learning.validation import reciprocal_ranks
from searchkit.training.learning.weights import finished
from searchkit.training.log import TrainingLog
from searchkit.training.progress import TrainingProgress
from searchkit.training.recipe_file import load_recipe
from searchkit.training.step import whole_step

_CHECKPOINT = "checkpoint.pt"
_AVERAGES = "averages"
_CHECKPOINT_SECONDS = 180.0


def _unseen(progress: TrainingProgress, steps: int) -> None:
    """Do nothing with a step's progress."""


def train(
    recipe_path: Path,
    *,
    data: Path,
    work: Path,
    device: str | None = None,
    gathers: bool = False,
    say: Callable[[str], None] = print,
    report: Callable[[TrainingProgress, int], None] = _unseen,
) -> Path:
    """Train a model by its recipe, going on from what `work` holds.

    Args:
        recipe_path: A TOML file, see `Recipe`.
        data: The folder that the recipe's file patterns start from.
        work: Takes tokenizer, shards, checkpoint, the weights that stages leave in `averages/`,
            `log.jsonl`, its picture `curves.png`, and the finished model in `model/`.
        device: `cpu` or `cuda`; by default the latter where there is one.
        gathers: Whether to make the pair files that `data` lacks from public repositories first,
            see `gather`. Nothing else uses the network.
        say: Called with a line for every phase.
        report: Called after every step with what it did, and with the number of all steps.

    Returns:
        The model folder.

    Raises:
        TrainingError: The recipe, its data or the checkpoint cannot be used, or data cannot be
            gathered.
    """
    recipe = load_recipe(recipe_path)
    if gathers:
        # What cannot be gathered is missed now, and not after hours.
        for pattern in (recipe.student.encoder, recipe.student.second):
            find_file(data, pattern, work)
        gather(load_sources(recipe_path), data, recipe.held_out, say)
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    trainer, kept_back = distil.prepared(recipe, data=data, work=work, device=device, say=say)
    _steps(trainer, kept_back, work, say, report)
    export_checkpoint(recipe_path, work, work / "model")
    return work / "model"


def export_checkpoint(recipe_path: Path, work: Path, folder: Path) -> None:
    """Write the model of a run as it is now, see `finished`, without training on.

    Args:
        recipe_path: The run's recipe.
        work: Its working folder.
        folder: Takes the files; if a call is interrupted, the next one writes them again.

    Raises:
        TrainingError: There is no checkpoint, or it cannot be used.
    """
    recipe = load_recipe(recipe_path)
    blank = distil.blank_student(recipe, work)
    student = finished(work / _CHECKPOINT, work / _AVERAGES, recipe, blank)
    distil.export_student(student, recipe, work, folder)


def _steps(
    trainer: StudentTrainer,
    kept_back: dict[str, Shard],
    work: Path,
    say: Callable[[str], None],
    report: Callable[[TrainingProgress, int], None],
) -> None:
    """Train to the last step; save every few minutes, at the end, and when interrupted."""
    checkpoint, recipe = work / _CHECKPOINT, trainer.recipe
    if checkpoint.is_file():
        trainer.load(checkpoint)
        trainer.scales.forget_after(trainer.weights.step)
    else:
        trainer.scales.forget_after(-1)
    log = TrainingLog(work / "log.jsonl", trainer.weights.step)
    saved = time.monotonic()
    try:
        while trainer.weights.step < recipe.steps:
            _keep_average(trainer, work)
            with whole_step():
                progress = trainer.advance()
                log.append(asdict(progress))
            report(progress, recipe.steps)
            if progress.step % recipe.watched == 0:
                _watch(trainer, kept_back, log, say)
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                trainer.save(checkpoint)
                saved = time.monotonic()
        _keep_average(trainer, work)
    finally:
        if trainer.is_whole:
            trainer.save(checkpoint)


def _keep_average(trainer: StudentTrainer, work: Path) -> None:
    """Keep the running mean of the weights where the recipe makes it a part of the model."""
    step = trainer.weights.step
    if step in trainer.recipe.averaged:
        (work / _AVERAGES).mkdir(exist_ok=True)
        trainer.weights.save_average(work / _AVERAGES / f"{step}.pt")


def _watch(
    trainer: StudentTrainer,
    kept_back: dict[str, Shard],
    log: TrainingLog,
    say: Callable[[str], None],
) -> None:
    """Measure how well kept-back pairs are found, log it, and draw all curves anew."""
    weights = trainer.weights
    found = reciprocal_ranks(weights.averaged(), kept_back, trainer.recipe, trainer.device)
    log.append({"step": weights.step, "total_tokens": weights.tokens, "found": found})
    if found:
        figure = mean(found.values())
        say(f"step {weights.step}: {figure:.3f} of kept-back pairs, by reciprocal rank")
    if find_spec("matplotlib"):
        draw(log.path, log.path.with_name("curves.png"))
