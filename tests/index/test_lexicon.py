"""Words of a catalog get vectors of their own, which go with the text that held them."""

import sqlite3
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchkit.indexes.home import catalog_of
from searchkit_index.catalog import files
from searchkit_index.catalog.chunks import Chunks
from searchkit_index.catalog.lexicon import is_word
from searchkit_index.catalog.store import Store
from searchkit_index.errors import CatalogDamagedError, StorageError
from searchkit_index.pipeline import lexicon


@pytest.fixture
def embedder(new_embedder):
    """A quick embedder of a model whose words may stand for each other."""
    made = new_embedder()
    made.calibration = replace(made.calibration, near=0.65)
    return made


def words_of(tree: Path) -> set[str]:
    store = Store(catalog_of(tree))
    try:
        return {
            word for model in store.embeddings.models() for word in store.lexicon.words(model.id)
        }
    finally:
        store.close()


@pytest.mark.parametrize("term", ["socket", "für", "молоко", "鍵", "소켓", "कपड़ा"])
def test_a_word_of_any_script_is_one(term: str) -> None:
    assert is_word(term)


@pytest.mark.parametrize("term", ["i", "of", "utf8", "c++", "2024", "x" * 40, "🙂"])
def test_numbers_signs_and_abbreviations_are_no_words(term: str) -> None:
    assert not is_word(term)


def test_each_word_is_embedded_once(tree: Path, open_index, embedder) -> None:
    with open_index(tree) as index:
        index.build()
        assert {"socket", "sopa"} <= words_of(tree)
        embedder.words.clear()
        (tree / "socket.md").write_text("A socket and a xylophone.")
        index.build()
    assert embedder.words == ["xylophone"]


def test_words_of_a_removed_file_stayed_in_the_index(tree: Path, open_index) -> None:
    (tree / "private.md").write_text("My password is xylophone.")
    with open_index(tree) as index:
        index.build()
        assert "xylophone" in words_of(tree)
        (tree / "private.md").unlink()
        index.build()
        assert "xylophone" not in words_of(tree)


def test_words_of_a_removed_file_stayed_with_another_model(
    tree: Path, open_index, embedder, new_embedder
) -> None:
    other = new_embedder()
    other.name, other.fingerprint, other.calibration = "other", "other-64", embedder.calibration
    (tree / "private.md").write_text("My password is xylophone.")
    for model in (other, embedder):
        with open_index(tree, model) as index:
            index.build()
    (tree / "private.md").unlink()
    with open_index(tree) as index:
        index.build()
    assert "xylophone" not in words_of(tree)
    assert "socket" in words_of(tree)


def test_words_of_a_removed_file_stayed_where_a_model_without_words_was_asked(
    tree: Path, open_index, new_embedder
) -> None:
    (tree / "private.md").write_text("My password is xylophone.")
    with open_index(tree) as index:
        index.build()
    plain = new_embedder()
    plain.name, plain.fingerprint = "plain", "plain-64"
    with open_index(tree, plain) as index:
        index.build()
        (tree / "private.md").unlink()
        index.refresh(60)
    assert "xylophone" not in words_of(tree)
    assert "socket" in words_of(tree)


def test_a_question_does_not_wait_for_the_words_of_a_large_folder(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon, "_FEW", 1)
    with open_index(tree) as index:
        index.build()
        (tree / "music.md").write_text("A xylophone, a violin and a trumpet.")
        index.refresh(60)
        assert "violin" not in words_of(tree)
        index.build()
        assert {"xylophone", "violin"} <= words_of(tree)


