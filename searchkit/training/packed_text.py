"""Opens texts that may be compressed."""

import gzip
import lzma
import zlib
from pathlib import Path
from typing import IO, Any

# What is raised where a file that is read cannot be opened or unpacked, or is not in UTF-8.
UNREADABLE = (OSError, EOFError, lzma.LZMAError, zlib.error, UnicodeDecodeError)

_OPENERS: dict[str, Any] = {".gz": gzip.open, ".xz": lzma.open}


def open_text(path: Path) -> IO[str]:
    """Open a file in UTF-8 for reading, unpacked if its name ends in `.gz` or `.xz`.

    Lines end at newlines alone: some data sets hold other ends of lines within a field.
    """
    opened: IO[str] = _OPENERS.get(path.suffix, open)(path, "rt", encoding="utf-8", newline="\n")
    return opened
