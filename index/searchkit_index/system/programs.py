"""Finds installed programs, and tells when one was replaced."""

import os
import shutil
from functools import cache


@cache
def find(name: str) -> str | None:
    """Find a program.

    Args:
        name: Its name, as typed.

    Returns:
        Its absolute path; None if it is not installed, or only found in the current folder, which
        is not trusted.
    """
    found = shutil.which(name)
    return found if found and os.path.isabs(found) else None  # noqa: PTH117 -- no path is made


@cache
def version(name: str) -> str:
    """Return a text that changes when a program is installed, replaced or removed."""
    found = find(name)
    if found is None:
        return ""
    try:
        status = os.stat(found)  # noqa: PTH116 -- no path is made
    except OSError:
        return found
    return f"{found} {status.st_size} {status.st_mtime_ns}"