def test_a_question_waited_until_all_terms_of_a_large_folder_were_read(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        monkeypatch.setattr(lexicon, "_SMALL", 1)
        monkeypatch.setattr(Chunks, "term_counts", lambda _: pytest.fail("the terms were read"))
        (tree / "music.md").write_text("A xylophone.")
        index.refresh(60)
        assert "xylophone" in words_of(tree)


def test_all_terms_of_the_folder_were_read_after_each_edit(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "music.md").write_text("A xylophone and a socket.")
    with open_index(tree) as index:
        index.build()
        before = words_of(tree)
        monkeypatch.setattr(Chunks, "term_counts", lambda _: pytest.fail("the terms were read"))
        (tree / "music.md").write_text("A violin and a socket.")
        index.build()
        assert words_of(tree) == before - {"xylophone"} | {"violin"}
        (tree / "music.md").unlink()
        index.build()
        assert not {"violin", "xylophone"} & words_of(tree)
        assert "socket" in words_of(tree)


@pytest.mark.parametrize(
    ("module", "bound", "value"), [(files, "_NOTED", 1), (lexicon, "_GROWN", -1.0)]
)
def test_words_are_chosen_anew_after_large_changes(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch, module: Any, bound: str, value: float
) -> None:
    with open_index(tree) as index:
        index.build()
    monkeypatch.setattr(lexicon, "_FEW", 0)
    monkeypatch.setattr(module, bound, value)
    read: list[int] = []
    counts = Chunks.term_counts
    monkeypatch.setattr(Chunks, "term_counts", lambda self: read.append(1) or counts(self))
    (tree / "music.md").write_text("A xylophone.")
    with open_index(tree) as index:
        index.build()
    assert read
    assert "xylophone" in words_of(tree)


@pytest.mark.parametrize("forged", ["'text'", "7", "x'00'", "zeroblob(4096)"])
def test_a_forged_vector_of_a_word_was_no_error_of_the_catalog(
    tree: Path, open_index, forged: str
) -> None:
    with open_index(tree) as index:
        index.build()
    with closing(sqlite3.connect(catalog_of(tree))) as connection, connection:
        connection.execute(f"UPDATE word SET data = {forged} WHERE term = 'socket'")
    with open_index(tree) as index, pytest.raises(CatalogDamagedError):
        index.search("xylophone")


def test_the_words_of_most_chunks_are_kept_where_there_are_too_many(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon, "_MOST", 3)
    with open_index(tree) as index:
        index.build()
    store = Store(catalog_of(tree))
    held = dict(store.chunks.term_counts())
    store.close()
    kept = words_of(tree)
    assert len(kept) == 3
    others = [count for term, count in held.items() if is_word(term) and term not in kept]
    assert min(held[word] for word in kept) >= max(others)


def test_a_model_without_the_constant_embeds_no_words(tree: Path, open_index, new_embedder) -> None:
    with open_index(tree, new_embedder()) as index:
        index.build()
    assert words_of(tree) == set()


def test_questions_never_embedded_the_words_of_an_index_of_an_earlier_version(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
    wanted = words_of(tree)
    before_words(catalog_of(tree))
    monkeypatch.setattr(lexicon, "_FEW", len(wanted) - 1)
    with open_index(tree) as index:
        assert not index.refresh(60).stale
        assert len(words_of(tree)) == len(wanted) - 1
        index.refresh(60)
        assert words_of(tree) == wanted
        monkeypatch.setattr(Chunks, "term_counts", lambda _: pytest.fail("nothing is due"))
        index.refresh(60)


def before_words(catalog: Path) -> None:
    """Make a catalog one of the last version without words."""
    with closing(sqlite3.connect(catalog)) as sql, sql:
        sql.execute("DROP TABLE word")
        sql.execute("DELETE FROM meta WHERE key = 'lexicon'")
        sql.execute("DELETE FROM _sqlite_migrations WHERE name = 'm005_lexicon'")
        sql.execute("PRAGMA user_version = 4")


def test_a_full_disk_was_told_for_the_sake_of_words_alone(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
    before_words(catalog_of(tree))

    def full(*_: object) -> None:
        raise StorageError("no room", "free some")

    with open_index(tree) as index:
        monkeypatch.setattr(Store, "require_room", full)
        assert index.refresh(60).fault == ""
        (tree / "music.md").write_text("A xylophone.")
        assert index.refresh(60).fault == "no room"


def test_words_stayed_where_the_time_was_over_before_they_were_removed(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "private.md").write_text("My password is xylophone.")
    with open_index(tree) as index:
        index.build()
        (tree / "private.md").unlink()
        with monkeypatch.context() as patch:
            patch.setattr("searchkit_index.pipeline.build.lexicon.renew", lambda *_: None)
            index.refresh(60)
        assert "xylophone" in words_of(tree)
        index.refresh(60)
        assert "xylophone" not in words_of(tree)


def test_each_of_many_folders_that_were_asked_held_its_words_as_floats(
    tree: Path, open_index, embedder
) -> None:
    count, dimension = 5_000, embedder.dimension
    with open_index(tree) as index:
        index.build()
    store = Store(catalog_of(tree))
    vectors = np.random.default_rng(1).standard_normal((count, dimension)).astype(np.float32)
    with store.write():
        store.lexicon.put(1, [f"word{number}" for number in range(count)], vectors)
    tracemalloc.start()
    words, kept = store.lexicon.read(1, dimension)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    store.close()
    assert len(words) == len(kept) > count
    assert peak < count * 4 * dimension  # of a float, without the word
