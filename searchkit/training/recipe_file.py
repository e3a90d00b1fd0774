"""Reads recipes from TOML files, and refuses what cannot be trained."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

from searchkit import table
from searchkit.suggestion import did_you_mean
from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

# Files in the working folder are named after sources.
_SOURCE_NAME = re.compile(r"[\w-][\w.-]*")

# What is wrong, and what to do about it.
_Fault = tuple[str, str]


class _HasSources(Protocol):
    @property
    def sources(self) -> tuple[Any, ...]: ...


R = TypeVar("R", bound=_HasSources)


def read_recipe(kind: type[R], path: Path, hint: str) -> R:
    """Read a recipe of any kind that has sources.

    Args:
        kind: The dataclass that is its schema.
        path: A TOML file.
        hint: What to type when there is no such file.

    Returns:
        The recipe, every name, type and range checked.

    Raises:
        TrainingError: The file is missing, no TOML, or has a name or a value that cannot be.
    """
    try:
        written = table.read_toml(path, TrainingError)
    except FileNotFoundError:
        raise TrainingError(f"there is no recipe `{path}`", hint) from None
    recipe = table.Table(path.name, TrainingError).build(kind, written)
    if not recipe.sources:
        raise TrainingError(f"`{path}` has no sources", "add a `[[sources]]` table")
    return recipe


def load_recipe(path: Path) -> Recipe:
    """Read a recipe of a student, and refuse one whose values contradict each other.

    Args:
        path: A TOML file.

    Returns:
        The recipe.

    Raises:
        TrainingError: As `read_recipe`, or for a contradiction.
    """
    recipe = read_recipe(Recipe, path, "name a TOML file; the card of `nano` shows one")
    for faults in (_of_sources, _of_sizes, _of_lengths, _of_teachers):
        for told, hint in faults(recipe):
            raise TrainingError(f"`{path}` cannot be trained: {told}", hint)
    return recipe


def _of_sources(recipe: Recipe) -> Iterator[_Fault]:
    names = Counter(source.name for source in recipe.sources)
    for name, count in names.items():
        if not _SOURCE_NAME.fullmatch(name):
            yield f"`{name}` cannot name a source", "write letters, digits, `-`, `_` and `.`"
        if count > 1:
            yield f"{count} sources are named `{name}`", "give each a name of its own"
    if not any(source.weight for source in recipe.sources):
        yield "no source has a `weight` above 0", "set that of one"
    named = [("crossed", (*recipe.crossed.asked, *recipe.crossed.found))]
    named += [("text_left", tuple(stage.text_left)) for stage in recipe.stages]
    for place, mentioned in named:
        for name in mentioned:
            if name not in names:
                told = f"`{place}` names `{name}`, which is no source"
                yield told, did_you_mean(name, names, "name one of `sources`")


def _of_sizes(recipe: Recipe) -> Iterator[_Fault]:
    student, hidden, prefixes = recipe.student, recipe.hidden, recipe.contrast.prefixes
    if not recipe.stages:
        yield "it has no stages", "add a `[[stages]]` table"
    if prefixes[-1:] != (hidden,) or list(prefixes) != sorted(set(prefixes)):
        yield "`prefixes` do not rise to `hidden`", f"list them in order, the last one {hidden}"
    if hidden > student.width:
        yield f"`hidden` is above `width`, {student.width}", "lower `hidden`"
    if student.width % student.heads:
        yield "`width` is no multiple of `heads`", "give both as the encoder has them"
    if not student.kept:
        yield "`kept` names no layer", "name at least one, such as `kept = [0]`"


def _of_lengths(recipe: Recipe) -> Iterator[_Fault]:
    # A text has one token before it and one after it, and a short one is read twice.
    room = recipe.student.positions - 2
    lengths = [("contrast", recipe.contrast.length)]
    lengths += [("stages", stage.length) for stage in recipe.stages]
    for place, length in lengths:
        if length > room:
            told = f"`length` in `{place}` is {length}, and `positions` leave room for {room}"
            yield told, f"lower it to {room}"
    if 2 * recipe.repeat_up_to > room:
        told = f"`repeat_up_to` is {recipe.repeat_up_to}, and twice that is above {room}"
        yield told, f"lower it to {room // 2}"


def _of_teachers(recipe: Recipe) -> Iterator[_Fault]:
    crossed, known = recipe.crossed, {source.name: source for source in recipe.sources}
    teachers = {source.relations for source in recipe.sources}
    if "minilm" in teachers and not recipe.teacher:
        yield "`minilm` teaches, and `teacher` names no package", "name one, or choose `e5`"
    if any(stage.crossed for stage in recipe.stages) and not (crossed.asked and crossed.found):
        yield "a stage is `crossed`, and `[crossed]` lacks `asked` or `found`", "name sources there"
    for side, names in (("left", crossed.asked), ("right", crossed.found)):
        for name in names:
            if not _is_read(known[name], side, crossed.teacher):
                told = f"`{crossed.teacher}` reads no {side} side of `{name}`, which is `crossed`"
                yield told, f"set `relations` and `taught_{side}` of that source"


def _is_read(source: Source, side: str, teacher: str) -> bool:
    """Tell whether a teacher reads this side; both of parallel text count as left ones."""
    is_left = side == "left" or source.task == "parallel"
    count = source.taught_left if is_left else source.taught_right
    return count > 0 and teacher in ("e5", source.relations)
