"""The vectors that all indexes share: what they save, what they forget, and what breaks them."""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from searchkit.config import Settings
from searchkit.indexes.erasure import forget, forget_all
from searchkit.indexes.home import cache_path, folder_of
from searchkit.indexes.index import Index
from searchkit_index import vector_cache
from searchkit_index.catalog.lock import writing
from searchkit_index.errors import StorageError
from searchkit_index.vector_cache import VectorCache, key_of


def count() -> int:
    with contextlib.closing(sqlite3.connect(cache_path())) as sql:
        return int(sql.execute("SELECT count(*) FROM vector").fetchone()[0])


def keys(texts: range) -> list[bytes]:
    return [key_of("model", str(number)) for number in texts]


def vectors(texts: range, dimension: int = 4) -> list[bytes]:
    return [np.full(dimension, number, "<f2").tobytes() for number in texts]


@pytest.fixture
def cache(tmp_path: Path):
    with contextlib.closing(VectorCache(tmp_path / "vectors.sqlite", 10**9)) as cache:
        yield cache


def test_a_second_checkout_costs_no_embedding_and_answers_the_same(
    tree: Path, tmp_path: Path, open_index, embedder
) -> None:
    with open_index(tree) as index:
        first = index.build()
        hits = index.search("connect to a host")
    embedder.documents.clear()
    with open_index(shutil.copytree(tree, tmp_path / "worktree")) as index:
        second = index.build()
        same = index.search("connect to a host")
    assert embedder.documents == []
    assert (second.embedded, second.reused) == (0, first.embedded)
    assert [(hit.path, hit.score) for hit in same] == [(hit.path, hit.score) for hit in hits]


def test_a_branch_that_one_comes_back_to_costs_no_embedding(
    tree: Path, open_index, embedder
) -> None:
    page = tree / "notes" / "receta.md"
    with open_index(tree) as index:
        index.build()
        before = page.read_text()
        page.write_text("# Otra\n\nEl pan lleva harina.\n")
        index.build()
        page.write_text(before)
        embedder.documents.clear()
        report = index.build()
        assert not [hit for hit in index.search("harina") if "harina" in hit.text]
    assert (report.changed, report.embedded, embedder.documents) == (1, 0, [])


def test_another_model_gets_no_vector_of_the_first(
    tree: Path, tmp_path: Path, open_index, embedder
) -> None:
    with open_index(tree) as index:
        index.build()
    other = type(embedder)(dimension=32, name="other")
    with open_index(shutil.copytree(tree, tmp_path / "copy"), other) as index:
        assert index.build().reused == 0


def test_who_wants_no_cache_has_none(tree: Path, embedder) -> None:
    with Index(tree, embedder, Settings(cache_bytes=0)) as index:
        assert index.build().embedded
    assert not cache_path().exists()


