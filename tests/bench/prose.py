"""How well questions about notes are answered, within a language and across languages.

Run: python tests/bench/prose.py TASK

TASK is a folder in the BEIR layout (corpus.jsonl.gz, queries.jsonl.gz, qrels/test.tsv). Each text
becomes a Markdown file of a temporary folder, which is indexed and asked through the public API;
NDCG@10 over files, by the language that begins a query's id (`de-123`).
"""

import argparse
import csv
import gzip
import json
import os
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean, median
from typing import Any

from measure import machine, table
from repos import HITS, MODES, ndcg


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def relevant(task: Path) -> dict[str, set[str]]:
    """The files that answer each query, by its id."""
    found = defaultdict(set)
    with (task / "qrels" / "test.tsv").open(encoding="utf-8") as lines:
        for query, document, gain in list(csv.reader(lines, delimiter="\t"))[1:]:
            if int(gain) > 0:
                found[query].add(f"{document}.md")
    return found


def write(corpus: list[dict[str, Any]], folder: Path) -> None:
    """Each text as a Markdown file."""
    for row in corpus:
        heading = f"# {row['title']}\n\n" if row.get("title") else ""
        (folder / f"{row['_id']}.md").write_text(f"{heading}{row['text']}\n", encoding="utf-8")


def main() -> None:
    """Index the folder, ask every question in every mode, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", type=Path)
    task = parser.parse_args().task
    from searchkit import Index

    answers = relevant(task)
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    seconds = []
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        os.environ["SEARCHKIT_HOME"] = home
        write(rows(task / "corpus.jsonl.gz"), Path(folder))
        with Index.open(folder) as index:
            index.build()
            print(index.status().chunks, "chunks")
            for query in rows(task / "queries.jsonl.gz"):
                language = query["_id"].partition("-")[0]
                for mode in MODES:
                    start = time.perf_counter()
                    hits = index.search(query["text"], limit=HITS, mode=mode, refresh=False)
                    seconds.append(time.perf_counter() - start)
                    files = list(dict.fromkeys(hit.path for hit in hits))
                    targets = frozenset(answers[query["_id"]])
                    scores[language, mode].append(ndcg(files, targets))
    languages = sorted({language for language, _ in scores})
    means = {key: mean(values) for key, values in scores.items()}
    lines = [(one, *(f"{means[one, mode]:.3f}" for mode in MODES)) for one in languages]
    whole = (f"{mean(means[one, mode] for one in languages):.3f}" for mode in MODES)
    print(table(("asked in", *MODES), [*lines, ("mean", *whole)]))
    print(f"\nquery p50 {median(seconds) * 1e3:.1f} ms; {machine()}")


if __name__ == "__main__":
    main()
