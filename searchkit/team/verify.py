"""Checks that a repository, and each chunk of it that is shown, was signed by a known signer."""

import hashlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from searchkit import config
from searchkit.team import signing, tables
from searchkit.team.index import Snapshot
from searchkit.team.manifest import Manifest, digest_of
from searchkit.team.storage import faults
from searchkit.team.where import chunks_of
from searchkit_index.system import private
from searchkit_index.system.atomic import remove_abandoned, replacing

_KEY = 16  # bytes


class Verifier:
    """Checks manifests by their signatures, and chunks by whether their keys were signed.

    All keys of a repository are read once for each push, and kept beside the indexes.

    Args:
        snapshot: What is asked.
        signers: Public keys, in base64; none to check nothing.

    Raises:
        SignatureError: A repository was signed by none of them.
    """

    def __init__(self, snapshot: Snapshot, signers: Collection[str]) -> None:
        self._snapshot, self._signers = snapshot, signers
        if signers:
            for manifest in snapshot.manifests:
                signing.check(manifest, signers)

    def __call__(self, manifest: Manifest, keys: Iterable[str]) -> None:
        """Check chunks.

        Args:
            manifest: The manifest of their repository.
            keys: Keys of the chunks, each computed from what the chunk holds.

        Raises:
            SignatureError: One was not signed, or one that was is missing.
        """
        if self._signers and not self._known(manifest).issuperset(keys):
            raise signing.changed(manifest.name)

    def _known(self, manifest: Manifest) -> frozenset[str]:
        """Return all signed keys of a repository."""
        name = hashlib.blake2b(manifest.signed_bytes(), digest_size=16).hexdigest()
        path = config.home() / "verified" / name
        kept = b""
        with suppress(OSError):
            kept = path.read_bytes()
        text = kept.hex()
        keys = [text[at : at + 2 * _KEY] for at in range(0, len(text), 2 * _KEY)]
        if len(keys) != manifest.chunks or digest_of(keys) != manifest.digest:
            keys = self._read(manifest)
            _keep(path, bytes.fromhex("".join(keys)))
        return frozenset(keys)

    def _read(self, manifest: Manifest) -> list[str]:
        with faults(self._snapshot.url):
            found = tables.values(self._snapshot.chunks, ["key"], chunks_of(manifest.name))
            keys = [key for (key,) in found]
        if digest_of(keys) != manifest.digest:
            raise signing.changed(manifest.name)
        return keys


def _keep(path: Path, data: bytes) -> None:
    """Keep keys for the next question, which would read them again otherwise."""
    with suppress(OSError):
        private.make_folder(path.parent)
        remove_abandoned(path.parent)
        with replacing(path) as temporary:
            temporary.write_bytes(data)
