"""Remembers what a working folder was prepared for, so that no other recipe takes it for its own.

Pairs, tokenizer and teachers' vectors take hours, and are used again. Sources may come and go.
"""

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

from searchkit.training.recipe import Recipe
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError
from searchkit_index.system.atomic import write_text

_FILE = "prepared.json"


def claim(work: Path, recipe: Recipe) -> None:
    """Note what a working folder is prepared for.

    Pairs of a source that now asks for more of them are removed, to be chosen anew.

    Args:
        work: The folder; made where it is missing.
        recipe: Asks for what is prepared there.

    Raises:
        TrainingError: The folder was prepared by other settings.
    """
    path = work / _FILE
    work.mkdir(parents=True, exist_ok=True)
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    now = {**_settings(recipe), "sources": {each.name: _chosen(each) for each in recipe.sources}}
    for name, value in _settings(recipe).items():
        if before.get(name, value) != value:
            raise _differs(f"`{name}`", work)
    known = before.get("sources", {})
    for source in recipe.sources:
        kept = known.get(source.name, _chosen(source))
        if kept["pairs"] != _chosen(source)["pairs"]:
            raise _differs(f"the source `{source.name}`", work)
        if _asks_for_more(source.most, kept["most"]):
            (work / "pairs" / f"{source.name}.jsonl.xz").unlink(missing_ok=True)
    write_text(path, json.dumps(now | {"sources": known | now["sources"]}, indent=2))


def _settings(recipe: Recipe) -> dict[str, Any]:
    """Return what the tokenizer, the vectors and their axes depend on."""
    student = recipe.student
    return {
        "encoder": student.encoder,
        "second": student.second,
        "read": student.read,
        "teacher": recipe.teacher,
        "hidden": recipe.hidden,
        "vocabulary": _digest(recipe.vocabulary),
        "held_out": list(recipe.held_out),
    }


def _chosen(source: Source) -> dict[str, Any]:
    """Return what decides which pairs a source has, and in which order."""
    pairs = (source.files, source.kinds, source.languages, source.questions, source.task)
    return {"pairs": _digest((*pairs, source.paragraphs)), "most": source.most}


def _asks_for_more(most: int, before: int) -> bool:
    return before != 0 and (most == 0 or most > before)


def _digest(value: object) -> str:
    return blake2b(repr(value).encode(), digest_size=8).hexdigest()


def _differs(what: str, work: Path) -> TrainingError:
    told = f"{what} in the recipe is not as it was when `{work}` was prepared"
    return TrainingError(told, "give another working folder with `--work`")
