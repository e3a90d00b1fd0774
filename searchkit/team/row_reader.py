"""Reads and checks whole rows of chunks, for the ranking and for hits."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from searchkit.ranking.confidence import Calibration
from searchkit.team import rows, tables
from searchkit.team.index import Snapshot
from searchkit.team.label import NOT_LABEL, WHOLE, labelled
from searchkit.team.manifest import Manifest
from searchkit.team.schema import CHUNK, not_shared_index
from searchkit.team.storage import faults
from searchkit.team.where import among, equals
from searchkit_index.catalog.records import Place

Verify = Callable[[Manifest, Iterable[str]], None]


class RowReader:
    """Reads whole rows of one snapshot.

    Args:
        snapshot: The tables, and the repositories that are asked.
        verify: Checks the keys of chunks of a repository before they are shown.
    """

    def __init__(self, snapshot: Snapshot, verify: Verify) -> None:
        self._snapshot, self._verify = snapshot, verify
        self._expected: dict[int, Mapping[str, Any]] = {}
        self._shown: dict[int, Mapping[str, Any]] = {}
        self._counts = Counter[tuple[str, str]]()

    def expect(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Note candidates that will be asked for, so that all of them are read at once."""
        new = (row for row in rows if row["_rowid"] not in self._shown)
        self._expected.update((row["_rowid"], row) for row in new)

    def shown(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the whole row of a candidate; raise CatalogDamagedError where it was changed."""
        self._read_expected()
        return self._shown[row["_rowid"]]

    def key_of(self, row: Mapping[str, Any]) -> str:
        """Return the key of a candidate that was shown."""
        return str(self._shown[row["_rowid"]]["key"])

    def count(self, row: Mapping[str, Any]) -> int:
        """Count the chunks of its repository that hold the text of a candidate."""
        self._read_expected()
        return self._counts[row["repository"], row["passage"]]

    def _read_expected(self) -> None:
        if self._expected:
            expected, self._expected = self._expected, {}
            counts = tables.in_thread(partial(self._copies, expected))
            with faults(self._snapshot.url):
                rest = tables.by_row_id(self._snapshot.chunks, NOT_LABEL, list(expected))
            found = self._checked({**expected[row["_rowid"]], **row} for row in rest)
            self._shown.update((row["_rowid"], row) for row in found)
            self._counts |= counts()  # each of all places, so that none is added twice

    def _copies(self, rows_: Mapping[int, Mapping[str, Any]]) -> Counter[tuple[str, str]]:
        """Count the chunks of each repository that hold each of these texts."""
        # More conditions would cost more than the few rows of other repositories do.
        where = among("passage", {row["passage"] for row in rows_.values()})
        with faults(self._snapshot.url):
            ids = tables.row_ids(self._snapshot.chunks, where)
            others = [id_ for id_ in ids if id_ not in rows_]
            found = tables.by_row_id(self._snapshot.chunks, ["label"], others)
        said = [rows_[id_] for id_ in ids if id_ in rows_]
        said += (labelled(row, self._snapshot.url) for row in found)
        return Counter((each["repository"], each["passage"]) for each in said)

    def _whole(self, *met: str) -> list[dict[str, Any]]:
        """Read chunks that meet some conditions whole."""
        with faults(self._snapshot.url):
            found = tables.records(self._snapshot.chunks, WHOLE, " AND ".join(met))
        return self._checked(found)

    def _checked(self, rows_: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Read labels; check each whole row against its key, and the keys by what was signed."""
        found = [labelled(row, self._snapshot.url) for row in rows_]
        manifests = {each.name: each for each in self._snapshot.manifests}
        keys: dict[str, list[str]] = {}
        for row in found:
            if row["repository"] not in manifests or _is_changed(row):
                raise not_shared_index(self._snapshot.url)
            keys.setdefault(row["repository"], []).append(row["key"])
        for name, some in keys.items():
            self._verify(manifests[name], some)
        return found

    def file(self, repository: str, path: str) -> list[Mapping[str, Any]]:
        """Read all chunks of a file, in order, each checked against its key."""
        met = (equals("repository", repository), equals("path", path), equals("state", CHUNK))
        own = (
            row
            for row in self._whole(*met)
            if (row["repository"], row["path"]) == (repository, path)
        )
        return sorted(own, key=lambda row: row["ordinal"])

    def chunk(self, key: str) -> tuple[Path, Place] | None:
        """Read one chunk of the repositories that are asked.

        Args:
            key: Its key.

        Returns:
            The name of its repository, as a path, and where it stands; None where there is none.
        """
        asked = among("repository", (each.name for each in self._snapshot.manifests))
        found = self._whole(equals("key", key), equals("state", CHUNK), asked)
        return (Path(found[0]["repository"]), rows.place_of(found[0], 0)) if found else None


class RepositorySource:
    """One repository of a shared index, as a source of candidates.

    Args:
        reader: Reads rows of the shared index.
        manifest: The repository's manifest.
        ordered: The rows of all candidates, by their ids.
        calibration: What was fitted to the scores of the model; None where nobody did.

    Attributes:
        root: Its name, as a path.
        manifest: The repository's manifest.
        calibration: What was fitted to the scores of the model, or None.
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

    def expect(self, chunk_ids: Sequence[int]) -> None:
        """Note chunks that will be asked for, so that all of them are read at once."""
        self._reader.expect(self._ordered[id_] for id_ in chunk_ids)

    def copies(self, chunk_ids: Sequence[int]) -> Mapping[int, int]:
        """Return how many other chunks hold what each chunk holds, by their ids."""
        return {id_: max(0, self._reader.count(self._ordered[id_]) - 1) for id_ in chunk_ids}

    def places(self, chunk_ids: Sequence[int]) -> Mapping[int, Place]:
        """Return files, lines and texts of chunks, by their ids."""
        whole = {id_: self._reader.shown(self._ordered[id_]) for id_ in chunk_ids}
        return {id_: rows.place_of(row, id_) for id_, row in whole.items()}


def _is_changed(row: Mapping[str, Any]) -> bool:
    try:
        return bool(rows.key_of(row) != row["key"])
    except (TypeError, ValueError):
        return True
