"""How much memory this process holds, and a ceiling over it. Sizes are in bytes."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from searchkit_index.errors import ConfigError

# What a run takes with the model, and without it while files are read.
LEAST = 500_000_000
_READING = 250_000_000

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """So much resident memory and no more, for a run and what it starts."""

    size: int

    def reader(self) -> int:
        """For the process that reads files, which ends before the model is there."""
        return min(512 << 20, self.size - _READING)

    def largest_file(self) -> int:
        """A file's bytes, text, terms and chunks stand in memory beside each other."""
        return self.size // 16

    def room(self) -> int:
        """What is left now."""
        return max(0, self.size - resident())


def size(text: str) -> int:
    """Bytes, of a size as people write it: `512MB`, `1.5g`; `0` is no ceiling.

    Raises:
        ConfigError: It is no size, or too little to work with.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"`{text}` is no size", "write it as `512MB` or `2GB`")
    number = int(float(found[1]) * _UNITS[found[2].lower()])
    if 0 < number < LEAST:
        raise ConfigError(
            f"{text} of memory is too little", f"give at least `{LEAST // 1_000_000}MB`"
        )
    return number


def resident() -> int:
    """Resident memory of this process; where only its peak can be known, that."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return _peak()


def give_back() -> None:
    """Hand freed memory to the system, where the C library (glibc) keeps it until it is told.

    Threads that embed texts of all lengths leave a hundred megabytes of gaps behind.
    """
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """`malloc_trim` of glibc; looked up once, since each look leaves a cycle of objects behind."""
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
