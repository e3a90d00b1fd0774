"""Starts interpreters from this one so that no module comes from the current folder."""

import os
import sys
from pathlib import Path


def command(module: str, *arguments: str) -> list[str]:
    """Build the command that runs a module in an interpreter of its own; see `environment` too."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Build the environment of such an interpreter, without entries in the current folder.

    `PYTHONPATH` often names the folder that people work in, which is not trusted. The entry that
    this program itself was imported from is kept.
    """
    inherited = dict(os.environ)
    parts = inherited.pop("PYTHONPATH", "").split(os.pathsep)
    if kept := [part for part in parts if _is_trusted(part)]:
        inherited["PYTHONPATH"] = os.pathsep.join(kept)
    return inherited


def _is_trusted(part: str) -> bool:
    folder = Path(part)
    if not folder.is_absolute():
        return False
    folder = folder.resolve()
    home = Path(__file__).resolve()
    current = current_folder()
    return not current or not folder.is_relative_to(current) or home.is_relative_to(folder)


def current_folder() -> Path | None:
    """Find the current folder; None when it was removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None
