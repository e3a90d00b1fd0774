"""Real source files again and again, each time with other names, and a free embedder of them.

No two copies of a text are alike, and yet they share words, as texts of one company do.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from zlib import crc32

import numpy as np

from searchkit_index.embedder import Role, Vectors

_NAME = re.compile(r"\b[A-Za-z_]{4,}\b")
_WORD = re.compile(r"\b[A-Za-z_]\w{3,}")
_WORDS = 24  # names of a text that its vector is made of


class StandIn:
    """Embeds by hashed words: texts that share words get near vectors."""

    name = fingerprint = "stand-in"
    dimension = 256

    def __init__(self) -> None:
        self._words: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = np.sum([self.word(word) for word in embedded(text)], axis=0)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def word(self, word: str) -> Vectors:
        """Return the vector of a word, which is always the same."""
        if word not in self._words:
            if len(self._words) > 50_000:
                self._words.clear()
            seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest())
            found = np.random.default_rng(seed).standard_normal(self.dimension, np.float32)
            self._words[word] = found
        return self._words[word]


def embedded(text: str) -> list[str]:
    """Return the words of a text that its vector is made of."""
    return _WORD.findall(text)[:_WORDS] or [text]


def texts(source: Path) -> Iterator[tuple[str, str]]:
    """Yield paths and texts of the files below a folder, but of tiny and of huge ones."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink() and 200 < path.stat().st_size < 200_000:
            try:
                yield str(path.relative_to(source)), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def renamed(text: str, number: int) -> str:
    """Give every second name, chosen by its hash, the ending `_number`."""
    suffix = f"_{number}"
    return _NAME.sub(lambda name: name[0] + suffix * (crc32(name[0].encode()) % 2), text)


def copied(originals: Iterable[tuple[str, str]], tree: Path, number: int) -> Iterator[int]:
    """Write a copy of files into a folder of its own; 0 is for the files as they are.

    Args:
        originals: Paths and texts of the files.
        tree: Where the folder `copyNUMBER` is made.
        number: Of the copy, in its names as well.

    Yields:
        How many characters each file had, once it is written.
    """
    for name, text in originals:
        path = tree / f"copy{number}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(renamed(text, number) if number else text, encoding="utf-8")
        yield len(text)


def write(source: Path, tree: Path, size: int) -> int:
    """Write copies of the files below a folder until they hold so many characters.

    Args:
        source: The folder.
        tree: Where to.
        size: So many characters.

    Returns:
        How many files there are.
    """
    originals = list(texts(source))
    written = 0
    every = chain.from_iterable(copied(originals, tree, number) for number in count())
    for files, characters in enumerate(every, 1):
        written += characters
        if written >= size:
            return files
    raise AssertionError
