"""Reads what is written in a picture, through Tesseract where that is installed.

It is a program of its own, and gets the picture on its standard input: no file is written.
"""

import contextlib
import os
import re
import subprocess
from functools import cache

from searchkit_index.reading.text import Unsuitable
from searchkit_index.system import programs

PROGRAM = "tesseract"
NEEDED = "a picture; needs `tesseract`"

# Wall seconds for one picture, and processor seconds after which the system ends the program.
_PATIENCE = 30.0
_PROCESSOR = 60
# What Tesseract takes for no picture it takes for a list of files, which it opens and reads.
_PICTURE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*|GIF8[79]a|BM|P[1-6]\s|RIFF.{4}WEBP", re.DOTALL
)
# Scripts that are looked for at once; each takes as long again.
_MOST_LANGUAGES = 4


def text_of(picture: bytes) -> str:
    """Read what is written in a picture.

    Args:
        picture: In a format that Tesseract reads, as PNG, JPEG, TIFF or PNM.

    Returns:
        Its text; "" if it has none.

    Raises:
        Unsuitable: Tesseract is not installed, cannot read it, or takes too long.
    """
    found = programs.find(PROGRAM)
    if found is None:
        raise Unsuitable(NEEDED)
    if not _PICTURE.match(picture):
        raise Unsuitable("binary")
    command = [found, "stdin", "stdout", "-l", _languages(found)]
    done = _run(command, picture)
    if done is None or done.returncode:
        raise Unsuitable("a picture that `tesseract` cannot read")
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n").strip()


@cache
def _languages(found: str) -> str:
    """Name the languages that are installed, as Tesseract takes them."""
    done = _run([found, "--list-langs"], b"")
    names = done.stdout.decode("utf-8", "replace").split("\n")[1:] if done else []
    names = [name.strip() for name in names if name.strip() and name.strip() != "osd"]
    names.sort(key=lambda name: name != "eng")
    return "+".join(names[:_MOST_LANGUAGES]) or "eng"


def _run(command: list[str], picture: bytes) -> "subprocess.CompletedProcess[bytes] | None":
    """Run it within its limits; None where it does not start or does not end in time."""
    # Threads of its own would take the cores of all others, and each its own memory.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(
            command,
            input=picture,
            capture_output=True,
            cwd=os.path.dirname(command[0]),  # noqa: PTH120 -- never among files of a stranger
            timeout=_PATIENCE,
            env=environment,
            check=False,
            preexec_fn=_limited if os.name == "posix" else None,
        )
    return None


def _limited() -> None:
    """Let the system end this process, also when nobody waits for it any more."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR, _PROCESSOR))
