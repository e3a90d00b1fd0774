"""Measures a user's own index by the user's own questions: which files should answer, and do they.

One JSON object a line: `query`, `relevant` (paths from the root, the best answers), and, where they
are known, `secondary` (paths that are good too), `lang`, and `id`.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from searchkit.evaluation.evaluate import Result, ranked_result
from searchkit.indexes.index import Index
from searchkit.printable import error_line
from searchkit_index.errors import SearchkitError

# Hits asked for with each question: several of them may lie in one file.
_HITS = 200


@dataclass(frozen=True)
class JudgedQuestion:
    """A question, and the files that answer it.

    Attributes:
        text: What is asked.
        relevant: The gain of each path that answers it, relative to the root; not empty.
        language: Its language, or "".
        id: Its name among the questions; unique.
    """

    text: str
    relevant: dict[str, float]
    language: str = ""
    id: str = ""

    @property
    def file_type(self) -> str:
        """The suffix of the first path that answers it, without the dot."""
        return PurePosixPath(next(iter(self.relevant))).suffix.lstrip(".") or "none"


def read_questions(path: Path) -> list[JudgedQuestion]:
    """Read all questions of a file.

    Args:
        path: JSON Lines, see the top of this module.

    Returns:
        The questions, in order; at least one.

    Raises:
        SearchkitError: The file cannot be read or holds none, or a line is no question; the
            message names the line.
    """
    questions: list[JudgedQuestion] = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as error:
        raise SearchkitError(
            f"the questions `{path}` cannot be read: {error_line(error)}"
        ) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line), str(number)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SearchkitError(
                f"line {number} of `{path}` is no question",
                'write `{"query": "...", "relevant": ["path"], "lang": "en"}` on each line',
            ) from error
    if not questions:
        raise SearchkitError(f"`{path}` holds no questions", "write one on each line, as JSON")
    return questions


def ask(index: Index, questions: list[JudgedQuestion]) -> Result:
    """Ask an index as it stands, and measure the files that it names against those expected.

    Args:
        index: The index of the folder that the questions' paths are relative to.
        questions: What to ask, see `read_questions`.

    Returns:
        The figures, also by language and by file type.
    """
    lists, relevant = {}, {}
    for question in questions:
        hits = index.search(question.text, limit=_HITS, refresh=False)
        lists[question.id] = list(dict.fromkeys(hit.path for hit in hits))
        relevant[question.id] = question.relevant
    groups = {
        "languages": {each.id: each.language for each in questions if each.language},
        "file_types": {each.id: each.file_type for each in questions},
    }
    return ranked_result(index.root.name, lists, relevant, groups)


def unindexed(index: Index, questions: list[JudgedQuestion]) -> list[str]:
    """List the expected paths that the index does not hold, the most often expected first."""
    held = {path for path, _ in index.files()}
    missing = Counter(
        path for question in questions for path in question.relevant if path not in held
    )
    return [path for path, _ in missing.most_common()]


def _question(row: dict[str, Any], number: str) -> JudgedQuestion:
    best = [row["relevant"]] if isinstance(row["relevant"], str) else row["relevant"]
    gains = dict.fromkeys(row.get("secondary", ()), 1.0) | dict.fromkeys(best, 2.0)
    ordered = {str(path): gains[path] for path in [*best, *gains]}
    if not best or not row["query"].strip():
        raise ValueError("nothing is asked or expected")
    return JudgedQuestion(row["query"], ordered, str(row.get("lang", "")), number)
