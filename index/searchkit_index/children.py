"""Interpreters started from this one: no module comes from the folder one stands in."""

import os
import sys
from pathlib import Path


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module in an interpreter of its own; see `environment` too."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """What such an interpreter inherits: not where in this folder to look for modules.

    `PYTHONPATH` often names the folder that people work in, which may be a stranger's. A part of it
    that this program itself comes from is kept.
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
    return not folder.is_relative_to(Path.cwd()) or home.is_relative_to(folder)
