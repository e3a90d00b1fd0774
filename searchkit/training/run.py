"""One call from a recipe to a model folder: prepare, warm start, train, export.

Each phase leaves its result in the working folder and is skipped when it is there, so the same call
resumes whatever was broken off.
"""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from searchkit.training.batch import LEAF, Integers, Sampler
from searchkit.training.decoder import Decoder, DecoderShape
from searchkit.training.export import export
from searchkit.training.neighbour import bags, neighbour_order
from searchkit.training.prepare import prepare
from searchkit.training.recipe import Recipe, load_recipe
from searchkit.training.shard import Shard
from searchkit.training.start import identity_start
from searchkit.training.table import train_table
from searchkit.training.teacher import principal_axes, project
from searchkit.training.trainer import Trainer, averaged_checkpoint, log

_CHECKPOINT = "checkpoint.pt"
_TABLE = "table.npy"
_CHECKPOINT_SECONDS = 180.0


def train(
    recipe_path: Path,
    *,
    data: Path,
    work: Path,
    device: str | None = None,
    say: Callable[[str], None] = print,
    compiled: bool = True,
) -> Path:
    """Train a model by its recipe, going on from what `work` holds.

    Args:
        recipe_path: A TOML file, see `Recipe`.
        data: The folder that the recipe's file patterns start from.
        work: Takes tokenizer, shards, checkpoint, `log.jsonl`, and the finished model in `model/`.
        device: `cpu` or `cuda`; by default the latter where there is one.
        say: Told of progress, one line at a time.
        compiled: Whether to compile the decoder; off for tests.

    Returns:
        The model folder.

    Raises:
        TrainingError: The recipe, its data or the checkpoint cannot be used.
    """
    recipe = load_recipe(recipe_path)
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    shards = prepare(recipe, data, work, say)
    teacher = _teacher(recipe, shards, work)
    decoder = _decoder(recipe, shards, teacher, work, device, say)
    sampler = Sampler(recipe, shards, _orders(recipe, shards, work))
    trainer = Trainer(recipe, decoder, sampler, teacher, device, compiled=compiled)
    _steps(trainer, work, say)
    export(trainer.averaged(), work / "tokenizer.json", work / "model", recipe.name)
    return work / "model"


def export_checkpoint(recipe_path: Path, work: Path, folder: Path) -> None:
    """Write the model as it stands at the last checkpoint, without training on."""
    recipe = load_recipe(recipe_path)
    decoder = averaged_checkpoint(work / _CHECKPOINT, recipe, _shape(recipe))
    export(decoder, work / "tokenizer.json", folder, recipe.name)


def _steps(trainer: Trainer, work: Path, say: Callable[[str], None]) -> None:
    """Train to the last step; a checkpoint every few minutes, at the end, and when interrupted."""
    checkpoint = work / _CHECKPOINT
    if checkpoint.is_file():
        trainer.load(checkpoint)
    saved = time.monotonic()
    try:
        while trainer.step < trainer.recipe.contrast.steps:
            progress = trainer.advance()
            log(progress, work / "log.jsonl")
            say(
                f"step {progress.step} of {trainer.recipe.contrast.steps}, {progress.source}: "
                f"loss {progress.contrastive:.3f}, "
                f"{progress.tokens / progress.seconds:,.0f} tokens/s"
            )
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                trainer.save(checkpoint)
                saved = time.monotonic()
    finally:
        trainer.save(checkpoint)


def _teacher(recipe: Recipe, shards: dict[str, Shard], work: Path) -> dict[str, Tensor]:
    """The teacher's vectors of each source, projected to the model's dimensions.

    The axes are kept: a source that is added later must not turn the space.
    """
    taught = {name: shard.teacher for name, shard in shards.items() if shard.teacher.size}
    path = work / "teacher_axes.npy"
    if taught and not path.is_file():
        np.save(path, principal_axes(taught.values(), recipe.hidden).numpy())
    axes = torch.from_numpy(np.load(path)) if taught else torch.empty(0)
    none = torch.empty(0, recipe.hidden, dtype=torch.float16)
    return {name: project(taught[name], axes) if name in taught else none for name in shards}


def _orders(recipe: Recipe, shards: dict[str, Shard], work: Path) -> dict[str, Integers]:
    """For sources with batches of neighbours, the order of their pairs by what is to be found.

    The static table says what is near: it stands before the decoder begins, and never moves.
    """
    orders = {}
    for source in recipe.sources:
        path = work / "orders" / f"{source.name}.npy"
        if source.near and not path.is_file():
            path.parent.mkdir(exist_ok=True)
            vectors = bags(shards[source.name].right, np.load(work / _TABLE))
            np.save(path, neighbour_order(vectors, LEAF, recipe.seed))
        if source.near:
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
    """The decoder on its warm table; a checkpoint, if there is one, replaces both later."""
    if (work / _CHECKPOINT).is_file():
        return Decoder(_shape(recipe))
    path = work / _TABLE
    if not path.is_file():
        say("training the table")
        np.save(path, _table(recipe, shards, teacher, device, say).numpy())
    return identity_start(torch.from_numpy(np.load(path)), _shape(recipe), recipe.seed)


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
    wide = dataclasses.replace(recipe, contrast=contrast)
    return train_table(wide, Sampler(wide, shards), teacher, report, device)


def _shape(recipe: Recipe) -> DecoderShape:
    return DecoderShape(recipe.vocabulary.size, recipe.hidden, recipe.layers, recipe.heads)
