"""Holds an answer: the hits of a request, and whether there may be more."""

from pathlib import Path
from typing import NamedTuple

from searchkit.hits.hit import Hit
from searchkit_index.errors import SearchkitError
from searchkit_tui.request import Request

# Hits asked for while typing: few enough for a quick answer; and once the end of the list is near:
# more than anyone goes through.
FIRST_HITS, MAX_HITS = 100, 1_000

# The file, first line, last line and text of a hit: a long line is several hits.
HitKey = tuple[Path, int, int, str]


def hit_key(hit: Hit) -> HitKey:
    """Return what identifies a hit from one answer to the next."""
    return hit.file, hit.start_line, hit.end_line, hit.text


class Results(NamedTuple):
    """What was found for a request.

    Attributes:
        request: What was asked.
        hits: The hits, best first.
        limit: How many hits were asked for at most.
        faults: Why folders, if several were asked, could not answer.
        unmet: Which part of the filter excludes every chunk; None where none does.
    """

    request: Request
    hits: tuple[Hit, ...] = ()
    limit: int = FIRST_HITS
    faults: tuple[SearchkitError, ...] = ()
    unmet: SearchkitError | None = None

    @property
    def complete(self) -> bool:
        """Whether there are no more hits to ask for."""
        return len(self.hits) < self.limit or self.limit >= MAX_HITS

    def same_places(self, other: "Results") -> bool:
        """Tell whether another answer has the same hits, in whatever order."""
        return set(map(hit_key, self.hits)) == set(map(hit_key, other.hits))

    def share(self, hit: Hit) -> float:
        """Return the score of a hit relative to the best one, from 0 to 1."""
        best = self.hits[0].score
        return hit.score / best if best > 0 else 1.0

    def path_of(self, hit: Hit) -> str:
        """Return the path of a hit, with its folder's name where several folders were asked."""
        if hit.origin and str(hit.root) != self.request.root:
            return str(hit.file)
        return hit.path if self.request.root else f"{hit.root.name}/{hit.path}"

    def extended_by(self, longer: "Results") -> "Results":
        """Return these hits in their order, then the others of a longer answer."""
        here = set(map(hit_key, self.hits))
        rest = (hit for hit in longer.hits if hit_key(hit) not in here)
        return longer._replace(hits=(*self.hits, *rest)[: longer.limit])
