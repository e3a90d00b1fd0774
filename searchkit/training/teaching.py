"""All vectors of all teachers that a recipe asks for, before anything is trained.

The order of a source's pairs is that of `pairs_of`, so a first part is always the same.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from searchkit.training.data.corpus import clean_pairs, find_files
from searchkit.training.pair import Pair
from searchkit.training.recipe import Recipe, Source
from searchkit.training.vectors import Encoder, encode_into, left_texts, right_texts


def pairs_of(source: Source, data: Path, work: Path, held_out: frozenset[int]) -> list[Pair]:
    """The usable pairs of one source, in a random order that is always the same."""
    pairs = clean_pairs(find_files(data, source.files, work), source, held_out)
    np.random.default_rng(0).shuffle(pairs)  # type: ignore[arg-type]
    return pairs


def teach_all(
    recipe: Recipe,
    data: Path,
    work: Path,
    teachers: dict[str, Encoder],
    held_out: frozenset[int],
    say: Callable[[str], None],
) -> None:
    """Write `vectors/TEACHER/SOURCE-left-0000.npz` and so on below the working folder."""
    for source in recipe.sources:
        pairs: list[Pair] = []
        for name, teacher in teachers.items():
            folder = work / "vectors" / name
            if (folder / f"{source.name}.done").is_file():
                continue
            pairs = pairs or pairs_of(source, data, work, held_out)
            sides = (
                ("left", left_texts(pairs, source), source.taught_left),
                ("right", right_texts(pairs, source), source.taught_right),
            )
            for side, texts, count in sides:
                encode_into(folder, f"{source.name}-{side}", texts, count, teacher)
            (folder / f"{source.name}.done").write_text("")
            say(f"{source.name}: taught by {name}")
