"""What an agent reads until it has the right file: passages, against grep and whole files.

Run: python tests/bench/agents.py TASKS CHECKOUTS [--out FOLDER] [--home FOLDER] [--only NAME,...]

TASKS and CHECKOUTS are those of `repos.py`; of its questions the English ones are asked. An agent
with searchkit reads the passages of one answer from the top. An agent with grep looks for each word
of the question, and reads whole the files that hold the most of them, best first; what grep itself
prints is not counted, which favours it. Tokens are counted by the model's own tokenizer in both.
Told are the tokens until a right file is met, in the median and the mean (all that was read, where
none is), and which part of the right files is met within 500, 2,000 and 8,000 tokens. FOLDER gets
`agents.json`, `agents.md` and `agents.svg`. --home keeps the indexes; one that is there is asked
as it stands.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any, NamedTuple

from chart import bars
from measure import machine, table
from repos import Question, inside, questions

if TYPE_CHECKING:
    from searchkit.hits.hit import Hit
    from searchkit.indexes.index import Index

BUDGETS = (500, 2_000, 8_000)
HITS = 50  # that are read at most
FILES = 30  # the same for grep
LARGEST = 1_000_000  # bytes of a file that grep's agent reads


class Reading(NamedTuple):
    """What was read: the file and the tokens of each piece, in order."""

    files: list[str]
    tokens: list[int]

    def until(self, targets: frozenset[str]) -> tuple[int, bool]:
        """Tokens until the first right file, and whether there was one."""
        for file, spent in zip(self.files, accumulate(self.tokens), strict=True):
            if met([file], targets):
                return spent, True
        return sum(self.tokens), False

    def within(self, budget: int) -> list[str]:
        """The files of which all is read within a budget."""
        spent = accumulate(self.tokens)
        return [file for file, at in zip(self.files, spent, strict=True) if at <= budget]


def met(files: Iterable[str], targets: frozenset[str]) -> set[str]:
    """The targets that are among files; they may be named from the root or from below it."""
    return {target for target in targets for file in files if f"/{file}".endswith(f"/{target}")}


class Reader:
    """An agent of each sort, over one repository."""

    def __init__(self, index: "Index", inner: str) -> None:
        from searchkit.embedders import count_tokens

        self.index, self.inner = index, inner
        self.count = partial(count_tokens, index.embedder)
        self.file_tokens = cache(self._file_tokens)

    def hits(self, text: str) -> "Sequence[Hit]":
        """The answer to a question."""
        from searchkit.query import Query

        return self.index.search(Query(text, limit=HITS), refresh=False)

    def named(self, path: str) -> str:
        """A path from the root of the repository."""
        return f"{self.inner}/{path}".lstrip("/")

    def passages(self, hits: "Sequence[Hit]") -> Reading:
        """Whole passages, one by one."""
        from searchkit.hits.export import passages

        texts = [passages([hit], [0], lambda it: it.path) for hit in hits]
        return Reading([self.named(hit.path) for hit in hits], self.count(texts))

    def fitted(self, hits: "Sequence[Hit]", budget: int) -> list[str]:
        """The files that one reply within a budget names."""
        from searchkit.hits import budget as budgets
        from searchkit.hits.export import passages

        def write(fitted: budgets.Fitted) -> str:
            return passages(fitted.hits, fitted.cut, lambda it: it.path)

        fitted = budgets.fit(hits, budget, self.count, write)
        return [self.named(hit.path) for hit in fitted.hits]

    def grep(self, text: str) -> Reading:
        """Whole files that hold the words of a question."""
        distinct: Counter[str] = Counter()
        lines: Counter[str] = Counter()
        for word in words(text):
            for file, count in grepped(self.index.root, word):
                distinct[file] += 1
                lines[file] += count
        best = sorted(distinct, key=lambda file: (-distinct[file], -lines[file], file))[:FILES]
        return Reading([self.named(file) for file in best], list(map(self.file_tokens, best)))

    def _file_tokens(self, file: str) -> int:
        data = (self.index.root / file).read_bytes()[:LARGEST]
        return self.count([data.decode(errors="replace")])[0]


def words(text: str) -> list[str]:
    """The words of a question that a person would look for."""
    from searchkit.hits.excerpt import terms_to_mark

    telling = terms_to_mark(text)
    found = re.findall(r"\w{3,}", text)
    return list(dict.fromkeys(word for word in found if word.lower() in telling)) or found


def grepped(root: Path, word: str) -> Iterator[tuple[str, int]]:
    """Files that hold a word in any case, each with how many of its lines do."""
    tool = ["rg", "-icF", word] if shutil.which("rg") else ["grep", "-rIicF", "--", word, "."]
    done = subprocess.run(tool, cwd=root, capture_output=True, text=True, errors="replace")
    for line in done.stdout.splitlines():
        file, _, count = line.rpartition(":")
        if count.isdecimal() and int(count) and "/.git/" not in f"/{file}":
            yield file.removeprefix("./"), int(count)


def measured(repo: dict[str, str], asked: Sequence[Question], root: Path) -> dict[str, Any]:
    """What each agent read for each question of one repository."""
    from searchkit.indexes.home import catalog_of
    from searchkit.indexes.index import Index

    with Index.open(root) as index:
        if not catalog_of(index.root).exists():
            index.build()
        reader = Reader(index, inside(repo))
        rows = [row(reader, question) for question in asked]
    return {"name": repo["name"], "questions": rows}


def row(reader: Reader, question: Question) -> dict[str, Any]:
    """The figures of one question."""
    hits = reader.hits(question.text)
    own, grep = reader.passages(hits), reader.grep(question.text)
    parts = {"searchkit": {}, "grep": {}}
    for budget in BUDGETS:
        named = reader.fitted(hits, budget)
        parts["searchkit"][budget] = len(met(named, question.targets)) / len(question.targets)
        read = grep.within(budget)
        parts["grep"][budget] = len(met(read, question.targets)) / len(question.targets)
    return {
        "query": question.text,
        "searchkit": own.until(question.targets),
        "grep": grep.until(question.targets),
        "recall": parts,
    }


def report(results: Sequence[dict[str, Any]]) -> str:
    """Both tables, as Markdown; means over repositories of means over questions."""
    rows = []
    for agent in ("searchkit", "grep"):
        each = [row[agent] for result in results for row in result["questions"]]
        spent = [tokens for tokens, _ in each]
        cells = [f"{median(spent):,.0f}", f"{mean(spent):,.0f}"]
        cells.append(f"{mean(was_met for _, was_met in each):.3f}")
        cells += [f"{recall(results, agent, budget):.3f}" for budget in BUDGETS]
        rows.append([agent, *cells])
    header = ["agent with", "tokens to a right file, median", "mean", "met one at all"]
    header += [f"recall at {budget:,} tokens" for budget in BUDGETS]
    count = sum(len(result["questions"]) for result in results)
    tool = "ripgrep" if shutil.which("rg") else "GNU grep in the place of ripgrep"
    of = f"{count:,} questions to {len(results)} repositories; {tool}; {machine()}"
    return f"{table(header, rows)}\n\n{of}"


def recall(results: Sequence[dict[str, Any]], agent: str, budget: int) -> float:
    """The part of right files that is met within a budget."""
    return mean(
        mean(row["recall"][agent][budget] for row in result["questions"]) for result in results
    )


def main() -> None:
    """Measure every repository that is there, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--out", type=Path, default=Path("benchmark"))
    parser.add_argument("--home", type=Path, help="where the indexes are kept")
    parser.add_argument("--only", default="", metavar="NAME,...")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    wanted = {name for name in given.only.split(",") if name}
    results = []
    with tempfile.TemporaryDirectory() as fresh:
        os.environ["SEARCHKIT_HOME"] = str(given.home or fresh)
        for repo in json.loads((given.tasks / "repos.json").read_text()):
            root = given.checkouts / repo["name"] / inside(repo)
            asked = [one for one in questions(given.tasks, repo["name"]) if not one.language]
            if root.is_dir() and asked and (not wanted or repo["name"] in wanted):
                results.append(measured(repo, asked, root))
                print(report(results[-1:]).splitlines()[2:4], repo["name"], flush=True)
    text = report(results)
    (given.out / "agents.json").write_text(json.dumps(results))
    (given.out / "agents.md").write_text(text + "\n")
    named = {
        f"{agent}, {budget:,} tokens": recall(results, agent, budget)
        for budget in BUDGETS
        for agent in ("searchkit", "grep")
    }
    (given.out / "agents.svg").write_text(bars("Right files met within a budget", named))
    print("\n" + text)


if __name__ == "__main__":
    main()
