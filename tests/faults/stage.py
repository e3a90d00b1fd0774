"""Where faults are injected: small trees, their indexes, and the process under test.

What an index holds is compared byte for byte with that of an undisturbed run over the same files.
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from orders import Subject

from searchkit.indexes.home import catalog_of, folder_of

_STEPS: dict[str, int] = {}
_CONTENT = (
    "SELECT path, start_line, end_line, symbol, kind, natural_language, text,"
    " hex(passage.digest), hex(data)"
    " FROM file JOIN chunk ON file_id = file.id JOIN passage ON passage.id = passage_id"
    " LEFT JOIN vector USING (passage_id) ORDER BY path, start_line, end_line, text"
)
_FILES = "SELECT path, hex(digest), language, skipped FROM file ORDER BY path"
_WORDS = "socket parse token quokka vector signal garden mirror lantern copper river window".split()  # noqa: SIM905


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    stdout: bytes
    stderr: bytes


class Running(NamedTuple):
    """A command that goes on, the files with what it prints, and where to write to it."""

    process: int
    stderr: Path
    stdout: Path
    stdin: int

    def says(self, text: bytes) -> None:
        """Wait until it says something on stderr."""
        self._prints(self.stderr, text)

    def answers(self, text: bytes) -> bytes:
        """Wait until something is on stdout; returns all of it."""
        return self._prints(self.stdout, text)

    def _prints(self, file: Path, text: bytes) -> bytes:
        end = time.monotonic() + 60
        while True:
            is_alive = self.is_alive()
            said = file.read_bytes() if file.exists() else b""
            if text in said:
                return said
            assert is_alive, (said, self.stderr.read_bytes())
            assert time.monotonic() < end, (said, self.stderr.read_bytes())
            time.sleep(0.01)

    def is_alive(self) -> bool:
        """Whether it runs."""
        try:
            state = Path(f"/proc/{self.process}/stat").read_text()
        except OSError:
            return False
        return state.rpartition(")")[2].split()[0] != "Z"

    def end(self, number: int) -> None:
        """Send it a signal, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, number)
        end = time.monotonic() + 60
        while self.is_alive():
            assert time.monotonic() < end, "it does not end"
            time.sleep(0.01)


