"""From a recipe with a student to its trainer: vectors, tokenizer, shards, targets, first weights."""

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from searchkit.training.causal import Causal, CausalShape
from searchkit.training.data.batch import Sampler
from searchkit.training.data.corpus import find_files
from searchkit.training.data.shard import Shard, make_shard
from searchkit.training.learning.teacher import principal_axes
from searchkit.training.learning.trainer import Trainer
from searchkit.training.packed import PackedEncoder
from searchkit.training.pieces import prune
from searchkit.training.recipe import Recipe, Source
from searchkit.training.targets import beside, centred, means, rows_of, taught_texts
from searchkit.training.teaching import Pairs
from searchkit.training.vectors import Floats, Integers

_NO_VECTORS = np.empty((0, 0), np.float16)


# In the order in which their vectors stand side by side.
TEACHERS = ("e5", "nano")


def prepared(
    recipe: Recipe, *, data: Path, work: Path, device: str, say: Callable[[str], None]
) -> tuple[Trainer, dict[str, Shard]]:
    """Everything up to the first step: a trainer, and the pairs kept back from it."""
    assert recipe.student
    shards = student_shards(recipe, data, work, say)
    shards, targets, axes = with_targets(recipe, shards, work, TEACHERS)
    for name, shard in shards.items():
        share = [(side.taught >= 0).mean() for side in (shard.left, shard.right)]
        say(f"{name}: {len(shard):,} pairs, taught {share[0]:.1%} and {share[1]:.1%}")
    kept = {name: len(shard) - min(recipe.validation, len(shard) // 10) for name, shard in shards.items()}
    kept_back = {name: shard.part(kept[name], len(shard)) for name, shard in shards.items()}
    seen = {name: shard.part(0, kept[name]) for name, shard in shards.items()}
    if recipe.student.taught_alone:
        seen = {name: shard.only(_taught(shard)) for name, shard in seen.items()}
    (encoder,) = find_files(data, (recipe.student.encoder,), work)
    packed = PackedEncoder(encoder)
    student = first_weights(recipe, packed, np.load(work / "start_table.npy"), axes)
    return Trainer(recipe, student, Sampler(recipe, seen), targets, device, compile_forward=False), kept_back


def student_shape(recipe: Recipe) -> CausalShape:
    """The sizes of the student that a recipe asks for."""
    return CausalShape(recipe.vocabulary.size, layers=recipe.layers, hidden=recipe.hidden)


def student_shards(
    recipe: Recipe, data: Path, work: Path, say: Callable[[str], None]
) -> dict[str, Shard]:
    """One shard for each source, made with the student's tokenizer; what is there is used again."""
    from tokenizers import Tokenizer

    (work / "shards").mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    pairs = Pairs(recipe, data, work)
    shards = {}
    for source in recipe.sources:
        path = work / "shards" / f"{source.name}-{source.most}.npz"
        if not path.is_file():
            shard = make_shard(pairs.of(source), tokenizer, ({}, {}), _NO_VECTORS)
            shard.save(path)
            say(f"{source.name}: {len(shard):,} pairs")
        shards[source.name] = Shard.load(path)
    return shards


def with_targets(
    recipe: Recipe, shards: dict[str, Shard], work: Path, teachers: tuple[str, ...]
) -> tuple[dict[str, Shard], dict[str, Tensor], Tensor]:
    """Shards that know their targets' rows; the targets, by source; and their axes.

    Returns:
        Shards, float16 `(texts, hidden)` by source, and the axes, float32 `(hidden, width)`.
    """
    found = {
        (teacher, source.name): taught_texts(recipe, source, work, teacher)
        for teacher in teachers
        for source in recipe.sources
    }
    mean = {
        teacher: means(
            each
            for source in recipe.sources
            for each in _distinct(found[teacher, source.name])
            if each is not None
        )
        for teacher in teachers
    }
    wide, rows = {}, {}
    for source in recipe.sources:
        given = [found[teacher, source.name] for teacher in teachers]
        sides = [_side(source, [each[side] for each in given], mean, teachers) for side in (0, 1)]
        if source.task == "parallel":
            sides[1] = sides[0]
        wide[source.name], rows[source.name] = _joined(sides, shards[source.name])
    taught = {name: each for name, each in wide.items() if each.size}
    path = work / "axes.npy"
    if not path.is_file():
        np.save(path, principal_axes((each.astype(np.float16) for each in taught.values()), recipe.hidden).numpy())
    axes = np.load(path)
    targets = {name: _projected(each, axes, recipe.hidden) for name, each in wide.items()}
    marked = {name: _marked(shard, *rows[name]) for name, shard in shards.items()}
    return marked, targets, torch.from_numpy(axes)


def _side(source, given, mean, teachers):
    """One side's targets, of the texts that every teacher read; None where one read nothing."""
    if any(each is None for each in given):
        return None
    parts = [
        (each.digests, centred(each, mean[teacher]))
        for teacher, each in zip(teachers, given, strict=True)
    ]
    shares = (1 - source.mixed, source.mixed) if len(parts) == 2 else (1.0,)
    return beside(parts, shares)


def _distinct(sides):
    left, right = sides
    return (left,) if right is left else (left, right)


def _joined(sides, shard):
    """Both sides' vectors one under the other, and the row of every text of the shard."""
    none = (np.empty(0, np.int64), np.empty((0, 0), np.float32))
    left, right = (side or none for side in sides)
    left_rows = rows_of(shard.left.digests, left[0])
    right_rows = rows_of(shard.right.digests, right[0])
    if sides[0] is None:
        return right[1], (left_rows, right_rows)
    if sides[1] is None or sides[1] is sides[0]:
        return left[1], (left_rows, right_rows)
    right_rows = np.where(right_rows >= 0, right_rows + len(left[0]), -1).astype(np.int32)
    return np.concatenate([left[1], right[1]]), (left_rows, right_rows)


def _taught(shard: Shard):
    """Which pairs have a target on either side."""
    return (shard.left.taught >= 0) | (shard.right.taught >= 0)


def _marked(shard: Shard, left, right) -> Shard:
    return dataclasses.replace(
        shard,
        left=dataclasses.replace(shard.left, taught=left),
        right=dataclasses.replace(shard.right, taught=right),
    )


def _projected(wide: Floats, axes: Floats, hidden: int) -> Tensor:
    if not wide.size:
        return torch.empty(0, hidden, dtype=torch.float16)
    vectors = torch.from_numpy(wide) @ torch.from_numpy(axes).T
    return torch.nn.functional.normalize(vectors, dim=-1).half()


def first_weights(recipe: Recipe, packed: PackedEncoder, table: Floats, axes: Tensor) -> Causal:
    """The student before its first step: layers and table of the encoder, read on the targets' axes."""
    assert recipe.student
    student = Causal(student_shape(recipe))
    state = packed.state
    places = {f"encoder.layer.{old}.": f"encoder.layer.{new}." for new, old in enumerate(recipe.student.kept)}
    given = {"embeddings.word_embeddings.weight": table}
    types = state["embeddings.token_type_embeddings.weight"]
    given["embeddings.position_embeddings.weight"] = state["embeddings.position_embeddings.weight"] + types[0]
    for name, value in state.items():
        if name.startswith("embeddings.LayerNorm"):
            given[name] = value
        for old, new in places.items():
            if name.startswith(old):
                given[name.replace(old, new)] = value
    given["vector.weight"] = axes[:, : packed.shape.hidden].numpy()
    given["vector.bias"] = np.zeros(recipe.hidden, np.float32)
    student.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in given.items()})
    return student
