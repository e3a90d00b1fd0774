"""How well questions about whole repositories are answered, by file.

Run: python tests/bench/repos.py TASKS CHECKOUTS [--out FOLDER] [--only NAME,...] [--home FOLDER]

TASKS holds `repos.json` (name, language, optionally benchmark_root), `annotations/NAME.json`
(query, relevant, secondary, category) and optionally `xlang.jsonl` (repo, lang and the same keys);
CHECKOUTS holds a folder for each name. The metric is that of MinishLab's semble benchmark: NDCG@10
over files with binary gain, relevant and secondary alike, the mean over a repository's questions
and then over repositories. Every other repository, by name, is of the half that rules are chosen
on; the others confirm them. FOLDER gets `repos.json`, `repos.md` and `repos.svg`; results that it
holds already of the same model are not measured again. --home keeps the indexes for the next run.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any, NamedTuple

from chart import bars
from measure import machine, peak, table

if TYPE_CHECKING:
    from searchkit.indexes.index import Index
    from searchkit.query import Mode

MODES: "tuple[Mode, ...]" = ("hybrid", "semantic", "lexical")
_DEPTH = 10  # files of a ranking that count
HITS = 60  # asked for, so that ten files are among them


class Question(NamedTuple):
    """A question, the language it is asked in, and the files that answer it."""

    text: str
    language: str
    category: str
    targets: frozenset[str]


def questions(tasks: Path, name: str) -> list[Question]:
    """The questions of one repository: its annotations, then those in other languages."""
    written = json.loads((tasks / "annotations" / f"{name}.json").read_text())
    rows = [{"lang": "", **row} for row in written]
    others = tasks / "xlang.jsonl"
    if others.is_file():
        lines = others.read_text().splitlines()
        rows += [row for row in map(json.loads, lines) if row["repo"] == name]
    return [
        Question(row["query"], row["lang"], row["category"], frozenset(_targets(row)))
        for row in rows
    ]


def _targets(row: dict[str, Any]) -> Iterable[str]:
    for target in (*row["relevant"], *row["secondary"]):
        yield target if isinstance(target, str) else target["path"]


def ndcg(files: Sequence[str], targets: frozenset[str]) -> float:
    """Binary NDCG@10 of a ranking of files; targets may be named from the root or from below it."""
    left, gain = set(targets), 0.0
    for rank, file in enumerate(files[:_DEPTH], 1):
        met = {target for target in left if f"/{file}".endswith(f"/{target}")}
        left -= met
        gain += 1 / math.log2(rank + 1) if met else 0.0
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(targets), _DEPTH) + 1))
    return gain / best if best else 0.0


def inside(repo: dict[str, str]) -> str:
    """The folder of a repository that is searched."""
    return (repo.get("benchmark_root") or "").strip("/.")


def measure(repo: dict[str, str], tasks: Path, checkouts: Path) -> dict[str, Any]:
    """Index one repository, unless that was done, and ask all its questions in every mode."""
    from searchkit import Index

    with Index.open(checkouts / repo["name"] / inside(repo)) as index:
        start = time.perf_counter()
        index.build()
        seconds = time.perf_counter() - start
        status = index.status()
        asked = questions(tasks, repo["name"])
        answers = {mode: ask(index, mode, asked, inside(repo)) for mode in MODES}
    return {
        "name": repo["name"],
        "language": repo["language"],
        "model": status.fingerprint,
        "chunks": status.chunks,
        "index_seconds": seconds,
        "query_p50": median(taken for _, taken in answers["hybrid"]),
        "peak_megabytes": peak(),
        "questions": [(one.text, one.language, one.category) for one in asked],
        "scores": {mode: [score for score, _ in scored] for mode, scored in answers.items()},
    }


def ask(
    index: "Index", mode: "Mode", asked: Sequence[Question], inner: str
) -> list[tuple[float, float]]:
    """NDCG and seconds of each question."""
    from searchkit.indexes.home import catalog_of
    from searchkit.query import Query
    from searchkit.search.answer import ranked_hits
    from searchkit.search.query_vector import QueryVector
    from searchkit.search.searcher import Searcher
    from searchkit_index.catalog.store import Store

    store = Store(catalog_of(index.root))
    searcher, found = Searcher(store, index.embedder), []
    for question in asked:
        start = time.perf_counter()
        query = Query(question.text, mode=mode)
        given = searcher.candidates(query, QueryVector(query.text), HITS)
        hits = ranked_hits([given], query, HITS)
        taken = time.perf_counter() - start
        files = list(dict.fromkeys(f"{inner}/{hit.path}".lstrip("/") for hit in hits))
        found.append((ndcg(files, question.targets), taken))
    store.close()
    return found


def score(
    results: Iterable[dict[str, Any]], mode: str, *, language: str = "", category: str = ""
) -> float | None:
    """Mean over repositories of the mean over questions; None where there are none."""
    means = []
    for result in results:
        scored = [
            value
            for (_, asked_in, kind), value in zip(
                result["questions"], result["scores"][mode], strict=True
            )
            if asked_in == language and category in ("", kind)
        ]
        if scored:
            means.append(mean(scored))
    return mean(means) if means else None


def row(name: str, results: Sequence[dict[str, Any]], **only: str) -> list[str]:
    """A row of a table: the three modes."""
    scored = (score(results, mode, **only) for mode in MODES)
    return [name, *("-" if value is None else f"{value:.3f}" for value in scored)]


def halves(results: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """All repositories, those that rules were chosen on, and those that confirm them."""
    ordered = sorted(results, key=lambda result: str(result["name"]))
    everything = f"all {len(ordered)}"
    return {everything: ordered, "chosen on": ordered[::2], "confirmed on": ordered[1::2]}


def report(results: Sequence[dict[str, Any]]) -> str:
    """Every table, as Markdown."""
    grouped = defaultdict(list)
    for result in results:
        grouped[result["language"]].append(result)
    asked = {tuple(one) for result in results for one in result["questions"]}
    categories, languages = (sorted({one[at] for one in asked} - {""}) for at in (2, 1))
    parts = [
        table(("repositories", *MODES), [row(*half) for half in halves(results).items()]),
        table(("programming language", *MODES), [row(*group) for group in grouped.items()]),
        table(("category", *MODES), [row(kind, results, category=kind) for kind in categories]),
        table(("asked in", *MODES), [row(one, results, language=one) for one in languages]),
        table(
            ("repository", *MODES, "chunks", "index s", "query p50 ms", "peak MB"),
            [
                (
                    *row(result["name"], [result]),
                    f"{result['chunks']:,}",
                    f"{result['index_seconds']:.1f}",
                    f"{result['query_p50'] * 1e3:.1f}",
                    f"{result['peak_megabytes']:.0f}",
                )
                for result in results
            ],
        ),
    ]
    seconds = mean(result["index_seconds"] for result in results)
    p50 = median(result["query_p50"] for result in results)
    largest = max(result["peak_megabytes"] for result in results)
    parts.append(
        f"index {seconds:.1f} s in the mean, query p50 {p50 * 1e3:.1f} ms, peak {largest:.0f} MB;"
        f" {machine()}"
    )
    return "\n\n".join(parts)


def main() -> None:
    """Measure what is not measured yet, each repository in a process of its own; print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--out", type=Path, default=Path("benchmark"))
    parser.add_argument("--only", default="", metavar="NAME,...")
    parser.add_argument("--home", type=Path, help="where the indexes are kept")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    repos = json.loads((given.tasks / "repos.json").read_text())
    if given.one:
        repo = next(repo for repo in repos if repo["name"] == given.one)
        print(json.dumps(measure(repo, given.tasks, given.checkouts)))
        return
    wanted = {name for name in given.only.split(",") if name}
    results = measured(given, [repo for repo in repos if not wanted or repo["name"] in wanted])
    text = report(results)
    (given.out / "repos.md").write_text(text + "\n")
    (given.out / "repos.svg").write_text(chart(results))
    print("\n" + text)