class Stage:
    """A scratch folder with one tree and its index.

    Attributes:
        root: The tree.
        home: Where its index lives.
        random: What decides about everything here.
    """

    def __init__(self, scratch: Path, subject: Subject, seed: int) -> None:
        self.random = random.Random(seed)
        self.scratch = scratch
        self.root = scratch / "tree"
        self.home = scratch / "home"
        self.log = scratch / "embedded"
        self._subject = subject
        for path in (self.root, self.home):
            path.mkdir(parents=True)
        for number in range(10):
            self.write(number)

    def write(self, number: int) -> Path:
        """Write one file anew, of a kind that its number decides."""
        words = self.random.choices(_WORDS, k=6)
        code = "\n\n".join(
            f"def {word}_{self.random.randrange(1000)}(value):\n    return value + {row}\n"
            for row, word in enumerate(words)
        )
        prose = "# {} {}\n\n{} stands beside the {}.\n".format(*words)
        name, text = (f"m{number}.py", code) if number % 2 else (f"d/n{number}.md", prose)
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text * (1 + number % 3))
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + self.random.randrange(10**6)))
        return path

    def change(self) -> None:
        """Change, add and remove some files."""
        for number in self.random.sample(range(10), 4):
            self.write(number)
        self.write(self.random.randrange(10, 20))
        self.random.choice(sorted(self.root.rglob("[mn]*.*"))).unlink()

    @property
    def place(self) -> dict[str, str]:
        """What an order says of this stage."""
        return {"root": str(self.root), "home": str(self.home), "log": str(self.log)}

    def do(self, action: str, **order: Any) -> dict[str, Any]:
        """Have the process under test do something here; never a traceback."""
        answer = self._subject.do(action=action, **(self.place | order))
        assert "traceback" not in answer, answer["traceback"]
        return answer

    def command(
        self, *arguments: str | bytes, stdin: bytes = b"", stdout: str = "", **environment: str
    ) -> "Done":
        """Run the command line in the tree, in a fork that has all loaded; never a traceback."""
        with self._standard_files(stdin, stdout) as files:
            answer = self.do("command", **self.typed(*arguments, **environment), **files)
            out = b"" if stdout else Path(files["stdout"]).read_bytes()
            done = Done(
                answer.get("code", -answer["signal"]), out, Path(files["stderr"]).read_bytes()
            )
        assert b"Traceback" not in done.stderr, done.stderr
        assert done.code in (0, 1, 2, 130), done
        return done

    @contextlib.contextmanager
    def going_on(self, *arguments: str, **environment: str) -> Iterator["Running"]:
        """Run a command that does not end by itself; it is killed in the end."""
        with self._standard_files(b"", "") as files:
            order = self.typed(*arguments, **environment)
            Path(files["stdin"]).unlink()
            os.mkfifo(files["stdin"])
            stdin = os.open(files["stdin"], os.O_RDWR)  # both ends: nobody waits for the other
            process = self.do("command", goes_on=True, **order, **files)["process"]
            running = Running(process, Path(files["stderr"]), Path(files["stdout"]), stdin)
            try:
                yield running
            finally:
                os.close(stdin)
                running.end(signal.SIGKILL)
            assert b"Traceback" not in running.stderr.read_bytes(), running.stderr.read_bytes()

    def typed(self, *arguments: str | bytes, **environment: str) -> dict[str, object]:
        """Make the order of a command."""
        whole = {"SEARCHKIT_CONFIG": str(self.home / "config.toml")} | environment
        typed = [os.fsencode(each).hex() for each in arguments]
        return {"folder": str(self.root), "arguments": typed, "environment": whole}

    @contextlib.contextmanager
    def _standard_files(self, stdin: bytes, stdout: str) -> Iterator[dict[str, str]]:
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            files = {name: f"{folder}/{name}" for name in ("stdin", "stdout", "stderr")}
            Path(files["stdin"]).write_bytes(stdin)
            Path(files["stderr"]).touch()
            yield files | ({"stdout": stdout} if stdout else {})

    def finish(self, action: str = "index") -> None:
        """Undisturbed, it must go well."""
        answer = self.do(action)
        assert "found" in answer, answer

    def steps(self, action: str) -> int:
        """How many steps an action takes on such a tree, tried on a copy the first time."""
        if action not in _STEPS:
            with self.copied() as copy:
                _STEPS[action] = int(self.do(action, **copy)["steps"])
        return _STEPS[action]

    @contextlib.contextmanager
    def copied(self) -> Iterator[dict[str, str]]:
        """A copy of the index home, for a run beside this one."""
        copy = self.scratch / "copy"
        shutil.copytree(self.home, copy)
        yield {"home": str(copy), "log": str(self.scratch / "beside")}
        shutil.rmtree(copy)

    @property
    def folder(self) -> Path:
        """The index folder."""
        with at_home(self.home):
            return folder_of(self.root)

    @property
    def catalog(self) -> Path:
        """The catalog file."""
        return self.folder / "catalog.sqlite"

    def content(self, home: Path | None = None) -> list[Any]:
        """All that an index answers from, however it came about."""
        with at_home(home or self.home):
            path = catalog_of(self.root)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")
            terms = "SELECT term, doc, cnt FROM vocabulary ORDER BY term"
            return [row for sql in (_CONTENT, _FILES, terms) for row in connection.execute(sql)]

    @cached_property
    def undisturbed(self) -> list[Any]:
        """What an index of the tree as it is now holds when nothing goes wrong."""
        home = self.scratch / "undisturbed"
        shutil.rmtree(home, ignore_errors=True)
        answer = self.do("index", home=str(home), log=str(self.scratch / "beside"))
        assert "found" in answer, answer
        return self.content(home)

    def check(self) -> None:
        """The index is that of an undisturbed run, and nothing is left over."""
        assert self.content() == self.undisturbed
        left = {path.name for path in self.folder.iterdir()}
        vectors = {name for name in left if name.startswith("vectors-1-")}
        assert len(vectors) == 1, left
        # A journal stays behind a killed process until the next one is done with it.
        assert left - vectors <= {"catalog.sqlite"}, left
        beside = {path.name for path in self.folder.parent.iterdir()}
        assert beside - {f"{self.folder.name}.lock"} == {"key", self.folder.name}, beside
        answers = self.do("query", text="quokka", mode="lexical")["found"]
        holders = {str(path.relative_to(self.root)) for path in self.root.rglob("*.*")}
        holders = {name for name in holders if "quokka" in (self.root / name).read_text()}
        assert {path for path, _ in answers} == holders

    def bears_damage(self) -> None:
        """Nothing but clear errors come of it, no answer is untrue, and forgetting helps."""
        for action in ("query", "status", "facets", "index", "query"):
            answer = self.do(action, text="quokka garden")
            assert not answer["signal"], answer
            if action == "query":
                for path, text in answer.get("found", ()):
                    assert text in (self.root / path).read_text(), "an answer that is not true"
        self.do("forget")
        self.finish()
        self.check()

    def embedded_twice(self) -> int:
        """How many embeddings were done more than once."""
        counts = Counter(self.log.read_text().split())
        return sum(counts.values()) - len(counts)


@contextlib.contextmanager
def at_home(home: Path) -> Iterator[None]:
    """`SEARCHKIT_HOME`, for this process."""
    before = os.environ.get("SEARCHKIT_HOME")
    os.environ["SEARCHKIT_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SEARCHKIT_HOME"]
        else:
            os.environ["SEARCHKIT_HOME"] = before
