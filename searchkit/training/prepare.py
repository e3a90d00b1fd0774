"""Makes what training reads out of a recipe's sources: mined pairs, tokenizer, shards, a manifest.

What stands in the working folder already is used again.
"""

import json
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchkit.training.data.corpus import (
    beginnings,
    clean_pairs,
    find_files,
    held_out_digests,
    write_pairs,
)
from searchkit.training.data.shard import Shard, make_shard
from searchkit.training.data.tokenizer import train_tokenizer
from searchkit.training.learning.teacher import Teacher, teach
from searchkit.training.mining.mine import mine
from searchkit.training.mining.wordnet import concepts, definition_pairs, lexicon_pairs
from searchkit.training.recipe import Recipe
from searchkit.training.source import Mined, Source
from searchkit_index.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def prepare(recipe: Recipe, data: Path, work: Path, say: Callable[[str], None]) -> dict[str, Shard]:
    """Make, or load, the tokenizer and one shard for each source.

    Args:
        recipe: Names the sources and the evaluation files to keep out.
        data: The folder that the recipe's patterns are relative to.
        work: Where `tokenizer.json`, `shards/` and `manifest.json` lie.
        say: Called with one line for each thing that is made.

    Returns:
        The shard of each source, by name.

    Raises:
        TrainingError: A source is missing, malformed or empty.
    """
    (work / "shards").mkdir(parents=True, exist_ok=True)
    _mine(recipe.mined, data, work / "mined", say)
    missing = [each for each in recipe.sources if not _shard_path(work, each).is_file()]
    if missing:
        tokenizer = load_tokenizer(recipe, data, work, say)
        held_out = held_out_digests(find_files(data, recipe.held_out))
        teacher = Teacher(recipe.teacher) if recipe.teacher else None
        for source in missing:
            _make(source, data, work, tokenizer, held_out, teacher, say)
    return {each.name: Shard.load(_shard_path(work, each)) for each in recipe.sources}


def _mine(mined: Mined, data: Path, out: Path, say: Callable[[str], None]) -> None:
    """Mine what the recipe names, once."""
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


def load_tokenizer(
    recipe: Recipe, data: Path, work: Path, say: Callable[[str], None]
) -> "Tokenizer":
    """Load the working folder's tokenizer, trained first where there is none."""
    from tokenizers import Tokenizer

    path = work / "tokenizer.json"
    if not path.is_file():
        say("training the tokenizer")
        train_tokenizer(_sample(recipe, data, work), recipe.vocabulary.size).save(str(path))
    return Tokenizer.from_file(str(path))


def _sample(recipe: Recipe, data: Path, work: Path) -> Iterator[str]:
    """Yield beginnings of texts, up to so many characters for each source and language."""
    for source in recipe.sources:
        yield from beginnings(find_files(data, source.files, work), recipe.vocabulary.bound)


def _make(
    source: Source,
    data: Path,
    work: Path,
    tokenizer: "Tokenizer",
    held_out: frozenset[int],
    teacher: Teacher | None,
    say: Callable[[str], None],
) -> None:
    files = find_files(data, source.files, work)
    pairs = clean_pairs(files, source, held_out)
    # A random order lets `taught_left` take a fair part and files mix.
    np.random.default_rng(0).shuffle(pairs)
    taught: tuple[dict[int, int], dict[int, int]] = ({}, {})
    vectors = np.empty((0, 0), np.float16)
    if teacher and (source.taught_left or source.taught_right):
        taught, vectors = teach(pairs, source, teacher)
    shard = make_shard(pairs, tokenizer, taught, vectors)
    shard.save(_shard_path(work, source))
    say(f"{source.name}: {len(shard):,} pairs, {len(vectors):,} taught texts")
    _note(work, source, files, shard)


def _note(work: Path, source: Source, files: list[Path], shard: Shard) -> None:
    """Add a source to the manifest: its files by digest, its pairs and its tokens."""
    path = work / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    manifest[source.name] = {
        "files": {file.name: _file_digest(file) for file in files},
        "pairs": len(shard),
        "tokens": [len(shard.left.ids), len(shard.right.ids)],
    }
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _file_digest(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _shard_path(work: Path, source: Source) -> Path:
    if not source.name.replace("-", "").isalnum():
        raise TrainingError(f"`{source.name}` cannot name a source", "use letters, digits and `-`")
    return work / "shards" / f"{source.name}.npz"
