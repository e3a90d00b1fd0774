"""How well questions about whole repositories are answered, by file.

Run: python tests/bench/repos.py TASKS CHECKOUTS [--out FILE.json] [--only NAME,...]

TASKS holds `repos.json` (name, language and, if it likes, benchmark_root), `annotations/NAME.json`
(query, relevant, secondary, category) and, if it likes, `xlang.jsonl` (repo, lang and the same
keys); CHECKOUTS holds a folder for each name. The metric is that of MinishLab's semble benchmark:
NDCG@10 over files with binary gain, relevant and secondary alike, the mean over a repository's
questions and then over repositories. A repository that stands in FILE.json with the same model is
not measured again.
"""

import argparse
import json
import math
import os
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

from measure import machine, table

MODES = ("hybrid", "semantic", "lexical")
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


def ndcg(files: Sequence[str], targets: frozenset[str], depth: int = 10) -> float:
    """Binary NDCG of a ranking of files; targets may be named from the root or from below it."""
    left, gain = set(targets), 0.0
    for rank, file in enumerate(files[:depth], 1):
        met = {target for target in left if f"/{file}".endswith(f"/{target}")}
        left -= met
        gain += 1 / math.log2(rank + 1) if met else 0.0
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(targets), depth) + 1))
    return gain / best if best else 0.0


def measure(repo: dict[str, str], tasks: Path, checkouts: Path) -> dict[str, Any]:
    """Index one repository anew and ask all its questions in every mode."""
    from searchkit import Index

    inside = (repo.get("benchmark_root") or "").strip("/.")
    with Index.open(checkouts / repo["name"] / inside) as index:
        start = time.perf_counter()
        index.build()
        seconds = time.perf_counter() - start
        status = index.status()
        answers, times = [], []
        for question in questions(tasks, repo["name"]):
            scores = {}
            for mode in MODES:
                start = time.perf_counter()
                hits = index.search(question.text, limit=HITS, mode=mode)
                if mode == "hybrid":
                    times.append(time.perf_counter() - start)
                files = list(dict.fromkeys(f"{inside}/{hit.path}".lstrip("/") for hit in hits))
                scores[mode] = ndcg(files, question.targets)
            answers.append([question.text, question.language, question.category, scores])
    return {
        "name": repo["name"],
        "language": repo["language"],
        "model": status.fingerprint,
        "chunks": status.chunks,
        "index_seconds": seconds,
        "query_p50": median(times),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "answers": answers,
    }


def scores(
    results: Sequence[dict[str, Any]], *, language: str = "", category: str = ""
) -> list[str]:
    """Mean over repositories of the mean over questions, for each mode, as table cells."""
    cells = []
    for mode in MODES:
        repositories = [
            [
                score[mode]
                for _, asked_in, kind, score in result["answers"]
                if asked_in == language and category in ("", kind)
            ]
            for result in results
        ]
        means = [mean(scored) for scored in repositories if scored]
        cells.append(f"{mean(means):.3f}" if means else "-")
    return cells


def report(results: Sequence[dict[str, Any]]) -> str:
    """Every table, as Markdown."""
    grouped = defaultdict(list)
    for result in results:
        grouped[result["language"]].append(result)
    categories = sorted({answer[2] for result in results for answer in result["answers"]})
    languages = sorted({answer[1] for result in results for answer in result["answers"]} - {""})
    everything = [(f"all {len(results)}", *scores(results))]
    parts = [
        table(("repositories", *MODES), everything),
        table(("programming language", *MODES), [(k, *scores(v)) for k, v in grouped.items()]),
        table(("category", *MODES), [(k, *scores(results, category=k)) for k in categories]),
        table(("asked in", *MODES), [(k, *scores(results, language=k)) for k in languages]),
        table(
            ("repository", *MODES, "chunks", "index s", "query p50 ms", "peak MB so far"),
            [
                (
                    *(result["name"], *scores([result]), f"{result['chunks']:,}"),
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
    parts.append(f"index {seconds:.1f} s in the mean, query p50 {p50 * 1e3:.1f} ms; {machine()}")
    return "\n\n".join(parts)


def main() -> None:
    """Measure what is not measured yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--out", type=Path, default=Path("repos.json"))
    parser.add_argument("--only", default="", metavar="NAME,...")
    arguments = parser.parse_args()
    from searchkit import load_embedder

    model = load_embedder().fingerprint
    done = json.loads(arguments.out.read_text()) if arguments.out.is_file() else []
    results = {result["name"]: result for result in done if result["model"] == model}
    wanted = [name for name in arguments.only.split(",") if name]
    for repo in json.loads((arguments.tasks / "repos.json").read_text()):
        if repo["name"] in results or (wanted and repo["name"] not in wanted):
            continue
        if not (arguments.checkouts / repo["name"]).is_dir():
            print(f"{repo['name']}: no checkout, left out")
            continue
        with tempfile.TemporaryDirectory() as home:
            os.environ["SEARCHKIT_HOME"] = home
            results[repo["name"]] = measure(repo, arguments.tasks, arguments.checkouts)
        arguments.out.write_text(json.dumps(list(results.values())))
        print(repo["name"], *scores([results[repo["name"]]]), flush=True)
    print("\n" + report(list(results.values())))


if __name__ == "__main__":
    main()
