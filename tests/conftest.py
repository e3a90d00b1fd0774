"""Fixtures of all tests: an index home of their own, a small tree, and a quick embedder."""

import functools
import gc
import hashlib
import itertools
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from module_marks import has_mark, whole_mark
from small_tree import adopt, grown

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit.ranking.confidence import Calibration
from searchkit_index.embedder import Embedder, Role, Vectors
from searchkit_index.languages import natural
from searchkit_index.process.reader import Reader

# The workers of the suite share the cores: more threads cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a shell starts in the background ignores Ctrl-C, and so would the programs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A suite starts hundreds of processes: compiled modules are kept for them, whatever the environment
# says, and so are the tests, whose assertions are rewritten.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Collecting garbage among a million objects of imported modules takes a sixth of the time.
gc.set_threshold(20_000, 20, 20)


def pytest_collection_finish() -> None:
    """Exclude the objects of imported modules from garbage collection."""
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collect garbage once; pytest does it ten times at its end."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """Start one worker more than there are cores: tests wait for processes and clocks."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else 4


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out modules without any wanted test, as importing them takes long."""
    if collection_path.suffix != ".py":
        return None
    expression, text = config.option.markexpr, collection_path.read_text(encoding="utf-8")
    whole = whole_mark(text)
    left_out = whole and f"not {whole}" in expression
    wanted = re.match(r"integration|slow", expression)
    unmarked = wanted and not has_mark(text, wanted[0])
    return True if left_out or unmarked else None


# Deadlines of examples fail on a busy machine.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@functools.cache
def direction(word: str, dimension: int) -> Vectors:
    """Return the vector of a word, which is always the same."""
    seed = int.from_bytes(hashlib.blake2b(word.encode(errors="replace")).digest()[:4])
    return np.random.default_rng(seed).standard_normal(dimension)


class HashingEmbedder:
    """Texts that share words get near vectors; remembers what it was asked to embed."""

    def __init__(self, dimension: int = 64, name: str = "hashing") -> None:
        self.dimension = dimension
        self.name = name
        self.fingerprint = f"{name}-{dimension}"
        self.calibration: Calibration | None = Calibration(0.6, (-7.11, 13.79, 0.56))
        self.documents: list[str] = []
        self.words: list[str] = []

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        if role == "document":
            self.documents.extend(texts)
        if role == "word":
            self.words.extend(texts)
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row] += direction(word, self.dimension)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="session", autouse=True)
def language_model() -> Iterator[None]:
    """Keep the model that recognises languages, which a run frees at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(natural, "release", lambda: None)
        yield


@pytest.fixture(scope="session")
def idle_readers() -> Iterator[dict[tuple[Any, ...], tuple[Any, ...]]]:
    """Idle reader processes, by the key of `place` below."""
    idle: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    yield idle
    for process, stderr, _ in idle.values():
        process.kill()
        process.communicate()
        stderr.close()


_ABOUT_READERS = ("test_faults.py", "test_hostile.py", "test_limits.py", "test_reader.py")


@pytest.fixture(autouse=True)
def readers_go_on(
    idle_readers: dict[tuple[Any, ...], tuple[Any, ...]],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reuse the reader process in the next run, unless a test is about its faults."""
    if request.path.name in _ABOUT_READERS:
        return
    start, read, close = Reader._running, Reader.read, Reader.close
    done: set[Reader] = set()

    def place(reader: Reader) -> tuple[Any, ...]:
        """Return what a reader process depends on: parent, memory and environment."""
        return os.getpid(), reader._memory, *map(os.environ.get, ("PYTHONPATH", "PATH"))

    def started(self: Reader) -> Any:
        held = None if self._process else idle_readers.pop(place(self), None)
        if held and held[0].poll() is None:
            self._process, self._stderr, self._starved = held
        return start(self)

    def read_all(self: Reader, *arguments: Any) -> Iterator[Any]:
        done.discard(self)
        yield from read(self, *arguments)
        if not self._late():
            done.add(self)

    def let_go(self: Reader) -> None:
        if self in done and self._process and place(self) not in idle_readers:
            idle_readers[place(self)] = self._process, self._stderr, self._starved
            self._process = self._stderr = None
        close(self)

    monkeypatch.setattr(Reader, "_running", started)
    monkeypatch.setattr(Reader, "read", read_all)
    monkeypatch.setattr(Reader, "close", let_go)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Paths of folders that do not exist yet.

    They are in one folder of their own, as pytest's `tmp_path_factory.mktemp` lists all folders
    beside a new one, which takes longer with every test.
    """
    parent = tmp_path_factory.mktemp("homes")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of an index home, and of no configuration, of this test's own.

    Most tests need no folder there, and to make and remove thousands takes seconds.
    """
    folder = next(homes)
    monkeypatch.setenv("SEARCHKIT_HOME", str(folder))
    monkeypatch.setenv("SEARCHKIT_CONFIG", str(folder / "config.toml"))
    return folder


@pytest.fixture
def home(own_home: Path) -> Path:
    """The index home of this test, an empty folder."""
    own_home.mkdir(exist_ok=True)
    return own_home


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with code and prose in a few languages."""
    return grown(tmp_path / "tree")


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Embedder], Path]:
    """Returns the index folder of the small tree with a model, built at the first call."""
    built: dict[str, Path] = {}

    def master_(embedder: Embedder) -> Path:
        if embedder.fingerprint not in built:
            home = tmp_path_factory.mktemp("master")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("SEARCHKIT_HOME", str(home))
                with Index(grown(home / "tree"), embedder, Settings()) as index:
                    index.build()
            built[embedder.fingerprint] = index.folder
        return built[embedder.fingerprint]

    return master_


@pytest.fixture
def index_tree(tree: Path, master: Callable[[Embedder], Path]) -> Callable[[Embedder], Path]:
    """Copies the master index to the tree, which must be unchanged."""
    return lambda embedder: adopt(tree, master(embedder))


@pytest.fixture(scope="session")
def new_embedder() -> Callable[[], HashingEmbedder]:
    """Makes quick embedders, for indexes that several tests share."""
    return HashingEmbedder


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


OpenIndex = Callable[..., Index]


@pytest.fixture
def open_index(embedder: HashingEmbedder) -> OpenIndex:
    """Opens the index of a folder with the quick embedder."""

    def open_(root: Path, other: HashingEmbedder | None = None) -> Index:
        return Index(root.resolve(), other or embedder, Settings())

    return open_


@pytest.fixture
def another(tmp_path: Path, open_index: OpenIndex) -> Callable[..., Path]:
    """Makes and indexes a second folder, which holds one file or none."""

    def another_(name: str = "", text: str = "", model: HashingEmbedder | None = None) -> Path:
        root = tmp_path / "other"
        root.mkdir()
        if name:
            (root / name).write_text(text)
        with open_index(root, model) as index:
            index.build()
        return root

    return another_
