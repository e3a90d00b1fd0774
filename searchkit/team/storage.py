"""Opens tables of a shared index, and turns errors of the store into ones that say what to do."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from searchkit.printable import encodable
from searchkit.team.schema import not_shared_index
from searchkit_index import trail
from searchkit_index.errors import (
    CatalogError,
    ConfigError,
    QueryError,
    SearchkitError,
    StorageError,
)

_SCHEMES = ("s3", "gs", "az")

# Lance takes what is no URL, as one with a space in its bucket, for the path of a local folder.
_BUCKET_AND_FOLDER = re.compile(r"[A-Za-z0-9._-]+(?:/[^?#\x00-\x1f]*)?")

# How long a store is waited for.
_PATIENCE = {
    "timeout": "30s",
    "connect_timeout": "5s",
    "client_max_retries": "2",
    "client_retry_timeout": "20",
}

_RIGHTS = {
    "s3": "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
    "gs": "`GOOGLE_SERVICE_ACCOUNT`",
    "az": "`AZURE_STORAGE_ACCOUNT_NAME` and `AZURE_STORAGE_ACCOUNT_KEY`",
}


def address(url: str) -> str:
    """Check where a shared index is, and write it in one form.

    Args:
        url: `s3://`, `gs://` or `az://` and what follows, or the path of a folder.

    Returns:
        The address without a slash at its end; of a folder its absolute path.

    Raises:
        QueryError: It is empty, of another scheme or form, or is no UTF-8.
    """
    known = ", ".join(f"`{each}://`" for each in _SCHEMES)
    if not url.strip():  # of a variable that is not set, say: it would be the current folder
        raise QueryError("the address of the shared index is empty", f"it is a folder, or {known}")
    scheme, found, rest = url.partition("://")
    whole = url.rstrip("/") if found else _folder(url)
    if encodable(whole) != whole:  # Lance takes no other names
        raise QueryError(f"`{whole}` is no UTF-8", "name a place whose whole path is UTF-8")
    if not found:
        return whole
    if scheme not in _SCHEMES:
        raise QueryError(f"`{url}` is no place of a shared index", f"it is a folder, or {known}")
    if not _BUCKET_AND_FOLDER.fullmatch(rest):
        raise QueryError(
            f"`{url}` is not of the form `{scheme}://BUCKET/FOLDER`",
            "a bucket has letters, digits and `.-_`, a folder neither `?` nor `#`",
        )
    return whole


def _folder(path: str) -> str:
    try:
        return str(Path(path).expanduser().absolute())
    except RuntimeError:
        raise QueryError(f"the home folder in `{path}` is not known") from None


def open_table(url: str, name: str, session: Any = None) -> Any:
    """Open a table at its newest version.

    Args:
        url: The place, as `address` gives it.
        name: The table's name.
        session: Holds what was read of its files and indexes; None for nothing yet.

    Returns:
        The table; None where there is none.

    Raises:
        ConfigError: The extra `searchkit[team]` is not installed.
        CatalogDamagedError: Something else has its name.
        StorageError, CatalogError: As of `faults`.
    """
    lance = library()
    with faults(url):
        if "://" not in url and not Path(path_of(url, name)).exists():
            return None
        try:
            return lance.dataset(path_of(url, name), session=session, storage_options=options(url))
        except ValueError as error:
            if not _MISSING.search(str(error)) or "bucket" in str(error).lower():
                raise
            _refuse_others(url, name)
            return None


_MISSING = re.compile(r"^Dataset at path .* was not found")


def _refuse_others(url: str, name: str) -> None:
    """Refuse a folder that is no table; one that a killed first push left is none of them."""
    from lance.file import LanceFileSession

    folder = path_of(url, name)
    files = LanceFileSession(folder, storage_options=options(url)).list()
    if any(not file.startswith(("_transactions/", "_versions/")) for file in files):
        raise not_shared_index(url)


def path_of(url: str, name: str) -> str:
    """Return where a table lies."""
    return f"{url}/{name}.lance"


def new_session() -> Any:
    """Make the cache of parts of files and indexes between questions, of a bounded size."""
    return library().Session(*_CACHED)


# Bytes for indexes, and for the descriptions of files. With 10 million chunks all indexes take some
# 750 MB and the descriptions 130 MB; with these bounds a process that asks stays below 1 GB.
_CACHED = (612 << 20, 88 << 20)


def library() -> Any:
    """Import Lance; raise ConfigError where the extra `searchkit[team]` is not installed."""
    # Its log goes to stderr, in lines that no user can act on.
    os.environ.setdefault("LANCE_LOG", "error,lance=off,object_store=off")
    _share_heaps()
    try:
        import lance
    except ImportError as error:
        raise ConfigError(
            "a shared index needs `pylance`", "type `pip install 'searchkit[team]'`"
        ) from error
    return lance


@cache
def _share_heaps() -> None:
    """Let all threads share two heaps, and keep large blocks out of them, where glibc is.

    Otherwise it makes up to eight heaps for each core, and what Lance's threads free stays in them:
    100 MB of who asks 10 million chunks. And once a block of up to 32 MB was freed it puts blocks
    of that size into the heaps: another 15 MB.
    """
    chosen = {"MALLOC_ARENA_MAX": (_HEAPS_AT_MOST, 2), "MALLOC_MMAP_THRESHOLD_": (_APART, 1 << 20)}
    for name, option in chosen.items():
        if sys.platform == "linux" and name not in os.environ:
            with suppress(AttributeError, OSError):  # of other C libraries
                ctypes.CDLL(None).mallopt(*option)


# `M_ARENA_MAX` and `M_MMAP_THRESHOLD` of glibc's `malloc.h`.
_HEAPS_AT_MOST, _APART = -8, -3


def options(url: str) -> dict[str, str]:
    """Make the options of the store; keys and regions it takes from the environment itself."""
    if "://" not in url:
        return {}
    options = dict(_PATIENCE)
    if url.startswith("s3://"):
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        if endpoint:
            options["aws_endpoint"] = endpoint
            options["allow_http"] = str(endpoint.startswith("http://")).lower()
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        options["aws_region"] = region or "us-east-1"
    return options


class ConflictError(CatalogError):
    """Somebody else wrote in between."""


@contextmanager
def faults(url: str) -> Iterator[None]:
    """Turn what the store and Lance raise into errors that say what to do.

    Args:
        url: The place.

    Yields:
        Once.

    Raises:
        StorageError: There is no such bucket, no right to it, no way to it, or no room.
        CatalogError: Anything else.
    """
    try:
        yield
    except (SearchkitError, KeyboardInterrupt):
        raise
    except (OSError, RuntimeError, ValueError, NotImplementedError) as error:
        trail.record(__name__, "`%s`: %s", url, error)
        raise fault(url, str(error)) from error


# What a message means, and the pattern that it then matches; the first that matches is taken.
_MEANINGS = (
    ("conflict", r"commit conflict|concurrent transaction|too many concurrent|write contention"),
    ("bucket", r"NoSuchBucket|bucket does not exist|ContainerNotFound|bucket .{0,60}not found"),
    ("clock", r"RequestTimeTooSkewed|RequestExpired|time skewed|clock skew"),
    (
        "rights",
        r"AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|\b40[13]\b|Forbidden|Unauthori"
        r"|credential|Permission denied|os error 13\b|Unauthenticated|ExpiredToken",
    ),
    ("room", r"No space left|os error 28\b|Disk quota|os error 122\b|QuotaExceeded|StorageFull"),
    ("read-only", r"Read-only file system|os error 30\b"),
    ("stranger", r"Not a directory|os error 20\b"),
    (
        "network",
        r"error sending request|dns error|timed out|timeout|connection|HTTP error"
        r"|\b50[0-4]\b|SlowDown|InternalError|ServiceUnavailable",
    ),
    ("gone", r"not found|NotFound|No such file|os error 2\b|no longer exists"),
)


def fault(url: str, message: str) -> SearchkitError:
    """Make the error that a message of the store means."""
    meaning = next(
        (name for name, form in _MEANINGS if re.search(form, message, re.IGNORECASE)), ""
    )
    scheme = url.partition("://")[0] if "://" in url else ""
    bucket = url.partition("://")[2].partition("/")[0]
    if meaning == "bucket":
        return StorageError(f"there is no bucket `{bucket}`", "make it first, or check the name")
    if meaning == "clock":
        return StorageError(f"`{url}` refuses the clock of this machine", "set it, and try again")
    if meaning == "rights":
        hint = f"set {_RIGHTS[scheme]}" if scheme else "check its permissions"
        return StorageError(f"you have no right to `{url}`", hint)
    if meaning == "room":
        return StorageError(f"there is no room left at `{url}`", "make room, and try again")
    if meaning == "read-only":
        return StorageError(f"`{url}` cannot be written to", "check its permissions")
    if meaning == "stranger":
        return not_shared_index(url)
    if meaning == "network" and scheme:
        return StorageError(f"`{url}` cannot be reached", "check the network, and try again")
    if meaning == "conflict":
        return ConflictError(f"others are writing to `{url}`", "try again")
    if meaning == "gone":
        return CatalogError(f"a part of `{url}` is gone", "ask again: it may have been tidied up")
    line = " ".join(message.split())[:200]
    return CatalogError(f"`{url}` cannot be used: {line}", "see `searchkit guide team`")
