"""Mines the pairs that a recipe asks for, once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from searchkit.training.data.corpus import find_files, write_pairs
from searchkit.training.mining.mine import mine
from searchkit.training.mining.wordnet import concepts, definition_pairs, lexicon_pairs
from searchkit.training.source import Mined


def gather(mined: Mined, data: Path, out: Path, say: Callable[[str], None]) -> None:
    """Mine folders and wordnets, unless that was done.

    Args:
        mined: What to mine from.
        data: The folder that its patterns are relative to.
        out: Takes the pair files.
        say: Called with one line for each thing that is done.

    Raises:
        TrainingError: A pattern matches nothing.
    """
    if mined.folders and not (out / "manifest.json").is_file():
        say("mining pairs")
        found = mine(
            find_files(data, mined.folders),
            out,
            kept_out=find_files(data, mined.kept_out),
            about={
                row["name"]: row for path in find_files(data, mined.facts) for row in _facts(path)
            },
        )
        say(f"{found.pairs.total():,} pairs mined")
    if mined.wordnet and not (out / "lexicon.jsonl.xz").is_file():
        out.mkdir(parents=True, exist_ok=True)
        folders = find_files(data, mined.wordnet)
        known = {key: each for folder in folders for key, each in concepts(folder).items()}
        write_pairs(out / "definition.jsonl.xz", definition_pairs(known))
        tables = [table for folder in folders for table in sorted(folder.rglob("*.tab"))]
        write_pairs(out / "lexicon.jsonl.xz", lexicon_pairs(known, tables))


def _facts(path: Path) -> Iterator[dict[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row: dict[str, str] = json.loads(line)
        yield row
