"""Holds what a catalog names in answer to a question, before it is ranked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from searchkit.embedders import calibration_of
from searchkit.query import Filter
from searchkit.ranking.confidence import Calibration
from searchkit.ranking.rank import Ranked
from searchkit.search.query_vector import Vector
from searchkit_index.catalog.records import Place
from searchkit_index.embedder import Embedder
from searchkit_index.errors import QueryError

# Each side names so many candidates, and more when more hits are asked for than half of them.
CANDIDATES = 200


class ChunkSource(Protocol):
    """What gave candidates, and tells more of them once they are hits.

    Attributes:
        root: The folder that they are of.
        calibration: What was fitted to the scores of the model; None where nobody did.
    """

    root: Path
    calibration: Calibration | None

    def expect(self, chunk_ids: Sequence[int]) -> None:
        """Be told which chunks are asked for next: those of many sources may be read at once."""
        ...

    def copies(self, chunk_ids: Sequence[int]) -> Mapping[int, int]:
        """Return how many other chunks hold what each chunk holds, by their ids."""
        ...

    def places(self, chunk_ids: Sequence[int]) -> Mapping[int, Place]:
        """Return files, lines and texts of chunks, by their ids."""
        ...


@dataclass(frozen=True, slots=True)
class Candidates:
    """What one catalog has to say to a question.

    Attributes:
        searcher: Which gave them.
        found: Chunks, with what each side said of them and their names.
        frequencies: The terms of the question, and in how many chunks each of them stands.
        size: How many chunks the catalog holds.
        cosines: Compares lines with the question: float32, `(lines,)`; None where it was asked by
            words alone.
    """

    searcher: ChunkSource
    found: list[Ranked]
    frequencies: dict[str, int]
    size: int
    cosines: Callable[[Sequence[str]], Vector] | None = None


def refuse_unjudged(filter: Filter, embedder: Embedder | None, *, alike: bool = False) -> None:
    """Refuse to leave hits out by their confidence where the model has no constants for it.

    Args:
        filter: What is asked for.
        embedder: The model; None where there is none to ask with.
        alike: Whether places are asked for that are like one, which have constants of their own.

    Raises:
        QueryError: The filter asks for a confidence, and none can be told.
    """
    calibration = calibration_of(embedder) if embedder else None
    fitted = calibration is not None and (not alike or calibration.similar is not None)
    if filter.min_confidence > 0 and not fitted:
        how = f"with the model `{embedder.name}`" if embedder else "without a model"
        raise QueryError(
            f"how sure a hit is cannot be judged {how}",
            "ask without a minimum confidence, or by words alone",
        )
