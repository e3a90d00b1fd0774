"""How well the model finds passages of 64, 128, 256 and 512 tokens, beside its teacher.

    python tests/bench/long_texts.py TASK_DIR [--lengths 64 128 256 512] [--encoder FILE]

The documents of the retrieval task, one after the other, are cut into passages of so many tokens; a
question is answered by a passage that has half of its document, or lies half in it. The longer the
passages, the fewer there are, and the more of other things each holds: compare across a line.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from encoders import Teacher
from measure import machine, table

from searchkit import load_embedder
from searchkit.embedders import all_models
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.embedders.weights import needed
from searchkit.evaluation.evaluate import rank_by_vectors
from searchkit.evaluation.metric import DEPTH
from searchkit.evaluation.task import Retrieval, load_retrieval
from searchkit_index.embedder import Embedder, Vectors


@dataclass(frozen=True)
class Word:
    """A word, its tokens, and the document that it is of."""

    text: str
    tokens: int
    document: str


@dataclass(frozen=True)
class Passage:
    """A text, and the documents whose questions it answers."""

    text: str
    answers: frozenset[str]


def words_of(task: Retrieval, tokenizer: PromptTokenizer) -> list[Word]:
    """All words of all documents."""
    words = [(word, name) for name, text in task.documents.items() for word in text.split()]
    counts = tokenizer.counts([f" {word}" for word, _ in words])
    return [Word(word, count, name) for (word, name), count in zip(words, counts, strict=True)]


def passages(words: Sequence[Word], length: int) -> Iterator[Passage]:
    """Cut the words into passages of at most so many tokens."""
    sizes: dict[str, int] = {}
    for word in words:
        sizes[word.document] = sizes.get(word.document, 0) + word.tokens
    begin, tokens = 0, 0
    for number, word in enumerate([*words, Word("", length + 1, "")]):
        if tokens + word.tokens > length:
            yield _passage(words[begin:number], tokens, sizes)
            begin, tokens = number, 0
        tokens += word.tokens


def _passage(words: Sequence[Word], tokens: int, sizes: dict[str, int]) -> Passage:
    parts: dict[str, int] = {}
    for word in words:
        parts[word.document] = parts.get(word.document, 0) + word.tokens
    answers = [name for name, part in parts.items() if 2 * part >= min(tokens, sizes[name])]
    return Passage(" ".join(word.text for word in words), frozenset(answers))


def found(system: Embedder, task: Retrieval, asked: Vectors, cut: Sequence[Passage]) -> float:
    """MRR@10, times 100; `asked` are the vectors of the questions."""
    documents = system.encode([passage.text for passage in cut], "document")
    ranks = []
    for query, rows in zip(task.queries, rank_by_vectors(documents, asked, DEPTH), strict=True):
        right = set(task.relevant[query])
        places = [place for place, row in enumerate(rows, 1) if right & cut[row].answers]
        ranks.append(1 / places[0] if places else 0.0)
    return 100 * float(np.mean(ranks))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("task", type=Path)
    parser.add_argument("--model", default="nano")
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--lengths", type=int, nargs="+", default=[64, 128, 256, 512])
    options = parser.parse_args()
    model = all_models()[options.model]
    task = load_retrieval(options.task)
    words = words_of(task, PromptTokenizer(model, needed(model)))
    systems: list[Embedder] = [load_embedder(options.model), Teacher(options.encoder)]
    asked = [system.encode(list(task.queries.values()), "query") for system in systems]
    lines = []
    for length in options.lengths:
        cut = list(passages(words, length - 2))  # beside the tokens around a text
        ours, theirs = (
            found(system, task, vectors, cut)
            for system, vectors in zip(systems, asked, strict=True)
        )
        line = (length, len(cut), f"{ours:.1f}", f"{theirs:.1f}", f"{ours / theirs:.2f}")
        lines.append([str(each) for each in line])
        print(lines[-1], flush=True)
    header = ["tokens", "passages", *(system.name for system in systems), "ratio"]
    print(f"{machine()}; {task_name(options.task, task)}\n\n{table(header, lines)}")


def task_name(folder: Path, task: Retrieval) -> str:
    """Say what was asked."""
    return f"{folder.name}, {len(task.queries):,} questions, MRR@10"


if __name__ == "__main__":
    main()
