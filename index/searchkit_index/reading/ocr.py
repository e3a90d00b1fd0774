"""Recognises the text in a picture with Tesseract, if that program is installed.

It gets the picture on its standard input; no file is written.
"""

import contextlib
import os
import re
import subprocess
from functools import cache

from searchkit_index.reading.text import Unsuitable
from searchkit_index.system import programs
from searchkit_index.walk.rules import NEEDS_TESSERACT

PROGRAM = "tesseract"

# The longest that Tesseract may take for one picture: seconds, and seconds of processor time, after
# which the system ends it.
_TIME_LIMIT = 30.0
_PROCESSOR_LIMIT = 60
# The first bytes of pictures. Other input is for Tesseract a list of files, which it would read.
_PICTURE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*|GIF8[79]a|BM|P[1-6]\s|RIFF.{4}WEBP", re.DOTALL
)
# The most languages that are recognised at once; each takes as long again.
_MOST_LANGUAGES = 4


def text_of(picture: bytes) -> str:
    """Recognise the text in a picture.

    Args:
        picture: In a format that Tesseract reads, such as PNG, JPEG, TIFF or PNM.

    Returns:
        The text; "" if there is none.

    Raises:
        Unsuitable: Tesseract is not installed, cannot read it, or takes too long.
    """
    found = programs.find(PROGRAM)
    if found is None:
        raise Unsuitable(NEEDS_TESSERACT)
    if not _PICTURE.match(picture):
        raise Unsuitable("binary")
    command = [found, "stdin", "stdout", "-l", _languages(found)]
    done = _run(command, picture)
    if done is None or done.returncode:
        raise Unsuitable("a picture that `tesseract` cannot read")
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n").strip()


@cache
def _languages(found: str) -> str:
    """Return the installed languages, as Tesseract takes them: `eng+deu`."""
    done = _run([found, "--list-langs"], b"")
    names = done.stdout.decode("utf-8", "replace").split("\n")[1:] if done else []
    names = [name.strip() for name in names if name.strip() and name.strip() != "osd"]
    names.sort(key=lambda name: name != "eng")
    return "+".join(names[:_MOST_LANGUAGES]) or "eng"


def _run(command: list[str], picture: bytes) -> "subprocess.CompletedProcess[bytes] | None":
    """Run Tesseract within its limits; return None if it does not start or end in time."""
    # Several threads would take the cores of other processes, and memory for each.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(
            command,
            input=picture,
            capture_output=True,
            cwd=os.path.dirname(command[0]),  # noqa: PTH120 -- not a folder of others
            timeout=_TIME_LIMIT,
            env=environment,
            check=False,
            preexec_fn=_limited if os.name == "posix" else None,
        )
    return None


def _limited() -> None:
    """Let the system end this process, even if its parent is gone."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_LIMIT, _PROCESSOR_LIMIT))
