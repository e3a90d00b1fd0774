"""Stores the vectors of a catalog, the models that made them, and the FAISS file in use."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from searchkit_index.catalog.connection import Connection, damaged
from searchkit_index.catalog.records import Model, Publication, passage_text, unpack_path
from searchkit_index.catalog.statement import batches, marks
from searchkit_index.catalog.statistics import spread_ids

# The most numbers in a vector: no model has as many.
_LARGEST_DIMENSION = 1 << 16

# Rows of vectors that are read at once.
_BLOCK = 8_192

# The square of a vector's length: 1, except for the rounding of float16.
_LONGEST = 1.1


class Embeddings:
    """The vectors of a catalog; change them within `Store.write` only."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def model_id(self, fingerprint: str, name: str, dimension: int) -> int:
        """Return the id of a model; add the model if it is new."""
        row = self._sql.row("SELECT id FROM model WHERE fingerprint = ?", fingerprint)
        if row:
            return int(row[0])
        cursor = self._sql.run(
            "INSERT INTO model (fingerprint, name, dimension) VALUES (?, ?, ?)",
            *(fingerprint, name, dimension),
        )
        return cursor.lastrowid or 0

    def models(self) -> list[Model]:
        """Return every model that was used here."""
        found = []
        for row in list(self._sql.rows("SELECT id, fingerprint, name, dimension FROM model")):
            self._sql.expect(row, int, str, str, int)
            found.append(Model(*row))
            if not 0 < found[-1].dimension <= _LARGEST_DIMENSION:
                raise damaged(self._sql.path)
        return found

    def pending(self, model_id: int, after: int, limit: int) -> list[tuple[int, str]]:
        """Return ids above `after`, with texts, of passages that this model has not embedded."""
        rows = self._sql.rows(
            "SELECT id, symbol, text FROM passage WHERE id > ? AND NOT EXISTS ("
            " SELECT 1 FROM vector WHERE model_id = ? AND passage_id = passage.id)"
            " ORDER BY id LIMIT ?",
            *(after, model_id, limit),
        )
        return [(id_, passage_text(symbol, text)) for id_, symbol, text in rows]

    def put(
        self, model_id: int, passage_ids: Sequence[int], vectors: npt.NDArray[np.float32]
    ) -> None:
        """Store the vectors, shape `(len(passage_ids), dimension)`, as float16."""
        halves = vectors.astype("<f2")
        self._sql.many(
            "INSERT OR REPLACE INTO vector (model_id, passage_id, data) VALUES (?, ?, ?)",
            [(model_id, id_, row.tobytes()) for id_, row in zip(passage_ids, halves, strict=True)],
        )

    def vectors(
        self, model_id: int, after: int = 0
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
        """Yield ids above `after`, and vectors as float32, in blocks, in the order of the ids."""
        while rows := list(
            self._sql.rows(
                "SELECT id, data FROM vector NOT INDEXED"
                " WHERE model_id = ? AND id > ? ORDER BY id LIMIT ?",
                *(model_id, after, _BLOCK),
            )
        ):
            ids = np.array([id_ for id_, _ in rows], dtype=np.int64)
            after = int(ids[-1])
            yield ids, self._matrix([data for _, data in rows])

    def vectors_of(self, ids: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        """Return those vectors that are still there by id, float32, `(dimension,)` each."""
        found: dict[int, npt.NDArray[np.float32]] = {}
        for batch in batches(ids):
            rows = self._sql.rows(
                f"SELECT id, data FROM vector WHERE id IN ({marks(batch)})", *batch
            )
            if stored := dict(rows):
                found |= zip(stored, self._matrix([*stored.values()]), strict=True)
        return found

    def _matrix(self, rows: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """Decode stored vectors: float32, `(rows, dimension)`."""
        if not all(isinstance(data, bytes) for data in rows) or len(set(map(len, rows))) > 1:
            raise damaged(self._sql.path)
        halves = np.frombuffer(b"".join(rows), dtype="<f2")
        matrix = halves.reshape(len(rows), -1).astype(np.float32)
        # One flipped bit can make a number so large that its vector comes first in every answer.
        if not (np.einsum("ij,ij->i", matrix, matrix) <= _LONGEST).all():
            raise damaged(self._sql.path)
        return matrix

    def vector_of(self, model_id: int, chunk_id: int) -> npt.NDArray[np.float32] | None:
        """Return the vector of a chunk, float32, `(dimension,)`; None while it is not embedded."""
        row = self._sql.row(
            "SELECT data, dimension FROM vector JOIN chunk USING (passage_id)"
            " JOIN model ON model.id = model_id WHERE model_id = ? AND chunk.id = ?",
            *(model_id, chunk_id),
        )
        if row is None:
            return None
        self._sql.expect(row, bytes, int)
        if len(row[0]) != 2 * row[1]:
            raise damaged(self._sql.path)
        vector: npt.NDArray[np.float32] = self._matrix([row[0]])[0]
        return vector

    def openings(
        self, model: Model, chunk_ids: Sequence[int]
    ) -> dict[str, npt.NDArray[np.float32]]:
        """Return the vectors of the first chunks of files.

        Args:
            model: The model.
            chunk_ids: Any chunks of the files.

        Returns:
            Vectors by paths, float32, `(dimension,)` each; without files whose first chunk is not
            embedded yet.
        """
        found: dict[str, bytes] = {}
        for batch in batches(chunk_ids):
            for path, data in self._sql.rows(
                "SELECT path, data FROM file CROSS JOIN vector ON model_id = ? AND passage_id ="
                " (SELECT passage_id FROM chunk WHERE file_id = file.id ORDER BY id LIMIT 1)"
                f" WHERE file.id IN (SELECT file_id FROM chunk WHERE id IN ({marks(batch)}))",
                *(model.id, *batch),
            ):
                found[unpack_path(path)] = data
        if not found:
            return {}
        vectors = self._matrix(list(found.values()))
        if vectors.shape[1] != model.dimension:
            raise damaged(self._sql.path)
        return dict(zip(found, vectors, strict=True))

    def of_languages(self, model_id: int, count: int) -> list[tuple[str, npt.NDArray[np.float32]]]:
        """Take a sample of prose whose natural language is known.

        Args:
            model_id: The model.
            count: Chunks that are looked at, evenly spread over the catalog, prose or not.

        Returns:
            For each language its code and vectors, float32, `(passages, dimension)`.
        """
        found: dict[str, list[bytes]] = {}
        for batch in batches(spread_ids(self._sql, count)):
            for language, data in self._sql.rows(
                # CROSS: else SQLite goes through all vectors, and looks for each among the ids.
                "SELECT natural_language, data FROM chunk CROSS JOIN vector USING (passage_id)"
                f" WHERE model_id = ? AND natural_language > '' AND chunk.id IN ({marks(batch)})",
                *(model_id, *batch),
            ):
                found.setdefault(language, []).append(data)
        return [(language, self._matrix(rows)) for language, rows in found.items()]

    def generation(self, model_id: int) -> int:
        """Return the highest vector id of a model; 0 when it has none."""
        row = self._sql.row(
            "SELECT id FROM vector NOT INDEXED WHERE model_id = ? ORDER BY id DESC LIMIT 1",
            model_id,
        )
        return int(row[0]) if row else 0

    def count_after(self, model_id: int, generation: int) -> int:
        """Count the vectors of a model that are newer than `generation`."""
        row = self._sql.row(
            "SELECT count(*) FROM vector NOT INDEXED WHERE model_id = ? AND id > ?",
            *(model_id, generation),
        )
        return int(row[0])

    def publication(self, model_id: int) -> Publication | None:
        """Return the published FAISS file of a model, if there is one."""
        row = self._sql.row(
            "SELECT generation, count, file, bytes, checksum, layout, recall FROM publication"
            " WHERE model_id = ?",
            model_id,
        )
        if row is None:
            return None
        self._sql.expect(row, int, int, str, int, str, str, float | int | None)
        return Publication(*row)

    def publish(self, model_id: int, publication: Publication) -> None:
        """Make a FAISS file the one to be read from now on."""
        self._sql.run(
            "INSERT OR REPLACE INTO publication VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(model_id, publication.generation, publication.count, publication.file),
            *(publication.bytes, publication.checksum, publication.layout, publication.recall),
        )
