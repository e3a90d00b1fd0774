"""Whether an answer is called weak where there is none: questions put to the wrong repository.

Run: python tests/bench/unanswerable.py TASKS CHECKOUTS [--home FOLDER]

TASKS and CHECKOUTS are those of `repos.py`, whose --home holds indexes to be used again. Each
repository is asked its own questions, and those of two others in another programming language.
Precision is the part of all answers called weak that were to the wrong repository; recall the part
of those to the wrong repository that were called weak; kept the part of the others that were not.
Below stands what `searchkit.ranking.confidence` would be, fitted on the half that is chosen on.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from measure import machine, table
from repos import Question, inside, questions


class Judged(NamedTuple):
    """One question to one repository: whether it was its own, and what came."""

    chosen: bool
    english: bool
    own: bool
    weak: bool
    scores: tuple[float, float] | None  # cosine and lexical score of the best hit of both sides
    words: float | None  # lexical score of the best hit by words alone


def foreign(repos: list[dict[str, str]], at: int) -> list[dict[str, str]]:
    """Two others in another programming language, far away in the list."""
    turned = repos[at + 7 :] + repos[: at + 7]
    return list(islice((it for it in turned if it["language"] != repos[at]["language"]), 2))


def judged(root: Path, asked: Iterable[tuple[Question, bool]], chosen: bool) -> Iterator[Judged]:
    """Ask one repository, indexed if it was not."""
    from searchkit import Index
    from searchkit.ranking.confidence import WEAK

    with Index.open(root) as index:
        index.build()
        for question, own in asked:
            hits = index.search(question.text, limit=1, refresh=False)
            worded = index.search(question.text, limit=1, mode="lexical", refresh=False)
            scores = {side: part.score for side, part in hits[0].parts.items()} if hits else {}
            yield Judged(
                chosen,
                question.language in ("", "en"),
                own,
                not hits or hits[0].confidence < WEAK,
                (scores["semantic"], scores.get("lexical", 0.0)) if "semantic" in scores else None,
                worded[0].parts["lexical"].score if worded else None,
            )


def lines(found: list[Judged]) -> Iterator[tuple[str, ...]]:
    """A row for each kind of question and half."""
    for english in (True, False):
        for chosen in (True, False):
            here = [it for it in found if (it.english, it.chosen) == (english, chosen)]
            called = sum(it.weak for it in here)
            caught = sum(it.weak and not it.own for it in here)
            missing = sum(not it.own for it in here)
            kept = sum(it.own and not it.weak for it in here)
            shares = caught / max(called, 1), caught / missing, kept / (len(here) - missing)
            kind = "English" if english else "other languages"
            half = "chosen on" if chosen else "confirmed on"
            yield f"{kind}, {half}", str(len(here)), *(f"{share:.2f}" for share in shares)


def fitted(rows: Sequence[Sequence[float]], own: Sequence[bool]) -> str:
    """Bias and weights that tell best, both kinds of question counting the same."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(class_weight="balanced", C=100).fit(rows, own)
    return ", ".join(f"{value:.2f}" for value in (*model.intercept_, *model.coef_[0]))


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
            root = given.checkouts / repo["name"] / inside(repo)
            found += judged(root, asked, repo["name"] in first)
    print(table(("questions", "asked", "precision", "recall", "kept"), list(lines(found))))
    both = [(it.scores, it.own) for it in found if it.chosen and it.scores]
    words = [((it.words,), it.own) for it in found if it.chosen and it.words is not None]
    print(f"\nBOTH = ({fitted(*zip(*both, strict=True))})")
    print(f"WORDS = ({fitted(*zip(*words, strict=True))})\n\n{machine()}")


if __name__ == "__main__":
    main()
