"""Puts texts and their teachers' vectors together: all that a student learns from."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from searchkit.training.data.batch import Sampler
from searchkit.training.data.crossed import CrossedSampler
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.data.teacher_vectors import ENCODER, KINDS
from searchkit.training.data.text_batch import Pool, TextSampler
from searchkit.training.learning.imitate import Supervision
from searchkit.training.learning.student_trainer import StudentData
from searchkit.training.learning.targets import Targets, TeacherTargets, find_rows
from searchkit.training.learning.teacher import project
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.embedder import Role
from searchkit_index.errors import TrainingError

# The fewest pairs with taught vectors on both sides that get batches of their own.
_TAUGHT_LEAST = 200

_NOTHING = np.empty(0, np.int64)


def make_student_data(
    recipe: Recipe,
    shards: Mapping[str, Shard],
    paragraphs: Mapping[str, Texts],
    targets: Mapping[str, TeacherTargets],
    axes: Tensor,
) -> StudentData:
    """Connect texts with their goals and relations.

    Args:
        recipe: Names the sources and their shares.
        shards: The pairs of every source.
        paragraphs: The paragraphs of those that have some.
        targets: The vectors of each teacher.
        axes: float32, `(dimension, width)`: axes of the goals.

    Returns:
        All that the student learns from.
    """
    goals, starts = _stacked(targets[ENCODER], axes)
    pools = _pools(recipe, shards, paragraphs, targets[ENCODER], starts)
    supervision, taught_shards = {}, {}
    for source in recipe.sources:
        supervision[source.name], taught_shards[source.name] = _connected(
            source, shards[source.name], targets, axes
        )
    both = {
        name: _both_taught(shard, supervision[name].related)
        for name, shard in taught_shards.items()
    }
    return StudentData(
        TextSampler(pools, recipe.seed, recipe.repeat_up_to),
        goals,
        Sampler(recipe, taught_shards),
        Sampler(recipe, both),
        supervision,
        CrossedSampler(
            recipe.crossed,
            shards,
            targets.get(recipe.crossed.teacher, {}),
            recipe.seed,
            recipe.repeat_up_to,
        ),
    )


def _stacked(targets: TeacherTargets, axes: Tensor) -> tuple[Tensor, dict[tuple[str, str], int]]:
    """Project all goals; return them, and where those of each source and kind begin."""
    starts, parts, at = {}, [], 0
    for key, side in targets.items():
        starts[key] = at
        parts.append(project(side.vectors.astype(np.float16), axes))
        at += len(side.digests)
    return torch.cat(parts), starts


def _pools(
    recipe: Recipe,
    shards: Mapping[str, Shard],
    paragraphs: Mapping[str, Texts],
    targets: TeacherTargets,
    starts: Mapping[tuple[str, str], int],
) -> dict[str, Pool]:
    pools = {}
    for source in recipe.sources:
        shard = shards[source.name]
        texts = {"left": shard.left, "right": shard.right} | (
            {"paragraph": paragraphs[source.name]} if source.paragraphs else {}
        )
        shares = (source.text_left, source.text_right, source.text_paragraph)
        for kind, share in zip(KINDS, shares, strict=True):
            key = (source.name, kind)
            later = kind == "left" and any(source.name in each.text_left for each in recipe.stages)
            if (share > 0 or later) and key in targets:
                found = targets[key].rows(texts[kind].digests)
                chosen = _distinct(texts[kind], found, starts[key])
                if len(chosen.digests):
                    pools["/".join(key)] = Pool(chosen, _role(source, kind), share)
    _refuse_no_texts(recipe, pools)
    return pools


def _refuse_no_texts(recipe: Recipe, pools: Mapping[str, Pool]) -> None:
    for number, stage in enumerate(recipe.stages, 1):
        own = {f"{name}/left": share for name, share in stage.text_left.items()}
        if stage.texts and not any(own.get(name, pool.share) for name, pool in pools.items()):
            raise TrainingError(
                f"stage {number} has batches of single texts, and no source gives it any",
                "set `text_left` and `taught_left` of a source, or `texts = 0` in the stage",
            )


def _role(source: Source, kind: str) -> Role:
    return "query" if kind == "left" or source.task == "parallel" else "document"


def _distinct(texts: Texts, rows: npt.NDArray[np.int32], start: int) -> Texts:
    """Return the taught texts that have tokens, each once."""
    _, first = np.unique(texts.digests, return_index=True)
    once = np.zeros(len(rows), bool)
    once[first] = True
    chosen = once & (rows >= 0) & (texts.lengths() > 0)
    kept = texts.only(chosen)
    return dataclasses.replace(kept, taught=rows[chosen] + start)


def _connected(
    source: Source, shard: Shard, targets: Mapping[str, TeacherTargets], axes: Tensor
) -> tuple[Supervision, Shard]:
    """Stack the vectors of both sides, and note their rows in the shard."""
    parts, marked = [], []
    start = 0
    for kind, texts in (("left", shard.left), ("right", shard.right)):
        goals, relations = (
            targets[teacher].get((source.name, kind)) for teacher in (ENCODER, source.relations)
        )
        known = [each.digests for each in (goals, relations) if each is not None]
        digests = np.unique(np.concatenate([_NOTHING, *known]))
        goal, imitated = _taken(digests, goals, axes.shape[1])
        relation, related = _taken(digests, relations, _width(targets[source.relations]))
        parts.append((project(goal, axes), relation, imitated, related))
        rows = find_rows(digests, texts.digests)
        marked.append(np.where(rows >= 0, rows + start, -1).astype(np.int32))
        start += len(digests)
    supervision = Supervision(
        torch.cat([goal for goal, *_ in parts]),
        *(torch.from_numpy(np.concatenate([part[at] for part in parts])) for at in (1, 2, 3)),
    )
    left, right = (
        dataclasses.replace(texts, taught=rows)
        for texts, rows in zip((shard.left, shard.right), marked, strict=True)
    )
    return supervision, dataclasses.replace(shard, left=left, right=right)


def _width(targets: TeacherTargets) -> int:
    return next(iter(targets.values())).vectors.shape[1] if targets else 0


def _taken(
    digests: npt.NDArray[np.int64], targets: Targets | None, width: int
) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.bool_]]:
    """Take a teacher's vectors of the given texts, and say which it has; others are 0."""
    vectors = np.zeros((len(digests), width), np.float16)
    if targets is None:
        return vectors, np.zeros(len(digests), bool)
    rows = targets.rows(digests)
    there = rows >= 0
    vectors[there] = targets.vectors[rows[there]]
    return vectors, there


def _both_taught(shard: Shard, related: Tensor) -> Shard:
    there = related.numpy()
    left, right = (
        (taught >= 0) & there[np.maximum(taught, 0)] if len(there) else taught >= 0
        for taught in (shard.left.taught, shard.right.taught)
    )
    chosen = left & right
    return shard.only(chosen) if chosen.sum() >= _TAUGHT_LEAST else shard
