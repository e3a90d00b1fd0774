"""Teachers' vectors on disk: each text once, as 8-bit integers, in files that allow resuming.

A piece is a numpy file of some thousand texts of one source: their digests, the group of each (its
role and language, whose mean is taken off later) and their vectors. Whatever is there already is
used again, so a run that was killed goes on at the next piece.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from searchkit.training.data.corpus import text_digest
from searchkit.training.pair import Pair
from searchkit.training.source import Source
from searchkit_index.embedder import Role
from searchkit_index.system.atomic import replacing

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

# The teacher whose vectors the student imitates.
ENCODER = "e5"

# Kinds of texts of one source, with vectors of their own.
KINDS = ("left", "right", "paragraph")

# Texts of one piece: about ten seconds of a teacher's time.
_PIECE = 2_048

# The most characters of a paragraph, unless its first text alone is longer.
_PARAGRAPH = 900


class Encoder(Protocol):
    """What gives vectors: any embedder."""

    def encode(self, texts: Sequence[str], role: Role) -> npt.NDArray[np.floating]:
        """Embed texts: `(len(texts), dimension)`, rows of length 1."""
        ...


@dataclass(frozen=True)
class Text:
    """What a teacher reads.

    Attributes:
        digest: Digest of the text, see `text_digest`.
        text: The whole text.
        role: How it is read.
        language: Its language, as the pair names it.
    """

    digest: int
    text: str
    role: Role
    language: str


@dataclass(frozen=True)
class Taught:
    """Vectors of one source.

    Attributes:
        digests: int64, `(texts,)`.
        groups: Role and language of each, such as `query:de`.
        vectors: int8, `(texts, dimension)`: directions; each row has a scale of its own.
    """

    digests: Integers
    groups: npt.NDArray[np.str_]
    vectors: npt.NDArray[np.int8]


def left_texts(pairs: Sequence[Pair], source: Source) -> Iterator[Text]:
    """Yield the distinct left sides; of parallel text those of both sides, each as a query."""
    seen: set[int] = set()
    for pair in pairs:
        sides = [(pair.a, pair.lang_a)]
        if source.task == "parallel":
            sides.append((pair.b, pair.lang_b))
        for text, language in sides:
            digest = text_digest(text)
            if digest not in seen:
                seen.add(digest)
                yield Text(digest, text, "query", language)


def right_texts(pairs: Sequence[Pair], source: Source) -> Iterator[Text]:
    """Yield the distinct right sides; of parallel text none."""
    if source.task == "parallel":
        return
    seen: set[int] = set()
    for pair in pairs:
        digest = text_digest(pair.b)
        if digest not in seen:
            seen.add(digest)
            yield Text(digest, pair.b, "document", pair.lang_b)


def paragraphs(pairs: Iterable[Pair], count: Callable[[str], int]) -> Iterator[Text]:
    """Yield paragraphs of texts that follow each other in one language.

    Args:
        pairs: Pairs in the order of their file; both sides are read.
        count: Returns the number of paragraphs that are wanted in a language.

    Yields:
        Two to six texts together, up to some hundred characters.
    """
    texts: dict[str, dict[str, None]] = {}
    for pair in pairs:
        for text, language in ((pair.a, pair.lang_a), (pair.b, pair.lang_b)):
            texts.setdefault(language, {}).setdefault(text)
    random = np.random.default_rng(0)
    for language, each in texts.items():
        rows = list(each)
        for start in random.integers(0, len(rows), count(language)):
            text = rows[start]
            for more in rows[start + 1 : start + random.integers(2, 7)]:
                if len(text) + len(more) > _PARAGRAPH:
                    break
                text = f"{text} {more}"
            yield Text(text_digest(text), text, "document", language)


def encode_into(
    folder: Path,
    name: str,
    texts: Iterator[Text],
    teacher: Callable[[], Encoder],
    characters: int,
) -> int:
    """Write the vectors of texts that are not there yet.

    Args:
        folder: Takes `NAME-0000.npz` and so on.
        name: Name of the source and its side.
        texts: The texts, in an order that is always the same.
        teacher: Makes what gives the vectors; called where some are missing.
        characters: The most characters of a text that are read: about what the student sees of it.

    Returns:
        The number of texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    pieces = iter(lambda: list(islice(texts, _PIECE)), [])
    for number, piece in enumerate(pieces):
        path = folder / f"{name}-{number:04}.npz"
        # A last piece with fewer texts is made again once there are more.
        if not path.is_file() or _size(path) < len(piece):
            _write(path, piece, teacher(), characters)
        count += len(piece)
    return count


def _size(path: Path) -> int:
    with np.load(path) as arrays:
        return len(arrays["digests"])


def _write(path: Path, piece: Sequence[Text], teacher: Encoder, characters: int) -> None:
    vectors = teacher.encode([each.text[:characters] for each in piece], piece[0].role)
    scale = 127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-6)
    with replacing(path) as partial, partial.open("wb") as file:
        np.savez(
            file,
            digests=np.array([each.digest for each in piece], np.int64),
            groups=np.array([f"{each.role}:{each.language}" for each in piece]),
            vectors=np.rint(vectors * scale).astype(np.int8),
        )


def load_taught(folder: Path, name: str, count: int) -> Taught | None:
    """Load the first `count` texts of one source's side; None where there are none."""
    wanted = -(-count // _PIECE)
    paths = sorted(folder.glob(f"{name}-[0-9]*.npz"))[:wanted]
    if not paths:
        return None
    pieces: list[list[npt.NDArray[Any]]] = []
    for path in paths:
        with np.load(path) as arrays:
            pieces.append([arrays[name] for name in ("digests", "groups", "vectors")])
    return Taught(*(np.concatenate(parts)[:count] for parts in zip(*pieces, strict=True)))
