"""The rows of the catalog, as values."""

import hashlib
import os
from dataclasses import dataclass
from typing import NamedTuple


class Known(NamedTuple):
    """What the catalog remembers of a file, to tell whether it changed."""

    size: int
    mtime_ns: int | None
    digest: bytes | None
    skipped: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it goes into the catalog; with `skipped` set it has no chunks."""

    path: str
    size: int
    mtime_ns: int | None
    digest: bytes | None = None
    language: str | None = None
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A chunk as it comes out of the catalog: where it stands, and its text."""

    chunk_id: int
    path: str
    language: str | None
    start_line: int
    end_line: int
    symbol: str
    kind: str
    natural_language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The FAISS file that stands for all vectors of a model up to `generation`."""

    generation: int
    count: int
    file: str
    bytes: int
    checksum: str
    layout: str
    recall: float | None


def passage_text(symbol: str, text: str) -> str:
    """The text that is embedded: the symbol path, then the lines."""
    return f"{symbol}\n{text}" if symbol else text


def passage_digest(symbol: str, text: str) -> bytes:
    """Sixteen bytes that tell a passage from every other."""
    return hashlib.blake2b(f"{symbol}\0{text}".encode(), digest_size=16).digest()


def storable(text: str) -> str:
    """SQLite takes no lone surrogates."""
    return text.encode(errors="replace").decode()


def pack_path(path: str) -> str | bytes:
    """A path as the catalog holds it: bytes where the name is not UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def unpack_path(path: str | bytes) -> str:
    """A path as programs use it, with surrogate escapes where the name is not UTF-8."""
    return os.fsdecode(path) if isinstance(path, bytes) else path