def test_only_the_owner_can_read_the_cache(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
    assert cache_path().stat().st_mode & 0o077 == 0


def test_forgetting_a_folder_erases_what_no_other_one_holds(
    tree: Path, tmp_path: Path, open_index
) -> None:
    other = shutil.copytree(tree, tmp_path / "copy")
    (other / "more.md").write_text("# More\n\nOnly the copy says this.\n")
    for root in (tree, other):
        with open_index(root) as index:
            index.build()
    whole = count()
    forget(other)
    assert count() == whole - 1
    assert not cache_path().with_name("vectors.sqlite-wal").exists()
    forget(tree)
    assert count() == 0


def test_what_was_forgotten_is_in_no_free_page(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
    with contextlib.closing(sqlite3.connect(cache_path())) as sql:
        (data,) = sql.execute("SELECT data FROM vector").fetchone()
    assert data in cache_path().read_bytes()
    forget(tree)
    assert data not in cache_path().read_bytes()


def test_forgetting_all_leaves_nothing(tree: Path, home: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
    assert forget_all() == 1
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_forgetting_all_stopped_at_the_first_index_that_is_in_use(
    tree: Path, tmp_path: Path, open_index
) -> None:
    other = shutil.copytree(tree, tmp_path / "copy")
    for used, free in ((tree, other), (other, tree)):
        for root in (tree, other):
            with open_index(root) as index:
                index.build()
        with (
            writing(folder_of(used.resolve()), wait=False),
            pytest.raises(StorageError, match="1 of 2 indexes cannot be erased: another process"),
        ):
            forget_all()
        assert folder_of(used.resolve()).is_dir()
        assert not folder_of(free.resolve()).exists()


def test_the_file_shrinks_by_what_was_forgotten(cache: VectorCache, tmp_path: Path) -> None:
    cache.put(keys(range(500)), vectors(range(500), 64), "root")
    cache.forget("root")
    assert (tmp_path / "vectors.sqlite").stat().st_size < 500 * 2 * 64


def test_what_is_least_lately_used_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 200_000
    with contextlib.closing(VectorCache(tmp_path / "vectors.sqlite", limit)) as cache:
        monkeypatch.setattr(vector_cache, "_today", lambda: 1)
        cache.put(keys(range(500)), vectors(range(500), 64), "root")
        monkeypatch.setattr(vector_cache, "_today", lambda: 2)
        cache.get(keys(range(10)), "root")
        cache.put(keys(range(500, 900)), vectors(range(500, 900), 64), "root")
        assert all(cache.get(keys(range(10)), "root"))
        assert not any(cache.get(keys(range(10, 60)), "root"))
    assert (tmp_path / "vectors.sqlite").stat().st_size < 2 * limit


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database" * 1_000),
        lambda path: path.write_bytes(b""),
        lambda path: os.truncate(path, 5_000),
        lambda path: sqlite3.connect(path).execute("CREATE TABLE more (a)").connection.close(),
    ],
    ids=["rubbish", "empty", "cut", "stranger"],
)
def test_a_damaged_cache_is_begun_anew(tmp_path: Path, damage) -> None:
    path = tmp_path / "vectors.sqlite"
    with contextlib.closing(VectorCache(path, 10**9)) as cache:
        cache.put(keys(range(50)), vectors(range(50)), "root")
    damage(path)
    with contextlib.closing(VectorCache(path, 10**9)) as cache:
        assert cache.get(keys(range(50)), "root") == [None] * 50
        cache.put(keys(range(50)), vectors(range(50)), "root")
        cache.put(keys(range(50)), vectors(range(50)), "root")
        assert cache.get(keys(range(50)), "root") == vectors(range(50))


def test_a_vector_that_was_altered_is_not_given_out(cache: VectorCache, tmp_path: Path) -> None:
    cache.put(keys(range(2)), vectors(range(2)), "root")
    with contextlib.closing(sqlite3.connect(tmp_path / "vectors.sqlite")) as sql, sql:
        sql.execute("UPDATE vector SET data = (SELECT data FROM vector WHERE id = 2) WHERE id = 1")
    assert cache.get(keys(range(2)), "root") == [None, None]


def test_a_busy_cache_is_done_without(
    cache: VectorCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_cache, "_BUSY_SECONDS", 0.01)
    cache.put(keys(range(2)), vectors(range(2)), "root")
    with contextlib.closing(VectorCache(tmp_path / "vectors.sqlite", 10**9)) as other:
        with contextlib.closing(sqlite3.connect(tmp_path / "vectors.sqlite")) as sql:
            sql.execute("BEGIN IMMEDIATE")
            assert other.get(keys(range(2)), "root") == [None, None]
        assert other.get(keys(range(2)), "root") == vectors(range(2))


def test_a_cache_in_a_folder_that_cannot_be_written_to_is_done_without(tmp_path: Path) -> None:
    with contextlib.closing(VectorCache(tmp_path / "missing" / "vectors.sqlite", 10**9)) as cache:
        cache.put(keys(range(2)), vectors(range(2)), "root")
        assert cache.get(keys(range(2)), "root") == [None, None]


def test_a_vector_takes_little_more_than_its_numbers(tmp_path: Path) -> None:
    texts = range(7_000)
    path = tmp_path / "vectors.sqlite"
    with contextlib.closing(VectorCache(path, 10**9)) as cache:
        cache.put(keys(texts), vectors(texts, 256), "root")
    assert path.stat().st_size / len(texts) < 680
