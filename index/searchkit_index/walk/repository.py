"""Reads git repositories without running git.

They tell where the work tree begins, its excludes and those of the user, and which files are
tracked. Only git's own files are read; a damaged one counts as empty.
"""

import os
import re
import struct
from bisect import bisect_left
from functools import cached_property
from pathlib import Path

from searchkit_index.walk import git_config
from searchkit_index.walk.ignore import Layer, RuleSource, rules_of
from searchkit_index.walk.regular_file import bytes_of

_SUBMODULE = 0o160000
_LARGEST_INDEX = 250_000_000  # bytes, for some two million files


def _user_excludes(settings: dict[str, str], top: Path, base: int, *, fold: bool) -> Layer:
    named = settings.get("core.excludesfile")
    file = git_config.user_folder() / "ignore" if named is None else top / git_config.expand(named)
    return rules_of(RuleSource.GLOBAL, file, str(file), base, fold=fold)


def user_excludes(top: Path) -> Layer:
    """Read the user's own excludes for a folder in no repository, matched from `top` down."""
    return _user_excludes(git_config.read(None), top, 0, fold=False)


def _shared_folder(git_folder: Path) -> Path:
    """Find the folder that a linked work tree shares with the others of its repository."""
    shared = os.fsdecode(bytes_of(git_folder / "commondir")).rstrip("\r\n")
    return git_folder / shared


def is_git_folder(folder: Path) -> bool:
    """Tell whether a folder is the inside of a repository to git."""
    shared = _shared_folder(folder)
    head = bytes_of(folder / "HEAD")
    try:
        valid = re.match(rb"ref:\s*refs/|[0-9a-f]{40}", head) or (folder / "HEAD").is_symlink()
        return bool(valid) and (shared / "objects").is_dir() and (shared / "refs").is_dir()
    except OSError:
        return False


class Repository:
    """A work tree of git and what it adds to the ignore files.

    Args:
        top: The uppermost folder of the work tree.
        git_folder: Its `.git`, or the folder that a `.git` file names.
    """

    def __init__(self, top: Path, git_folder: Path) -> None:
        self.top = top
        self._git_folder = git_folder
        self._shared = _shared_folder(git_folder)
        self._settings = git_config.read(self._shared, git_folder)
        self.fold = self._settings.get("core.ignorecase", "").lower() in git_config.TRUE

    @classmethod
    def at(cls, folder: Path) -> "Repository | None":
        """Return the repository whose work tree begins at a folder; None if there is none."""
        git_folder = folder / ".git"
        link = bytes_of(git_folder)
        if link.startswith(b"gitdir: "):
            git_folder = folder / os.fsdecode(link[8:]).rstrip("\r\n")
        return cls(folder, git_folder) if is_git_folder(git_folder) else None

    @classmethod
    def enclosing(cls, folder: Path) -> "Repository | None":
        """Return the repository that a folder belongs to; None inside a `.git`."""
        for above in (folder, *folder.parents):
            found = cls.at(above)
            if found is not None or is_git_folder(above):
                return found
        return None

    @property
    def remote(self) -> str:
        """The address of the remote `origin`; "" if there is none."""
        return self._settings.get("remote.origin.url", "")

    def excludes(self, base: int) -> tuple[Layer, ...]:
        """Return the rules for the whole work tree: those of the repository, then the user's."""
        own = self._shared / "info" / "exclude"
        return (
            rules_of(RuleSource.EXCLUDE, own, ".git/info/exclude", base, fold=self.fold),
            _user_excludes(self._settings, self.top, base, fold=self.fold),
        )

    def tracks(self, path: bytes) -> bool:
        """Tell whether the index has a path."""
        place = bisect_left(self._tracked, path)
        return self._tracked[place : place + 1] == [path]

    def tracks_below(self, folder: bytes) -> bool:
        """Tell whether the index has a path below `folder`, which ends in a slash."""
        place = bisect_left(self._tracked, folder)
        return place < len(self._tracked) and self._tracked[place].startswith(folder)

    def is_submodule(self, path: bytes) -> bool:
        """Tell whether the index has a commit of another repository at this path."""
        return path in self._submodules

    @cached_property
    def _index(self) -> bytes:
        return bytes_of(self._git_folder / "index", most=_LARGEST_INDEX)

    @cached_property
    def _entries(self) -> list[tuple[bytes, int]]:
        hash_size = 32 if self._settings.get("extensions.objectformat") == "sha256" else 20
        entries, rest = read_index(self._index, hash_size)
        base = self._index[rest + 8 : rest + 8 + hash_size].hex()
        if self._index.startswith(b"link", rest) and base.strip("0"):
            shared = bytes_of(self._git_folder / f"sharedindex.{base}", most=_LARGEST_INDEX)
            entries += read_index(shared, hash_size)[0]
        return entries

    @cached_property
    def _tracked(self) -> list[bytes]:
        return sorted(path for path, _ in self._entries)

    @cached_property
    def _submodules(self) -> frozenset[bytes]:
        if (
            _SUBMODULE.to_bytes(4) not in self._index
        ):  # spares parsing the index in most repositories
            return frozenset()
        return frozenset(path for path, mode in self._entries if mode == _SUBMODULE)


def read_index(index: bytes, hash_size: int) -> tuple[list[tuple[bytes, int]], int]:
    """Read a git index of version 2, 3 or 4, up to the first damage.

    Args:
        index: The content of the file.
        hash_size: The length of an object name, in bytes.

    Returns:
        The entries as (path, mode), and the offset where the extensions begin.
    """
    entries: list[tuple[bytes, int]] = []
    at, path = 12, b""
    try:
        magic, version, count = struct.unpack_from(">4sII", index)
        for _ in range(count if magic == b"DIRC" and version in (2, 3, 4) else 0):
            (mode,) = struct.unpack_from(">I", index, at + 24)
            begin = at + 40 + hash_size + (4 if index[at + 40 + hash_size] & 0x40 else 2)
            kept = 0
            if version == 4:
                dropped, begin = _varint(index, begin)
                kept = max(len(path) - dropped, 0)
            end = index.index(0, begin)
            path = path[:kept] + index[begin:end]
            at = end + 1 if version == 4 else at + ((end - at) // 8 + 1) * 8
            entries.append((path, mode))
    except (struct.error, IndexError, ValueError):
        pass
    return entries, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Decode git's number of variable length: each further byte adds one, then shifts."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = ((value + 1) << 7) | (data[at] & 0x7F)
    return value, at + 1
