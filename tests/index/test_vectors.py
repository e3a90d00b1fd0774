"""Published and unpublished vectors together give what a scan of all gives."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import faiss
import numpy as np
import pytest

from searchkit_index.catalog import layout, publisher, vectors
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.chunking.chunk import Chunk
from searchkit_index.errors import CatalogDamagedError

DIMENSION = 16


def unit(rows: int, seed: int = 0) -> np.ndarray:
    matrix = np.random.default_rng(seed).standard_normal((rows, DIMENSION)).astype(np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def fill(store: Store, matrix: np.ndarray, path: str = "a.txt") -> int:
    """A file with one chunk for each row, embedded as that row; returns the model's id."""
    with store.write():
        chunks = [Chunk(n, n, "", "prose", f"{path} {n}") for n in range(1, len(matrix) + 1)]
        store.files.put(FileRow(path, 1, 1, b"digest"), chunks)
        model_id = store.embeddings.model_id("test-1", "test", DIMENSION)
        pending = store.embeddings.pending(model_id, 0, 10_000_000)
        store.embeddings.put(model_id, [id_ for id_, _ in pending], matrix)
    return model_id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "catalog.sqlite", create=True)) as store:
        yield store


def nearest(store: Store, model_id: int, query: np.ndarray, allowed=None) -> list[int]:
    index = vectors.VectorIndex(store, model_id, DIMENSION)
    index.sync()
    return index.search(query, 5, allowed).ids.tolist()


def truth(store: Store, model_id: int, query: np.ndarray) -> list[int]:
    ids, matrix = next(store.embeddings.vectors(model_id))
    return ids[np.argsort(-(matrix @ query))[:5]].tolist()


def test_published_and_unpublished_vectors_give_the_exact_answer(store: Store) -> None:
    model_id = fill(store, unit(500))
    query = unit(1, seed=1)[0]
    assert nearest(store, model_id, query) == truth(store, model_id, query)
    publisher.publish(store, model_id, DIMENSION)
    assert nearest(store, model_id, query) == truth(store, model_id, query)
    fill(store, unit(100, seed=2), "b.txt")
    assert nearest(store, model_id, query) == truth(store, model_id, query)


def test_only_allowed_ids_are_found(store: Store) -> None:
    model_id = fill(store, unit(300))
    publisher.publish(store, model_id, DIMENSION)
    fill(store, unit(50, seed=2), "b.txt")
    allowed = np.array([3, 5, 320], np.int64)
    assert set(nearest(store, model_id, unit(1)[0], allowed)) == {3, 5, 320}


@pytest.mark.parametrize("damage", ["missing", "truncated", "flipped", "foreign"])
def test_a_damaged_file_is_not_used_and_the_answer_is_right_all_the_same(
    store: Store, damage: str
) -> None:
    model_id = fill(store, unit(400))
    file = store.path.parent / publisher.publish(store, model_id, DIMENSION).file
    data = file.read_bytes()
    if damage == "missing":
        file.unlink()
    elif damage == "truncated":
        file.write_bytes(data[: len(data) // 2])
    elif damage == "flipped":
        middle = len(data) // 2
        file.write_bytes(data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :])
    else:
        faiss.write_index(faiss.IndexFlatIP(DIMENSION + 1), str(file))
    query = unit(1, seed=3)[0]
    assert nearest(store, model_id, query) == truth(store, model_id, query)


@pytest.mark.parametrize("spoilt", [3.4, 86.0, np.inf, np.nan])
def test_a_flipped_bit_in_one_vector_came_first_in_every_question(
    store: Store, spoilt: float
) -> None:
    matrix = unit(20)
    matrix[7, 3] = spoilt
    model_id = fill(store, matrix)
    with pytest.raises(CatalogDamagedError):
        nearest(store, model_id, unit(1, seed=1)[0])


def test_publishing_leaves_one_file_and_no_temporary_one(store: Store) -> None:
    model_id = fill(store, unit(300))
    publisher.publish(store, model_id, DIMENSION)
    fill(store, unit(100, seed=2), "b.txt")
    published = publisher.publish(store, model_id, DIMENSION)
    assert [path.name for path in store.path.parent.glob("vectors-*")] == [published.file]
    assert published.count == 400


def test_it_is_outdated_when_the_tail_or_the_dead_are_many(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "_SMALL", 10)
    model_id = fill(store, unit(300))
    assert publisher.outdated(store, model_id, 0.1)
    publisher.publish(store, model_id, DIMENSION)
    assert not publisher.outdated(store, model_id, 0.1)
    fill(store, unit(40, seed=2), "b.txt")
    assert publisher.outdated(store, model_id, 0.1)
    assert not publisher.outdated(store, model_id, 0.5)
    publisher.publish(store, model_id, DIMENSION)
    with store.write():
        store.files.remove(["b.txt"])
        store.files.sweep()
    assert publisher.outdated(store, model_id, 0.1)


def test_a_tail_that_dies_as_it_grows_is_not_held_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "_SMALL", 10)
    model_id = fill(store, unit(300))
    publisher.publish(store, model_id, DIMENSION)
    for edit in range(5):
        assert not publisher.outdated(store, model_id, 0.1)
        fill(store, unit(9, seed=edit + 2), "b.txt")
        with store.write():
            store.files.remove(["b.txt"])
            store.files.sweep()
    fill(store, unit(9, seed=9), "b.txt")
    assert publisher.outdated(store, model_id, 0.1)


