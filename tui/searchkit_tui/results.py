"""Holds what the screens know of an answer: the hits of a request, and how far they go."""

from pathlib import Path
from typing import NamedTuple

from searchkit.hits.hit import Hit
from searchkit_index.errors import SearchkitError
from searchkit_tui.request import Request

# Hits asked for as one types, few enough to come at once; and once one looks for the last of them,
# more than anyone goes through.
FIRST_HITS, MAX_HITS = 100, 1_000

# A file, the first and last line of a hit in it, and its text: of a long line there are several.
Place = tuple[Path, int, int, str]


def place_of(hit: Hit) -> Place:
    """Return what tells a hit from every other, from one answer to the next."""
    return hit.file, hit.start_line, hit.end_line, hit.text


class Results(NamedTuple):
    """What was found for a request.

    Attributes:
        request: What was asked.
        hits: Best first.
        limit: At most so many hits were asked for.
        faults: Why some of several folders could not be asked.
        unmet: What part of the filter leaves nothing that could answer; None where none does.
    """

    request: Request
    hits: tuple[Hit, ...] = ()
    limit: int = FIRST_HITS
    faults: tuple[SearchkitError, ...] = ()
    unmet: SearchkitError | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing more is to be had."""
        return len(self.hits) < self.limit or self.limit >= MAX_HITS

    def share(self, hit: Hit) -> float:
        """Return how good a hit is beside the best one, from 0 to 1."""
        best = self.hits[0].score
        return hit.score / best if best > 0 else 1.0

    def path_of(self, hit: Hit) -> str:
        """Return the path of a hit, with its folder's name where several folders were asked."""
        if hit.origin and str(hit.root) != self.request.root:
            return str(hit.file)
        return hit.path if self.request.root else f"{hit.root.name}/{hit.path}"

    def extended_by(self, longer: "Results") -> "Results":
        """Return these hits in their order, then what a longer answer has beside them."""
        here = set(map(place_of, self.hits))
        rest = (hit for hit in longer.hits if place_of(hit) not in here)
        return longer._replace(hits=(*self.hits, *rest)[: longer.limit])
