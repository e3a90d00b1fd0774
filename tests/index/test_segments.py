"""The full-text index is one segment after it grew, since a look-up visits each of its segments."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from searchkit.indexes.home import catalog_of
from searchkit_index.catalog import files
from searchkit_index.catalog.store import Store
from searchkit_index.errors import CatalogDamagedError
from searchkit_index.pipeline import segments
from searchkit_index.pipeline.pace import NO_BOUNDS, Pace

ROUNDS = 7


@pytest.fixture
def segmented(tree: Path, open_index, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree that was indexed in many runs, each of which left a segment."""
    with open_index(tree) as index, monkeypatch.context() as patch:
        patch.setattr(segments, "merge", lambda *_: None)
        for number in range(ROUNDS):
            text = " ".join(f"word{number}x{part}" for part in range(400))
            (tree / f"{number}.txt").write_text(f"{text}\n\nRound {number} shares this sentence.\n")
            index.build()
    return tree


def count(tree: Path) -> int:
    with closing(sqlite3.connect(catalog_of(tree))) as sql:
        return sql.execute("SELECT count(DISTINCT segid) FROM terms_idx").fetchone()[0]


def terms(tree: Path) -> list[tuple[str, int, int]]:
    with closing(sqlite3.connect(catalog_of(tree))) as sql:
        return sql.execute("SELECT term, doc, cnt FROM vocabulary ORDER BY term").fetchall()


def test_words_were_looked_up_in_every_segment_of_many_runs(segmented: Path, open_index) -> None:
    assert count(segmented) > 2
    before = terms(segmented)
    with open_index(segmented) as index:
        found = [hit.path for hit in index.search("sentence shares", mode="lexical", limit=20)]
        index.build()
        again = [hit.path for hit in index.search("sentence shares", mode="lexical", limit=20)]
    assert count(segmented) == 1
    assert terms(segmented) == before
    assert found == again
    assert len(found) == ROUNDS


def test_a_small_change_merges_nothing(segmented: Path, open_index) -> None:
    with open_index(segmented) as index:
        index.build()
        (segmented / "one.txt").write_text("one more\n")
        index.build()
    assert count(segmented) == 2


def test_a_merge_that_was_killed_ends_in_the_next_run(
    segmented: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MERGED", 1)
    store = Store(catalog_of(segmented))
    before = terms(segmented)
    with store.write():
        assert store.files.merge_terms(begun=False)
    assert count(segmented) > 1
    assert terms(segmented) == before
    segments.merge(store, NO_BOUNDS)
    assert count(segmented) == 1
    assert terms(segmented) == before
    store.close()


def test_a_run_that_a_question_waits_for_merges_nothing(segmented: Path) -> None:
    store, before = Store(catalog_of(segmented)), count(segmented)
    segments.merge(store, Pace(deadline=float("inf")))
    assert count(segmented) == before
    store.close()


@pytest.mark.parametrize("key", ["merged", "lexicon"])
@pytest.mark.parametrize("forged", ["[]", '["x", "y"]', "7"])
def test_a_forged_state_of_the_words_was_no_error_of_the_catalog(
    tree: Path, open_index, key: str, forged: str
) -> None:
    with open_index(tree) as index:
        index.build()
    with closing(sqlite3.connect(catalog_of(tree))) as sql, sql:
        sql.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, forged))
    store = Store(catalog_of(tree))
    with pytest.raises(CatalogDamagedError):
        store.get(key)
    store.close()
