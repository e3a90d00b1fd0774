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

    from searchkit.config import Settings as Settings
    from searchkit.embedders import load_embedder as load_embedder
    from searchkit.git.difference import Difference as Difference
    from searchkit.hits.excerpt import Lines as Lines
    from searchkit.hits.hit import Hit as Hit
    from searchkit.hits.hit import Origin as Origin
    from searchkit.indexes.index import Index as Index
    from searchkit.indexes.location import Location as Location
    from searchkit.indexes.path_status import PathStatus as PathStatus
    from searchkit.pattern import Pattern as Pattern
    from searchkit.query import Filter as Filter
    from searchkit.query import Kind as Kind
    from searchkit.query import Mode as Mode
    from searchkit.query import Query as Query
    from searchkit.ranking.ranked import Part as Part
    from searchkit.search.answer import Answer as Answer
    from searchkit.status import Facets as Facets
    from searchkit.status import Freshness as Freshness
    from searchkit.status import Status as Status
    from searchkit.team.answer import OwnCheckout as OwnCheckout
    from searchkit.team.answer import TeamAnswer as TeamAnswer
    from searchkit.team.manifest import Manifest as Manifest
    from searchkit.team.push import Pushed as Pushed
    from searchkit.team.signing import SignatureError as SignatureError
    from searchkit.team.team import Team as Team
    from searchkit.workspace import Workspace as Workspace
    from searchkit_index.embedder import Embedder as Embedder
    from searchkit_index.errors import CatalogBusyError as CatalogBusyError
    from searchkit_index.errors import CatalogDamagedError as CatalogDamagedError
    from searchkit_index.errors import CatalogError as CatalogError
    from searchkit_index.errors import CatalogNewerError as CatalogNewerError
    from searchkit_index.errors import ConfigError as ConfigError
    from searchkit_index.errors import ModelError as ModelError
    from searchkit_index.errors import NotIndexedError as NotIndexedError
    from searchkit_index.errors import QueryError as QueryError
    from searchkit_index.errors import RootError as RootError
    from searchkit_index.errors import SearchkitError as SearchkitError
    from searchkit_index.errors import StorageError as StorageError
    from searchkit_index.errors import TrainingError as TrainingError
    from searchkit_index.pipeline.report import Progress as Progress
    from searchkit_index.pipeline.report import Report as Report
    from searchkit_index.walk.rules import Rules as Rules

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
    "searchkit.ranking.ranked": ("Part",),
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

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> "Any":
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
