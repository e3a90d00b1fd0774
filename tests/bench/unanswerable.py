"""Whether an answer is called weak where there is none: questions put to the wrong repository.

Run: python tests/bench/unanswerable.py TASKS CHECKOUTS [--home FOLDER]

TASKS and CHECKOUTS are those of `repos.py`, whose --home holds indexes to be used again. Each
repository is asked its own questions, and those of another in another programming language.
Precision is the part of all answers called weak that were to the wrong repository; recall the part
of those to the wrong repository that were called weak; kept the part of the others that were not.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from measure import machine, table
from repos import Question, inside, questions

Judged = tuple[str, bool, bool]  # the half and kind of question, whether it was its own, weak


def foreign(repos: list[dict[str, str]], at: int) -> list[dict[str, str]]:
    """Two others in another programming language, far away in the list."""
    turned = repos[at + 7 :] + repos[: at + 7]
    return list(islice((it for it in turned if it["language"] != repos[at]["language"]), 2))


def judged(root: Path, asked: Iterable[tuple[Question, bool]], half: str) -> Iterator[Judged]:
    """Ask one repository, indexed if it was not."""
    from searchkit import Index
    from searchkit.confidence import WEAK

    with Index.open(root) as index:
        index.build()
        for question, own in asked:
            hits = index.search(question.text, limit=10)
            weak = not hits or hits[0].confidence < WEAK
            kind = "other languages" if question.language not in ("", "en") else "English"
            yield f"{kind}, {half}", own, weak


def main() -> None:
    """Ask, judge, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    repos = json.loads((given.tasks / "repos.json").read_text())
    first = sorted(repo["name"] for repo in repos)[::2]
    found: list[Judged] = []
    with tempfile.TemporaryDirectory() as fresh:
        os.environ["SEARCHKIT_HOME"] = str(given.home or fresh)
        for at, repo in enumerate(repos):
            own = [(one, True) for one in questions(given.tasks, repo["name"])]
            others = [questions(given.tasks, other["name"]) for other in foreign(repos, at)]
            asked = own + [(one, False) for other in others for one in other]
            half = "chosen on" if repo["name"] in first else "confirmed on"
            found += judged(given.checkouts / repo["name"] / inside(repo), asked, half)
    print(table(("questions", "asked", "precision", "recall", "kept"), list(lines(found))))
    print(f"\n{machine()}")


def lines(found: list[Judged]) -> Iterator[tuple[str, ...]]:
    """A row for each kind of question and half."""
    for kind in sorted({kind for kind, _, _ in found}):
        here = [(own, weak) for one, own, weak in found if one == kind]
        called = sum(weak for _, weak in here)
        caught = sum(weak and not own for own, weak in here)
        missing = sum(not own for own, _ in here)
        kept = sum(own and not weak for own, weak in here)
        shares = caught / max(called, 1), caught / missing, kept / (len(here) - missing)
        yield kind, str(len(here)), *(f"{share:.2f}" for share in shares)


if __name__ == "__main__":
    main()
