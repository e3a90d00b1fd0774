"""Reads evaluation tasks: BEIR's layout for retrieval, JSON Lines for the other two types.

`task.json` names the type: `retrieval` (corpus, queries, qrels), `sts` (pairs.jsonl: a, b, score,
lang) or `classification` (examples.jsonl: text, label, lang, split). JSON lines may be gzipped.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit.printable import error_line
from searchkit_index.errors import SearchkitError

# A language in a query's id, as multilingual tasks write it: `deu_Latn-0`, `de-572a`, `name#zh`.
_LANGUAGE = re.compile(r"^([a-z]{2,3}(?:_[A-Z][a-z]{3})?)-|#([a-z]{2})$")


@dataclass(frozen=True)
class Retrieval:
    """A task of type `retrieval`: queries, documents, and which belong together.

    Attributes:
        documents: The text of each document by its id, with its title in front.
        queries: The text of each query by its id; only queries with a relevant document.
        relevant: For each query the gain of its documents, above 0.
        languages: The language of each query, where it is known.
    """

    documents: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, float]]
    languages: dict[str, str]


@dataclass(frozen=True)
class SentencePairs:
    """Sentence pairs of one language, with the similarity that people gave each.

    Attributes:
        left: The first sentence of each pair.
        right: The second sentence of each pair.
        scores: The similarity of each pair; only its order counts.
    """

    left: list[str]
    right: list[str]
    scores: list[float]


@dataclass(frozen=True)
class Example:
    """A labelled text of a task of type `classification`.

    Attributes:
        text: What is classified.
        label: Its class.
        language: The language that it is in.
        split: `train` or `test`.
    """

    text: str
    label: str
    language: str
    split: str


def task_type(folder: Path) -> str:
    """Read which type of task a folder holds.

    Args:
        folder: The task.

    Returns:
        `retrieval`, `sts` or `classification`, or what else its `task.json` says.

    Raises:
        SearchkitError: The folder holds no task.
    """
    try:
        return str(json.loads((folder / "task.json").read_text(encoding="utf-8"))["type"])
    except (OSError, ValueError, KeyError) as error:
        raise SearchkitError(
            f"`{folder}` is no evaluation task", "name a folder with a `task.json` in it"
        ) from error


def load_retrieval(folder: Path) -> Retrieval:
    """Read a task of type `retrieval`."""
    relevant = _judgements(folder / "qrels" / "test.tsv")
    queries = [row for row in _rows(folder, "queries") if row["_id"] in relevant]
    return Retrieval(
        {
            row["_id"]: f"{row.get('title') or ''} {row['text']}".strip()
            for row in _rows(folder, "corpus")
        },
        {row["_id"]: row["text"] for row in queries},
        relevant,
        {row["_id"]: language for row in queries if (language := _language(row))},
    )


def load_sentence_pairs(folder: Path) -> dict[str, SentencePairs]:
    """Read a task of type `sts`, by language."""
    tasks: dict[str, SentencePairs] = {}
    for row in _rows(folder, "pairs"):
        task = tasks.setdefault(row["lang"], SentencePairs([], [], []))
        task.left.append(row["a"])
        task.right.append(row["b"])
        task.scores.append(float(row["score"]))
    return tasks


def load_examples(folder: Path) -> list[Example]:
    """Read a task of type `classification`."""
    return [
        Example(row["text"], row["label"], row["lang"], row["split"])
        for row in _rows(folder, "examples")
    ]


def _judgements(path: Path) -> dict[str, dict[str, float]]:
    relevant: dict[str, dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        if float(gain) > 0:
            relevant.setdefault(query, {})[document] = float(gain)
    return relevant


def _language(row: dict[str, Any]) -> str:
    found = _LANGUAGE.search(row["_id"])
    return row.get("lang") or (found and (found[1] or found[2])) or ""


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    packed = folder / f"{name}.jsonl.gz"
    path = packed if packed.is_file() else folder / f"{name}.jsonl"
    opener = gzip.open if path is packed else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise SearchkitError(
            f"`{path}` cannot be read: {error_line(error)}", "fetch the task anew"
        ) from error
