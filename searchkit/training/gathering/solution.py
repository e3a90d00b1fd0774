"""Reads collections of problems that were solved in many programming languages."""

import random
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from searchkit.training.gathering.sources import Group
from searchkit.training.mining.prose import plain
from searchkit.training.pair import Pair
from searchkit_index.languages.language import detect

_STATEMENT = re.compile(r"<!-- description:start -->(.*?)<!-- description:end -->", re.DOTALL)
_INLINE = re.compile(r"</?(?:b|code|em|font|i|span|strong|sub)\b[^>]*>|</sup>")
_README = {"README.md": "zh", "README_EN.md": "en"}

# Pairs of solutions that one task gives, where there are so many.
_MOST_OF_TASK = 24


def problem_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield the statement of each problem with each file that solves it, which stands beside it."""
    for place, solutions in groupby(group.paths(folder), lambda path: path.parent):
        codes = [(_read(path), _language(path)) for path in solutions]
        for name, language in _README.items():
            statement = _STATEMENT.search(_read(place / name) if (place / name).is_file() else "")
            for code, written in codes if statement else ():
                yield Pair(_statement(statement), code, group.kind, language, written)


def task_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield solutions of one task in two programming languages, drawn at random.

    Files stand in `TASK/LANGUAGE/`.
    """
    for task, files in groupby(group.paths(folder), lambda path: path.parent.parent):
        known = list(files)
        chance = random.Random(task.name)
        for _ in range(_MOST_OF_TASK if len(known) > 1 else 0):
            one, other = chance.sample(known, 2)
            if one.parent != other.parent:
                sides = _read(one), _read(other)
                yield Pair(*sides, group.kind, _language(one), _language(other))


def _statement(found: re.Match[str] | None) -> str:
    """Write the statement of a problem without its markup and without blank lines."""
    text = _INLINE.sub("", found.group(1)).replace("<sup>", "^") if found else ""
    return "\n".join(line.strip() for line in plain(text).splitlines() if line.strip())


def _language(path: Path) -> str:
    """Name the language of a file; by its folder where its suffix is not known."""
    found = detect(path.name)
    return found.name if found else path.parent.name


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip()
