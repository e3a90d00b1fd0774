"""What the screens hold of an answer: its hits with their folders, and how far it goes."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from searchkit.hit import Hit
from searchkit_index.errors import SearchkitError
from searchkit_tui.question import Question

# Hits asked for as one types, few enough to come at once; and once one looks for the last of them,
# more than anyone goes through.
FIRST, LIMIT = 100, 1_000


class Found(NamedTuple):
    """A hit, and the root that its path is relative to."""

    root: Path
    hit: Hit

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.root / self.hit.path

    @property
    def file(self) -> tuple[Path, str]:
        """What tells its file from every other."""
        return self.root, self.hit.path

    @property
    def key(self) -> tuple[Path, str, int, int]:
        """What tells this place from every other, from one answer to the next."""
        return *self.file, self.hit.start_line, self.hit.end_line


class Answer(NamedTuple):
    """What was found for a question, best first.

    At most `limit` hits were asked for; `faults` tell why some of several folders gave none.
    """

    question: Question
    found: tuple[Found, ...] = ()
    limit: int = FIRST
    faults: tuple[SearchkitError, ...] = ()

    @classmethod
    def of(
        cls, question: Question, hits: Sequence[Hit], limit: int, faults: Sequence[SearchkitError]
    ) -> "Answer":
        """Take what a workspace answered."""
        return cls(question, tuple(Found(hit.root, hit) for hit in hits), limit, tuple(faults))

    @property
    def whole(self) -> bool:
        """Whether nothing more is to be had."""
        return len(self.found) < self.limit or self.limit >= LIMIT

    def share(self, found: Found) -> float:
        """How good a hit is beside the best one, from 0 to 1."""
        best = self.found[0].hit.score
        return found.hit.score / best if best > 0 else 1.0

    def name_of(self, found: Found) -> str:
        """The path of a hit, with its folder's name where several were asked."""
        return found.hit.path if self.question.root else f"{found.root.name}/{found.hit.path}"

    def continued(self, longer: "Answer") -> "Answer":
        """What is here, in its order, then what a longer answer has beside it."""
        here = {found.key for found in self.found}
        rest = (found for found in longer.found if found.key not in here)
        return longer._replace(found=(*self.found, *rest)[: longer.limit])
