"""What the model's table would give alone, as a weighted bag of words in the model's own space.

    python tests/bench/bag.py --texts PAIRS.jsonl.xz ... --tasks TASK_DIR... [--count 12000]

The rows of a text's entries are added with a weight for each entry, and a linear map takes the sum
to the model's vector of the text. Both are fitted on texts of PAIRS: weights by frequency (SIF,
Arora et al., ICLR 2017) with a map by ridge regression, and weights and map learned together.
Documents are bags; questions are bags, too, or the model's own vectors, as they would be while an
index whose first vectors are bags is refined.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from measure import machine, table
from torch import Tensor
from torch.nn import functional

from searchkit import load_embedder
from searchkit.embedders import all_models
from searchkit.embedders.block_table import widen
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.embedders.weights import needed
from searchkit.evaluation.evaluate import evaluate
from searchkit.training.data.corpus import read_pairs
from searchkit_index.embedder import Role

_SIF = 1e-3
_RIDGE = 1e-3
_STEPS, _ROWS = 400, 512
_CHARACTERS = 1_000

Floats = npt.NDArray[np.float32]


class Bag:
    """Embeds texts by the table, entries' weights and a map.

    Args:
        name: What tables call it.
        rows: Gives the entries of texts.
        vectors: float32, `(entries, width)`: the table.
        weights: float32, `(entries,)`.
        linear: float32, `(width + 1, dimension)`: the map, its bias last.
        questions: Embeds questions; None to make bags of them, too.
    """

    fingerprint = "bag"

    def __init__(
        self,
        name: str,
        rows: Callable[[Sequence[str], Role], list[list[int]]],
        vectors: Tensor,
        weights: Tensor,
        linear: Tensor,
        questions: Any = None,
    ) -> None:
        self.name, self.rows, self.vectors, self.weights = name, rows, vectors, weights
        self.linear, self.questions = linear, questions
        self.dimension = linear.shape[1]

    def encode(self, texts: Sequence[str], role: Role) -> Floats:
        """Embed texts: float32, `(texts, dimension)`, rows of length 1."""
        if role == "query" and self.questions:
            found: Floats = self.questions.encode(texts, role)
            return found
        summed = bags(self.rows(texts, role), self.vectors, self.weights)
        return mapped(summed, self.linear).numpy()


def bags(rows: Sequence[Sequence[int]], vectors: Tensor, weights: Tensor) -> Tensor:
    """Add the weighted vectors of each row's entries, and scale the sum to length 1."""
    ids = torch.tensor([number for row in rows for number in row])
    starts = torch.tensor([0, *map(len, rows[:-1])]).cumsum(0)
    summed = functional.embedding_bag(
        ids, vectors, starts, mode="sum", per_sample_weights=weights[ids]
    )
    return functional.normalize(summed, dim=-1)


def mapped(summed: Tensor, linear: Tensor) -> Tensor:
    """Map and scale to length 1."""
    return functional.normalize(summed @ linear[:-1] + linear[-1], dim=-1)


def by_frequency(rows: Sequence[Sequence[int]], entries: int) -> Tensor:
    """Weigh entries by how rare they are: SIF."""
    counts = np.bincount(np.concatenate([np.array(row) for row in rows]), minlength=entries)
    return torch.from_numpy((_SIF / (_SIF + counts / counts.sum())).astype(np.float32))


def ridge(summed: Tensor, goals: Tensor) -> Tensor:
    """Return the map that takes bags to goals with the least squares."""
    wide = torch.cat([summed, torch.ones(len(summed), 1)], dim=1).double()
    gram = wide.T @ wide + _RIDGE * len(wide) * torch.eye(wide.shape[1]).double()
    return torch.linalg.solve(gram, wide.T @ goals.double()).float()


def learned(
    rows: Sequence[Sequence[int]], vectors: Tensor, weights: Tensor, linear: Tensor, goals: Tensor
) -> tuple[Tensor, Tensor]:
    """Learn weights and map from where they are, by the cosine to the goals."""
    logs = weights.log().requires_grad_()
    linear = linear.clone().requires_grad_()
    optimizer = torch.optim.Adam([{"params": [logs], "lr": 0.03}, {"params": [linear], "lr": 2e-3}])
    random = np.random.default_rng(0)
    for step in range(_STEPS):
        for group, rate in zip(optimizer.param_groups, (0.03, 2e-3), strict=True):
            group["lr"] = rate * (1 - step / _STEPS)
        chosen = random.choice(len(rows), min(_ROWS, len(rows)), replace=False)
        summed = bags([rows[number] for number in chosen], vectors, logs.exp())
        loss = 1 - (mapped(summed, linear) * goals[chosen]).sum(dim=1).mean()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return logs.detach().exp(), linear.detach()


def texts_of(paths: Sequence[Path], count: int) -> list[str]:
    """Texts of both sides, as many of each file."""
    each = -(-count // len(paths))
    return [text for path in paths for text in islice(_texts(path), each)]


def _texts(path: Path) -> Iterator[str]:
    for pair in read_pairs(path):
        yield from (pair.a[:_CHARACTERS], pair.b[:_CHARACTERS])


def main() -> None:
    """Fit, measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--tasks", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=12_000)
    parser.add_argument("--model", default="nano")
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = all_models()[options.model]
    folder, whole = needed(model), load_embedder(options.model)
    rows = PromptTokenizer(model, folder).rows
    vectors = table_of(folder / "model.safetensors")
    texts = texts_of(options.texts, options.count)
    began = time.process_time()
    goals = torch.from_numpy(whole.encode(texts, "document"))
    slow = time.process_time() - began
    began = time.process_time()
    read = rows(texts, "document")
    sif = by_frequency(read, len(vectors))
    summed = bags(read, vectors, sif)
    fast = time.process_time() - began
    linear = ridge(summed, goals)
    kinds = {"SIF": (sif, linear), "learned": learned(read, vectors, sif, linear, goals)}
    systems = [whole] + [
        Bag(f"{name}, questions by {'the model' if asked else 'bags'}", rows, vectors, *fit, asked)
        for name, fit in kinds.items()
        for asked in (None, whole)
    ]
    print(f"{machine()}; {len(texts):,} texts to fit; {slow / fast:.1f} times as fast as the model")
    for name, (weights, fitted) in kinds.items():
        near = (mapped(bags(read, vectors, weights), fitted) * goals).sum(dim=1).mean()
        print(f"cosine to the model's vectors, {name}: {near:.3f}")
    shown = [
        (system.name, *(f"{100 * found.figures[found.main[0]]:.1f}" for found in line if found))
        for system in systems
        for line in [[evaluate(system, task) for task in options.tasks]]
    ]
    print(table(["documents as bags", *(task.name for task in options.tasks)], shown))


def table_of(path: Path) -> Tensor:
    """Read the vectors of all entries, float32."""
    from safetensors.torch import load_file

    arrays = load_file(path)
    return widen(arrays["table"], arrays["table.step"])


if __name__ == "__main__":
    main()
