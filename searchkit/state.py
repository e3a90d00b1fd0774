"""What an index tells of itself: how fresh an answer is, and what is held."""

from dataclasses import dataclass
from pathlib import Path

from searchkit_index.walk import Rules


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far an answer can be trusted to cover the folder as it is now.

    `files` are indexed and `skipped` ones are not, for reasons that `status` tells; `stale` files
    changed, came or went and are not taken in; `pending` passages are found by their words but not
    yet by their meaning; `busy` tells that another process is indexing.
    """

    files: int
    skipped: int
    stale: int
    pending: int
    busy: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds. Sizes are in bytes; `last_run` is in seconds since the epoch."""

    root: Path
    folder: Path
    model: str
    fingerprint: str
    files: int
    chunks: int
    passages: int
    pending: int
    languages: dict[str, tuple[int, int]]
    skipped: dict[str, int]
    without_grammar: list[str]
    catalog_bytes: int
    vector_bytes: int
    layout: str | None
    recall: float | None
    last_run: float | None
    rules: Rules
