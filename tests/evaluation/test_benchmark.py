"""Our models in mteb, on tasks that are made here."""

import warnings
from pathlib import Path
from typing import Any

import pytest

from searchkit.evaluation.benchmark import MtebModel

pytestmark = pytest.mark.slow  # mteb alone takes ten seconds to load

CORPUS = {
    "d1": "Open a TCP socket and connect to the host.",
    "d2": "La soupe de tomates se mange chaude.",
    "d3": "def add(first, second): return first + second",
}
QUERIES = {"q1": "connect to a host over TCP", "q2": "function that sums two numbers"}
ANSWERS = {"q1": {"d1": 1}, "q2": {"d3": 1}}


def metadata(kind: str, score: str) -> Any:
    from mteb.abstasks.task_metadata import TaskMetadata

    return TaskMetadata(
        name=f"Local{kind}",
        description="made in a test",
        dataset={"path": "none/none", "revision": "1"},
        type=kind,
        category="t2t",
        modalities=["text"],
        eval_splits=["test"],
        eval_langs=["eng-Latn"],
        main_score=score,
        reference=None, date=None, domains=None, task_subtypes=None, license=None,
        annotations_creators=None, dialect=None, sample_creation=None, bibtex_citation="",
    )  # fmt: skip


def run(task: Any) -> dict[str, Any]:
    import mteb

    with warnings.catch_warnings(action="ignore"):
        done = mteb.evaluate(MtebModel("nano"), task, cache=None, show_progress_bar=False)
    scores: dict[str, Any] = done.task_results[0].scores["test"][0]
    return scores


def test_a_retrieval_task_finds_what_belongs_together(tmp_path: Path) -> None:
    with warnings.catch_warnings(action="ignore"):
        import datasets
        from mteb.abstasks.retrieval import AbsTaskRetrieval

    class Local(AbsTaskRetrieval):
        metadata = metadata("Retrieval", "ndcg_at_10")

        def load_data(self, *_: Any, **__: Any) -> None:
            rows = [
                [{"id": key, "text": each} for key, each in of.items()] for of in (CORPUS, QUERIES)
            ]
            split = {
                "corpus": datasets.Dataset.from_list([row | {"title": ""} for row in rows[0]]),
                "queries": datasets.Dataset.from_list(rows[1]),
                "relevant_docs": ANSWERS,
                "top_ranked": None,
            }
            self.dataset = {"default": {"test": split}}
            self.data_loaded = True

    assert run(Local())["ndcg_at_10"] > 0.8


def test_a_similarity_task_gives_the_correlation() -> None:
    with warnings.catch_warnings(action="ignore"):
        import datasets
        from mteb.abstasks.sts import AbsTaskSTS

    class Local(AbsTaskSTS):
        metadata = metadata("STS", "cosine_spearman")
        min_score, max_score = 0, 5

        def load_data(self, *_: Any, **__: Any) -> None:
            rows = [("a cat sits", "a cat is sitting", 5), ("a cat sits", "one animal", 3)]
            rows += [("dog", "tax law", 0)]
            lines = [{"sentence1": a, "sentence2": b, "score": score} for a, b, score in rows]
            self.dataset = datasets.DatasetDict({"test": datasets.Dataset.from_list(lines)})
            self.data_loaded = True

    assert run(Local())["cosine_spearman"] == pytest.approx(1)
