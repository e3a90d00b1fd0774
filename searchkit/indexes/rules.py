"""Stores in a catalog which files its index takes, and how much memory a run may use.

Every run follows what was last given, also a refresh before a query.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace

from searchkit import config
from searchkit.config import Settings
from searchkit_index.catalog.store import Store
from searchkit_index.system.memory import Ceiling
from searchkit_index.walk.rules import Rules


class IndexRules:
    """Which files an index takes, and how much memory its runs may use.

    Args:
        store: Its catalog.
        settings: Limits that hold for every index.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    @property
    def rules(self) -> Rules:
        """Which files it takes."""
        written = self._store.get("rules") or {}
        ceiling = self.ceiling
        largest = ceiling.largest_file() if ceiling else sys.maxsize
        return Rules(
            include=tuple(written.get("include", ())),
            exclude=tuple(written.get("exclude", ())),
            max_bytes=min(self._settings.max_file_bytes, largest),
            secrets=written.get("secrets") is True,
            home=str(config.home()),
        )

    @property
    def ceiling(self) -> Ceiling | None:
        """How much memory its runs may hold resident; None for no limit."""
        size = self._store.get("memory")
        return Ceiling(size) if size else None

    @property
    def cache_bytes(self) -> int:
        """How much the cache of vectors may take on disk; 0 for no cache."""
        return self._settings.cache_bytes

    def update(
        self,
        *,
        include: Sequence[str] | None,
        exclude: Sequence[str] | None,
        secrets: bool | None,
        memory: int | None,
    ) -> None:
        """Store rules for this and all later runs; None leaves one as it was."""
        rules = self.rules
        if include is not None:
            rules = replace(rules, include=tuple(include))
        if exclude is not None:
            rules = replace(rules, exclude=tuple(exclude))
        if secrets is not None:
            rules = replace(rules, secrets=secrets)
        if memory is not None:
            self._store.set("memory", memory)
        kept = asdict(rules)
        del kept["home"]
        self._store.set("rules", kept)
