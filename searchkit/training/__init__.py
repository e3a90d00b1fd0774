"""Training of the embedded decoder, a student of a larger encoder: pairs, teachers, stages, export.

Needs the extras `torch` and `train`. `train` is all that the command line calls.
"""

from pathlib import Path
from typing import Any


def train(recipe_path: Path, *, data: Path, work: Path, **settings: Any) -> Path:
    """Train a model by its recipe; see `searchkit.training.run.train`."""
    from searchkit.training import run

    return run.train(recipe_path, data=data, work=work, **settings)
