"""Signs with a key of SSH, as git does: through `ssh-keygen`, so that an agent may hold it.

A signature by SSH is of a frame around the digest of a message (PROTOCOL.sshsig of OpenSSH); it
holds an Ed25519 signature of that frame, which is what is kept.
"""

import base64
import binascii
import struct
import subprocess
from hashlib import sha512
from pathlib import Path

from searchkit_index.errors import ConfigError, StorageError
from searchkit_index.system import programs

_PROGRAM = "ssh-keygen"
# What the signature is for: one that was made for git is none for a push.
_NAMESPACE = b"searchkit"
_KIND = b"ssh-ed25519"
_SIZE = 32  # bytes of a public key
# How the public half begins in a text: its kind, before it differs.
_BEGINNING = base64.b64encode(struct.pack(">I", len(_KIND)) + _KIND).decode()[:20]


def public_bytes(written: str) -> bytes | None:
    """Read the public half of a key in a line as `ssh-keygen` writes it.

    Args:
        written: Such as `ssh-ed25519 AAAA... you@example.org`.

    Returns:
        The 32 bytes of the key; None where there is no Ed25519 key.
    """
    for word in written.split():
        if word.startswith(_BEGINNING):
            try:
                return base64.b64decode(word, validate=True)[-_SIZE:]
            except binascii.Error:
                return None
    return None


def public_half(path: Path) -> bytes:
    """Read the 32 bytes of a public key from its file or the one beside; else StorageError."""
    beside = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    try:
        found = public_bytes(beside.read_text("utf-8", "replace"))
    except OSError as error:
        raise StorageError(
            f"cannot read `{beside}`: {error.strerror}", "type `ssh-keygen -t ed25519` to make one"
        ) from error
    if found is None:
        raise StorageError(f"`{beside}` is no Ed25519 key", "type `ssh-keygen -t ed25519`")
    return found


def sign(path: Path, message: bytes) -> bytes:
    """Sign a message by a key.

    Args:
        path: The file of either half; with the public one an agent signs.
        message: What is signed.

    Returns:
        The 64 bytes of an Ed25519 signature of `framed(message)`.

    Raises:
        ConfigError: `ssh-keygen` is not installed.
        StorageError: The key cannot be used.
    """
    program = programs.find(_PROGRAM)
    if program is None:
        raise ConfigError(f"signing by `{path}` needs `{_PROGRAM}`", "install OpenSSH")
    command = [program, "-Y", "sign", "-q", "-n", _NAMESPACE.decode(), "-f", str(path)]
    done = subprocess.run(command, input=message, capture_output=True, check=False)
    armoured = done.stdout.decode("ascii", "replace").split("\n")
    try:
        blob = base64.b64decode("".join(line for line in armoured if not line.startswith("-----")))
    except binascii.Error:
        blob = b""
    if done.returncode or len(blob) < 2 * _SIZE:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
        raise StorageError(f"cannot sign by `{path}`: {said}", "type `ssh-add` with the key first")
    return blob[-2 * _SIZE :]


def framed(message: bytes) -> bytes:
    """Frame a message as SSH does before it signs."""
    parts = (_NAMESPACE, b"", b"sha512", sha512(message).digest())
    return b"SSHSIG" + b"".join(struct.pack(">I", len(part)) + part for part in parts)
