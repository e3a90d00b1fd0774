"""How well small folders answer: a few files of a larger one, with the questions that they answer.

Run: python tests/bench/small.py DATA CHECKOUTS [--home FOLDER] [--only NAME,...] [--draws N]

Folders are those of `corpora.py`, indexed under --home by `ranking.py`; notes and paragraphs unless
--only names others. Each small one is a copy of an index out of which all but a few files were
taken: one that answers a question, and either its neighbours by path or any others. It is asked
that question, three of its folder that no file in it answers (near), and three of other folders
(far). Prints for each number of files the part of questions that the first file answers, of right
first answers the part that is not called weak, and of the others the part that is.
"""

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import mean
from typing import TYPE_CHECKING

from candidates import options
from corpora import Asked, Corpus, corpora
from measure import machine, table

if TYPE_CHECKING:
    from searchkit.hits.hit import Hit
    from searchkit_index.embedder import Embedder

SIZES = (2, 3, 5, 10, 30)
FOREIGN = 3

# By what is measured and the number of files: one value for each question.
Figures = defaultdict[tuple[str, int], list[float]]


def draws(
    corpus: Corpus, files: Sequence[str], size: int, count: int
) -> Iterator[tuple[Asked, set[str]]]:
    """Yield questions, each with the files of a small folder that answers it."""
    draw = Random(f"{corpus.name} {size}")
    answered = [one for one in corpus.asked if one.own and answers(corpus, one) & {*files}]
    for number in range(count):
        asked = draw.choice(answered)
        right = draw.choice(sorted(answers(corpus, asked) & {*files}))
        others = [path for path in files if path not in answers(corpus, asked, secondary=True)]
        if number % 2:
            at = files.index(right)
            others.sort(key=lambda path: abs(files.index(path) - at))
        else:
            draw.shuffle(others)
        yield asked, {right, *others[: size - 1]}


def answers(corpus: Corpus, asked: Asked, *, secondary: bool = False) -> set[str]:
    """The files that answer a question, named from the folder that is indexed."""
    inner = f"{corpus.inner}/" if corpus.inner else ""
    named = asked.relevant | asked.secondary if secondary else asked.relevant
    return {path.removeprefix(inner) for path in named}


def measure(
    corpus: Corpus, others: Sequence[Asked], embedder: "Embedder", count: int, figures: Figures
) -> None:
    """Ask small folders out of one, as many of each size."""
    from searchkit.indexes.home import catalog_of
    from searchkit_index.catalog.store import Store

    catalog = catalog_of(corpus.root.resolve())
    store = Store(catalog)
    files = sorted(path for _, path, _ in store.chunks.indexed_files())
    store.close()
    for size in (size for size in SIZES if size < len(files)):
        draw = Random(f"{corpus.name} foreign {size}")
        for asked, kept in draws(corpus, files, size, count):
            own = [one for one in corpus.asked if one.own]
            near = [one for one in own if not answers(corpus, one, secondary=True) & kept]
            foreign = {"near": near, "far": others}
            questions = [("", asked)] + [
                (kind, one)
                for kind, every in foreign.items()
                for one in draw.sample(every, min(FOREIGN, len(every)))
            ]
            first = ask(catalog, {*files} - kept, embedder, [one.text for _, one in questions])
            for (kind, one), hit in zip(questions, first, strict=True):
                judge(kind, hit, answers(corpus, one), size, figures)


def ask(
    catalog: Path, gone: set[str], embedder: "Embedder", texts: Sequence[str]
) -> "list[Hit | None]":
    """The first hits of questions to a copy of a catalog without some files."""
    from searchkit.query import Query
    from searchkit.search.answer import ranked_hits
    from searchkit.search.query_vector import QueryVector
    from searchkit.search.searcher import Searcher
    from searchkit_index.catalog.store import Store

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(catalog.parent, Path(scratch, "index"))) / catalog.name
        store = Store(copy)
        with store.write():
            store.files.remove(gone)
            store.files.sweep()
        searcher = Searcher(store, embedder)
        given = [searcher.candidates(Query(text), QueryVector(text), 1) for text in texts]
        hits = [
            ranked_hits([each], Query(text), 1) for each, text in zip(given, texts, strict=True)
        ]
        found = [next(iter(each), None) for each in hits]
        store.close()
    return found


def judge(kind: str, hit: "Hit | None", right: set[str], size: int, figures: Figures) -> None:
    """Count one answer."""
    from searchkit.ranking.confidence import WEAK

    kept = hit is not None and (hit.confidence or 0.0) >= WEAK
    if kind:
        figures[kind, size].append(not kept)
        return
    is_right = hit is not None and hit.path in right
    figures["hit@1", size].append(is_right)
    if is_right:
        figures["kept", size].append(kept)


def main() -> None:
    """Measure, print a table for each folder."""
    from searchkit import config, load_embedder

    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=60, help="folders of each size")
    given = parser.parse_args()
    os.environ["SEARCHKIT_HOME"] = str(given.home.resolve())
    embedder = load_embedder(given.model or config.load().model)
    every = list(corpora(given.data, given.checkouts))
    names = (given.only or "notes,paragraphs").split(",")
    for corpus in (corpus for corpus in every if corpus.name in names):
        others = [one for other in every if other is not corpus for one in other.asked if one.own]
        figures: Figures = defaultdict(list)
        measure(corpus, others, embedder, given.draws, figures)
        rows = [
            (what, *(f"{mean(figures[what, size]):.2f}" for size in SIZES if figures[what, size]))
            for what in ("hit@1", "kept", "near", "far")
        ]
        print(table((corpus.name, *(f"{size} files" for size in SIZES)), rows), "\n", flush=True)
    print(machine())


if __name__ == "__main__":
    main()
