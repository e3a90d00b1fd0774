"""Reads whole rows of chunks, checked, and serves them to the ranking and to hits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from searchkit.ranking.confidence import Calibration
from searchkit.team import rows, tables
from searchkit.team.index import Snapshot
from searchkit.team.manifest import Manifest
from searchkit.team.schema import CHUNK, stranger
from searchkit.team.storage import faults
from searchkit.team.where import among, equals
from searchkit_index.catalog.records import Place

_SHOWN = (
    *("key", "repository", "path", "ordinal", "start_line", "end_line", "symbol", "kind"),
    *("language", "natural_language", "inner_language", "place", "text", "vector"),
)

Verify = Callable[[Manifest, Iterable[str]], None]


class RowReader:
    """Reads rows of one snapshot.

    Args:
        snapshot: The tables, and the repositories that are asked.
        verify: Told the keys of the chunks that are about to be shown, of each repository.
    """

    def __init__(self, snapshot: Snapshot, verify: Verify) -> None:
        self._snapshot, self._verify = snapshot, verify

    def shown(self, manifest: Manifest, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Read chunks whole, each checked against its key.

        Args:
            manifest: Of their repository.
            keys: Which.

        Returns:
            The rows by their keys.

        Raises:
            CatalogDamagedError: One is not what was pushed.
        """
        if not keys:
            return {}
        with faults(self._snapshot.url):
            rows_ = tables.records(self._snapshot.chunks, _SHOWN, among("key", keys))
        found: dict[str, Mapping[str, Any]] = {row["key"]: row for row in rows_}
        if any(_is_changed(row, manifest.name) for row in found.values()):
            raise stranger(self._snapshot.url)
        self._verify(manifest, found)
        return found

    def file(self, repository: str, path: str) -> list[Mapping[str, Any]]:
        """Read all chunks of a file, in order, each checked against its key."""
        manifest = next(each for each in self._snapshot.manifests if each.name == repository)
        met = (equals("repository", repository), equals("path", path), equals("state", CHUNK))
        with faults(self._snapshot.url):
            found = tables.values(self._snapshot.chunks, ["key"], " AND ".join(met))
            keys_ = [key for (key,) in found]
        return sorted(self.shown(manifest, keys_).values(), key=lambda row: row["ordinal"])

    def chunk(self, key: str) -> tuple[Path, Place] | None:
        """Read one chunk of the repositories that are asked.

        Args:
            key: Its key.

        Returns:
            The name of its repository, as a path, and where it stands; None where there is none.
        """
        manifests = {each.name: each for each in self._snapshot.manifests}
        where = f"{equals('key', key)} AND {equals('state', CHUNK)}"
        with faults(self._snapshot.url):
            found = list(tables.values(self._snapshot.chunks, ["repository"], where))
        if not found or found[0][0] not in manifests:
            return None
        manifest = manifests[found[0][0]]
        return Path(manifest.name), rows.place_of(self.shown(manifest, [key])[key], 0)

    def copies(self, manifest: Manifest, passages: Sequence[str]) -> dict[str, int]:
        """Count the chunks of a repository that hold each of these texts."""
        counts: dict[str, int] = dict.fromkeys(passages, 0)
        # More conditions would cost more than the few rows of other repositories do.
        where, columns = among("passage", passages), ["passage", "repository"]
        with faults(self._snapshot.url):
            for passage, repository in tables.values(self._snapshot.chunks, columns, where):
                counts[passage] += repository == manifest.name
        return counts


class RepositorySource:
    """One repository of a shared index, as what gave candidates.

    Args:
        reader: Of the shared index.
        manifest: Of the repository.
        ordered: The rows of all candidates, by their ids.
        calibration: What was fitted to the scores of the model; None where nobody did.

    Attributes:
        root: Its name, as a path.
        manifest: As given.
        calibration: As given.
    """

    def __init__(
        self,
        reader: RowReader,
        manifest: Manifest,
        ordered: Sequence[Mapping[str, Any]],
        calibration: Calibration | None,
    ) -> None:
        self._reader, self._ordered = reader, ordered
        self.manifest = manifest
        self.root = Path(manifest.name)
        self.calibration = calibration

    def copies(self, chunk_ids: Sequence[int]) -> Mapping[int, int]:
        """Return how many other chunks hold what each chunk holds, by their ids."""
        passages = {id_: self._ordered[id_]["passage"] for id_ in chunk_ids}
        counts = self._reader.copies(self.manifest, list(passages.values()))
        return {id_: max(0, counts[passage] - 1) for id_, passage in passages.items()}

    def places(self, chunk_ids: Sequence[int]) -> Mapping[int, Place]:
        """Return files, lines and texts of chunks, by their ids."""
        keys = {self._ordered[id_]["key"]: id_ for id_ in chunk_ids}
        found = self._reader.shown(self.manifest, list(keys))
        return {keys[key]: rows.place_of(row, keys[key]) for key, row in found.items()}


def _is_changed(row: Mapping[str, Any], repository: str) -> bool:
    try:
        return bool(row["repository"] != repository or rows.key_of(row) != row["key"])
    except (TypeError, ValueError):
        return True