def test_near_copies_stand_in_their_true_order_however_coarse_the_codes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "choose", lambda *_: layout.Layout(0, 4))
    monkeypatch.setattr(publisher, "_SAMPLE", 50)
    chance = np.random.default_rng(5)
    near = np.repeat(unit(30), 20, axis=0) + 0.01 * chance.standard_normal((600, DIMENSION))
    copies = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    model_id = fill(store, copies)
    published = publisher.publish(store, model_id, DIMENSION)
    assert published.layout == "IDMap2,SQ4"
    assert published.recall is not None
    assert published.recall > 0.98
    for query in copies[::50]:
        assert nearest(store, model_id, query) == truth(store, model_id, query)


def test_coarse_codes_changed_the_order_of_the_best_with_the_number_that_was_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "choose", lambda *_: layout.Layout(0, 4))
    monkeypatch.setattr(publisher, "_SAMPLE", 50)
    monkeypatch.setattr(vectors, "CANDIDATES", 20)
    chance = np.random.default_rng(6)
    near = unit(1) + 0.1 * chance.standard_normal((400, DIMENSION))
    alike = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    model_id = fill(store, alike)
    publisher.publish(store, model_id, DIMENSION)
    fill(store, alike[:30] + np.float32(1e-4), "b.txt")
    index = vectors.VectorIndex(store, model_id, DIMENSION)
    index.sync()
    whole = index.search(alike[7], 300)
    assert (np.diff(whole.scores) <= 0).all()
    for limit in (1, 10, 20, 21, 40, 41, 100, 299):
        assert index.search(alike[7], limit).ids.tolist() == whole.ids[:limit].tolist()


@pytest.mark.integration
def test_an_inverted_file_reaches_its_recall(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "FLAT_LIMIT", 3_000)
    model_id = fill(store, unit(4_000))
    published = publisher.publish(store, model_id, DIMENSION)
    assert published.layout.startswith("IVF")
    assert published.recall is not None
    assert published.recall >= publisher.RECALL
    found = [nearest(store, model_id, query) for query in unit(50, seed=4)]
    exact = [truth(store, model_id, query) for query in unit(50, seed=4)]
    shared = sum(len(set(a) & set(b)) for a, b in zip(found, exact, strict=True))
    assert shared / 250 > 0.9
    assert sum(a == b for a, b in zip(found, exact, strict=True)) > 25
    allowed = np.arange(1, 40, dtype=np.int64)
    assert set(nearest(store, model_id, unit(1)[0], allowed)) <= set(allowed.tolist())


@contextmanager
def steps_of(store: Store) -> Iterator[list[int]]:
    """Counts the steps that SQLite takes, in thousands."""
    taken: list[int] = []
    store._sql.raw.set_progress_handler(lambda: taken.append(1), 1_000)
    try:
        yield taken
    finally:
        store._sql.raw.set_progress_handler(None, 0)


def test_a_sample_of_languages_looked_for_each_vector_among_the_chunks_of_the_sample(
    store: Store,
) -> None:
    with store.write():
        prose = [Chunk(n, n, "", "prose", f"text {n}", natural_language="en") for n in range(5_000)]
        store.files.put(FileRow("a.md", 1, 1, b"digest"), prose)
    model_id = fill_all(store)
    with steps_of(store) as taken:
        ((language, rows),) = store.embeddings.of_languages(model_id, 500)
    assert (language, len(rows)) == ("en", 500)
    assert len(taken) < 50  # by the other way round it is over two thousand


def fill_all(store: Store) -> int:
    """Embed all that is pending; returns the model's id."""
    with store.write():
        model_id = store.embeddings.model_id("test-1", "test", DIMENSION)
        ids = [id_ for id_, _ in store.embeddings.pending(model_id, 0, 10_000_000)]
        store.embeddings.put(model_id, ids, unit(len(ids)))
    return model_id


def test_a_narrow_filter_went_through_all_vectors(store: Store) -> None:
    fill(store, unit(5_000))
    model_id = fill(store, unit(3), "b.txt")
    allowed = [(id_, "", "", "") for id_, path, _ in store.chunks.indexed_files() if path[0] == "b"]
    with store.chunks.selecting(allowed) as among, steps_of(store) as taken:
        assert len(among.vectors(model_id)) == 3
    assert len(taken) < 5


def test_the_beginning_of_each_file_is_that_of_its_first_chunk_once_it_is_embedded(
    store: Store,
) -> None:
    with store.write():
        for name in ("a.py", "b.py"):
            chunks = [Chunk(n, n, "", "code", f"{name} {n}") for n in range(1, 3_000)]
            store.files.put(FileRow(name, 1, 1, b"digest"), chunks)
    model_id = fill_all(store)
    (model,) = store.embeddings.models()
    places = {name: store.chunks.places_in(name) for name in ("a.py", "b.py")}
    asked = [place.chunk_id for name in places for place in places[name][7:9]]
    with steps_of(store) as taken:
        found = store.embeddings.openings(model, asked)
    assert len(taken) < 5  # not all chunks of a long file
    for name, every in places.items():
        first = store.embeddings.vector_of(model_id, every[0].chunk_id)
        np.testing.assert_array_equal(found[name], first)
    with store.write():
        store.files.put(FileRow("c.py", 1, 1, b"digest"), [Chunk(1, 1, "", "code", "new")])
    assert not store.embeddings.openings(model, [store.chunks.places_in("c.py")[0].chunk_id])
