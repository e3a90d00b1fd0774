"""Builds command lines that open files: text at a line, in the editor of `$VISUAL` or `$EDITOR`.

Documents such as PDFs are opened by the desktop's own program. Nothing here runs a command.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from searchkit_index.errors import ConfigError
from searchkit_index.languages.language import detect

if TYPE_CHECKING:
    from searchkit.hits.hit import Hit

_MOST_ADDRESSES = 12  # opened in a browser at once


class Target(NamedTuple):
    """A line of a file.

    Attributes:
        path: The file.
        line: From 1.
    """

    path: Path
    line: int


class _Form(Enum):
    """How a program takes the line to open a file at."""

    PLUS = "+LINE PATH, for each file"
    PLUS_ONCE = "+LINE PATH, one file to a process"
    GOTO = "-g PATH:LINE"
    COLON = "PATH:LINE"
    LINE = "--line LINE PATH, one file to a process"
    EACH = "PATH, one file to a process"
    PLAIN = "PATH"


_FORMS = {
    _Form.PLUS: "nano pico emacs emacsclient joe jmacs mg ne zile",
    _Form.PLUS_ONCE: "vi vim nvim view nvi vis kak micro gvim mvim ex",
    _Form.GOTO: "code code-insiders codium vscodium cursor windsurf positron",
    _Form.COLON: "hx helix subl sublime_text zed zeditor lapce fresh",
    _Form.LINE: (
        "idea pycharm goland clion webstorm phpstorm rubymine rider rustrover datagrip studio"
    ),
    _Form.EACH: "xdg-open open cmd",
}
_FORM_OF = {name: form for form, names in _FORMS.items() for name in names.split()}

# These open a window of their own, and leave the terminal alone.
_WINDOWED = {
    *_FORMS[_Form.GOTO].split(),
    *_FORMS[_Form.LINE].split(),
    *("subl", "sublime_text", "zed", "zeditor", "lapce", "gvim", "mvim"),
}

_FALLBACKS = ("sensible-editor", "nano", "vim", "vi", "micro", "notepad")


class Editor(NamedTuple):
    """A program that opens files.

    Attributes:
        words: Its command line.
        windowed: Whether it opens a window of its own.
    """

    words: tuple[str, ...]
    windowed: bool

    def commands(self, targets: Sequence[Target]) -> list[list[str]]:
        """Build command lines that, run one after another, open every target."""
        form = _FORM_OF.get(_name(self.words[0]), _Form.PLAIN)
        if form in (_Form.PLAIN, _Form.EACH):  # without lines a file is one target
            targets = list({target.path: target for target in targets}.values())
        if form in (_Form.PLUS_ONCE, _Form.LINE, _Form.EACH):
            return [[*self.words, *_arguments(form, target)] for target in targets]
        flags = ("-g",) if form is _Form.GOTO else ()
        return [[*self.words, *flags, *(arg for t in targets for arg in _arguments(form, t))]]


def text_editor(environment: Mapping[str, str] = os.environ) -> Editor:
    """Find the editor that the environment names, or an installed one, or raise ConfigError."""
    named = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        words = tuple(shlex.split(named))
    except ValueError:
        raise ConfigError(
            f"the editor `{named}` has an open quote", "set `VISUAL` to a command, as in `nano`"
        ) from None
    if not words:
        paths = environment.get("PATH")
        words = tuple(name for name in _FALLBACKS if shutil.which(name, path=paths))[:1]
    if not words:
        raise ConfigError("no editor is named or found", "set `VISUAL` to one, as in `nano`")
    return Editor(words, _name(words[0]) in _WINDOWED)


def is_document(path: Path) -> bool:
    """Tell whether a text editor cannot show a file, such as a PDF or a Word document."""
    known = detect(path.name)
    return known is not None and known.bulky and not known.encoded and bool(known.reader)


def desktop_opener(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Editor:
    """Find the command that opens a document on the desktop; raise ConfigError without one."""
    if platform == "darwin":
        return Editor(("open",), windowed=True)
    if platform == "win32":
        return Editor(("cmd", "/c", "start", ""), windowed=True)
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if not shown or not shutil.which("xdg-open", path=environment.get("PATH")):
        raise ConfigError(
            "there is no desktop here to open a document on",
            "read it here, or install `xdg-utils` where there is a screen",
        )
    return Editor(("xdg-open",), windowed=True)


def local_path(hit: "Hit") -> Path | None:
    """Return the file of a hit; in a shared index, the one in a local checkout, or None."""
    if hit.origin is None:
        return hit.file
    return Path(hit.origin.local) if hit.origin.local else None


def openable(hits: "Sequence[Hit]", line: int | None = None) -> tuple[list[Target], list[str]]:
    """Sort hits by what opens them.

    Args:
        hits: The hits.
        line: The line to open; None for that of each hit.

    Returns:
        Lines of files on this machine, and web addresses of files that are not.
    """
    targets, addresses = [], []
    for hit in hits:
        if path := local_path(hit):
            targets.append(Target(path, line or hit.line))
        elif hit.origin and hit.origin.link:
            addresses.append(hit.origin.link)
    return targets, addresses[:_MOST_ADDRESSES]


def _name(program: str) -> str:
    r"""Return a program's name: `C:\bin\Code.EXE` and `/bin/idea.sh` are `code` and `idea`."""
    name = program.replace("\\", "/").rpartition("/")[2].lower()
    for suffix in (".exe", ".cmd", ".bat", ".sh"):
        name = name.removesuffix(suffix)
    return name


def _arguments(form: _Form, target: Target) -> tuple[str, ...]:
    path = str(target.path)
    if form in (_Form.PLUS, _Form.PLUS_ONCE):
        return f"+{target.line}", path
    if form in (_Form.GOTO, _Form.COLON):
        return (f"{path}:{target.line}",)
    if form is _Form.LINE:
        return "--line", str(target.line), path
    return (path,)
