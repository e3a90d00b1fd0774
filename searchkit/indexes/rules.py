"""Stores in a catalog which files its index takes, and how much memory a run may use.

Every run follows what was last given, also a refresh before a query.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from searchkit import config
from searchkit.config import Settings
from searchkit_index.catalog.store import Store
from searchkit_index.errors import ConfigError
from searchkit_index.system.memory import Ceiling, refuse_too_little
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
        if memory is not None:
            self._store.set("memory", memory)
        kept = asdict(changed(self.rules, include, exclude, secrets))
        del kept["home"]
        self._store.set("rules", kept)


def usual(settings: Settings) -> Rules:
    """Return the rules of an index that has none of its own yet."""
    return Rules(max_bytes=settings.max_file_bytes, home=str(config.home()))


def changed(
    rules: Rules,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    secrets: bool | None,
) -> Rules:
    """Return rules with others in place of some; None leaves one as it was."""
    return replace(
        rules,
        include=rules.include if include is None else tuple(include),
        exclude=rules.exclude if exclude is None else tuple(exclude),
        secrets=rules.secrets if secrets is None else secrets,
    )


def refuse_impossible(include: Any, exclude: Any, secrets: object, memory: object) -> None:
    """Refuse rules of a program that could not be followed, before anything is stored.

    Args:
        include: Globs, or None.
        exclude: Globs, or None.
        secrets: A bool, or None.
        memory: Bytes, or None.

    Raises:
        ConfigError: One is of another type, or the memory is too little.
    """
    for name, globs in (("include", include), ("exclude", exclude)):
        listed = globs is None or (isinstance(globs, Sequence) and not isinstance(globs, str))
        if not listed or not all(isinstance(each, str) for each in globs or ()):
            raise ConfigError(f"`{name}` is {globs!r}", "give a list of globs")
    if secrets is not None and not isinstance(secrets, bool):
        raise ConfigError(f"`secrets` is {secrets!r}", "give True or False")
    if memory is not None:
        if not isinstance(memory, int):
            raise ConfigError(f"`memory` is {memory!r}", "give bytes, as a whole number")
        refuse_too_little(memory, f"{memory:,} bytes")
