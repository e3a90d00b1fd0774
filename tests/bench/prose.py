"""How well questions about notes are answered, within a language and across languages.

Run: python tests/bench/prose.py TASK

TASK is a folder in the BEIR layout (corpus.jsonl.gz, queries.jsonl.gz, qrels/test.tsv). Each text
becomes a Markdown file of a temporary folder, which is indexed and asked through the public API;
NDCG@10 over files, by the language of the query (its `lang`, or as its id begins: `de-123`).
"""

import argparse
import gzip
import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

from measure import machine, table
from repos import HITS, MODES, ndcg


def write(task: Path, folder: Path) -> None:
    """Write each text of a task as a Markdown file."""
    with gzip.open(task / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            heading = f"# {row['title']}\n\n" if row.get("title") else ""
            (folder / f"{row['_id']}.md").write_text(f"{heading}{row['text']}\n", encoding="utf-8")


def questions(task: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield each query of a task, its language, and the files that answer it."""
    from searchkit.evaluation.task import load_retrieval

    whole = load_retrieval(task)
    for key, text in whole.queries.items():
        language = whole.languages[key].partition(">")[0]
        yield text, language, frozenset(f"{document}.md" for document in whole.relevant[key])


def main() -> None:
    """Index the folder, ask every question in every mode, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", type=Path)
    task = parser.parse_args().task
    from searchkit import Index

    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    seconds = []
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as folder:
        os.environ["SEARCHKIT_HOME"] = home
        write(task, Path(folder))
        with Index.open(folder) as index:
            index.build()
            print(index.status().chunks, "chunks")
            for text, language, answers in questions(task):
                for mode in MODES:
                    start = time.perf_counter()
                    hits = index.search(text, limit=HITS, mode=mode, refresh=False)
                    seconds.append(time.perf_counter() - start)
                    files = list(dict.fromkeys(hit.path for hit in hits))
                    scores[language, mode].append(ndcg(files, answers))
    languages = sorted({language for language, _ in scores})
    means = {key: mean(values) for key, values in scores.items()}
    lines = [(one, *(f"{means[one, mode]:.3f}" for mode in MODES)) for one in languages]
    whole = (f"{mean(means[one, mode] for one in languages):.3f}" for mode in MODES)
    print(table(("asked in", *MODES), [*lines, ("mean", *whole)]))
    print(f"\nquery p50 {median(seconds) * 1e3:.1f} ms; {machine()}")


if __name__ == "__main__":
    main()
