"""Finds the lines of a folder that differ from a commit, as git tells them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.suggestion import did_you_mean
from searchkit_index.errors import QueryError

if TYPE_CHECKING:
    from searchkit.git.repository import Repository

Lines = tuple[int, int]
WHOLE: Lines = (0, 1 << 62)
"""All lines of a file."""

_HINT = "give a branch, a tag or an id"


@dataclass(frozen=True, slots=True)
class Difference:
    """The commit that files are compared with, as they are now: committed or not.

    Args:
        ref: A commit by any name that git knows; "" for the last one, so that what is not
            committed differs.
        fork: Whether to compare with the commit where the present branch left `ref`.

    Raises:
        QueryError: It is no name of a commit.
    """

    ref: str = ""
    fork: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.ref, str) or self.ref.startswith("-") or "\0" in self.ref:
            raise QueryError(f"`{self.ref}` is no name of a commit", _HINT)


def changed_lines(
    root: Path, difference: Difference, folders: Iterable[str]
) -> Iterator[tuple[str, Lines]]:
    """Find what differs below a root, in its own repository and in those inside it.

    Args:
        root: A folder, in a repository or above some.
        difference: From what.
        folders: Those below the root to look for further repositories in, relative to it.

    Yields:
        Path, relative to the root, and first and last line of each run of lines that was added or
        changed, or is next to lines that were removed.

    Raises:
        QueryError: There is no git, no repository, or no repository with that commit.
    """
    from searchkit.git.repository import Repository

    asked = [folder for folder in folders if folder and (root / folder / ".git").exists()]
    faults: list[QueryError] = []
    answered = 0
    for folder in ("", *asked):
        prefix = f"{folder}/" if folder else ""
        try:
            repository = Repository(root / folder)
            for path, lines in _lines(repository, _commit(repository, difference)):
                yield prefix + path, lines
            answered += 1
        except QueryError as fault:
            faults.append(fault)
    if not answered:
        raise faults[0]


def _commit(repository: "Repository", difference: Difference) -> str:
    commit = repository.commit(difference.ref or "HEAD")
    if commit is None and not difference.ref:
        # Nothing is committed yet: all differs from the empty tree.
        return repository.text("hash-object", "-t", "tree", "--stdin")
    if commit is None:
        raise _unknown(repository, difference.ref)
    if not difference.fork:
        return commit
    try:
        return repository.text("merge-base", "HEAD", commit)
    except QueryError:
        raise QueryError(
            f"`{difference.ref}` and the present branch have nothing in common",
            "give another branch",
        ) from None


def _unknown(repository: "Repository", ref: str) -> QueryError:
    names = repository.text("for-each-ref", "--format=%(refname:short)").split()
    hint = did_you_mean(ref, names, _HINT)
    return QueryError(f"`{ref}` names no commit in `{repository.folder}`", hint)


def _lines(repository: "Repository", commit: str) -> Iterator[tuple[str, Lines]]:
    from searchkit.git.patch import OPTIONS, hunks

    diff = ("diff", *OPTIONS, "--diff-filter=d")
    counts = repository.names(*diff, "--numstat", "-z", commit, "--")
    with repository.running(*diff, "-U0", commit, "--") as stream:
        for hunk in hunks(stream):
            lines = hunk.first, hunk.last
            yield hunk.path, lines if _has_lines(hunk.path) else WHOLE
    binary = (each.removeprefix("-\t-\t") for each in counts if each.startswith("-\t-\t"))
    others = repository.names("ls-files", "--others", "--exclude-standard", "-z")
    for path in (*binary, *others):
        yield path, WHOLE


def _has_lines(path: str) -> bool:
    """Tell whether a hit's line numbers are those of the file: in documents they are not."""
    from searchkit_index.languages.language import detect

    known = detect(path)
    return not (known and known.reader)
