"""Writes the log of a training run: JSON Lines, each with the `step` that it belongs to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from searchkit_index.system.atomic import write_text


class TrainingLog:
    """Adds lines to a log.

    Args:
        path: The file; made with the first line.
        step: The last step of the checkpoint that the run goes on from. Later lines are taken out:
            a killed run does those steps again.
    """

    def __init__(self, path: Path, step: int) -> None:
        self.path = path
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            write_text(path, "".join(line for line in lines if _is_kept(line, step)))

    def append(self, line: Mapping[str, Any]) -> None:
        """Add a line at the end."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _is_kept(line: str, step: int) -> bool:
    """Tell whether a line is whole and not of a later step: a killed run may end in half of one."""
    return line.endswith("}\n") and json.loads(line)["step"] <= step
