"""From a recipe's sources to what training reads: tokenizer, shards and a manifest of both.

Whatever stands in the working folder already is used again.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchkit.training.corpus import clean_pairs, find_files, held_out_digests, read_pairs
from searchkit.training.recipe import Recipe, Source
from searchkit.training.shard import Shard, make_shard
from searchkit.training.teacher import Teacher, teach
from searchkit.training.tokenizer import train_tokenizer
from searchkit_index.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# A text's share in the tokenizer's sample: its beginning.
_SAMPLED = 1_500


def prepare(recipe: Recipe, data: Path, work: Path, say: Callable[[str], None]) -> dict[str, Shard]:
    """Make, or load, the tokenizer and one shard for each source.

    Args:
        recipe: Names the sources and the evaluation files to keep out.
        data: The folder that the recipe's patterns start from.
        work: Where `tokenizer.json`, `shards/` and `manifest.json` lie.
        say: Told what is being made, one line at a time.

    Raises:
        TrainingError: A source is missing, malformed or empty.
    """
    (work / "shards").mkdir(parents=True, exist_ok=True)
    missing = [each for each in recipe.sources if not _shard_path(work, each).is_file()]
    if missing:
        tokenizer = load_tokenizer(recipe, data, work, say)
        held_out = held_out_digests(find_files(data, recipe.held_out))
        teacher = Teacher(recipe.teacher) if recipe.teacher else None
        for source in missing:
            _make(source, data, work, tokenizer, held_out, teacher, say)
    return {each.name: Shard.load(_shard_path(work, each)) for each in recipe.sources}


def load_tokenizer(
    recipe: Recipe, data: Path, work: Path, say: Callable[[str], None]
) -> "Tokenizer":
    """The working folder's tokenizer, trained first if it has none."""
    from tokenizers import Tokenizer

    path = work / "tokenizer.json"
    if not path.is_file():
        say("training the tokenizer")
        train_tokenizer(_sample(recipe, data), recipe.vocabulary.size).save(str(path))
    return Tokenizer.from_file(str(path))


def _sample(recipe: Recipe, data: Path) -> Iterator[str]:
    """Beginnings of texts, up to so many characters for each source and language."""
    for source in recipe.sources:
        taken: Counter[str] = Counter()
        for path in find_files(data, source.files):
            for pair in read_pairs(path):
                for text, language in ((pair.a, pair.lang_a), (pair.b, pair.lang_b)):
                    if taken[language] < recipe.vocabulary.characters:
                        taken[language] += len(text[:_SAMPLED])
                        yield text[:_SAMPLED]


def _make(
    source: Source,
    data: Path,
    work: Path,
    tokenizer: "Tokenizer",
    held_out: frozenset[int],
    teacher: Teacher | None,
    say: Callable[[str], None],
) -> None:
    files = find_files(data, source.files)
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
