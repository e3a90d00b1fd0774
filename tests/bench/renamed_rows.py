"""Makes rows of a shared index of a folder's chunks, as often as is wanted, with other names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import renamed
from scipy.sparse import csr_array

from searchkit import Index
from searchkit.config import Settings
from searchkit.status import model_id_of
from searchkit.team import rows, schema
from searchkit.team.label import label, labelled
from searchkit_index.catalog.records import passage_digest
from searchkit_index.embedder import Vectors

DIMENSION = renamed.StandIn.dimension
BLOCK = 20_000  # rows in a batch

_MARK = 7_777_777


class Copies:
    """Rows of a folder's chunks, as a push sends them, again and again with other names.

    The folder is indexed once, its names ending in a mark; in each copy a number takes its place.

    Args:
        source: The folder.
        scratch: An empty folder to write in.
    """

    def __init__(self, source: Path, scratch: Path) -> None:
        tree = scratch / "tree"
        sum(renamed.copied(renamed.texts(source), tree, _MARK))
        with Index(tree, renamed.StandIn(), Settings()) as index:
            index.build()
            self._rows = _rows(index)
        self._words = _Words(self._rows["text"].to_pylist())
        self.size = self._rows.num_rows

    def batches(self, number: int, size: int) -> Iterator[Any]:
        """Yield the first rows of a copy; the same number makes the same rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        vectors = self._words.vectors(number)[:size].astype("<f2")
        columns = {name: self._rows[name].slice(0, size) for name in self._rows.column_names}
        for name in ("path", "text", "terms", "label"):
            columns[name] = pc.replace_substring(columns[name], str(_MARK), str(number))
        given = (columns[name].to_pylist() for name in ("label", "text"))
        every = [
            {**labelled({"label": said}, ""), "text": text, "vector": vector}
            for said, text, vector in zip(*given, vectors, strict=True)
        ]
        for row in every:
            row["passage"] = passage_digest(row["symbol"], row["text"]).hex()
        columns["passage"] = pa.array(row["passage"] for row in every)
        columns["label"] = pa.array(map(label, every))
        columns["key"] = pa.array(map(rows.key_of, every))
        columns["vector"] = pa.FixedSizeListArray.from_arrays(vectors.reshape(-1), DIMENSION)
        of_chunks = schema.schema_of(schema.CHUNKS, DIMENSION)
        ordered = [columns[name].cast(of_chunks.field(name).type) for name in of_chunks.names]
        yield from pa.Table.from_arrays(ordered, schema=of_chunks).to_batches(BLOCK)

    def counted(self, copies: Iterable[tuple[int, int]]) -> dict[str, int]:
        """Count in how many chunks each term stands, of the first rows of some copies."""
        held: Counter[str] = Counter()
        of_size: dict[int, Counter[str]] = {}
        for number, size in copies:
            if size not in of_size:
                every = self._rows["terms"].slice(0, size).to_pylist()
                of_size[size] = Counter(chain.from_iterable({*each.split()} for each in every))
            for term, count in of_size[size].items():
                held[term.replace(str(_MARK), str(number))] += count
        return dict(held)

    def terms(self, size: int) -> int:
        """Return how many terms the first rows hold."""
        return int(self._rows["length"].slice(0, size).to_numpy().sum())


def _rows(index: Index) -> Any:
    """Read what a push of an index sends, without its vectors."""
    import pyarrow as pa

    with index.sessions.borrow() as session:
        model_id = model_id_of(session.store, index.embedder)
        assert model_id is not None
        every = list(rows.described(session.store, model_id, "large"))
        batches = rows.chunk_rows(session.store, every, "large", DIMENSION)
        return pa.Table.from_batches(batch.drop_columns("vector") for batch in batches)


class _Words:
    """Which words the vector of each text is made of, those with the mark by themselves."""

    def __init__(self, texts: Sequence[str]) -> None:
        ids: dict[str, int] = {}
        of_texts = [[ids.setdefault(w, len(ids)) for w in renamed.embedded(t)] for t in texts]
        self._words = list(ids)
        starts = np.cumsum([0, *map(len, of_texts)])
        where = np.fromiter(chain.from_iterable(of_texts), np.int64)
        shape = len(texts), len(ids)
        self._counts = csr_array((np.ones(len(where), np.float32), where, starts), shape)
        self._known = np.stack([renamed.StandIn().word(word) for word in ids])
        self._marked = [(row, word) for row, word in enumerate(ids) if str(_MARK) in word]

    def vectors(self, number: int) -> Vectors:
        """Return the vectors of a copy, as the stand-in makes them."""
        embedder = renamed.StandIn()
        for row, word in self._marked:
            self._known[row] = embedder.word(word.replace(str(_MARK), str(number)))
        sums = self._counts @ self._known
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float32)
