"""Measures how much memory this process holds, and keeps it below a ceiling. Sizes are in bytes."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from searchkit_index.errors import ConfigError, StorageError

# What a run takes with the model, and without it while files are read.
_LEAST = 500_000_000
_READING = 250_000_000

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A bound on resident memory, for a run and what it starts.

    Attributes:
        size: The bound, in bytes.
    """

    size: int

    def reader(self) -> int:
        """Return the part of the process that reads files, which ends before the model loads."""
        return min(512 << 20, self.size - _READING)

    def largest_file(self) -> int:
        """Return the largest file to take: its bytes, text, terms and chunks are held together."""
        return self.size // 16

    def room(self) -> int:
        """Return what is left now."""
        return max(0, self.size - resident())


def size(text: str) -> int:
    """Parse a size in bytes: `512MB`, `1.5g`, or `0` for none; raise ConfigError for others."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"`{text}` is no size", "write it as `512MB` or `2GB`")
    number = int(float(found[1]) * _UNITS[found[2].lower()])
    refuse_too_little(number, text)
    return number


def refuse_too_little(number: int, text: str) -> None:
    """Raise ConfigError for a size, written so, that no run can keep to; 0 is none."""
    if number != 0 and number < _LEAST:
        raise ConfigError(
            f"{text} of memory is too little", f"give at least `{_LEAST // 1_000_000}MB`"
        )


def resident() -> int:
    """Measure the resident memory of this process; its peak where only that can be known."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return _peak()


def require(space: int, user: str) -> int:
    """Make sure that a native library finds the address space that it takes.

    With too little, such a library does not raise an error: it ends the process.

    Args:
        space: How much it takes, in bytes.
        user: What takes it, as `the model`.

    Returns:
        How much is left beyond that, in bytes.

    Raises:
        StorageError: The limit of this process is too low.
    """
    left = _mappable() - space
    if left < 0:
        raise StorageError(
            f"{user} needs {-left / 1e6:,.0f} MB more memory than `ulimit -v` allows",
            "type `ulimit -v unlimited` and the same again; what was read is kept, and "
            "`--mode lexical` finds it by its words",
        )
    return left


def _mappable() -> int:
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit == resource.RLIM_INFINITY:
            return sys.maxsize
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (ImportError, OSError, ValueError):  # not on Windows, and no figures on macOS
        return sys.maxsize
    return max(0, limit - pages * os.sysconf("SC_PAGE_SIZE"))


def give_back() -> None:
    """Return freed memory to the system, which glibc does only when it is told to.

    Threads that embed texts of all lengths leave a hundred megabytes of gaps behind.
    """
    if trim := _find_malloc_trim():
        trim(0)


@cache
def _find_malloc_trim() -> Callable[[int], int] | None:
    """Look up `malloc_trim` of glibc, once, since each look-up leaves a cycle of objects behind."""
    if sys.platform != "linux":
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def _peak() -> int:
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1000
