"""Makes a model folder from a recipe: prepare, warm start, train, export.

Each phase leaves its result in the working folder and is skipped when it is there, so the same call
resumes whatever was broken off.
"""

import dataclasses
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from torch import Tensor

from searchkit.embedders.causal_bert import CausalBert
from searchkit.training import distil
from searchkit.training.checkpoint import write_array, write_weights
from searchkit.training.data.batch import LEAF, Integers, Sampler
from searchkit.training.data.consistency import consistent
from searchkit.training.data.neighbour import bags, neighbour_order
from searchkit.training.data.shard import Shard, keep_back
from searchkit.training.learning.curve import draw
from searchkit.training.learning.decoder import Decoder, DecoderShape
from searchkit.training.learning.export import export
from searchkit.training.learning.language_model import train_language
from searchkit.training.learning.start import identity_start
from searchkit.training.learning.student import Student, reciprocal_ranks
from searchkit.training.learning.table import train_table
from searchkit.training.learning.teacher import kept_axes, project
from searchkit.training.learning.trainer import Trainer, Training, TrainingProgress
from searchkit.training.learning.weights import finished
from searchkit.training.prepare import prepare
from searchkit.training.recipe import Recipe, load_recipe
from searchkit_index.atomic import write_text
from searchkit_index.errors import TrainingError

_CHECKPOINT = "checkpoint.pt"
_AVERAGES = "averages"
_TABLE = "table.npy"
_CHECKPOINT_SECONDS = 180.0


def _unseen(progress: TrainingProgress, steps: int) -> None:
    """Do nothing with a step's progress."""


def train(
    recipe_path: Path,
    *,
    data: Path,
    work: Path,
    device: str | None = None,
    say: Callable[[str], None] = print,
    report: Callable[[TrainingProgress, int], None] = _unseen,
    compile_forward: bool = True,
) -> Path:
    """Train a model by its recipe, going on from what `work` holds.

    Args:
        recipe_path: A TOML file, see `Recipe`.
        data: The folder that the recipe's file patterns start from.
        work: Takes tokenizer, shards, checkpoint, the weights that stages leave in `averages/`,
            `log.jsonl`, its picture `curves.png`, and the finished model in `model/`.
        device: `cpu` or `cuda`; by default the latter where there is one.
        say: Told of every stage, one line at a time.
        report: Told of every contrastive step, and of how many there are.
        compile_forward: Whether to compile the decoder; off for tests.

    Returns:
        The model folder.

    Raises:
        TrainingError: The recipe, its data or the checkpoint cannot be used.
    """
    recipe = load_recipe(recipe_path)
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    trainer, kept_back = prepared(
        recipe, data=data, work=work, device=device, say=say, compile_forward=compile_forward
    )
    _steps(trainer, kept_back, work, say, report)
    export_checkpoint(recipe_path, work, work / "model")
    return work / "model"


def prepared(
    recipe: Recipe,
    *,
    data: Path,
    work: Path,
    device: str,
    say: Callable[[str], None] = print,
    compile_forward: bool = True,
) -> tuple[Training, dict[str, Shard]]:
    """Do everything up to the first contrastive step.

    Args:
        recipe: What to train.
        data: The folder that the recipe's patterns are relative to.
        work: The working folder.
        device: `cpu` or `cuda`.
        say: Called with one line for each stage.
        compile_forward: Whether to compile the decoder; off for tests.

    Returns:
        A trainer, and for each source the pairs kept back from it.

    Raises:
        TrainingError: The data cannot be used.
    """
    if recipe.student:
        return distil.prepared(recipe, data=data, work=work, device=device, say=say)
    shards, kept_back = keep_back(prepare(recipe, data, work, say), recipe.validation)
    teacher = _teacher(recipe, shards, work)
    begun = (work / _CHECKPOINT).is_file()
    decoder = (
        Decoder(shape_of(recipe)) if begun else _decoder(recipe, shards, teacher, work, device, say)
    )
    if recipe.consistent:
        shards = {name: _filtered(recipe, name, shard, work, say) for name, shard in shards.items()}
    table = np.load(work / _TABLE) if recipe.contrast.false_negative else None
    sampler = Sampler(recipe, shards, _orders(recipe, shards, work), table)
    if recipe.language.steps and not begun:
        decoder = _language(recipe, decoder, sampler, work, device, say, compile_forward)
    trainer = Trainer(recipe, decoder, sampler, teacher, device, compile_forward=compile_forward)
    return trainer, kept_back


