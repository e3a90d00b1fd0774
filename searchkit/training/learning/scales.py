"""The scales of a run's integer arithmetic: measured where a stage begins with that, and kept."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from torch import Tensor

from searchkit.embedders.causal_bert import CausalBert
from searchkit.embedders.network import tensors
from searchkit.training.data.batch import wrapped
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.learning.calibrate import Ranges, measure_ranges
from searchkit.training.recipe import Recipe
from searchkit_index.embedder import Role
from searchkit_index.system.atomic import write_text

# Texts of each side of a source that the scales are measured with.
_CALIBRATED = 8


class Scales:
    """Knows the scales that hold at any step, see `Recipe.calibrated_at`.

    Args:
        recipe: The run's recipe.
        shards: The pairs of every source.
        folder: Keeps what was measured.
    """

    def __init__(self, recipe: Recipe, shards: Mapping[str, Shard], folder: Path) -> None:
        self.recipe, self.shards, self.folder = recipe, shards, folder

    def at(self, step: int, network: Callable[[], CausalBert]) -> Ranges | None:
        """Return the ranges of all inputs, or None where the layers still compute in floats.

        Args:
            step: A step of the run.
            network: Returns the student as it is now, float32, on the CPU; it is measured where
                no ranges are kept.

        Returns:
            The least and greatest value by the map's name.
        """
        begin = self.recipe.calibrated_at(step)
        if begin is None:
            return None
        path = self.folder / f"{begin}.json"
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            write_text(path, json.dumps(self.measured(network())))
        return _read(path)

    def forget_after(self, step: int) -> None:
        """Remove what was measured after a step: by a run that was broken off or begun anew."""
        for path in self.folder.glob("*.json"):
            if int(path.stem) > step:
                path.unlink()

    def final(self, network: CausalBert) -> Ranges:
        """Return those that a finished model ships with: the last ones, or those of the network."""
        begin = self.recipe.calibrated_at(self.recipe.steps)
        path = self.folder / f"{begin}.json"
        # A run that has not come to this step has kept none: its network is measured as it is now.
        return _read(path) if path.is_file() else self.measured(network)

    def measured(self, network: CausalBert) -> Ranges:
        """Measure the ranges by some texts of every source, both sides."""
        batches = [batch for shard in self.shards.values() for batch in self._batches(shard)]
        return measure_ranges(network, batches)

    def _batches(self, shard: Shard) -> list[tuple[Tensor, Tensor]]:
        """Return ids and masks of some texts of a source, those of either side together."""
        batches = []
        sides: list[tuple[Texts, Role]] = [(shard.left, "query"), (shard.right, "document")]
        for texts, role in sides:
            some = range(min(len(texts.digests), _CALIBRATED))
            length = self.recipe.contrast.length
            rows = wrapped(texts, some, length, role, self.recipe.repeat_up_to)
            batches.append(tensors(rows, "cpu"))
        return batches


def _read(path: Path) -> Ranges:
    ranges: dict[str, list[float]] = json.loads(path.read_text(encoding="utf-8"))
    return {name: (low, high) for name, (low, high) in ranges.items()}
