"""Lists the files below a folder that are indexed, and says why others are not.

Inside a git repository they are those of `git ls-files -co --exclude-standard`. Submodules and
repositories inside the repository are not entered, as in git; below a folder in no repository, each
repository is walked as git would. Ignore files also apply outside of repositories, where hidden
files and folders are left out unless a rule includes them.

The stronger of two rules wins, in this order: `--exclude`, `--include`, `.searchkitignore`,
`.ignore`, `.gitignore`, `.git/info/exclude`, the user's own excludes. Only names and sizes are
examined: no files but those with rules are opened, and no link is followed.
"""

import os
import stat
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from searchkit_index.walk import ignore, regular_file
from searchkit_index.walk.appraiser import Appraiser
from searchkit_index.walk.entry import File, Skipped, clamped
from searchkit_index.walk.ignore import Layer, RuleSet, RuleSource
from searchkit_index.walk.repository import Repository, is_git_folder, user_excludes
from searchkit_index.walk.root import check_root
from searchkit_index.walk.rules import Rules, larger_than
from searchkit_index.walk.verdict import INCLUDED, WALKED, Verdict


def walk(root: Path, rules: Rules) -> Iterator[File | Skipped]:
    """Iterate over the files below `root`, sorted by the bytes of their paths.

    A file that vanishes meanwhile is left out.

    Args:
        root: The folder.
        rules: The rules beside the ignore files.

    Returns:
        Files to index, and what is skipped.

    Raises:
        RootError: `root` is missing, not a folder, or cannot be read; raised at once.
    """
    check_root(root)
    return _Walk(root, rules).run()


def folders(root: Path, rules: Rules) -> Iterator[str]:
    """Iterate over the absolute paths of the folders that a walk enters, the root first."""
    check_root(root)
    return _Walk(root, rules).folders()


def explain(root: Path, path: str, rules: Rules) -> str | None:
    """Say in words why a path is not walked.

    Args:
        root: The folder.
        path: Relative to the folder.
        rules: The rules beside the ignore files.

    Returns:
        The reason; None if it is walked.

    Raises:
        RootError: As for `walk`.
    """
    check_root(root)
    return _Walk(root, rules).explain(path)