def export_checkpoint(recipe_path: Path, work: Path, folder: Path) -> None:
    """Write the model that a run has come to, see `finished`, without training on.

    Args:
        recipe_path: The run's recipe.
        work: Its working folder.
        folder: Takes the files; a call that was broken off is made good by the next one.

    Raises:
        TrainingError: There is no checkpoint, or it cannot be used.
    """
    recipe = load_recipe(recipe_path)
    blank = distil.blank_student(recipe, work) if recipe.student else Decoder(shape_of(recipe))
    network = finished(work / _CHECKPOINT, work / _AVERAGES, recipe, blank)
    if isinstance(network, CausalBert):
        distil.export_student(network, recipe, work, folder)
    else:
        export(network, work / "tokenizer.json", folder, recipe.name, recipe.repeat_up_to)


def _steps(
    trainer: Training,
    kept_back: dict[str, Shard],
    work: Path,
    say: Callable[[str], None],
    report: Callable[[TrainingProgress, int], None],
) -> None:
    """Train to the last step; save every few minutes, at the end, and when interrupted."""
    checkpoint, log, recipe = work / _CHECKPOINT, work / "log.jsonl", trainer.recipe
    if checkpoint.is_file():
        trainer.weights.load(checkpoint)
    _shorten(log, trainer.weights.step)
    saved = time.monotonic()
    try:
        while trainer.weights.step < recipe.steps:
            _keep_average(trainer, work)
            progress = trainer.advance()
            _append(log, asdict(progress))
            report(progress, recipe.steps)
            if progress.step % recipe.watched == 0:
                _watch(trainer, kept_back, work, say)
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                trainer.weights.save(checkpoint)
                saved = time.monotonic()
        _keep_average(trainer, work)
    finally:
        trainer.weights.save(checkpoint)


def _keep_average(trainer: Training, work: Path) -> None:
    """Keep the running mean of the weights where the recipe makes it a part of the model."""
    step = trainer.weights.step
    if step in trainer.recipe.averaged:
        (work / _AVERAGES).mkdir(exist_ok=True)
        trainer.weights.save_average(work / _AVERAGES / f"{step}.pt")


def _shorten(log: Path, step: int) -> None:
    """Take the steps out of a log that a killed run did after its last checkpoint."""
    if log.is_file():
        lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
        # The last line of a killed run may be half of one.
        kept = [line for line in lines if line.endswith("}\n") and json.loads(line)["step"] <= step]
        write_text(log, "".join(kept))


def _watch(
    trainer: Training, kept_back: dict[str, Shard], work: Path, say: Callable[[str], None]
) -> None:
    """Measure how well kept-back pairs are found, log it, and draw all curves anew."""
    weights = trainer.weights
    found = reciprocal_ranks(
        Student(trainer.recipe, weights.averaged(), device=trainer.device), kept_back
    )
    line = {"step": weights.step, "total_tokens": weights.tokens, "found": found}
    _append(work / "log.jsonl", line)
    say(f"step {weights.step}: {mean(found.values()):.3f} of kept-back pairs, by reciprocal rank")
    if find_spec("matplotlib"):
        draw(work / "log.jsonl", work / "curves.png")


def _append(log: Path, line: dict[str, Any]) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _teacher(recipe: Recipe, shards: dict[str, Shard], work: Path) -> dict[str, Tensor]:
    """Project the teacher's vectors of each source to the model's dimensions."""
    taught = {name: shard.teacher for name, shard in shards.items() if shard.teacher.size}
    none = torch.empty(0, recipe.hidden, dtype=torch.float16)
    if not taught:
        return dict.fromkeys(shards, none)
    axes = kept_axes(work / "teacher_axes.npy", taught.values(), recipe.hidden)
    return {name: project(taught[name], axes) if name in taught else none for name in shards}


