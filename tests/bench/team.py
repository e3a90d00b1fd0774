"""Whether a shared index answers as the local ones do that were pushed to it, and how fast.

Run: python tests/bench/team.py DATA CHECKOUTS --to URL [--only NAME ...] [--questions N] [--built]

DATA and CHECKOUTS are those of `corpora.py`. Every repository goes into one shared index, and is
asked there by its name and locally: how often both name the same file first, NDCG@10 over files of
both, the time of a question of both. `--built` takes the indexes as they are.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from corpora import Asked, Corpus, corpora
from measure import machine, table
from repos import ndcg


class Compared(NamedTuple):
    """One question, asked both ways: whether the first files agree, NDCG, seconds."""

    same: bool
    ndcg: tuple[float, float]
    seconds: tuple[float, float]


def compared(corpus: Corpus, url: str, questions: int, *, built: bool) -> list[Compared]:
    """Push a folder, and ask both indexes the same questions."""
    from searchkit import Index
    from searchkit.team.index import SharedIndex
    from searchkit.team.push import push
    from searchkit.team.team import Team

    with Index.open(corpus.root) as index:
        if not built:
            index.build()
        done = push(index, SharedIndex(url), corpus.name)
        print(f"{corpus.name}: {done.added:,} chunks pushed in {done.seconds:.1f} s", flush=True)
        asked = [one for one in corpus.asked if one.own]
        some = asked[:: max(1, len(asked) // questions)][:questions]
        shared = Team(url, model=index.embedder.name, repositories=[corpus.name])
        return [_compared(index, shared, corpus, one) for one in some]


def _compared(index: "object", shared: "object", corpus: Corpus, one: Asked) -> Compared:
    from searchkit.query import Query

    query = Query(one.text, limit=20)
    began = time.perf_counter()
    mine = _files(corpus, index.search(query, refresh=False))
    middle = time.perf_counter()
    theirs, ended = _files(corpus, shared.search(query).hits), time.perf_counter()
    quality = ndcg(mine, one.relevant), ndcg(theirs, one.relevant)
    return Compared(mine[:1] == theirs[:1], quality, (middle - began, ended - middle))


def _files(corpus: Corpus, hits: Sequence["object"]) -> list[str]:
    return list(dict.fromkeys(f"{corpus.inner}/{hit.path}" for hit in hits))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--to", required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--built", action="store_true")
    given = parser.parse_args()
    rows, every = [], []
    for corpus in corpora(given.data, given.checkouts):
        wanted = corpus.inner or corpus.root.parent.name == "repos"
        if not wanted or (given.only and corpus.name not in given.only):
            continue
        found = compared(corpus, given.to, given.questions, built=given.built)
        rows.append([corpus.name, *_figures(found)])
        every += found
    rows.append(["all", *_figures(every)])
    print(machine())
    head = ["repository", "questions", "same first", "NDCG local", "shared", "ms local", "shared"]
    print(table(head, rows))


def _figures(found: Sequence[Compared]) -> list[str]:
    local, shared = (mean(each.ndcg[side] for each in found) for side in (0, 1))
    times = (f"{1000 * median(each.seconds[side] for each in found):.0f}" for side in (0, 1))
    same = f"{100 * mean(each.same for each in found):.1f} %"
    return [f"{len(found):,}", same, f"{local:.4f}", f"{shared:.4f}", *times]


if __name__ == "__main__":
    main()
