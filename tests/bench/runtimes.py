"""Whether onnxruntime and torch give the same answers by the one copy of the shipped weights.

    python tests/bench/runtimes.py TASK_DIR... [--model nano] [--queries 200]

For each retrieval task: the part of the queries whose first ten documents are the same ones in both
runtimes, and the figure of either. Below: what the files hold, and whether the graph refers to the
bytes of the one file of weights.
"""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from measure import machine, table

from searchkit.embedders import all_models
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.embedders.torch import TorchEmbedder
from searchkit.embedders.weights import needed
from searchkit.evaluation.evaluate import Result, rank_by_vectors, ranked_result
from searchkit.evaluation.metric import DEPTH
from searchkit.evaluation.task import Retrieval, load_retrieval
from searchkit_index.embedder import Embedder


def ranked(system: Embedder, task: Retrieval, queries: Sequence[str]) -> list[list[int]]:
    """Rank a task's documents for some of its queries."""
    documents = system.encode(list(task.documents.values()), "document")
    asked = system.encode([task.queries[each] for each in queries], "query")
    return rank_by_vectors(documents, asked, DEPTH)


def result(task: Retrieval, queries: Sequence[str], rows: list[list[int]]) -> Result:
    """Compute the figures of rankings."""
    ids = list(task.documents)
    lists = {query: [ids[row] for row in each] for query, each in zip(queries, rows, strict=True)}
    return ranked_result("", lists, {query: task.relevant[query] for query in queries}, {})


def compared(task: Retrieval, systems: Sequence[Embedder], most: int) -> list[str]:
    """One line: queries, the part with the same ten, and both figures."""
    queries = list(islice(task.queries, most or None))
    rankings = [ranked(system, task, queries) for system in systems]
    same = np.mean([set(one) == set(other) for one, other in zip(*rankings, strict=True)])
    results = [result(task, queries, rows) for rows in rankings]
    (figure,) = results[0].main
    values = [100 * each.figures[figure] for each in results]
    return [
        f"{len(queries):,}",
        f"{100 * same:.1f} %",
        figure,
        *(f"{value:.1f}" for value in values),
        f"{abs(values[0] - values[1]):.2f}",
    ]


def copies(folder: Path) -> str:
    """Say how large the files are, and what part of the graph's weights lies outside of it."""
    import onnx

    graph = onnx.load(folder / "model.onnx", load_external_data=False).graph
    outside = [each for each in graph.initializer if each.external_data]
    places = {
        field.value for each in outside for field in each.external_data if field.key == "location"
    }
    inside = sum(len(each.raw_data) for each in graph.initializer if not each.external_data)
    sizes = ", ".join(
        f"`{path.name}` {path.stat().st_size / 1e6:.2f} MB"
        for path in sorted(folder.iterdir())
        if path.suffix in (".onnx", ".safetensors")
    )
    told = f"{len(outside)} tensors of the graph lie in {', '.join(sorted(places))}"
    return f"{sizes}; {told}, {inside} bytes in itself"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--model", default="nano")
    parser.add_argument("--queries", type=int, default=0)
    options = parser.parse_args()
    model = all_models()[options.model]
    folder = needed(model)
    systems = [
        OnnxEmbedder(folder, threads=1),
        TorchEmbedder(model, device="cpu", precision="float32"),
    ]
    header = ["task", "queries", "same ten", "figure", "onnxruntime", "torch", "apart"]
    lines = [
        (task.name, *compared(load_retrieval(task), systems, options.queries))
        for task in options.tasks
    ]
    print(f"{machine()}\n\n{table(header, lines)}\n\n{copies(folder)}")


if __name__ == "__main__":
    main()
