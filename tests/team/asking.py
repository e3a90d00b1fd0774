"""Asks a shared index with a model that is not loaded by its name."""

from typing import Any

from searchkit.config import Settings
from searchkit.query import Query
from searchkit.team.answer import TeamAnswer
from searchkit.team.ask import Asker
from searchkit.team.held_models import HeldModels
from searchkit.team.index import SharedIndex
from searchkit_index.embedder import Embedder


def ask(
    shared: SharedIndex, query: Query, embedder: Embedder | None = None, **options: Any
) -> TeamAnswer:
    """Ask once, by the options of `Asker`; without a model with that of the repositories."""
    held = HeldModels(None, Settings(), shared.url).of
    return Asker(shared, Settings(), (lambda *_: embedder) if embedder else held, **options).search(
        query
    )
