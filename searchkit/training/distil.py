"""A student of a larger encoder: from a recipe and the teachers' vectors to a trainer.

The student begins with some layers of the encoder and a table of its pieces. Its dimensions are the
principal axes of the targets, in their order, so a prefix of a vector is the best of its length.
"""

import dataclasses
from collections.abc import Callable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from searchkit.embedders.causal_bert import CausalBert, CausalBertShape
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.embedders.segmenter import Segmenter
from searchkit.training.data.corpus import beginnings, find_file, find_files
from searchkit.training.data.pieces import SPECIAL_TOKENS, prune
from searchkit.training.data.prepared import claim
from searchkit.training.data.shard import Shard, Texts, keep_back, make_shard, make_texts
from searchkit.training.data.teacher_vectors import ENCODER, Encoder
from searchkit.training.data.teaching import Pairs, teach_all, teachers_of
from searchkit.training.learning.calibrate import set_integer
from searchkit.training.learning.e5 import E5
from searchkit.training.learning.export import About, export
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit.training.learning.part_table import PartTable
from searchkit.training.learning.scales import Scales
from searchkit.training.learning.student_data import make_student_data
from searchkit.training.learning.student_trainer import StudentTrainer
from searchkit.training.learning.targets import load_targets
from searchkit.training.learning.teacher import Teacher, kept_axes
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError
from searchkit_index.system.atomic import replacing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Holds the vectors that training begins with, one for each entry of the vocabulary; how many of the
# last ones are composed of others; and the cost of each entry.
_TABLE = "start_table.npz"


def prepared(
    recipe: Recipe, *, data: Path, work: Path, device: str, say: Callable[[str], None]
) -> tuple[StudentTrainer, dict[str, Shard]]:
    """Do everything up to the first step.

    Args:
        recipe: What to train.
        data: The folder that the recipe's patterns are relative to.
        work: The working folder; results that are in it already are used again.
        device: `cpu` or `cuda`.
        say: Called with one line for each stage.

    Returns:
        A trainer, and for each source the pairs kept back from it.

    Raises:
        TrainingError: The data cannot be used, or the folder was prepared for another recipe.
    """
    encoder = PackedEncoder(find_file(data, recipe.student.encoder, work))
    _refuse_other_sizes(recipe, encoder)
    claim(work, recipe)
    _make_tokenizer(recipe, data, work, encoder, say)
    pairs = Pairs(recipe, data, work)
    teach_all(recipe, pairs, work, _teachers(recipe, data, work, device), say)
    targets = {name: load_targets(recipe, work, name) for name in teachers_of(recipe)}
    goals = (each.vectors.astype(np.float16) for each in targets[ENCODER].values())
    axes = kept_axes(work / "axes.npy", goals, recipe.hidden)
    shards = _make_shards(recipe, pairs, work, say)
    seen, kept_back = keep_back(shards, recipe.validation)
    learned = make_student_data(recipe, seen, _make_paragraphs(recipe, pairs, work), targets, axes)
    student = blank_student(recipe, work)
    _fill_student(student, recipe.student.kept, encoder, axes)
    scales = Scales(recipe, shards, work / "scales")
    return StudentTrainer(recipe, student, learned, scales, device), kept_back


def _teachers(
    recipe: Recipe, data: Path, work: Path, device: str
) -> dict[str, Callable[[], Encoder]]:
    """Name the teachers; each is made when it is first needed."""
    given = recipe.student

    def encoder() -> Encoder:
        return E5(find_file(data, given.encoder, work), device, longest=given.read)

    def second() -> Encoder:
        return OnnxEmbedder(find_file(data, given.second, work))

    def third() -> Encoder:
        assert recipe.teacher
        return Teacher(recipe.teacher, device, longest=given.read)

    return {ENCODER: encoder, "nano": second, "minilm": third}


def _refuse_other_sizes(recipe: Recipe, encoder: PackedEncoder) -> None:
    """Raise TrainingError where the recipe gives sizes that are not those of the encoder."""
    given, shape = recipe.student, encoder.shape
    sizes = {"width": shape.hidden, "heads": shape.heads, "inner": shape.inner}
    sizes["positions"] = shape.positions
    for name, size in sizes.items():
        if getattr(given, name) != size:
            told = f"`{name}` in `student` is {getattr(given, name)}, and the encoder has {size}"
            raise TrainingError(told, f"write `{name} = {size}`")
    if max(given.kept) >= shape.layers:
        told = f"`kept` in `student` names layer {max(given.kept)} of an encoder of {shape.layers}"
        raise TrainingError(told, f"name layers from 0 to {shape.layers - 1}")


def _make_tokenizer(
    recipe: Recipe, data: Path, work: Path, encoder: PackedEncoder, say: Callable[[str], None]
) -> None:
    """Write the tokenizer and the table that the student begins with, where they are missing."""
    if (work / "tokenizer.json").is_file():
        return
    say("making the tokenizer")
    files = find_files(data, recipe.vocabulary.files, work, are_pairs=True)
    all_texts = chain.from_iterable(beginnings([file], recipe.vocabulary.bound) for file in files)
    texts = list(islice(all_texts, 0, None, recipe.vocabulary.every))
    size, core = recipe.vocabulary.size, recipe.vocabulary.core
    pruned = prune(encoder, lambda: texts, size, core)
    if len(pruned.table) < size:
        raise TrainingError(
            f"the sample gives {len(pruned.table):,} entries for the vocabulary",
            "lower `size`, or give it more `files`",
        )
    with replacing(work / _TABLE) as partial, partial.open("wb") as file:
        np.savez(file, table=pruned.table, composed=pruned.composed, costs=pruned.costs)
    with replacing(work / "tokenizer.json") as partial:
        pruned.tokenizer.save(str(partial))


