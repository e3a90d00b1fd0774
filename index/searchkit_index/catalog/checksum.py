"""Seals: they tell a file that was written here, whole, from a damaged one and from a stranger's.

FAISS trusts what it reads, so it is given nothing but files whose seal is right. The key stands
beside the index folders and goes nowhere with them.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

import numpy as np

_KEY_BYTES = 32
_ROW = 512  # words of eight bytes: a page of 4096
_BLOCK = 256 * _ROW * 8  # bytes that are summed at once


def seal(path: Path) -> str:
    """A keyed digest of a file, over the sums of its rows and columns.

    One pass at the speed of memory; a changed word changes two sums, and so do swapped ones.

    Raises:
        OSError: The file cannot be read, or the key cannot be made.
    """
    digest = hashlib.blake2b(digest_size=16, key=_key(path.parent.parent))
    content = np.memmap(path, dtype=np.uint8, mode="r")
    for start in range(0, len(content), _BLOCK):
        block = content[start : start + _BLOCK]
        whole = len(block) // (8 * _ROW) * (8 * _ROW)
        rows = block[:whole].view("<u8").reshape(-1, _ROW)
        digest.update(rows.sum(axis=0, dtype=np.uint64).tobytes())
        digest.update(rows.sum(axis=1, dtype=np.uint64).tobytes())
        digest.update(block[whole:].tobytes())
    return digest.hexdigest()


def _key(folder: Path) -> bytes:
    """The key of all indexes in a folder, made where there is none."""
    path = folder / "key"
    with contextlib.suppress(FileNotFoundError):
        if len(key := path.read_bytes()) == _KEY_BYTES:
            return key
    # Of two processes that meet here the later one's key stays; the other's seal is then wrong, and
    # its file is made again.
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.write(handle, secrets.token_bytes(_KEY_BYTES))
    finally:
        os.close(handle)
    return path.read_bytes()
