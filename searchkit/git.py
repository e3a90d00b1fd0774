"""Asks the `git` program, so that it runs nothing that a repository names.

Its configuration may be a stranger's: hooks, filters, other diff programs, file system monitors,
signature checks and downloads of missing objects are all turned off. Whom git trusts
(`safe.directory`) stays as the user has it.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from searchkit_index import programs
from searchkit_index.errors import QueryError

# What git itself takes for a repository's own, as in a hook: other folders are asked here.
_LOCAL = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"),
    *("GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF"),
    *("GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_GRAFT_FILE"),
)
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "diff.autoRefreshIndex": "false",  # else the index is written
    "core.quotePath": "false",
    "core.commitGraph": "true",
    "log.showSignature": "false",
    "log.showRoot": "false",  # a first commit may be all of another history
    "protocol.allow": "never",
    "diff.interHunkContext": "0",
    "i18n.logOutputEncoding": "UTF-8",
    "color.ui": "false",
}
_FILTERS = r"^filter\..*\.(clean|smudge|process)$"


class Repository:
    """A folder in a repository, asked by the `git` program.

    Args:
        folder: The folder.

    Raises:
        QueryError: It is in no repository, git does not trust it, or there is no git; by each
            method too, where a command fails.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = _with(_SETTINGS)
        # Filters have names of the repository's own: each is turned off by its name.
        found = self._run("config", "--name-only", "-z", "--get-regexp", _FILTERS, codes=(0, 1))
        filters = {name.decode(errors="surrogateescape") for name in found.split(b"\0") if name}
        required = {f"{name.rpartition('.')[0]}.required": "false" for name in filters}
        self._environment = _with(_SETTINGS | dict.fromkeys(filters, "") | required)
        self._run("rev-parse", "--git-dir")

    def text(self, *arguments: str) -> str:
        """Run a command, and return what it prints, without blanks around it."""
        return self._run(*arguments).decode(errors="surrogateescape").strip()

    def names(self, *arguments: str) -> list[str]:
        """Run a command that ends each name with a NUL (`-z`), and return the names."""
        return [os.fsdecode(name) for name in self._run(*arguments).split(b"\0") if name]

    def commit(self, name: str) -> str | None:
        """Find the commit that a branch, a tag or an expression names; None for none."""
        if name.startswith("-") or not name:
            return None
        try:
            return self.text("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except QueryError:
            return None

    def _run(self, *arguments: str, codes: Sequence[int] = (0,)) -> bytes:
        with self.running(*arguments, codes=codes) as stream:
            return stream.read()

    @contextmanager
    def running(self, *arguments: str, codes: Sequence[int] = (0,)) -> Iterator[IO[bytes]]:
        """Run a command, and read what it prints while it runs.

        Args:
            *arguments: The command.
            codes: The exit codes that it may end with.

        Yields:
            What it prints; where that is not read to its end, git is ended.

        Raises:
            QueryError: It failed.
        """
        with (
            tempfile.TemporaryFile() as said,
            _started(self.folder, arguments, self._environment, said) as process,
        ):
            stream = process.stdout
            assert stream is not None
            try:
                yield stream
                whole = not stream.read(1)
            except BaseException:
                process.kill()
                raise
            if not whole:
                process.kill()
            elif process.wait() not in codes:
                said.seek(0)
                raise _failed(self.folder, said.read(10_000).decode(errors="replace"))


def _with(settings: dict[str, str]) -> dict[str, str]:
    """Make the environment of git: settings in variables are taken as they are, whatever a name."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _LOCAL and not name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))
    }
    for number, (name, value) in enumerate(settings.items()):
        kept |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return kept | {
        "GIT_CONFIG_COUNT": str(len(settings)),
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_PAGER": "cat",
        "LC_ALL": "C",
    }


def _started(
    folder: Path, arguments: Sequence[str], environment: dict[str, str], said: IO[bytes]
) -> "subprocess.Popen[bytes]":
    git = programs.find("git")  # never one in the current folder, as Windows would
    if git is None:
        raise QueryError("there is no `git` here", "install git")
    command = [git, "--no-pager", "--no-replace-objects", "-C", os.fspath(folder), *arguments]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
        )
    except OSError as error:
        raise QueryError(f"cannot run `git`: {error.strerror}", "install git") from None


def _failed(folder: Path, said: str) -> QueryError:
    lines = [line for line in said.splitlines() if line.strip()]
    line = next((line for line in lines if line.startswith("fatal: ")), (lines or ["it failed"])[0])
    if "not a git repository" in said:
        return QueryError(f"`{folder}` is in no git repository", "ask without git's options")
    hint = ""
    if "dubious ownership" in said:
        hint = f"if you trust it: git config --global --add safe.directory '{folder}'"
    return QueryError(f"git in `{folder}`: {line.removeprefix('fatal: ')}", hint)
