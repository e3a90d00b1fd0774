"""Reads evaluation tasks: BEIR's layout for retrieval, JSON Lines for the other two types.

`task.json` names the type: `retrieval` (corpus, queries, qrels), `sts` (pairs.jsonl: a, b, score,
lang) or `classification` (examples.jsonl: text, label, lang, split). JSON lines may be gzipped.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from searchkit.evaluation.lines import read_lines
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
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SearchkitError(
            f"`{folder}` is no evaluation task",
            'name a folder with a `task.json` in it, such as `{"type": "retrieval"}`',
        ) from error


def load_retrieval(folder: Path) -> Retrieval:
    """Read a task of type `retrieval`; see `read_lines` for the errors."""
    relevant: dict[str, dict[str, float]] = {}
    for query, document, gain in _judgements(folder / "qrels" / "test.tsv"):
        if gain > 0:
            relevant.setdefault(query, {})[document] = gain
    example = '{"_id": "1", "text": "..."}'
    documents = dict(read_lines(_file(folder, "corpus"), _document, "document", example))
    asked = read_lines(_file(folder, "queries"), _query, "query", example)
    queries = [query for query in asked if query[0] in relevant]
    if not queries:
        raise SearchkitError(
            f"`{folder}` has no query with a relevant document",
            "name one in `qrels/test.tsv`, with a gain above 0",
        )
    return Retrieval(
        documents,
        {name: text for name, text, _ in queries},
        relevant,
        {name: language for name, _, language in queries if language},
    )


def load_sentence_pairs(folder: Path) -> dict[str, SentencePairs]:
    """Read a task of type `sts`, by language; see `read_lines` for the errors."""
    tasks: dict[str, SentencePairs] = {}
    example = '{"a": "...", "b": "...", "score": 1, "lang": "en"}'
    for language, left, right, score in read_lines(
        _file(folder, "pairs"), _sentence_pair, "sentence pair", example
    ):
        task = tasks.setdefault(language, SentencePairs([], [], []))
        task.left.append(left)
        task.right.append(right)
        task.scores.append(score)
    return tasks


def load_examples(folder: Path) -> list[Example]:
    """Read a task of type `classification`; see `read_lines` for the errors."""
    written = '{"text": "...", "label": "...", "lang": "en", "split": "train"}'
    examples = list(read_lines(_file(folder, "examples"), _example, "example", written))
    labels = {each.label for each in examples if each.split == "train"}
    if len(labels) < 2 or not any(each.split == "test" for each in examples):
        raise SearchkitError(
            f"`{folder}` has fewer than two labels to train on, or nothing to test",
            "write examples of each label with the split `train`, and others with `test`",
        )
    return examples


def _file(folder: Path, name: str) -> Path:
    packed = folder / f"{name}.jsonl.gz"
    return packed if packed.is_file() else folder / f"{name}.jsonl"


def _judgements(path: Path) -> Iterator[tuple[str, str, float]]:
    def judgement(line: str) -> tuple[str, str, float]:
        query, document, gain = line.split("\t")
        return query, document, _number(gain)

    return read_lines(path, judgement, "judgement", "QUERY<tab>DOCUMENT<tab>GAIN", header=True)


def _document(line: str) -> tuple[str, str]:
    row = json.loads(line)
    return str(row["_id"]), f"{row.get('title') or ''} {_text(row, 'text')}".strip()


def _query(line: str) -> tuple[str, str, str]:
    row = json.loads(line)
    name = str(row["_id"])
    found = _LANGUAGE.search(name)
    language = row.get("lang") or (found and (found[1] or found[2])) or ""
    return name, _text(row, "text"), str(language)


def _sentence_pair(line: str) -> tuple[str, str, str, float]:
    row = json.loads(line)
    return _text(row, "lang"), _text(row, "a"), _text(row, "b"), _number(row["score"])


def _example(line: str) -> Example:
    row = json.loads(line)
    return Example(_text(row, "text"), str(row["label"]), _text(row, "lang"), _text(row, "split"))


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(f"`{name}` is no text")
    return value


def _number(written: Any) -> float:
    number = float(written)
    if not isfinite(number):
        raise ValueError("a number without end")
    return number
