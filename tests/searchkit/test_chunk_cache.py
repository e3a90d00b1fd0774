"""What was read of chunks serves further questions, until the catalog changes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from searchkit.ranking.ranked import Ranked
from searchkit.search import chunk_cache
from searchkit.search.chunk_cache import ChunkCache
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.chunking.chunk import Chunk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A catalog of three files of two chunks each, all embedded."""
    store = Store(tmp_path / "catalog.sqlite", create=True)
    with store.write():
        for name in "abc":
            chunks = [Chunk(n, n, "", "code", f"{name} {n}") for n in (1, 2)]
            store.files.put(FileRow(f"{name}.py", 1, 1, b"digest"), chunks)
        model_id = store.embeddings.model_id("test-1", "test", 2)
        passages = [id_ for id_, _ in store.embeddings.pending(model_id, 0, 100)]
        store.embeddings.put(model_id, passages, np.eye(2, dtype=np.float32)[[0, 1] * 3])
    yield store
    store.close()


def statements(store: Store) -> list[str]:
    """Statements that read chunks or vectors from here on."""
    run: list[str] = []
    store._sql.raw.set_trace_callback(lambda sql: run.append(sql) if " IN (" in sql else None)
    return run


def asked(cache: ChunkCache, store: Store) -> tuple[list[str], dict[int, list[int]], set[str]]:
    """What a question reads of all chunks and vectors that there may be."""
    (model,) = store.embeddings.models()
    paths = [named.path for named in cache.names(range(1, 9))]
    chunks = [Ranked(chunk_id, path) for chunk_id, path in enumerate(paths, start=1)]
    return paths, cache.of_vectors(range(1, 9), None), set(cache.openings(model, chunks))


def test_each_question_read_the_same_chunks_again(store: Store) -> None:
    cache = ChunkCache(store)
    first = asked(cache, store)
    assert first[0] == ["a.py"] * 2 + ["b.py"] * 2 + ["c.py"] * 2
    assert first[1] == {vector: [vector] if vector < 7 else [] for vector in range(1, 9)}
    assert first[2] == {"a.py", "b.py", "c.py"}
    run = statements(store)
    list(cache.names(range(1, 7)))
    cache.of_vectors(range(1, 9), None)
    (model,) = store.embeddings.models()
    cache.openings(model, [Ranked(1, "a.py"), Ranked(5, "c.py")])
    assert run == []


def test_what_another_process_removed_or_added_is_not_answered_from_memory(
    store: Store, tmp_path: Path
) -> None:
    cache = ChunkCache(store)
    asked(cache, store)
    assert cache.count() == 6
    other = Store(tmp_path / "catalog.sqlite")
    with other.write():
        other.files.remove(["a.py"])
        other.files.put(FileRow("d.py", 1, 1, b"digest"), [Chunk(1, 1, "", "code", "b 1")] * 3)
    other.close()
    paths, of_vectors, openings = asked(cache, store)
    assert paths == ["b.py"] * 2 + ["c.py"] * 2 + ["d.py"] * 2
    assert (of_vectors[1], of_vectors[3]) == ([], [3, 7, 8, 9])
    assert "a.py" not in openings
    assert cache.count() == 7


def test_the_memory_of_what_was_read_is_bounded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_cache, "_CHUNKS", 2)
    cache = ChunkCache(store)
    for first in (1, 3, 5, 1):
        assert len(list(cache.names([first, first + 1]))) == 2
        assert len(cache._named) <= 4
