"""Public tasks in mteb's own machinery, from local folders: no network is needed.

    python tests/bench/mteb_tasks.py --model nano [--model MODEL] TASK_DIR...

Takes folders of type `retrieval` and `sts`; prints mteb's main score of each model on each task.
What mteb loads itself is run by `mteb.evaluate(MtebModel("nano"), mteb.get_tasks([...]))`.
"""

import argparse
import warnings
from pathlib import Path
from typing import Any

import datasets
import mteb
from mteb.abstasks.retrieval import AbsTaskRetrieval
from mteb.abstasks.sts import AbsTaskSTS
from mteb.abstasks.task_metadata import TaskMetadata

from searchkit.evaluation.benchmark import MtebModel
from searchkit.evaluation.report import markdown
from searchkit.evaluation.task import load_retrieval, load_sentence_pairs, task_type


def described(name: str, kind: str, score: str, subsets: list[str]) -> Any:
    """Describe a local task as mteb wants it."""
    return TaskMetadata(
        name=name.title().replace("-", ""),
        description=f"the folder `{name}`",
        dataset={"path": f"local/{name}", "revision": "1"},
        type=kind,
        category="t2t",
        modalities=["text"],
        eval_splits=["test"],
        eval_langs={each: ["mul-Latn"] for each in subsets} if subsets else ["mul-Latn"],
        main_score=score,
        reference=None, date=None, domains=None, task_subtypes=None, license=None,
        annotations_creators=None, dialect=None, sample_creation=None, bibtex_citation="",
    )  # fmt: skip


def retrieval(folder: Path) -> Any:
    """Make an mteb task of a retrieval folder."""
    whole = load_retrieval(folder)
    documents = [{"id": key, "title": "", "text": each} for key, each in whole.documents.items()]
    queries = [{"id": key, "text": each} for key, each in whole.queries.items()]
    gains = {
        query: {document: round(gain) for document, gain in each.items()}
        for query, each in whole.relevant.items()
        if query in whole.queries
    }

    class Local(AbsTaskRetrieval):
        metadata = described(folder.name, "Retrieval", "ndcg_at_10", [])

        def load_data(self, *_: Any, **__: Any) -> None:
            split = {
                "corpus": datasets.Dataset.from_list(documents),
                "queries": datasets.Dataset.from_list(queries),
                "relevant_docs": gains,
                "top_ranked": None,
            }
            self.dataset, self.data_loaded = {"default": {"test": split}}, True

    return Local()


def sentence_pairs(folder: Path) -> Any:
    """Make an mteb task of a folder of sentence pairs, a subset for each language."""
    whole = load_sentence_pairs(folder)

    class Local(AbsTaskSTS):
        metadata = described(folder.name, "STS", "cosine_spearman", list(whole))
        min_score, max_score = 0, 5

        def load_data(self, *_: Any, **__: Any) -> None:
            self.dataset = {
                language: {
                    "test": datasets.Dataset.from_dict(
                        {"sentence1": each.left, "sentence2": each.right, "score": each.scores}
                    )
                }
                for language, each in whole.items()
            }
            self.data_loaded = True

    return Local()


def main() -> None:
    """Run every model on every task, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--model", action="append", required=True)
    chosen = parser.parse_args()
    makers = {"retrieval": retrieval, "sts": sentence_pairs}
    tasks = [makers[task_type(folder)](folder) for folder in chosen.tasks]
    table = [["model", *(f"{each.metadata.name} ({each.metadata.main_score})" for each in tasks)]]
    for name in chosen.model:
        with warnings.catch_warnings(action="ignore"):
            done = mteb.evaluate(MtebModel(name), tasks, cache=None, show_progress_bar=False)
        scores = [f"{100 * result.get_score():.1f}" for result in done.task_results]
        table.append([name, *scores])
    print(markdown(table))


if __name__ == "__main__":
    main()
