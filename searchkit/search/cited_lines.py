"""Finds the lines that a question gives by file and number: `app.py:12`, a trace, a message."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

# A path, possessive so that time is linear, and a number as compilers, traces and addresses write
# it: `app.py:12`, `App.cs(12,5)`, `app.py", line 12`, `app.php on line 12`, `app.rs#L12`.
_CITED = re.compile(
    r"(?<![\w.@+/\\-])([\w.@+/\\-]++)[\"'`»]?(?::|\(|#L|[:,]?(?: on)? ?\bline )(\d{1,9})"
)

# Lines that are looked for: of a long trace the ones nearest to the failure.
_MOST = 16

# A trace begins with the place of the failure, except for those that say so; and what was the
# cause of another failure stands below it.
_LAST_FIRST = re.compile(r"most recent call last", re.IGNORECASE)
_CAUSE = re.compile(r"^Caused by:", re.MULTILINE)


class CitedLines:
    """The lines that a question gives by file and number, of a trace the place of failure first.

    Args:
        text: The question.

    Attributes:
        names: The names of the files, without their folders.
    """

    def __init__(self, text: str) -> None:
        cited = _CITED.findall("\n".join(reversed(_CAUSE.split(text))))
        if _LAST_FIRST.search(text):
            cited.reverse()
        found = ((path.replace("\\", "/").strip("/"), line) for path, line in cited)
        self._lines = [*islice(((path, int(line)) for path, line in found if "." in path), _MOST)]
        self.names = frozenset(path.rpartition("/")[2] for path, _ in self._lines)

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._lines)

    def of(self, path: str) -> list[int]:
        """List the lines of a file, from 1, in the order of the question.

        Args:
            path: Relative to its root. The question may give more of it, or its end alone.

        Returns:
            The numbers; none for other files.
        """
        return [line for typed, line in self._lines if _ends_alike(f"/{typed}", f"/{path}")]

    def within(self, paths: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield for each line the paths that it may be of, those that share most first, with it."""
        paths = list(paths)
        for typed, line in self._lines:
            alike = [path for path in paths if _ends_alike(f"/{typed}", f"/{path}")]
            alike.sort(key=lambda path: -min(path.count("/"), typed.count("/")))
            yield from ((path, line) for path in alike)


def _ends_alike(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)
