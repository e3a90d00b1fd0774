"""Readers of the public data sets that the paper trains on, from local files or by `datasets`.

A pair is a question, what answers it, and candidates for what does not.
"""

import csv
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from searchkit.training.data import corpus
from searchkit.training.packed_text import UNREADABLE, open_text
from searchkit.training.paper.recipe import Source
from searchkit_index.embedder import Role
from searchkit_index.errors import TrainingError

# Mined negatives that are kept of each question: one for each of the usual three epochs, and one to
# spare.
_NEGATIVES = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what answers it.

    Attributes:
        query: The question.
        positive: The text that answers it.
        negatives: Texts that do not; may be empty.
    """

    query: str
    positive: str
    negatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """All pairs of one source.

    Attributes:
        name: Of the source.
        role: The role in which their second sides are read.
        pairs: The pairs; at least one.
    """

    name: str
    role: Role
    pairs: Sequence[Pair]


def read_pairs(source: Source, data: Path, seed: int) -> Pairs:
    """Read all pairs of a source.

    Args:
        source: What to read.
        data: The folder that its files are relative to.
        seed: Seed of sampled negatives.

    Returns:
        The pairs; at least one.

    Raises:
        TrainingError: A file is missing or has another format, nothing is in it, or the package
            `datasets` is needed and not installed.
    """
    role: Role = "query" if source.kind in ("nli", "paraphrases") else "document"
    files = [data / name for name in source.files]
    try:
        if source.dataset:
            found = _loaded(source.dataset)
        elif source.kind == "nli":
            found = chain.from_iterable(map(_entailed, files))
        elif source.kind != "msmarco":
            found = _own(source, data, random.Random(seed))
        else:
            if len(files) != 3:
                raise ValueError(f"it names {len(files)} files")
            queries, passages, mined = files
            found = _mined(queries, passages, mined, random.Random(seed))
        pairs = list(islice(found, source.most or None))
    except (*UNREADABLE, csv.Error, ValueError, LookupError, TypeError, AttributeError) as error:
        told = f"the source `{source.name}` cannot be read: {error}"
        raise TrainingError(told, "look at its `files` in the recipe") from error
    if not pairs:
        raise TrainingError(
            f"the source `{source.name}` has no pairs", "look at its `files` in the recipe"
        )
    if source.kind == "nli" and not pairs[0].negatives:
        pairs = _with_random_negatives(pairs, random.Random(seed))
    return Pairs(source.name, role, pairs)


def _mined(queries: Path, passages: Path, mined: Path, chance: random.Random) -> Iterator[Pair]:
    """Read MS MARCO with mined negatives: `qid`, `pos` and `neg`, lists by who found them.

    Only passages that are named are held in memory: of nine million a small part.
    """
    rows = []
    for line in _lines(mined):
        row = json.loads(line)
        found = sorted(set(chain.from_iterable(row["neg"].values())) - set(row["pos"]))
        kept = chance.sample(found, min(_NEGATIVES, len(found)))
        if row["pos"]:
            rows.append((str(row["qid"]), str(row["pos"][0]), [str(each) for each in kept]))
    asked = _texts(queries, {query for query, _, _ in rows})
    named = {passage for _, positive, kept in rows for passage in (positive, *kept)}
    texts = _texts(passages, named)
    for query, positive, kept in rows:
        if query in asked and positive in texts:
            negatives = tuple(texts[each] for each in kept if each in texts)
            yield Pair(asked[query], texts[positive], negatives)


def _texts(path: Path, wanted: set[str]) -> dict[str, str]:
    """Read a table of number and text, tab between them; only what is wanted."""
    pairs = (line.rstrip("\n").partition("\t") for line in _lines(path))
    return {number: text for number, _, text in pairs if number in wanted}


def _entailed(path: Path) -> Iterator[Pair]:
    """Read SNLI and MultiNLI, one table with a header: who entails whom, in the train split."""
    reader = csv.DictReader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in reader:
        if row["label"] == "entailment" and row.get("split", "train") == "train":
            yield Pair(row["sentence1"].strip(), row["sentence2"].strip())


def _own(source: Source, data: Path, chance: random.Random) -> Iterator[Pair]:
    """Read pairs of this package's own training, in an order by chance."""
    files = sorted(corpus.find_files(data, source.files))
    found = [
        Pair(pair.a, pair.b)
        for pair in chain.from_iterable(map(corpus.read_pairs, files))
        if not source.languages or {pair.lang_a, pair.lang_b} <= set(source.languages)
    ]
    chance.shuffle(found)
    yield from found


def _loaded(name: str) -> Iterator[Pair]:
    try:
        import datasets
    except ImportError:
        told = f"`{name}` needs the package `datasets`"
        raise TrainingError(told, "type `pip install 'searchkit[train]'`") from None
    rows: Iterable[dict[str, Any]] = datasets.load_dataset(name, split="train")
    for row in rows:
        query = row["query"] if "query" in row else row["anchor"]
        negatives = (row["negative"],) if row.get("negative") else ()
        yield Pair(query, row["positive"], negatives)


def _with_random_negatives(pairs: Sequence[Pair], chance: random.Random) -> list[Pair]:
    """Add negatives by the paper's rule for NLI: some other pair's sentence."""
    others = [pairs[chance.randrange(len(pairs))].positive for _ in pairs]
    return [
        Pair(pair.query, pair.positive, (other,) if other != pair.positive else ())
        for pair, other in zip(pairs, others, strict=True)
    ]


def _lines(path: Path) -> Iterator[str]:
    with open_text(path) as file:
        yield from file
