"""Writes what the program logs: to stderr with `-v`, to a file with `SEARCHKIT_LOG`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from searchkit.printable import error_line, printable
from searchkit_index.errors import ConfigError, SearchkitError

if TYPE_CHECKING:
    import logging

_listening: list[TextIO] = []


def set_verbose(wanted: bool) -> None:
    """Log to stderr if `-v` was typed, before or after the command."""
    if wanted and not any(stream is sys.stderr for stream in _listening):
        _log_to(sys.stderr)


def log_by_variable() -> None:
    """Log to the file that `SEARCHKIT_LOG` names; its owner alone can read it.

    Raises:
        ConfigError: It cannot be written to.
    """
    named = os.environ.get("SEARCHKIT_LOG")
    if not named:
        return
    try:
        path = Path(named).expanduser()
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError(
            f"`{named}`, which `SEARCHKIT_LOG` names, cannot be written to: {error_line(error)}",
            "name a file in a folder of yours, or unset the variable",
        ) from error
    _log_to(os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace"))


def is_on() -> bool:
    """Tell whether anything is logged."""
    return bool(_listening)


def log_error(error: Exception) -> None:
    """Log what ended the command, and where it came from."""
    if _listening:
        import logging

        # An expected error without a cause needs no traceback.
        plain = isinstance(error, SearchkitError) and error.__cause__ is None
        logger = logging.getLogger("searchkit")
        logger.error("ended by %s", type(error).__name__, exc_info=None if plain else error)


def _log_to(stream: TextIO) -> None:
    """Log to a stream from now on, each line with time and process."""
    import logging
    import platform

    from searchkit import __version__

    _listening.append(stream)
    handler = _handler(stream)
    for name in ("searchkit", "searchkit_index", "searchkit_tui"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
    # Neither the question nor anything else that was typed after the command is logged.
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    logging.getLogger("searchkit").info(
        "searchkit %s, Python %s, %s, command %s",
        *(__version__, platform.python_version(), platform.platform(), command or "none"),
    )


def _handler(stream: TextIO) -> "logging.Handler":
    """Make what writes each record as a line that is safe for a terminal."""
    import logging

    from searchkit.cli.terminal import note

    class Printable(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return printable(super().format(record))

    class Handler(logging.StreamHandler[TextIO]):
        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- as it is called
            """Log nothing more, and say so once: a full disk ends no command."""
            error = sys.exception()
            if not isinstance(error, OSError):
                super().handleError(record)
            elif self.stream in _listening:
                _listening.remove(self.stream)
                self.setLevel(logging.CRITICAL + 1)
                note(f"searchkit: nothing more is logged: {error_line(error)}")

    handler = Handler(stream)
    form = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(Printable(form))
    return handler
