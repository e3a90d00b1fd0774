"""Describes one repository of a shared index: what it holds, of which commit, pushed by whom."""

import hashlib
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from searchkit.table import Table
from searchkit.team.checkout import Checkout
from searchkit.team.schema import VERSION, newer_version, not_shared_index
from searchkit_index.embedder import Embedder
from searchkit_index.errors import CatalogDamagedError, QueryError

_NAME = re.compile(r"[^\W_][\w.+-]*(/[^\W_][\w.+-]*)*")
_LONGEST_NAME = 200
_LARGEST = 1 << 20  # characters of a manifest


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a repository as a whole; it is pushed in one commit with its chunks.

    Attributes:
        version: Version of the tables, see `schema.VERSION`.
        name: The repository's name.
        generation: How many times it was pushed.
        remote: The address of its git remote; "" without one.
        commit: The commit that was checked out; "" outside of git.
        modified: Whether files differed from the commit.
        prefix: The folder's path inside its work tree, with a slash at its end; "" for the top.
        pushed: When it was pushed, in seconds since the epoch.
        model: Name of the embedder.
        fingerprint: Fingerprint of the embedder.
        dimension: Dimension of the vectors.
        files: Number of indexed files.
        chunks: Number of chunks of all files.
        terms: Number of terms of all chunks.
        pending: Number of chunks without a vector.
        languages: Number of files of each language, most first.
        skipped: Number of files that were left out, for each reason.
        digest: Digest of the keys of all chunks.
        signer: The public key of who pushed it, in base64.
        signature: Signature of all other fields, in base64.
    """

    version: int
    name: str
    generation: int
    remote: str
    commit: str
    modified: bool
    prefix: str
    pushed: float
    model: str
    fingerprint: str
    dimension: int
    files: int
    chunks: int
    terms: int
    pending: int
    languages: Mapping[str, int]
    skipped: Mapping[str, int]
    digest: str
    signer: str = ""
    signature: str = field(default="", repr=False)

    @classmethod
    def read(cls, written: str, url: str) -> Self:
        """Read a manifest out of a table.

        Args:
            written: What `written` returned, or anything that others wrote.
            url: Where the table is.

        Returns:
            The manifest.

        Raises:
            CatalogNewerError: A later version of searchkit wrote it.
            CatalogDamagedError: It is no manifest.
        """
        try:
            values = json.loads(written) if len(written) <= _LARGEST else None
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise not_shared_index(url)
        version = values.get("version")
        if isinstance(version, int) and version > VERSION:
            raise newer_version(url)
        counts = {name: values.pop(name, None) for name in ("languages", "skipped")}
        if not all(map(is_counts, counts.values())):
            raise not_shared_index(url)
        try:
            found = Table(url, CatalogDamagedError).build(cls, values, given=counts)
        except CatalogDamagedError:
            raise not_shared_index(url) from None
        if not is_name(found.name) or min(found.chunks, found.terms, found.generation) < 0:
            raise not_shared_index(url)
        return found

    def says_same(self, other: Self) -> bool:
        """Tell whether another manifest differs in nothing but when and by whom it was pushed."""
        kept = {name: getattr(other, name) for name in _OF_A_PUSH}
        return replace(self, **kept) == other

    def written(self) -> str:
        """Write it as JSON, the same for the same manifest."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def signed_bytes(self) -> bytes:
        """Return what its signature is of."""
        return b"searchkit manifest\0" + replace(self, signature="").written().encode()


_OF_A_PUSH = ("generation", "pushed", "terms", "signer", "signature")


def is_counts(given: Any) -> bool:
    """Tell whether a value of JSON is an object whose values are integers from 0."""
    return isinstance(given, dict) and all(
        isinstance(count, int) and not isinstance(count, bool) and count >= 0
        for count in given.values()
    )


def digest_of(keys: Iterable[str]) -> str:
    """Digest the keys of all chunks of a repository, in whatever order they come."""
    whole = hashlib.blake2b(digest_size=32)
    for key in sorted(keys):
        whole.update(key.encode())
    return whole.hexdigest()


def is_name(name: str) -> bool:
    """Tell whether a text can be the name of a repository."""
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def check_name(name: str) -> str:
    """Return a name of a repository.

    Args:
        name: Words of letters, digits, `_`, `.`, `+` and `-`, with slashes between them.

    Returns:
        The name.

    Raises:
        QueryError: It is none.
    """
    if not is_name(name):
        raise QueryError(
            f"`{name}` is no name of a repository", "give `--name` letters, digits, `-`, `.`, `/`"
        )
    return name


def next_manifest(
    before: Manifest | None,
    name: str,
    checkout: Checkout,
    embedder: Embedder,
    **counts: Any,
) -> Manifest:
    """Make the manifest of the next push, not signed yet.

    Args:
        before: Manifest of the last push; None before the first.
        name: The repository's name.
        checkout: What git says of the folder.
        embedder: Whose vectors are pushed.
        **counts: The other fields, from `files` on.

    Returns:
        The manifest.
    """
    return Manifest(
        version=VERSION,
        name=name,
        generation=before.generation + 1 if before else 1,
        **asdict(checkout),
        pushed=time.time(),
        model=embedder.name,
        fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        **counts,
    )
