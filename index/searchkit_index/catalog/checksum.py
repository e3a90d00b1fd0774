"""Computes keyed digests, which tell a file written here from a damaged or a foreign one.

FAISS trusts what it reads, so it is given only files whose checksum is right. The key is kept
beside the index folders, readable by their owner only, and is not copied with any of them.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from searchkit_index.system.atomic import replacing

_KEY_BYTES = 32
_BLOCK = 1 << 20  # bytes that are digested at once
_FOREIGN = 0o077  # what the group and everyone else may do with the key: nothing


def checksum(path: Path) -> str:
    """Digest a file by keyed BLAKE2b, with the key of the folder above its own: 32 hex digits."""
    digest = hashlib.blake2b(digest_size=16, key=_key(path.parent.parent))
    block = memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as stream:
        while size := stream.readinto(block):
            digest.update(block[:size])
    return digest.hexdigest()


def _key(folder: Path) -> bytes:
    """Read the key of all indexes in a folder; make one where there is none, or others may read it.

    Whoever has read the key can forge checksums; after a new key all files are made again.
    """
    path = folder / "key"
    with contextlib.suppress(OSError), path.open("rb") as stream:
        private = os.name == "nt" or not os.fstat(stream.fileno()).st_mode & _FOREIGN
        if private and len(key := stream.read(_KEY_BYTES + 1)) == _KEY_BYTES:
            return key
    _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Write a new key in one step.

    If two processes do so at once, the later key stays; the checksum of the other is then wrong,
    and its file is made again.
    """
    for left in path.parent.glob("key-*"):  # by a process that was killed here
        left.unlink(missing_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(secrets.token_bytes(_KEY_BYTES))
