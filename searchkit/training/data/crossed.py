"""Batches of questions of some sources and texts of others, chosen by a teacher's vectors.

No question belongs to a text: the student learns how the teacher ranks one kind of text for another
kind of question, of which there are no pairs. The batch of a step depends on the recipe and the
step alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchkit.training.data.batch import Row, wrap
from searchkit.training.data.shard import Shard, Texts
from searchkit.training.data.teacher_vectors import Floats
from searchkit.training.learning.targets import TeacherTargets
from searchkit.training.recipe import Crossed
from searchkit_index.embedder import Role

# Questions that are compared with all texts at once, to bound memory.
_BLOCK = 512


@dataclass(frozen=True)
class CrossedBatch:
    """Questions, and texts that are near some of them.

    Attributes:
        left: Token ids of the questions, role tokens included.
        right: Those of the texts; as many or more.
        left_goals: float32, `(questions, width)`: the teacher's vectors.
        right_goals: float32, `(texts, width)`.
    """

    left: list[Row]
    right: list[Row]
    left_goals: Floats
    right_goals: Floats

    def tokens(self) -> int:
        """Count the tokens of both sides, role tokens included."""
        return sum(map(len, self.left)) + sum(map(len, self.right))


class CrossedSampler:
    """Chooses the questions and texts of every step.

    Args:
        crossed: Which sources, and how many of each.
        shards: The shard of each source, by name.
        targets: The teacher's vectors.
        seed: Seed of all random choices.
        repeat_up_to: See `Recipe`.
    """

    def __init__(
        self,
        crossed: Crossed,
        shards: Mapping[str, Shard],
        targets: TeacherTargets,
        seed: int,
        repeat_up_to: int = 0,
    ) -> None:
        self.crossed, self.seed, self.repeat_up_to = crossed, seed, repeat_up_to
        self._asked = _Side(crossed.asked, "left", shards, targets)
        self._found = _Side(crossed.found, "right", shards, targets)
        count = min(crossed.near, len(self._found.goals))
        self._near = _nearest(self._asked.goals, self._found.goals, count)

    def __bool__(self) -> bool:
        """Say whether there are both questions and texts."""
        return bool(self._near.size)

    def batch(self, step: int, length: int) -> CrossedBatch:
        """Return the batch of a step, the same whenever it is asked for.

        Args:
            step: Its number.
            length: Tokens of one text at most, without role tokens.

        Returns:
            Distinct questions and distinct texts.
        """
        random = np.random.default_rng([self.seed, 2, step])
        rows = min(self.crossed.rows, len(self._near))
        asked = random.choice(len(self._near), rows, replace=False)
        taken = min(self.crossed.each, self._near.shape[1])
        found = np.unique([random.choice(self._near[row], taken, replace=False) for row in asked])
        return CrossedBatch(
            self._rows(self._asked.texts, asked, length, "query"),
            self._rows(self._found.texts, found, length, "document"),
            self._asked.goals[asked],
            self._found.goals[found],
        )

    def _rows(
        self,
        texts: Sequence[tuple[Texts, int]],
        chosen: npt.NDArray[np.int64],
        length: int,
        role: Role,
    ) -> list[Row]:
        picked = (texts[number] for number in chosen)
        return [
            wrap(some.tokens(pair, length, role), role, self.repeat_up_to) for some, pair in picked
        ]


class _Side:
    """The distinct taught texts of one side of several sources."""

    def __init__(
        self,
        names: tuple[str, ...],
        side: str,
        shards: Mapping[str, Shard],
        targets: TeacherTargets,
    ) -> None:
        self.texts: list[tuple[Texts, int]] = []
        goals = [np.empty((0, 0), np.float32)]
        for name in names:
            texts = shards[name].left if side == "left" else shards[name].right
            if (name, side) not in targets:
                continue
            rows = targets[name, side].rows(texts.digests)
            _, first = np.unique(texts.digests, return_index=True)
            kept = first[(rows[first] >= 0) & (texts.lengths()[first] > 0)]
            self.texts += [(texts, int(pair)) for pair in kept]
            goals.append(targets[name, side].vectors[rows[kept]])
        self.goals = np.concatenate(goals[1:]) if len(goals) > 1 else goals[0]


def _nearest(asked: Floats, found: Floats, count: int) -> npt.NDArray[np.int64]:
    """Find the `count` rows of `found` with the highest product: int64, `(asked, count)`."""
    if not asked.size or not found.size:
        return np.empty((0, 0), np.int64)
    blocks = (asked[start : start + _BLOCK] @ found.T for start in range(0, len(asked), _BLOCK))
    return np.concatenate([np.argpartition(-each, count - 1)[:, :count] for each in blocks])
