"""Signs what is pushed, and checks who signed what is asked: Ed25519, through `cryptography`."""

import base64
import binascii
import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit import config
from searchkit.team import ssh_key
from searchkit.team.manifest import Manifest
from searchkit_index.errors import ConfigError, SearchkitError, StorageError
from searchkit_index.system import private

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class SignatureError(SearchkitError):
    """What is asked was not signed by anyone who is known."""


def key_path() -> Path:
    """Find the file of the private key, which only its owner can read."""
    return config.home() / "signing-key"


def signed(manifest: Manifest) -> Manifest:
    """Sign a manifest with the key of this user: the configured one of SSH, or one of our own.

    Our own is made at first need.

    Args:
        manifest: The manifest to sign.

    Returns:
        The same with signer and signature.

    Raises:
        StorageError: The key cannot be read or made.
        ConfigError: The extra `searchkit[team]`, or what signs by SSH, is not installed.
    """
    if path := _ssh_key():
        named = replace(manifest, signer=_text(ssh_key.public_half(path)))
        return replace(named, signature=_text(ssh_key.sign(path, named.signed_bytes())))
    key = _key()
    named = replace(manifest, signer=_text(key.public_key().public_bytes_raw()))
    return replace(named, signature=_text(key.sign(named.signed_bytes())))


def public_key() -> str:
    """Return the public key of this user, in base64: what others give as a known signer."""
    path = _ssh_key()
    return _text(ssh_key.public_half(path) if path else _key().public_key().public_bytes_raw())


def check(manifest: Manifest, signers: Collection[str]) -> None:
    """Make sure that a manifest was signed by one of these.

    Args:
        manifest: The manifest that was read.
        signers: Public keys, in base64, or as SSH writes them.

    Raises:
        SignatureError: It was not, or was changed since.
        ConfigError: The extra `searchkit[team]` is not installed.
    """
    _library()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if manifest.signer not in set(map(_plain, signers)):
        raise SignatureError(
            f"`{manifest.name}` was signed by `{manifest.signer or 'nobody'}`, who is not known",
            "give `--signer KEY` with this key if you trust it",
        )
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(manifest.signer))
        signature, message = _bytes(manifest.signature), manifest.signed_bytes()
        try:
            key.verify(signature, message)
        except InvalidSignature:
            key.verify(signature, ssh_key.framed(message))
    except (InvalidSignature, ValueError):
        raise changed(manifest.name) from None


def changed(name: str) -> SignatureError:
    """Make the error of a repository that is not as it was signed."""
    return SignatureError(
        f"`{name}` is not what was signed: somebody changed it",
        "push it again, and see who can write there",
    )


def _ssh_key() -> Path | None:
    written = config.load().signing_key
    try:
        return None if written == "own" else Path(written).expanduser()
    except RuntimeError:
        raise ConfigError(
            f"the home folder in `{written}`, which `signing_key` names, is not known",
            "write the whole path",
        ) from None


def _plain(signer: str) -> str:
    """Write a public key in base64 that may be written as SSH does."""
    key = ssh_key.public_bytes(signer)
    return signer if key is None else _text(key)


def _key() -> "Ed25519PrivateKey":
    _library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = key_path()
    try:
        private.make_folder(path.parent)
        if not path.exists():
            _write_key(path, Ed25519PrivateKey.generate().private_bytes_raw())
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except OSError as error:
        raise StorageError(
            f"cannot use the key `{path}`: {error.strerror}", "check who owns it"
        ) from error
    except ValueError:
        raise StorageError(f"`{path}` is no key", "remove it: the next push makes one") from None


def _write_key(path: Path, key: bytes) -> None:
    """Write a key; of two that push for the first time at once, one writes it and both use it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(0o600, exist_ok=False)
    fresh.write_bytes(key)
    try:
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _library() -> None:
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise ConfigError("signatures need `cryptography`", "type `pip install 'searchkit[team]'`")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
