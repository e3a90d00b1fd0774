"""Runs the `git` program so that it runs nothing that a repository names.

A repository's configuration is not trusted: hooks, filters, external diff programs, file system
monitors, signature checks, downloads of missing objects and expressions for headings are all turned
off. One of its files may be a pipe that nobody writes to: git is killed when it prints nothing for
long. Which repositories git trusts (`safe.directory`) is left to the user's settings.
"""

import io
import os
import select
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from searchkit_index.errors import QueryError
from searchkit_index.system import programs

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Variables that tie git to one repository, as within a hook: here it is asked about others.
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
    "log.mailmap": "false",
    "core.bigFileThreshold": "512m",
    "protocol.allow": "never",
    "diff.interHunkContext": "0",
    "i18n.logOutputEncoding": "UTF-8",
    "color.ui": "false",
}
# Settings whose middle part the repository chooses, by their last part. Headings are found by git's
# own rule, as an expression of the repository may take hours and gigabytes.
_NAMED = {
    "clean": "",
    "smudge": "",
    "process": "",
    "required": "false",
    "funcname": "^[[:alpha:]$_]",
    "xfuncname": "^[[:alpha:]$_]",
}
_FIND_NAMED = r"^(filter\..*\.(clean|smudge|process|required)|diff\..*\.x?funcname)$"

_SILENT = 120.0  # seconds; large histories are counted within ten
_BLOCK = 1 << 16  # bytes that are read at once
_SAID = 300  # characters of what git says of an error


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
        self._environment = _environment_with(_SETTINGS)
        found = self._run("config", "--name-only", "-z", "--get-regexp", _FIND_NAMED, codes=(0, 1))
        names = {name.decode(errors="surrogateescape") for name in found.split(b"\0") if name}
        settings = {name: _NAMED[name.rpartition(".")[2]] for name in names}
        filters = (name.rpartition(".")[0] for name in names if name.startswith("filter."))
        settings |= dict.fromkeys((f"{name}.required" for name in filters), "false")
        self._environment = _environment_with(_SETTINGS | settings)
        self._run("rev-parse", "--git-dir")

    def text(self, *arguments: str) -> str:
        """Run a command, and return what it prints, without blanks around it."""
        return self._run(*arguments).decode(errors="surrogateescape").strip()

    def names(self, *arguments: str) -> list[str]:
        """Run a command that ends each name with a NUL (`-z`), and return the names."""
        return [os.fsdecode(name) for name in self._run(*arguments).split(b"\0") if name]

    def records(self, *arguments: str, most: int) -> Iterator[str]:
        """Run a command that ends each record with a NUL, and yield the records one by one.

        Args:
            *arguments: The command.
            most: Bytes of a record that count; the rest is left out.

        Yields:
            The records.
        """
        record = b""
        with self.running(*arguments) as stream:
            while block := stream.read(_BLOCK):
                first, *others = block.split(b"\0")
                record += first[: most - len(record)]
                for each in others:
                    yield os.fsdecode(record)
                    record = each[:most]
        if record:
            yield os.fsdecode(record)

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
            QueryError: It failed, or was silent for too long.
        """
        with (
            tempfile.TemporaryFile() as said,
            _start_git(self.folder, arguments, self._environment, said) as process,
        ):
            assert isinstance(process.stdout, io.FileIO)
            stream = io.BufferedReader(_WatchedOutput(process.stdout, self.folder), _BLOCK)
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


class _WatchedOutput(io.RawIOBase):
    """What git prints; to read it fails where git is silent for too long."""

    def __init__(self, stream: io.FileIO, folder: Path) -> None:
        self._stream, self._folder = stream, folder

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        if hasattr(select, "poll"):  # Windows has no pipes among its files either
            waiting = select.poll()
            waiting.register(self._stream, select.POLLIN)
            if not waiting.poll(1000 * _SILENT):
                raise QueryError(
                    f"git in `{self._folder}` said nothing for {_SILENT:g} seconds",
                    "type `git status` there to see whether git can read the repository",
                )
        return self._stream.readinto(buffer)


def _environment_with(settings: dict[str, str]) -> dict[str, str]:
    """Make the environment of git; settings in variables need no quoting, whatever they hold."""
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


def _start_git(
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
            bufsize=0,
            stderr=said,
            env=environment,
        )
    except OSError as error:
        raise QueryError(f"cannot run `git`: {error.strerror}", "install git") from None


def _failed(folder: Path, said: str) -> QueryError:
    lines = [line for line in said.splitlines() if line.strip()]
    line = next((line for line in lines if line.startswith("fatal: ")), (lines or ["it failed"])[0])
    if "not a git repository" in said:
        return QueryError(f"`{folder}` is in no git repository", "leave out git's options")
    hint = ""
    if "dubious ownership" in said:
        place = shlex.quote(str(folder))
        hint = f"if you trust it, type `git config --global --add safe.directory {place}`"
    return QueryError(f"git in `{folder}`: {line.removeprefix('fatal: ')[:_SAID]}", hint)
