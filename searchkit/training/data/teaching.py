"""The teachers' vectors that a recipe asks for, made before anything is trained.

The order of a source's pairs is always the same, so the first vectors of a side are, too, however
many there are.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path

import numpy as np

from searchkit.training.data.corpus import (
    find_files,
    held_out_digests,
    read_pairs,
    some_pairs,
    write_pairs,
)
from searchkit.training.data.teacher_vectors import (
    ENCODER,
    Encoder,
    Text,
    encode_into,
    left_texts,
    paragraphs,
    right_texts,
)
from searchkit.training.pair import Pair
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.system.atomic import write_text

# Characters of a text for each token of it that teachers read.
_CHARACTERS = 5

# The most texts of a side after each round.
_ROUNDS = (2_048, 4_096, 8_192, 1 << 30)

# How many times as many paragraphs a large language has.
_LARGE = 5


class Pairs:
    """The usable pairs of each source of a recipe, read once and kept below the working folder.

    Args:
        recipe: The recipe.
        data: The folder that its patterns are relative to.
        work: The working folder.
    """

    def __init__(self, recipe: Recipe, data: Path, work: Path) -> None:
        self.recipe, self.data, self.work = recipe, data, work
        self._held_out: frozenset[int] | None = None
        self._paragraphs: dict[str, list[Text]] = {}

    def of(self, source: Source) -> list[Pair]:
        """Return the pairs of one source, in a random order that is always the same."""
        path = self.work / "pairs" / f"{source.name}.jsonl.xz"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            if self._held_out is None:
                self._held_out = held_out_digests(find_files(self.data, self.recipe.held_out))
            files = find_files(self.data, source.files, self.work, are_pairs=True)
            write_pairs(path, some_pairs(files, source, self._held_out))
        return list(islice(read_pairs(path), source.most or None))

    def paragraphs(self, source: Source) -> list[Text]:
        """Return paragraphs of the texts of one source that follow each other, always the same."""
        if source.name not in self._paragraphs:
            files = find_files(self.data, source.files, self.work, are_pairs=True)
            rows = chain.from_iterable(map(read_pairs, files))
            made = paragraphs(rows, partial(_wanted, self.recipe, source))
            order = np.random.default_rng(0).permutation(len(texts := list(made)))
            self._paragraphs[source.name] = [texts[number] for number in order]
        return self._paragraphs[source.name]


def _wanted(recipe: Recipe, source: Source, language: str) -> int:
    return source.paragraphs * (_LARGE if recipe.vocabulary.is_large(language) else 1)


def teachers_of(recipe: Recipe) -> list[str]:
    """Name the teachers of a recipe, the encoder first."""
    return list(dict.fromkeys([ENCODER, *(source.relations for source in recipe.sources)]))


def teach_all(
    recipe: Recipe,
    pairs: Pairs,
    work: Path,
    teachers: Mapping[str, Callable[[], Encoder]],
    say: Callable[[str], None],
) -> None:
    """Write `vectors/TEACHER/SOURCE-left-0000.npz` and so on below the working folder.

    In rounds over all sources, so that an interrupted run has vectors of all of them.
    """
    made = cache(lambda name: teachers[name]())
    for most in _ROUNDS:
        for source in recipe.sources:
            for name in dict.fromkeys([ENCODER, source.relations]):
                folder = work / "vectors" / name
                if counts := _teach(source, pairs, folder, partial(made, name), most):
                    listed = ", ".join(f"{count:,} {side}" for side, count in counts.items())
                    say(f"{source.name}: `{name}` has read {listed}")


def _teach(
    source: Source, pairs: Pairs, folder: Path, teacher: Callable[[], Encoder], most: int
) -> dict[str, int]:
    """Write the vectors of one source that are missing; count the texts of each kind, if any."""
    wanted = {
        "left": min(source.taught_left, most),
        "right": 0 if source.task == "parallel" else min(source.taught_right, most),
    }
    if source.paragraphs and folder.name == ENCODER:
        wanted["paragraph"] = most
    known = folder / f"{source.name}.json"
    done = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    if all(done.get(side, 0) >= count for side, count in wanted.items()):
        return {}
    rows = pairs.of(source)
    texts = {"left": left_texts(rows, source), "right": right_texts(rows, source)}
    if "paragraph" in wanted:
        texts["paragraph"] = iter(pairs.paragraphs(source))
    characters = _CHARACTERS * pairs.recipe.student.read
    counts = {}
    for side, most_of_side in wanted.items():
        name = f"{source.name}-{side}"
        some = islice(texts[side], most_of_side)
        if count := encode_into(folder, name, some, teacher, characters):
            counts[side] = count
    write_text(known, json.dumps(wanted))
    return counts