def measured(given: argparse.Namespace, repos: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The results of these repositories, measured now or before."""
    from searchkit import config, load_embedder

    model = load_embedder(config.load().model).fingerprint
    given.out.mkdir(parents=True, exist_ok=True)
    kept = given.out / "repos.json"
    done = json.loads(kept.read_text()) if kept.is_file() else []
    results = {result["name"]: result for result in done if result["model"] == model}
    for repo in repos:
        name = repo["name"]
        if name in results:
            continue
        if not (given.checkouts / name).is_dir():
            print(f"{name}: no checkout, left out")
            continue
        with tempfile.TemporaryDirectory() as fresh:
            environment = os.environ | {"SEARCHKIT_HOME": str(given.home or fresh)}
            command = [sys.executable, *sys.argv, "--one", name]
            text = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        results[name] = json.loads(text.stdout)
        kept.write_text(json.dumps(list(results.values())))
        print(" ".join(row(name, [results[name]])), flush=True)
    return list(results.values())


def chart(results: Sequence[dict[str, Any]]) -> str:
    """NDCG@10 of each programming language, and of each language it was asked in."""
    grouped = defaultdict(list)
    for result in results:
        grouped[result["language"]].append(result)
    languages = sorted({one[1] for result in results for one in result["questions"]} - {""})
    named = {name: score(group, "hybrid") for name, group in grouped.items()}
    named |= {f"asked in {one}": score(results, "hybrid", language=one) for one in languages}
    return bars("NDCG@10 over files", {name: value or 0.0 for name, value in named.items()})


if __name__ == "__main__":
    main()
