"""Measures a user's own index by the user's own questions: which files should answer, and do they.

One JSON object a line: `query`, `relevant` (paths from the root, the best answers), and, where they
are known, `secondary` (paths that are good too) and `lang`.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from searchkit.evaluation.evaluate import Result, ranked_result
from searchkit.evaluation.lines import read_lines
from searchkit.indexes.index import Index

# Hits asked for with each question: several of them may lie in one file.
_HITS = 200


@dataclass(frozen=True)
class JudgedQuestion:
    """A question, and the files that answer it.

    Attributes:
        text: What is asked.
        relevant: The gain of each path that answers it, relative to the root; not empty.
        language: Its language, or "".
    """

    text: str
    relevant: dict[str, float]
    language: str = ""

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
    example = '{"query": "...", "relevant": ["path"], "lang": "en"}'
    return list(read_lines(path, _question, "question", example))


def ask(index: Index, questions: list[JudgedQuestion]) -> Result:
    """Ask an index as it stands, and measure the files that it names against those expected.

    Args:
        index: The index of the folder that the questions' paths are relative to.
        questions: What to ask, see `read_questions`.

    Returns:
        The figures, also by language and by file type.
    """
    lists, relevant = {}, {}
    languages, file_types = {}, {}
    for number, question in enumerate(questions):
        hits = index.search(question.text, limit=_HITS, refresh=False)
        lists[str(number)] = list(dict.fromkeys(hit.path for hit in hits))
        relevant[str(number)] = question.relevant
        file_types[str(number)] = question.file_type
        if question.language:
            languages[str(number)] = question.language
    groups = {"languages": languages, "file_types": file_types}
    return ranked_result(index.root.name, lists, relevant, groups)


def unindexed(index: Index, questions: list[JudgedQuestion]) -> list[str]:
    """List the expected paths that the index does not hold, the most often expected first."""
    held = {path for path, _ in index.files()}
    missing = Counter(
        path for question in questions for path in question.relevant if path not in held
    )
    return [path for path, _ in missing.most_common()]


def _question(line: str) -> JudgedQuestion:
    row = json.loads(line)
    best, further = _paths(row["relevant"]), _paths(row.get("secondary", ()))
    gains = dict.fromkeys(best, 2.0) | {path: 1.0 for path in further if path not in best}
    if not best or not row["query"].strip():
        raise ValueError("nothing is asked or expected")
    return JudgedQuestion(row["query"], gains, str(row.get("lang", "")))


def _paths(written: str | Sequence[str]) -> list[str]:
    """Return one path, or several, as a list."""
    return [written] if isinstance(written, str) else [str(path) for path in written]