def _filtered(
    recipe: Recipe, name: str, shard: Shard, work: Path, say: Callable[[str], None]
) -> Shard:
    """Return a source without the pairs that the static table ranks nowhere."""
    path = work / "consistent" / f"{name}.npy"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        holds = consistent(shard, np.load(work / _TABLE), recipe.consistent)
        say(f"{name}: {1 - holds.mean():.1%} of the pairs left out, the table ranks them nowhere")
        write_array(path, holds)
    some = shard.only(np.load(path))
    if not len(some):
        raise TrainingError(
            f"the table ranks every pair of the source `{name}` nowhere",
            "raise `consistent` in the recipe, or mend the source",
        )
    return some


def _orders(recipe: Recipe, shards: dict[str, Shard], work: Path) -> dict[str, Integers]:
    """Order the pairs of sources with batches of neighbours, by their right sides.

    The static table says what is near: it stands before the decoder begins, and never moves.
    """
    orders = {}
    for source in recipe.sources:
        if source.near:
            path, shard = work / "orders" / f"{source.name}.npy", shards[source.name]
            # Of other pairs, as when a recipe leaves out more of them than before, it is no order.
            if not path.is_file() or len(np.load(path, mmap_mode="r")) != len(shard):
                path.parent.mkdir(exist_ok=True)
                vectors = bags(shard.right, np.load(work / _TABLE))
                write_array(path, neighbour_order(vectors, LEAF, recipe.seed))
            orders[source.name] = np.load(path)
    return orders


def _decoder(
    recipe: Recipe,
    shards: dict[str, Shard],
    teacher: dict[str, Tensor],
    work: Path,
    device: str,
    say: Callable[[str], None],
) -> Decoder:
    """Make the decoder on its warm table, training the table first where there is none."""
    path = work / _TABLE
    if not path.is_file():
        say("training the table")
        write_array(path, _table(recipe, shards, teacher, device, say).numpy())
    return identity_start(torch.from_numpy(np.load(path)), shape_of(recipe), recipe.seed)


def _language(
    recipe: Recipe,
    decoder: Decoder,
    sampler: Sampler,
    work: Path,
    device: str,
    say: Callable[[str], None],
    compile_forward: bool,
) -> Decoder:
    """Train the decoder as a language model, or load it where that was done."""
    path, steps = work / "language.pt", recipe.language.steps

    def report(step: int, loss: float) -> None:
        if step % 10 == 0:
            say(f"language step {step} of {steps}: {loss:.3f} nats a token")

    if not path.is_file():
        trained = train_language(
            recipe, decoder, sampler, report, device, compile_forward=compile_forward
        )
        write_weights(path, trained.state_dict())
    decoder.load_state_dict(torch.load(path, weights_only=True))
    return decoder


def _table(
    recipe: Recipe,
    shards: dict[str, Shard],
    teacher: dict[str, Tensor],
    device: str,
    say: Callable[[str], None],
) -> Tensor:
    def report(step: int, source: str, loss: float) -> None:
        if step % 50 == 0:
            say(f"table step {step} of {recipe.table.steps}, {source}: loss {loss:.3f}")

    table = recipe.table
    contrast = dataclasses.replace(
        recipe.contrast,
        rows=table.rows,
        tokens=table.rows * 2 * table.length,
        length=table.length,
        long_share=0.0,
        prefixes=recipe.contrast.prefixes[:1] + recipe.contrast.prefixes[-1:],
    )
    wide = dataclasses.replace(recipe, contrast=contrast, roles=True)
    return train_table(wide, Sampler(wide, shards), teacher, report, device)


def shape_of(recipe: Recipe) -> DecoderShape:
    """Return the sizes of the decoder that a recipe asks for."""
    return DecoderShape(
        recipe.vocabulary.size, recipe.hidden, recipe.layers, recipe.heads, recipe.pooling == "mean"
    )
