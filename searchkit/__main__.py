"""The program: `searchkit`, or `python -m searchkit`."""

import gc
import os
import sys

from searchkit.forward import forwarded

TYPE_CHECKING = False  # `typing` is half of what a query costs that `searchkit serve` answers
if TYPE_CHECKING:
    from typing import NoReturn


def _speak_utf8() -> None:
    """Start again in UTF-8 mode where the locale is ASCII: names and questions are UTF-8 anyway.

    Else each byte beyond ASCII would be a character of its own, which no text holds.
    """
    if sys.getfilesystemencoding() == "ascii" and not sys.flags.utf8_mode:
        os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONUTF8": "1"})


def run() -> "NoReturn":
    """Run the command line and leave; what is held (threads, tables) the system takes back."""
    # Starting makes some hundred thousand objects, and all of them stay: to look through them for
    # garbage again and again would take a fifteenth of a query's time.
    gc.set_threshold(200_000)
    _speak_utf8()
    _keep_for_owner()
    _end_when_told()
    _hold_standard_files()
    code = forwarded()
    if code is not None:
        sys.stdout.flush()
        os._exit(code)
    try:
        from searchkit.cli import main

        code = main()
    except KeyboardInterrupt:
        code = 130
    os._exit(code)


def _keep_for_owner() -> None:
    """Let its owner, and nobody else, use what is written, whatever `umask` says."""
    os.umask(os.umask(0o077) & 0o077)


def _end_when_told() -> None:
    """Let SIGTERM end the first process of a container too, for which the system ignores it."""
    if os.getpid() == 1:
        import signal

        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, lambda number, _: os._exit(128 + number))


def _hold_standard_files() -> None:
    """Keep files that are opened later out of the places of closed standard ones.

    Else what some library prints would be written into an index. A closed stdin is empty; a closed
    stdout takes nothing, and says so; a closed stderr swallows all. A character that their encoding
    lacks becomes an escape.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest number that is free
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(number, "w", closefd=False, encoding="utf-8"))  # noqa: SIM115
        else:
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    # `python -m` looks for modules in the current folder first, which is not trusted.
    import contextlib

    with contextlib.suppress(FileNotFoundError):  # a removed folder is not on that list
        if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 -- as Python has it
            del sys.path[0]
    run()
