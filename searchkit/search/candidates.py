"""Defines candidates: the chunks that one catalog found for a question, before they are ranked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from searchkit.embedders import calibration_of
from searchkit.query import Filter
from searchkit.ranking.confidence import Calibration
from searchkit.ranking.ranked import Ranked
from searchkit.search.lexical import Near
from searchkit.search.query_vector import Vector
from searchkit_index.catalog.records import Place
from searchkit_index.embedder import Embedder
from searchkit_index.errors import QueryError

# Each side gives this many candidates, or twice the number of hits asked for if that is more.
CANDIDATES = 200


class ChunkSource(Protocol):
    """Where candidates come from, and where hits get their text.

    Attributes:
        root: The indexed folder.
        calibration: Constants that were fitted to the scores of the model; None without any.
    """

    root: Path
    calibration: Calibration | None

    def expect(self, chunk_ids: Sequence[int]) -> None:
        """Announce which chunks are asked for next, so that a source can read them at once."""
        ...

    def copies(self, chunk_ids: Sequence[int]) -> Mapping[int, int]:
        """Return how many other chunks hold what each chunk holds, by their ids."""
        ...

    def places(self, chunk_ids: Sequence[int]) -> Mapping[int, Place]:
        """Return files, lines and texts of chunks, by their ids."""
        ...


@dataclass(frozen=True, slots=True)
class Candidates:
    """What one catalog found for a question.

    Attributes:
        searcher: Where they come from.
        found: Chunks, each with its names, and its rank and score on each side that found it.
        frequencies: The terms of the question, and in how many chunks each of them stands.
        size: How many chunks the catalog holds.
        cosines: Compares lines with the question: float32, `(lines,)`; None where it was asked by
            words alone.
        near: For terms that are nowhere in the catalog the words that stand for them.
    """

    searcher: ChunkSource
    found: list[Ranked]
    frequencies: dict[str, int]
    size: int
    cosines: Callable[[Sequence[str]], Vector] | None = None
    near: Mapping[str, Mapping[str, Near]] = field(default_factory=dict)


def refuse_unjudged(filter: Filter, embedder: Embedder | None, *, alike: bool = False) -> None:
    """Refuse to leave hits out by their confidence where the model has no constants for it.

    Args:
        filter: What is asked for.
        embedder: The model; None to search by words only.
        alike: Whether to search for similar places, for which no model has any.

    Raises:
        QueryError: The filter asks for a confidence, and none can be told.
    """
    fitted = not alike and embedder is not None and calibration_of(embedder) is not None
    if filter.min_confidence > 0 and not fitted:
        how = f"with the model `{embedder.name}`" if embedder else "without a model"
        raise QueryError(
            f"how sure a hit is cannot be judged {how}",
            "ask without a minimum confidence, or by words alone",
        )
