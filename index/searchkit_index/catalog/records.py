"""The rows of the catalog, as values."""

import hashlib
import os
import struct
from dataclasses import dataclass
from typing import NamedTuple


class Known(NamedTuple):
    """What the catalog remembers of a file, to tell whether it changed."""

    size: int
    mtime_ns: int | None
    ctime_ns: int | None
    inode: int | None
    digest: bytes | None
    skipped: str | None
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it goes into the catalog; with `skipped` set it has no chunks.

    `fingerprint` is None where the file is worth another try, however it came out.
    """

    path: str
    size: int
    mtime_ns: int | None
    ctime_ns: int | None = None
    inode: int | None = None
    digest: bytes | None = None
    language: str | None = None
    skipped: str | None = None
    fingerprint: str | None = None


class Named(NamedTuple):
    """What a chunk is ranked by, beside its scores; `digest` is of its symbol path and text."""

    chunk_id: int
    path: str
    symbol: str
    kind: str
    natural_language: str | None
    digest: bytes


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
    place: str
    inner_language: str | None


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


def chunk_digest(
    path: str | bytes,
    language: str | None,
    start_line: int,
    end_line: int,
    kind: str,
    natural_language: str | None,
    passage: bytes,
    place: str = "",
    inner_language: str | None = None,
) -> bytes:
    """Eight bytes over all that a hit shows of a place; `passage` is the digest of its text."""
    packed = path.encode() if isinstance(path, str) else path
    said = "\0".join((language or "", kind, natural_language or ""))
    if place or inner_language:  # without them as before there were such
        said += f"\0{place}\0{inner_language or ''}"
    lines = struct.pack("<qq", start_line, end_line)
    content = b"\0".join((lines + passage, said.encode(), packed))
    return hashlib.blake2b(content, digest_size=8).digest()


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
