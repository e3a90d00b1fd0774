"""searchkit: semantic search over text and source code, on this computer.

>>> import searchkit
>>> with searchkit.Index.open("~/repo") as index:  # doctest: +SKIP
...     index.build()
...     for hit in index.search("open a socket", limit=3):
...         print(f"{hit.path}:{hit.start_line}-{hit.end_line}", hit.symbol)
"""

TYPE_CHECKING = False  # to import `typing` would be most of what this package costs
if TYPE_CHECKING:
    from typing import Any

    from searchkit.config import Settings
    from searchkit.embedders import load_embedder
    from searchkit.git.difference import Difference
    from searchkit.hits.excerpt import Lines
    from searchkit.hits.hit import Hit, Origin
    from searchkit.indexes.index import Index
    from searchkit.indexes.location import Location
    from searchkit.indexes.path_status import PathStatus
    from searchkit.pattern import Pattern
    from searchkit.query import Filter, Kind, Mode, Query
    from searchkit.ranking.rank import Part
    from searchkit.search.answer import Answer
    from searchkit.status import Facets, Freshness, Status
    from searchkit.team.answer import OwnCheckout, TeamAnswer
    from searchkit.team.manifest import Manifest
    from searchkit.team.push import Pushed
    from searchkit.team.signing import SignatureError
    from searchkit.team.team import Team
    from searchkit.workspace import Workspace
    from searchkit_index.embedder import Embedder
    from searchkit_index.errors import (
        CatalogBusyError,
        CatalogDamagedError,
        CatalogError,
        CatalogNewerError,
        ConfigError,
        ModelError,
        NotIndexedError,
        QueryError,
        RootError,
        SearchkitError,
        StorageError,
        TrainingError,
    )
    from searchkit_index.pipeline.report import Progress, Report
    from searchkit_index.walk.rules import Rules

__version__ = "0.1.0"

# Where each public name stands. numpy and the rest are loaded with the first name that needs them.
_HOMES = {
    "searchkit.search.answer": ("Answer",),
    "searchkit.config": ("Settings",),
    "searchkit.git.difference": ("Difference",),
    "searchkit.embedders": ("load_embedder",),
    "searchkit.hits.excerpt": ("Lines",),
    "searchkit.hits.hit": ("Hit", "Origin"),
    "searchkit.indexes.index": ("Index",),
    "searchkit.indexes.location": ("Location",),
    "searchkit.indexes.path_status": ("PathStatus",),
    "searchkit.pattern": ("Pattern",),
    "searchkit.query": ("Filter", "Kind", "Mode", "Query"),
    "searchkit.ranking.rank": ("Part",),
    "searchkit.team.answer": ("OwnCheckout", "TeamAnswer"),
    "searchkit.team.manifest": ("Manifest",),
    "searchkit.team.push": ("Pushed",),
    "searchkit.team.signing": ("SignatureError",),
    "searchkit.team.team": ("Team",),
    "searchkit.status": ("Facets", "Freshness", "Status"),
    "searchkit.workspace": ("Workspace",),
    "searchkit_index.embedder": ("Embedder",),
    "searchkit_index.errors": (
        *("CatalogBusyError", "CatalogDamagedError", "CatalogError", "CatalogNewerError"),
        *("ConfigError", "ModelError", "NotIndexedError", "QueryError", "RootError"),
        *("SearchkitError", "StorageError", "TrainingError"),
    ),
    "searchkit_index.pipeline.report": ("Progress", "Report"),
    "searchkit_index.walk.rules": ("Rules",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "CatalogBusyError",
    "CatalogDamagedError",
    "CatalogError",
    "CatalogNewerError",
    "ConfigError",
    "Difference",
    "Embedder",
    "Facets",
    "Filter",
    "Freshness",
    "Hit",
    "Index",
    "Kind",
    "Lines",
    "Location",
    "Manifest",
    "Mode",
    "ModelError",
    "NotIndexedError",
    "Origin",
    "OwnCheckout",
    "Part",
    "PathStatus",
    "Pattern",
    "Progress",
    "Pushed",
    "Query",
    "QueryError",
    "Report",
    "RootError",
    "Rules",
    "SearchkitError",
    "Settings",
    "SignatureError",
    "Status",
    "StorageError",
    "Team",
    "TeamAnswer",
    "TrainingError",
    "Workspace",
    "load_embedder",
]


def __getattr__(name: str) -> "Any":
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
