"""Measures a system that ranks or embeds on a task folder.

Every figure is over all queries and all documents; nothing is sampled and nothing is tuned here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Protocol, TypeGuard, cast

import numpy as np

from searchkit.evaluation.metric import DEPTH, Rows, interval, of_rankings, spearman
from searchkit.evaluation.task import (
    Example,
    Retrieval,
    SentencePairs,
    load_examples,
    load_retrieval,
    load_sentence_pairs,
    task_type,
)
from searchkit_index.embedder import Embedder, Vectors
from searchkit_index.errors import SearchkitError

# Queries scored against all documents at once: bounds the matrix of scores.
_QUERIES = 512


class Ranker(Protocol):
    """A system that ranks documents without vectors."""

    def rank(self, documents: Sequence[str], queries: Sequence[str], depth: int) -> list[list[int]]:
        """Return the row numbers of the best `depth` documents for each query, best first."""
        ...


@dataclass(frozen=True)
class Result:
    """Figures of one system on one task, all from 0 to 1.

    Attributes:
        task: The folder's name.
        main: Names of the metrics to compare systems by: MRR for retrieval, NDCG where queries
            have several answers, Spearman or accuracy for the other types.
        figures: The mean over all queries, or over languages, by metric.
        intervals: Both ends of the 95 % interval of each main figure, by the bootstrap.
        languages: The main metric for each language.
        file_types: The main metric for each type of file that holds the answer, where known.
    """

    task: str
    main: tuple[str, ...]
    figures: dict[str, float]
    languages: dict[str, float] = field(default_factory=dict)
    file_types: dict[str, float] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)


def evaluate(system: Embedder | Ranker, folder: Path) -> Result | None:
    """Measure one system on one task.

    Args:
        system: What to measure.
        folder: The task, see `searchkit.evaluation.task`.

    Returns:
        The figures; None where the task needs vectors and the system has none.

    Raises:
        SearchkitError: The folder is no task, or of an unknown type.
    """
    kind = task_type(folder)
    if kind == "retrieval":
        return _retrieval(system, load_retrieval(folder), folder.name)
    if kind not in ("sts", "classification"):
        raise SearchkitError(
            f"`{folder}` is a task of the unknown type `{kind}`",
            "write `retrieval`, `sts` or `classification` in its `task.json`",
        )
    if not _embeds(system):
        return None
    if kind == "sts":
        return _sts(system, load_sentence_pairs(folder), folder.name)
    return _classification(system, load_examples(folder), folder.name)


def _embeds(system: Embedder | Ranker) -> TypeGuard[Embedder]:
    return hasattr(system, "encode")


def rank_by_vectors(documents: Vectors, queries: Vectors, depth: int) -> list[list[int]]:
    """Rank documents by cosine.

    Args:
        documents: float32, `(documents, dimension)`, rows of length 1.
        queries: float32, `(queries, dimension)`, rows of length 1.
        depth: How many documents each ranking holds at most.

    Returns:
        For each query the row numbers of its nearest documents, best first, ties by row.
    """
    ranked: list[list[int]] = []
    for start in range(0, len(queries), _QUERIES):
        scores = queries[start : start + _QUERIES] @ documents.T
        ranked += np.argsort(-scores, axis=1, kind="stable")[:, :depth].tolist()
    return ranked


def _retrieval(system: Embedder | Ranker, task: Retrieval, name: str) -> Result:
    documents, queries = list(task.documents.values()), list(task.queries.values())
    depth = 10 * DEPTH
    if _embeds(system):
        ranked = rank_by_vectors(
            system.encode(documents, "document"), system.encode(queries, "query"), depth
        )
    else:
        ranked = cast("Ranker", system).rank(documents, queries, depth)
    ids = list(task.documents)
    lists = {
        query: [ids[row] for row in rows] for query, rows in zip(task.queries, ranked, strict=True)
    }
    return ranked_result(name, lists, task.relevant, {"languages": task.languages})


def ranked_result(
    name: str,
    lists: Mapping[str, Sequence[str]],
    relevant: Mapping[str, Mapping[str, float]],
    groups: Mapping[str, Mapping[str, str]],
) -> Result:
    """Compute the figures of rankings, and the main one for each group of queries.

    Args:
        name: The task's name.
        lists: The ranked documents of each query, best first.
        relevant: For each query the gain of its documents.
        groups: For the fields `languages` and `file_types` of the result, the group of each query.

    Returns:
        The figures; the main one is MRR@10, or NDCG@10 where a query has several answers.
    """
    found = of_rankings(lists, relevant)
    figures = {figure: fmean(values.values()) for figure, values in found.items()}
    several = any(len(gains) > 1 for gains in relevant.values())
    main = f"ndcg@{DEPTH}" if several else f"mrr@{DEPTH}"
    parts = {field: _means(found[main], group) for field, group in groups.items()}
    values = np.array(list(found[main].values()))
    ends = interval(lambda drawn: float(values[drawn].mean()), len(values))
    return Result(name, (main,), figures, **parts, intervals={main: ends})


def _sts(embedder: Embedder, tasks: dict[str, SentencePairs], name: str) -> Result:
    found = {}
    for language, task in tasks.items():
        # Both sides are of one kind: the paper embeds both as queries.
        left, right = embedder.encode(task.left, "query"), embedder.encode(task.right, "query")
        found[language] = ((left * right).sum(axis=1), np.asarray(task.scores))

    def correlation(language: str, drawn: Rows) -> float:
        return spearman(*(side[drawn] for side in found[language]))

    return _by_language(
        name, "spearman", correlation, {key: len(each[0]) for key, each in found.items()}
    )


def _classification(embedder: Embedder, examples: list[Example], name: str) -> Result:
    """Train a linear probe on the train split, which is English, and test it on every language."""
    from sklearn.linear_model import LogisticRegression

    seen = [each for each in examples if each.split == "train"]
    classifier = LogisticRegression(max_iter=1_000, C=10.0)
    classifier.fit(_vectors(embedder, seen), [each.label for each in seen])
    tested: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.split == "test":
            tested[example.language].append(example)
    right = {
        language: classifier.predict(_vectors(embedder, each)) == [one.label for one in each]
        for language, each in tested.items()
    }

    def accuracy(language: str, drawn: Rows) -> float:
        return float(right[language][drawn].mean())

    return _by_language(name, "accuracy", accuracy, {key: len(each) for key, each in right.items()})


def _by_language(
    name: str, metric: str, figure: Callable[[str, Rows], float], counts: Mapping[str, int]
) -> Result:
    """Compute a figure in each language, and its mean over English and over the others."""
    languages = {each: figure(each, np.arange(count)) for each, count in counts.items()}
    english = [each for each in languages if each.startswith("en")]
    others = [each for each in languages if each not in english]
    parts = ((f"{metric} english", english), (f"{metric} others", others))
    groups = {key: group for key, group in parts if group}

    def mean(group: Sequence[str], drawn: Rows) -> float:
        # Languages hold the same texts in translation: they are drawn together.
        return fmean(figure(each, drawn % counts[each]) for each in group)

    figures = {key: fmean(languages[each] for each in group) for key, group in groups.items()}
    most = max(counts.values())
    intervals = {key: interval(partial(mean, group), most) for key, group in groups.items()}
    return Result(name, tuple(figures), figures, languages, intervals=intervals)


def _vectors(embedder: Embedder, examples: list[Example]) -> Vectors:
    return embedder.encode([example.text for example in examples], "query")


def _means(values: Mapping[str, float], groups: Mapping[str, str]) -> dict[str, float]:
    grouped: dict[str, list[float]] = defaultdict(list)
    for query, group in groups.items():
        grouped[group].append(values[query])
    return {group: fmean(each) for group, each in sorted(grouped.items())}
