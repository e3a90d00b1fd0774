"""Training of the embedded decoder: corpus, tokenizer, contrastive training, export.

Needs the `torch` extra. `train` and `export_checkpoint` are all that the command line calls.
"""

from pathlib import Path
from typing import Any


def train(recipe_path: Path, *, data: Path, work: Path, **settings: Any) -> Path:
    """Train a model by its recipe; see `searchkit.training.run.train`."""
    from searchkit.training import run

    return run.train(recipe_path, data=data, work=work, **settings)
