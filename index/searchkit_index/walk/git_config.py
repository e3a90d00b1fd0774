"""Reads the settings of git for a repository from its configuration files.

Includes are followed, also conditional ones. No program is run; of a damaged file, what can be read
is taken.
"""

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from searchkit_index.walk.glob import matcher, translate
from searchkit_index.walk.pattern import Pattern
from searchkit_index.walk.regular_file import bytes_of

TRUE = ("true", "yes", "on", "1")
_SECTION = re.compile(r'\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')
_SETTING = re.compile(r"\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")
_VALUE_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([;#].*)|((?:[^"\\;#]|\\.)+)')
_BY_REMOTE = "hasconfig:remote.*.url:"
_URL = re.compile(r"remote\..*\.url", re.DOTALL)
_DEEPEST = 10  # includes within includes, as in git
_MOST_FILES = 200  # in all, since ten levels of includes may be any number


def read(shared: Path | None, git_folder: Path | None = None) -> dict[str, str]:
    """Read the settings of the system, the user and the repository; the last of these wins.

    Args:
        shared: The folder of the repository that its work trees share; None for no repository.
        git_folder: The `.git` of the work tree.

    Returns:
        The settings by name, such as `core.excludesfile`, with sections and keys in lower case.
    """
    return dict(_Configuration(shared, git_folder).settings())


def user_folder() -> Path:
    """Return the folder of the user's own configuration."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or expand("~/.config")) / "git"


def expand(path: str) -> Path:
    """Replace `~` in a path of a configuration, if the home folder is known."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


class _Configuration:
    """Reads all files of one configuration; `by_remote` allows conditions about remotes."""

    def __init__(
        self, shared: Path | None, git_folder: Path | None, *, by_remote: bool = True
    ) -> None:
        self._shared = shared
        self._git_folder = git_folder
        self._by_remote = by_remote
        self._left = _MOST_FILES

    def settings(self) -> Iterator[tuple[str, str]]:
        """Yield the settings in the order in which git reads them."""
        own_file = False
        for file in self._files():
            for name, value in self._read(file):
                if name == "extensions.worktreeconfig":
                    own_file = value.lower() in TRUE
                yield name, value
        if own_file and self._git_folder:
            yield from self._read(self._git_folder / "config.worktree")

    def _files(self) -> Iterator[Path]:
        if not os.environ.get("GIT_CONFIG_NOSYSTEM"):
            yield Path(os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig")
        if (own := os.environ.get("GIT_CONFIG_GLOBAL")) is not None:
            yield Path(own)
        else:
            yield from (user_folder() / "config", expand("~/.gitconfig"))
        if self._shared:
            yield self._shared / "config"

    def _read(self, file: Path, depth: int = 0) -> Iterator[tuple[str, str]]:
        """Yield the settings of one file, and of those that it includes."""
        section = ""
        self._left -= 1
        for line in os.fsdecode(bytes_of(file)).replace("\\\n", "").split("\n"):
            rest = line.strip()
            if header := _SECTION.match(rest):
                section = header[1].lower() + (f".{header[2]}" if header[2] is not None else "")
                rest = rest[header.end() :]
            setting = _SETTING.match(rest)
            if setting is None:
                continue
            key = setting[1].lower()
            value = "true" if setting[2] is None else _value(setting[2])
            yield f"{section}.{key}", value
            may_include = depth < _DEEPEST and self._left > 0
            if key == "path" and may_include and self._includes(section, file):
                yield from self._read(file.parent / expand(value), depth + 1)

    def _includes(self, section: str, file: Path) -> bool:
        """Tell whether a section includes files, without a condition or under one that holds."""
        kind, _, condition = section.removeprefix("includeif.").partition(":")
        if not section.startswith("includeif.") or self._git_folder is None:
            return section == "include"
        if kind == "onbranch":
            head = os.fsdecode(bytes_of(self._git_folder / "HEAD")).strip()
            branch = head.removeprefix("ref: refs/heads/")
            return head.startswith("ref: refs/heads/") and _matches(condition, branch, fold=False)
        if f"{kind}:{condition}".startswith(_BY_REMOTE):
            return self._has_remote(condition.removeprefix("remote.*.url:"))
        is_place = kind in ("gitdir", "gitdir/i")
        return is_place and self._is_at(condition, file, fold=kind == "gitdir/i")

    def _is_at(self, condition: str, file: Path, *, fold: bool) -> bool:
        """Tell whether the repository is at the place that a condition in a file names."""
        assert self._git_folder
        if condition.startswith("./"):
            condition = f"{file.parent.resolve()}/{condition[2:]}"
        condition = str(expand(condition)) + "/" * condition.endswith("/")
        glob = condition if condition.startswith("/") else f"**/{condition}"
        places = {self._git_folder.absolute(), self._git_folder.resolve()}
        return any(_matches(glob, str(place), fold=fold) for place in places)

    def _has_remote(self, glob: str) -> bool:
        """Tell whether a remote's address matches; files under this condition add no remotes."""
        pattern = matcher(translate(os.fsencode(glob), 0))
        return self._by_remote and any(pattern.fullmatch(os.fsencode(url)) for url in self._remotes)

    @cached_property
    def _remotes(self) -> list[str]:
        """The addresses of all remotes, also those in later files."""
        whole = _Configuration(self._shared, self._git_folder, by_remote=False)
        return [value for name, value in whole.settings() if _URL.fullmatch(name)]


def _value(text: str) -> str:
    """Parse a value: remove quotes, escapes and comments."""
    parts = _VALUE_PART.findall(text)
    joined = "".join(quoted or plain for quoted, _, plain in parts).strip()
    return re.sub(r"\\(.)", r"\1", joined)


def _matches(glob: str, subject: str, *, fold: bool) -> bool:
    """Tell whether a path matches a glob of an ignore file; `a/` matches everything in it."""
    whole = os.fsencode((glob + "**" if glob.endswith("/") else glob).removeprefix("/"))
    pattern = Pattern.parse(b"/" + whole, fold=fold)
    return pattern.matches(b"", os.fsencode(subject.removeprefix("/")))
