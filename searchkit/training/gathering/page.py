"""Reads pages of commands: each command below a line that describes it."""

import re
from collections.abc import Iterator
from pathlib import Path

from searchkit.training.gathering.sources import Group
from searchkit.training.pair import Pair

_EXAMPLE = re.compile(r"^- (.+?):?\s*\n+`(.+)`\s*$", re.MULTILINE)
_ENGLISH = "pages"


def command_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield `nl-shell` pairs, and `translation-tech` pairs of two descriptions of one command.

    Pages stand in `pages/PLATFORM/` and `pages.LANGUAGE/PLATFORM/`.
    """
    for path in group.paths(folder):
        pages, platform, name = path.relative_to(folder).parts
        language = pages.partition(".")[2] or "en"
        found = _examples(path)
        for description, command in found:
            yield Pair(description, command, "nl-shell", language, "bash")
        english = _examples(folder / _ENGLISH / platform / name) if language != "en" else []
        if len(english) == len(found):
            for (a, _), (b, _) in zip(found, english, strict=True):
                yield Pair(a, b, "translation-tech", language, "en")


def _examples(path: Path) -> list[tuple[str, str]]:
    """List description and command of each example, without the braces around placeholders."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = _EXAMPLE.findall(text)
    return [(about, re.sub(r"\{\{(.*?)\}\}", r"\1", command)) for about, command in found]
