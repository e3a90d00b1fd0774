"""The rows of the catalog, as values."""

import hashlib
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from searchkit_index.chunking.title import title_of


class Known(NamedTuple):
    """The state of a file when it was last looked at, to tell whether it changed.

    Attributes:
        size: In bytes.
        mtime_ns: Time of its last change; None where that time cannot be trusted.
        ctime_ns: Time of the last change of its inode; None where it is not known.
        inode: Its number on its file system; None where it is not known.
        digest: The digest of its content; None where it was not read.
        skipped: Why it is not indexed; None when it is.
        fingerprint: What its chunks depend on; None where it is worth another try.
    """

    size: int
    mtime_ns: int | None
    ctime_ns: int | None
    inode: int | None
    digest: bytes | None
    skipped: str | None
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it goes into the catalog.

    Attributes:
        path: Relative to the root.
        size: As in `Known`.
        mtime_ns: As in `Known`.
        ctime_ns: As in `Known`.
        inode: As in `Known`.
        digest: As in `Known`.
        language: Its language or format; None when unknown.
        skipped: Why it has no chunks; None when it is indexed.
        fingerprint: As in `Known`.
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
    """What a chunk is ranked by, beside its scores.

    Attributes:
        chunk_id: Its id.
        path: The path of its file, relative to the root.
        symbol: Names of the definitions or headings around it.
        kind: `definition`, `code`, `prose` or `data`.
        natural_language: The language of prose, by its ISO 639-1 code, if it is certain.
        digest: As `content_digest` makes it: copies have the same.
    """

    chunk_id: int
    path: str
    symbol: str
    kind: str
    natural_language: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A chunk as it comes out of the catalog.

    Attributes:
        chunk_id: Its id.
        path: The path of its file, relative to the root.
        language: The language of its file; None when unknown.
        start_line: Its first line, from 1.
        end_line: Its last line, included.
        symbol: Names of the definitions or headings around it.
        kind: `definition`, `code`, `prose` or `data`.
        natural_language: The language of prose, by its ISO 639-1 code, if it is certain.
        text: Its lines.
        place: Where to find it when lines do not tell, as `page 3`; else empty.
        inner_language: What it is written in where that is not the file's own language.
    """

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


class Model(NamedTuple):
    """A model that a catalog has vectors of.

    Attributes:
        id: Its id in the catalog.
        fingerprint: Its fingerprint.
        name: What people call it.
        dimension: How many numbers its vectors have.
    """

    id: int
    fingerprint: str
    name: str
    dimension: int


class Whole(NamedTuple):
    """A chunk as it is pushed to a shared index: all columns but its text.

    Attributes:
        chunk_id: Its id.
        path: The path of its file, relative to the root.
        language: The language of its file; None when unknown.
        start_line: Its first line, from 1.
        end_line: Its last line, included.
        kind: `definition`, `code`, `prose` or `data`.
        natural_language: The language of prose, by its ISO 639-1 code, if it is certain.
        place: Where to find it when lines do not tell, as `page 3`; else empty.
        inner: What it is written in where that is not the file's own language, as `pack_inner`
            writes it.
        passage: Digest of its symbol path and text.
        vector: float16, little-endian; None while it is not embedded.
    """

    chunk_id: int
    path: str
    language: str | None
    start_line: int
    end_line: int
    kind: str
    natural_language: str | None
    place: str
    inner: str | None
    passage: bytes
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class Publication:
    """The FAISS file that holds all vectors of a model up to `generation`.

    Attributes:
        generation: The highest vector id in it.
        count: How many vectors it holds.
        file: Its name.
        bytes: Its size.
        checksum: Its keyed digest, see `catalog.checksum`.
        layout: The FAISS factory string that it was made by.
        recall: At 10, of a flat scan; None where it is exact.
    """

    generation: int
    count: int
    file: str
    bytes: int
    checksum: str
    layout: str
    recall: float | None


def passage_text(symbol: str, text: str) -> str:
    """Build the text that is embedded: the symbol path, then the lines."""
    return f"{symbol}\n{text}" if symbol else text


def passage_digest(symbol: str, text: str) -> bytes:
    """Digest a passage to 16 bytes."""
    return hashlib.blake2b(f"{symbol}\0{text}".encode(), digest_size=16).digest()


def content_digest(path: str, kind: str, symbol: str, text: str) -> bytes:
    """Digest a chunk to 16 bytes that its copies share, also those in files of other names.

    Args:
        path: The path of its file, relative to the root.
        kind: `definition`, `code`, `prose` or `data`.
        symbol: Names of the definitions or headings around it.
        text: Its lines.

    Returns:
        The digest of symbol path and text; of the text alone where the file's name stands for a
        heading.
    """
    untitled = kind == "prose" and symbol == title_of(path)
    return passage_digest("" if untitled else symbol, text)


def chunk_digest(
    path: str | bytes,
    language: str | None,
    start_line: int,
    end_line: int,
    kind: str,
    natural_language: str | None,
    passage: bytes,
    place: str = "",
    inner: str | None = None,
) -> bytes:
    """Digest to 8 bytes all that a hit shows; `passage` is the digest of its text."""
    packed = path.encode() if isinstance(path, str) else path
    said = "\0".join((language or "", kind, natural_language or ""))
    if place or inner:  # without them the digest is that of catalogs before version 4
        said += f"\0{place}\0{inner or ''}"
    lines = struct.pack("<qq", start_line, end_line)
    content = b"\0".join((lines + passage, said.encode(), packed))
    return hashlib.blake2b(content, digest_size=8).digest()


def pack_inner(language: str | None, parts: Iterable[str]) -> str | None:
    """Write the other languages of a chunk as one text, in which each stands between blanks.

    Args:
        language: What most of it is written in, where that is not the file's own language.
        parts: Labels of all its parts in other languages, as `chunking.chunk.part_label`.

    Returns:
        The language or nothing, and the labels; None where there are neither.
    """
    labels = " ".join(parts)
    return f"{language or ''} {labels} " if labels else language


def unpack_inner(inner: str | None) -> str | None:
    """Return the language that `pack_inner` was given."""
    return (inner or "").partition(" ")[0] or None


def storable(text: str) -> str:
    """Replace lone surrogates, which SQLite does not take."""
    return text.encode(errors="replace").decode()


def pack_path(path: str) -> str | bytes:
    """Convert a path to what the catalog holds: bytes where the name is not UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def unpack_path(path: str | bytes) -> str:
    """Convert a stored path to a text, with surrogate escapes where the name is not UTF-8."""
    return os.fsdecode(path) if isinstance(path, bytes) else path
