"""A student of a larger encoder: from a recipe and the teachers' vectors to a trainer.

The student begins with some layers of the encoder and a table of its pieces. Its dimensions are the
principal axes of the targets, in their order, so a prefix of a vector is the best of its length.
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from searchkit.embedders.causal_bert import CausalBert, CausalBertShape
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.training.data.batch import Sampler, padded, wrap
from searchkit.training.data.corpus import find_files, read_pairs
from searchkit.training.data.pieces import prune
from searchkit.training.data.shard import Booleans, Shard, Texts, make_shard
from searchkit.training.data.teacher_vectors import Encoder, Floats
from searchkit.training.data.teaching import Pairs, teach_all
from searchkit.training.learning.calibrate import (
    Ranges,
    calibrate,
    measure_ranges,
    set_integer,
)
from searchkit.training.learning.e5 import E5
from searchkit.training.learning.export_integer import export_integer
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit.training.learning.targets import Sides, Targets, make_targets
from searchkit.training.learning.teacher import principal_axes, project
from searchkit.training.learning.trainer import Trainer
from searchkit.training.learning.weights import averaged_checkpoint
from searchkit.training.recipe import Recipe, Source
from searchkit_index.embedder import Role
from searchkit_index.errors import TrainingError

# In the order in which their vectors stand side by side.
TEACHERS = ("e5", "nano")

# A text's share in the tokenizer's sample: its beginning, in characters.
_SAMPLED = 1_500

# Texts of a side that the scales are calibrated with.
_CALIBRATED = 8

_NO_VECTORS = np.empty((0, 0), np.float16)


def prepared(
    recipe: Recipe, *, data: Path, work: Path, device: str, say: Callable[[str], None]
) -> tuple[Trainer, dict[str, Shard]]:
    """Do everything up to the first step.

    Args:
        recipe: With a `student`.
        data: The folder that the recipe's patterns are relative to.
        work: The working folder; what is in it already is used again.
        device: `cpu` or `cuda`.
        say: Called with one line for each stage.

    Returns:
        A trainer, and for each source the pairs kept back from it.
    """
    assert recipe.student
    (encoder,) = find_files(data, (recipe.student.encoder,), work)
    make_tokenizer(recipe, data, work, encoder, say)
    teach_all(recipe, Pairs(recipe, data, work), work, _teachers(recipe, data, work), say)
    targets = make_targets(recipe, work, TEACHERS)
    shards = make_shards(recipe, data, work, say)
    shards = {name: with_rows(shard, targets[name]) for name, shard in shards.items()}
    axes = _axes(targets, recipe.hidden, work / "axes.npy")
    parts = {name: (0, _kept(recipe, shard), len(shard)) for name, shard in shards.items()}
    kept_back = {name: shards[name].part(middle, end) for name, (_, middle, end) in parts.items()}
    seen = {name: shards[name].part(0, middle) for name, (_, middle, _) in parts.items()}
    if recipe.student.taught_alone:
        seen = {name: shard.only(_has_target(shard)) for name, shard in seen.items()}
    table = np.load(work / "start_table.npy")
    student = first_weights(recipe, PackedEncoder(encoder), table, axes)
    if recipe.student.integer:
        set_integer(student, _ranges(recipe, work))
    teacher = {name: _projected(sides, axes, recipe.hidden) for name, sides in targets.items()}
    trainer = Trainer(
        recipe, student, Sampler(recipe, seen), teacher, device, compile_forward=False
    )
    return trainer, kept_back


def _teachers(recipe: Recipe, data: Path, work: Path) -> dict[str, Callable[[], Encoder]]:
    """Name the teachers; each is made when it is first needed."""
    assert recipe.student
    (encoder,) = find_files(data, (recipe.student.encoder,), work)
    (second,) = find_files(data, (recipe.student.second,), work)
    return dict(zip(TEACHERS, (lambda: E5(encoder), lambda: OnnxEmbedder(second)), strict=True))


def make_tokenizer(
    recipe: Recipe, data: Path, work: Path, encoder: Path, say: Callable[[str], None]
) -> None:
    """Write the tokenizer and the table that the student begins with, where they are missing."""
    if (work / "tokenizer.json").is_file():
        return
    say("making the tokenizer")
    work.mkdir(parents=True, exist_ok=True)
    texts = list(islice(_sample(recipe, data, work), 0, None, recipe.vocabulary.every))
    tokenizer, table = prune(PackedEncoder(encoder), lambda: texts, recipe.vocabulary.size)
    if len(table) < recipe.vocabulary.size:
        raise TrainingError(
            f"the sample gives {len(table):,} entries for the vocabulary",
            "lower `size`, or give it more `files`",
        )
    np.save(work / "start_table.npy", table)
    tokenizer.save(str(work / "tokenizer.json"))


def _sample(recipe: Recipe, data: Path, work: Path) -> Iterator[str]:
    """Yield beginnings of texts, up to so many characters for each file and language."""
    vocabulary = recipe.vocabulary
    for path in find_files(data, vocabulary.files, work):
        taken: Counter[str] = Counter()
        for pair in read_pairs(path):
            for text, language in ((pair.a, pair.lang_a), (pair.b, pair.lang_b)):
                if taken[language] < vocabulary.bound(language):
                    taken[language] += len(text[:_SAMPLED])
                    yield text[:_SAMPLED]


def student_shape(recipe: Recipe) -> CausalBertShape:
    """Return the sizes of the student that a recipe asks for."""
    assert recipe.student
    given = recipe.student
    return CausalBertShape(
        recipe.vocabulary.size,
        given.width,
        len(given.kept),
        given.heads,
        given.inner,
        recipe.hidden,
        given.positions,
    )


def export_student(network: CausalBert, recipe: Recipe, work: Path, folder: Path) -> None:
    """Write the files of a student, in the integer arithmetic that it was trained for, if it was.

    Args:
        network: In float32, on the CPU; computes in integers afterwards.
        recipe: The run's recipe.
        work: The run's working folder.
        folder: Takes the files.
    """
    assert recipe.student
    if recipe.student.integer:
        set_integer(network, _ranges(recipe, work))
    else:
        calibrate(network, _calibration_batches(recipe, work))
    tokenizer, prefixes = work / "tokenizer.json", recipe.contrast.prefixes
    export_integer(network.eval(), tokenizer, folder, recipe.name, prefixes)


def _ranges(recipe: Recipe, work: Path) -> Ranges:
    """Load the ranges of integer arithmetic, measured at the first checkpoint that asks for them.

    Args:
        recipe: What to train, and on which texts.
        work: The run's working folder, which keeps the ranges.

    Returns:
        The least and greatest value by range name.

    Raises:
        TrainingError: There is no checkpoint to measure them at.
    """
    path, checkpoint = work / "ranges.json", work / "checkpoint.pt"
    if not path.is_file():
        if not checkpoint.is_file():
            raise TrainingError(
                "integer arithmetic needs a trained student to measure its scales with",
                "train it without `integer` first",
            )
        network = averaged_checkpoint(checkpoint, recipe, student_shape(recipe))
        assert isinstance(network, CausalBert)
        measured = measure_ranges(network, _calibration_batches(recipe, work))
        path.write_text(json.dumps(measured), encoding="utf-8")
    ranges: dict[str, list[float]] = json.loads(path.read_text(encoding="utf-8"))
    return {name: (low, high) for name, (low, high) in ranges.items()}


def _calibration_batches(recipe: Recipe, work: Path) -> list[tuple[Tensor, Tensor]]:
    """Return ids and masks of some texts of every source, both sides."""
    batches = []
    for shard in saved_shards(recipe, work).values():
        sides: list[tuple[Texts, Role]] = [(shard.left, "query"), (shard.right, "document")]
        for texts, role in sides:
            some = range(min(len(texts.digests), _CALIBRATED))
            length = recipe.contrast.long_length
            batches.append(padded([wrap(texts.tokens(each, length), role) for each in some]))
    return batches


def make_shards(
    recipe: Recipe, data: Path, work: Path, say: Callable[[str], None]
) -> dict[str, Shard]:
    """Tokenise the pairs of every source, or load what was tokenised before."""
    from tokenizers import Tokenizer

    (work / "shards").mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    pairs = Pairs(recipe, data, work)
    for source in recipe.sources:
        path = _shard_path(work, source)
        if not path.is_file():
            shard = make_shard(pairs.of(source), tokenizer, ({}, {}), _NO_VECTORS)
            shard.save(path)
            say(f"{source.name}: {len(shard):,} pairs")
    return saved_shards(recipe, work)


def saved_shards(recipe: Recipe, work: Path) -> dict[str, Shard]:
    """Load the shard of every source.

    Args:
        recipe: Names the sources.
        work: The working folder.

    Returns:
        The shards by the source's name.

    Raises:
        TrainingError: One is missing or broken.
    """
    return {source.name: Shard.load(_shard_path(work, source)) for source in recipe.sources}


def _shard_path(work: Path, source: Source) -> Path:
    return work / "shards" / f"{source.name}-{source.most}.npz"


def with_rows(shard: Shard, targets: Sides) -> Shard:
    """Mark in a shard which texts have a target, by its row in `_stacked`."""
    left, right = targets
    behind = 0 if left is right or left is None else len(left.digests)
    rows = (_rows(shard.left, left, 0), _rows(shard.right, right, behind))
    return dataclasses.replace(
        shard,
        left=dataclasses.replace(shard.left, taught=rows[0]),
        right=dataclasses.replace(shard.right, taught=rows[1]),
    )


def _rows(texts: Texts, targets: Targets | None, behind: int) -> npt.NDArray[np.int32]:
    if targets is None:
        return np.full(len(texts.digests), -1, np.int32)
    rows = targets.rows(texts.digests)
    return np.where(rows >= 0, rows + behind, -1).astype(np.int32)


def _stacked(targets: Sides) -> Floats:
    """Return the vectors of both sides one under the other, those that both share once."""
    left, right = targets
    sides = [left] if left is right else [left, right]
    known = [side.vectors for side in sides if side is not None]
    return np.concatenate(known) if known else np.empty((0, 0), np.float32)


def _axes(targets: Mapping[str, Sides], dimension: int, path: Path) -> Tensor:
    """Return the principal axes of all targets; kept, as later sources must not turn the space."""
    if not path.is_file():
        known = (_stacked(sides) for sides in targets.values())
        vectors = (each.astype(np.float16) for each in known if each.size)
        np.save(path, principal_axes(vectors, dimension).numpy())
    return torch.from_numpy(np.load(path))


def _projected(targets: Sides, axes: Tensor, dimension: int) -> Tensor:
    vectors = _stacked(targets)
    if not vectors.size:
        return torch.empty(0, dimension, dtype=torch.float16)
    return project(vectors.astype(np.float16), axes)


def _kept(recipe: Recipe, shard: Shard) -> int:
    return len(shard) - min(recipe.validation, len(shard) // 10)


def _has_target(shard: Shard) -> Booleans:
    return (shard.left.taught >= 0) | (shard.right.taught >= 0)


def first_weights(recipe: Recipe, packed: PackedEncoder, table: Floats, axes: Tensor) -> CausalBert:
    """Make the student as it is before its first step.

    Args:
        recipe: Says which layers are kept.
        packed: The encoder whose layers they are.
        table: float32, `(vocabulary, width)`: the token embeddings.
        axes: float32, `(dimension, width or more)`: axes of the targets, the encoder's part first.

    Returns:
        The student.
    """
    assert recipe.student
    state = packed.state
    positions = "embeddings.position_embeddings.weight"
    types = state["embeddings.token_type_embeddings.weight"]
    given = {
        "embeddings.word_embeddings.weight": table,
        positions: state[positions] + types[0],
        "vector.weight": axes[:, : packed.shape.hidden].numpy(),
        "vector.bias": np.zeros(recipe.hidden, np.float32),
    }
    given |= {name: state[name] for name in state if name.startswith("embeddings.LayerNorm")}
    for new, old in enumerate(recipe.student.kept):
        place = f"encoder.layer.{old}."
        layer = {name: value for name, value in state.items() if name.startswith(place)}
        given |= {name.replace(place, f"encoder.layer.{new}."): layer[name] for name in layer}
    student = CausalBert(student_shape(recipe))
    tensors = {name: torch.from_numpy(np.ascontiguousarray(given[name])) for name in given}
    student.load_state_dict(tensors)
    return student
