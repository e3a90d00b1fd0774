"""The folders and questions that the ranking is measured on.

DATA holds `repos/` (see `repos.py`), `mixed/NAME.json` (whole repositories; each question with
`kind`, `relevant` and `secondary`), `notes/` (`folder/` and `questions.jsonl`) and
`eval/xquad-mixed/` in the BEIR layout; CHECKOUTS holds `repos/NAME` and `mixed/NAME`.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import prose
from repos import inside, questions

# Rules are chosen on these of the mixed folders, on every other repository and question of the
# rest; the others confirm them.
CHOSEN_MIXED = ("httpx", "libuv", "monolog")


class Asked(NamedTuple):
    """One question to one folder.

    `group` is the row of the table that it counts in; `chosen` tells the half; `relevant` files
    answer it, and `secondary` ones are passed over. No file answers it when it is not `own`.
    """

    text: str
    language: str
    group: str
    chosen: bool
    relevant: frozenset[str]
    secondary: frozenset[str] = frozenset()
    own: bool = True


class Corpus(NamedTuple):
    """A folder, and what is asked of it; `inner` is the folder that targets are named from."""

    name: str
    root: Path
    asked: Sequence[Asked]
    inner: str = ""


def corpora(data: Path, checkouts: Path) -> Iterator[Corpus]:
    """Yield every folder that is there, smallest kinds first."""
    yield _notes(data / "notes")
    yield _paragraphs(data / "eval" / "xquad-mixed", checkouts / "xquad-mixed")
    yield from _mixed(data / "mixed", checkouts / "mixed")
    yield from _repositories(data / "repos", checkouts / "repos")


def _notes(folder: Path) -> Corpus:
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = []
    for number, row in enumerate(map(json.loads, filter(None, lines))):
        group = "notes, same language" if row["lang"] == row["note_lang"] else "notes, across"
        relevant = frozenset(row["relevant"])
        group = group if relevant else "notes, unanswerable"
        one = Asked(row["query"], row["lang"], group, number % 2 == 0, relevant, own=bool(relevant))
        asked.append(one)
    return Corpus("notes", folder / "folder", asked)


def _paragraphs(task: Path, root: Path) -> Corpus:
    if not root.is_dir():
        root.mkdir()
        prose.write(task, root)
    asked = [
        Asked(text, language, "paragraphs, across", number % 2 == 0, answers)
        for number, (text, language, answers) in enumerate(prose.questions(task))
    ]
    return Corpus("paragraphs", root, asked)


def _mixed(folder: Path, checkouts: Path) -> Iterator[Corpus]:
    asked = {
        path.stem: [_mixed_one(row, path.stem) for row in json.loads(path.read_text())["questions"]]
        for path in sorted(folder.glob("*.json"))
    }
    names = list(asked)
    for number, name in enumerate(names):
        others = (names[(number + 2) % len(names)], names[(number + 3) % len(names)])
        foreign = [_foreign(one, name in CHOSEN_MIXED) for other in others for one in asked[other]]
        if (checkouts / name).is_dir():
            yield Corpus(f"mixed {name}", checkouts / name, asked[name] + foreign)


def _mixed_one(row: dict[str, Any], name: str) -> Asked:
    relevant, secondary = frozenset(row["relevant"]), frozenset(row.get("secondary", ()))
    group = f"mixed, {row['kind']}"
    return Asked(row["query"], row["lang"], group, name in CHOSEN_MIXED, relevant, secondary)


def _foreign(asked: Asked, chosen: bool) -> Asked:
    return asked._replace(chosen=chosen, relevant=frozenset(), secondary=frozenset(), own=False)


def _repositories(tasks: Path, checkouts: Path) -> Iterator[Corpus]:
    repos = json.loads((tasks / "repos.json").read_text())
    first = sorted(repo["name"] for repo in repos)[::2]
    for number, repo in enumerate(repos):
        name, chosen = repo["name"], repo["name"] in first
        asked = [*_repository(tasks, name, chosen)]
        for other in foreign(repos, number):
            asked += (_foreign(one, chosen) for one in _repository(tasks, other["name"], chosen))
        if (checkouts / name).is_dir():
            yield Corpus(name, checkouts / name / inside(repo), asked, inside(repo))


def _repository(tasks: Path, name: str, chosen: bool) -> Iterator[Asked]:
    for one in questions(tasks, name):
        group = {"": "repositories", "en": "paraphrases"}.get(one.language, "eight languages")
        yield Asked(one.text, one.language or "en", group, chosen, one.targets)


def foreign(repos: Sequence[dict[str, str]], at: int) -> list[dict[str, str]]:
    """Two others in another programming language, far away in the list."""
    turned = [*repos[at + 7 :], *repos[: at + 7]]
    return [repo for repo in turned if repo["language"] != repos[at]["language"]][:2]
