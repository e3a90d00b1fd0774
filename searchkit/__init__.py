"""searchkit: semantic search over text and source code, on this computer.

>>> import searchkit
>>> with searchkit.Index.open("~/repo") as index:  # doctest: +SKIP
...     index.build()
...     for hit in index.search("open a socket", limit=3):
...         print(f"{hit.path}:{hit.start_line}-{hit.end_line}", hit.symbol)
"""

from typing import TYPE_CHECKING, Any

from searchkit_index.errors import SearchkitError

if TYPE_CHECKING:
    from searchkit.embedders import load_embedder
    from searchkit.index import Index
    from searchkit.search import Hit
    from searchkit.status import Facets, Freshness, Status

__version__ = "0.1.0"

__all__ = ["Facets", "Freshness", "Hit", "Index", "SearchkitError", "Status", "load_embedder"]

_HOMES = {
    "Facets": "searchkit.status",
    "Freshness": "searchkit.status",
    "Hit": "searchkit.search",
    "Index": "searchkit.index",
    "Status": "searchkit.status",
    "load_embedder": "searchkit.embedders",
}


def __getattr__(name: str) -> Any:
    # numpy and the rest are loaded with the first name that needs them, not with the package.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