_TOO_LARGE = f"ignore file {larger_than(regular_file.LONGEST)}: its rules do not hold"
_VANISHED = (FileNotFoundError, NotADirectoryError)
_HIDDEN = Layer(RuleSource.HIDDEN, "", 0, ignore.parse(b".*"))


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is entered.

    Attributes:
        place: Its absolute path.
        position: Its path from the top, empty or with a slash at the end.
        verdict: The decision about it; if a rule leaves it out, only exceptions in it are walked.
        rules: The rules for what is in it.
        repository: The repository that it belongs to.
        base: The length of the path to the top of that repository, in bytes.
    """

    place: bytes
    position: bytes
    verdict: Verdict
    rules: RuleSet
    repository: Repository | None
    base: int


# What a name in a folder stands for; a verdict where a rule leaves it out, None for git's own files
# and what has vanished.
_Found = File | Skipped | _Folder | Verdict | None


class _Walk:
    """One walk; paths are bytes, relative to the top, which is the repository's or the root."""

    def __init__(self, root: Path, rules: Rules) -> None:
        self._root = os.path.realpath(os.fsencode(root))
        self._repository = Repository.enclosing(Path(os.fsdecode(self._root)))
        self._top = os.fsencode(self._repository.top) if self._repository else self._root
        inner = self._root[len(self._top) :].strip(b"/")
        self._offset = inner + b"/" if inner else b""
        self._appraiser = Appraiser(self._root, rules)
        self._home = os.path.realpath(os.fsencode(rules.home)) if rules.home else None
        self._has_options = bool(rules.include or rules.exclude)
        self._exclude = ignore.option(rules.exclude, len(self._offset))
        self._include = ignore.option(rules.include, len(self._offset))
        self._openers = ignore.option(ignore.opening(rules.include), len(self._offset))

    def run(self) -> Iterator[File | Skipped]:
        """Walk the whole tree."""
        return (found for found in self._walk_all() if not isinstance(found, _Folder))

    def folders(self) -> Iterator[str]:
        """Walk the whole tree, and yield the folders."""
        return (
            os.fsdecode(found.place) for found in self._walk_all() if isinstance(found, _Folder)
        )

    def _walk_all(self) -> Iterator[File | Skipped | _Folder]:
        """Walk depth first, with an explicit stack; a folder comes before what is in it."""
        start = self._start()
        yield start
        stack = [self._entries_in(start)]
        while stack:
            found = next(stack[-1], None)
            if found is None:
                stack.pop()
                continue
            if isinstance(found, _Folder):
                stack.append(self._entries_in(found))
            yield found

    def explain(self, path: str) -> str | None:
        """Say why a path is not walked; None if it is."""
        parts = [part for part in os.fsencode(path).split(b"/") if part not in (b"", b".")]
        if path.startswith("/") or b".." in parts:
            return "not below the root"
        folder = self._start()
        try:
            for count, part in enumerate(parts, 1):
                found = self._step(folder, part)
                if isinstance(found, _Folder):
                    folder = found
                elif isinstance(found, File) and count == len(parts):
                    return None
                else:
                    return _reason(found, part)
            entered = self._enter(folder, _names(folder.place))
        except OSError as error:
            return (
                "does not exist" if isinstance(error, _VANISHED) else regular_file.unreadable(error)
            )
        return entered.reason if isinstance(entered, Skipped) else folder.verdict.words or None

    def _step(self, folder: _Folder, name: bytes) -> _Found:
        """Return what has a name in a folder."""
        entered = self._enter(folder, _names(folder.place))
        if isinstance(entered, Skipped):
            return entered
        state = os.lstat(folder.place + b"/" + name)
        return self._look(entered, name, stat.S_ISDIR(state.st_mode))

    def _start(self) -> _Folder:
        """Return the root, with the rules of the folders above it in the repository.

        Rules that ignore the root, or a folder above it, do not apply, since the caller named it.
        """
        if self._repository:
            layers: tuple[Layer, ...] = self._repository.excludes(0)
        else:
            layers = user_excludes(Path(os.fsdecode(self._top))), _HIDDEN
        folder = _Folder(self._top, b"", WALKED, RuleSet(layers), self._repository, 0)
        for part in self._offset.split(b"/")[:-1]:
            rules = self._rules_in(folder, ignore.FILES)
            path = folder.position + part
            while (found := rules.decide(part, path, is_folder=True)) and not found[1].negated:
                rules = rules.without(*found)
            place = folder.place + b"/" + part
            folder = replace(folder, place=place, position=path + b"/", rules=rules)
        return folder

    def _entries_in(self, folder: _Folder) -> Iterator[File | Skipped | _Folder]:
        """Yield what is in a folder, in order."""
        try:
            with os.scandir(folder.place) as entries:
                # Only names are kept: an entry has its whole path, and there may be many.
                listed = sorted(map(_sort_key, entries))
        except _VANISHED:
            return
        except OSError as error:
            yield self._skipped(folder, regular_file.unreadable(error))
            return
        entered = self._enter(folder, frozenset(listed))
        if isinstance(entered, Skipped):
            yield entered
            return
        for key in listed:
            found = self._look(entered, key.removesuffix(b"/"), key.endswith(b"/"))
            if found is not None and not isinstance(found, Verdict):
                yield found

    def _look(self, folder: _Folder, name: bytes, is_folder: bool) -> _Found:
        place, path = folder.place + b"/" + name, folder.position + name
        if name == b".git":
            return None
        verdict = self._judge(folder, name, path, is_folder)
        if is_folder:
            return self._child(folder, place, path, verdict) or verdict
        if verdict.rule is not None and name not in ignore.FILES:
            return verdict
        try:
            state = os.lstat(place)
        except _VANISHED:
            return None
        except OSError as error:
            return Skipped(self._relative_path(path), regular_file.unreadable(error))
        if name in ignore.FILES and state.st_size > regular_file.LONGEST:
            return Skipped(
                self._relative_path(path), _TOO_LARGE, state.st_size, clamped(state.st_mtime_ns)
            )
        if verdict.rule is not None:
            return verdict
        return self._appraiser.appraise(place, self._relative_path(path), state)

    def _judge(self, folder: _Folder, name: bytes, path: bytes, is_folder: bool) -> Verdict:
        if self._has_options:
            found = self._exclude.decide(name, path, is_folder)
            if found is not None and not found[1].negated:
                return Verdict(found)
            found = self._include.decide(name, path, is_folder)
            if folder.verdict.included if found is None else not found[1].negated:
                return INCLUDED
        verdict = WALKED if folder.verdict.included else folder.verdict
        found = folder.rules.decide(name, path, is_folder)
        if found is None and verdict.rule is None:
            return WALKED
        if found is not None and not found[1].negated:
            own = found[0].kind < RuleSource.GIT
            verdict = Verdict(found) if own or verdict.rule is None else verdict
        if is_folder or not verdict.by_git or folder.repository is None:
            return verdict
        return WALKED if folder.repository.tracks(path[folder.base :]) else verdict

    def _child(
        self, folder: _Folder, place: bytes, path: bytes, verdict: Verdict
    ) -> _Folder | None:
        """Return the folder at a path; None if a rule leaves out everything in it."""
        child = replace(folder, place=place, position=path + b"/", verdict=verdict)
        if verdict.rule is None:
            return child
        repository = folder.repository if verdict.by_git else None
        if repository and repository.tracks_below(child.position[folder.base :]):
            return child
        opened = self._openers.decide(path.rpartition(b"/")[2], path, is_folder=True)
        return child if opened and verdict.rule[0].kind is not RuleSource.OPTION else None

    def _enter(self, folder: _Folder, names: Container[bytes]) -> _Folder | Skipped:
        """Add the rules in a folder to it; a repository that begins there may be skipped."""
        outer, position = folder.repository, folder.position[folder.base :]
        if folder.place == self._home:
            return self._skipped(folder, "where indexes are kept")
        if b"HEAD" in names and is_git_folder(Path(os.fsdecode(folder.place))):
            return self._skipped(folder, "inside of a git repository")
        stops = folder.position != self._offset and not folder.verdict.included
        if stops and outer and outer.is_submodule(position[:-1]):
            return self._skipped(folder, "submodule")
        if (b".git" in names or b".git/" in names) and (position or outer is None):
            nested = Repository.at(Path(os.fsdecode(folder.place)))
            if nested is not None and folder.verdict.rule is None:
                if outer is None or folder.verdict.included:
                    folder = self._repository_at(folder, nested)
                elif not outer.tracks_below(position):
                    return self._skipped(folder, "repository of its own")
        return replace(folder, rules=self._rules_in(folder, names))

    def _skipped(self, folder: _Folder, reason: str) -> Skipped:
        return Skipped(self._relative_path(folder.position[:-1]), reason)

    def _repository_at(self, folder: _Folder, repository: Repository) -> _Folder:
        """Make a folder the top of a repository, where git's rules from above do not apply."""
        base = len(folder.position)
        kept = [layer for layer in folder.rules.layers if layer.kind < RuleSource.GIT]
        rules = RuleSet((*kept, *repository.excludes(base)))
        return replace(folder, rules=rules, repository=repository, base=base)

    def _rules_in(self, folder: _Folder, names: Container[bytes]) -> RuleSet:
        """Return the rules of a folder, with those of the ignore files in it."""
        base = len(folder.position)
        fold = folder.repository is not None and folder.repository.fold
        layers = []
        for name, kind in ignore.FILES.items():
            if name in names:
                file = folder.place + b"/" + name
                label = os.fsdecode(file.removeprefix(self._root + b"/"))
                layers.append(ignore.rules_of(kind, file, label, base, fold=fold))
        if not any(layer.patterns for layer in layers):
            return folder.rules
        return RuleSet((*layers, *folder.rules.layers))

    def _relative_path(self, path: bytes) -> str:
        return os.fsdecode(path[len(self._offset) :])


def _reason(found: _Found, name: bytes) -> str:
    if isinstance(found, Skipped):
        return found.reason
    if isinstance(found, Verdict):
        return found.words
    return "part of git's own files" if found is None and name == b".git" else "does not exist"


def _names(place: bytes) -> set[bytes]:
    return set(os.listdir(place))  # noqa: PTH208 -- as bytes


def _sort_key(entry: os.DirEntry[bytes]) -> bytes:
    """Return the name of an entry, a folder's with a slash, so that whole paths are sorted."""
    return entry.name + b"/" if entry.is_dir(follow_symlinks=False) else entry.name