def export_student(network: CausalBert, recipe: Recipe, work: Path, folder: Path) -> None:
    """Write the files of a student, in the integer arithmetic that it learned in, if it did.

    Args:
        network: The student, float32, on the CPU; computes in integers afterwards.
        recipe: The run's recipe.
        work: The run's working folder.
        folder: Takes the files.
    """
    scales = Scales(recipe, _saved_shards(recipe, work), work / "scales")
    set_integer(network, scales.final(network))
    about = About(
        recipe.name,
        recipe.contrast.prefixes,
        recipe.languages,
        recipe.licence,
        recipe.repeat_up_to,
    )
    export(network.eval(), about, work / "tokenizer.json", folder, _costs(recipe, work))


def _costs(recipe: Recipe, work: Path) -> npt.NDArray[np.uint8] | None:
    """Load the costs of entries, if questions are cut by them."""
    if not recipe.vocabulary.likeliest_questions:
        return None
    costs: npt.NDArray[np.uint8] = np.load(work / _TABLE)["costs"]
    return costs


def _load_tokenizer(recipe: Recipe, work: Path) -> tuple["Tokenizer", Segmenter | None]:
    """Load the tokenizer, and the segmenter of questions if they are not cut as all texts are."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    costs = _costs(recipe, work)
    return tokenizer, None if costs is None else Segmenter.of(tokenizer, costs.tobytes())


def _make_shards(
    recipe: Recipe, pairs: Pairs, work: Path, say: Callable[[str], None]
) -> dict[str, Shard]:
    """Tokenise the pairs of every source, or load what was tokenised before."""
    (work / "shards").mkdir(parents=True, exist_ok=True)
    tokenizer, segmenter = _load_tokenizer(recipe, work)
    for source in recipe.sources:
        path = _shard_path(recipe, work, source)
        if not path.is_file():
            sides = (segmenter, None if source.task == "retrieval" else segmenter)
            shard = make_shard(pairs.of(source), tokenizer, sides)
            shard.save(path)
            say(f"{source.name}: {len(shard):,} pairs")
    return _saved_shards(recipe, work)


def _make_paragraphs(recipe: Recipe, pairs: Pairs, work: Path) -> dict[str, Texts]:
    """Tokenise the paragraphs of the sources that have some."""
    tokenizer, segmenter = _load_tokenizer(recipe, work)
    made = {}
    for source in recipe.sources:
        if source.paragraphs:
            texts = [each.text for each in pairs.paragraphs(source)]
            made[source.name] = make_texts(texts, tokenizer, segmenter)
    return made


def _saved_shards(recipe: Recipe, work: Path) -> dict[str, Shard]:
    """Load the shard of every source, by the source's name."""
    return {source.name: Shard.load(_shard_path(recipe, work, source)) for source in recipe.sources}


def _shard_path(recipe: Recipe, work: Path, source: Source) -> Path:
    cut = "-likeliest" if recipe.vocabulary.likeliest_questions else ""
    return work / "shards" / f"{source.name}-{source.most}{cut}.npz"


def blank_student(recipe: Recipe, work: Path) -> CausalBert:
    """Make a student whose table is the first one and whose layers are to be filled."""
    given = recipe.student
    written = np.load(work / _TABLE)
    table, composed = torch.from_numpy(written["table"]), int(written["composed"])
    # The student's own table would be as large as this one, and is not used.
    shape = CausalBertShape(
        1, given.width, len(given.kept), given.heads, given.inner, recipe.hidden, given.positions
    )
    student = CausalBert(shape)
    student.shape = dataclasses.replace(shape, vocabulary=len(table))
    student.share(PartTable(table, len(SPECIAL_TOKENS), composed))
    return student


def _fill_student(
    student: CausalBert, kept: Sequence[int], packed: PackedEncoder, axes: Tensor
) -> None:
    """Give the student these layers of the encoder, and project their states on `axes`."""
    state = packed.state
    positions = "embeddings.position_embeddings.weight"
    types = state["embeddings.token_type_embeddings.weight"]
    given = {
        positions: state[positions] + types[0],
        "vector.weight": axes.numpy(),
        "vector.bias": np.zeros(len(axes), np.float32),
    }
    given |= {name: state[name] for name in state if name.startswith("embeddings.LayerNorm")}
    for new, old in enumerate(kept):
        place = f"encoder.layer.{old}."
        layer = {name: value for name, value in state.items() if name.startswith(place)}
        given |= {name.replace(place, f"encoder.layer.{new}."): layer[name] for name in layer}
    tensors = {name: torch.from_numpy(np.ascontiguousarray(given[name])) for name in given}
    missing, extra = student.load_state_dict(tensors, strict=False)
    assert not extra
    assert all("word_embeddings" in name for name in missing)
