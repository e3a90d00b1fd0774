"""An older catalog is migrated, whoever opens it; one that cannot be written to is asked."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from older import age

from searchkit.query import Filter
from searchkit_index.catalog import schema
from searchkit_index.catalog.store import Store


@pytest.fixture
def aged(tree: Path, open_index) -> Path:
    """The small tree with an index of the first version."""
    with open_index(tree) as index:
        index.build()
        catalog = index.folder / "catalog.sqlite"
    age(catalog)
    return catalog


def test_an_older_catalog_is_migrated_and_read_anew_without_embedding(
    aged: Path, tree: Path, open_index, embedder
) -> None:
    embedder.documents.clear()
    with open_index(tree) as index:
        assert index.status().natural_languages == {}
        index.refresh(60)
        assert "es" in index.status().natural_languages
        assert {hit.path for hit in index.search("sopa", filter=Filter(["es"]))} == {
            "notes/receta.md"
        }
    assert embedder.documents == []


def test_an_older_catalog_may_be_opened_by_many_at_once(aged: Path) -> None:
    start, faults = threading.Barrier(6), []

    def open_it() -> None:
        start.wait()
        try:
            Store(aged).close()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with contextlib.closing(sqlite3.connect(aged)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        columns = [row[1] for row in connection.execute("PRAGMA table_info(chunk)")]
    assert version == schema.VERSION
    assert columns.count("natural_language") == 1


def test_a_second_connection_took_back_the_locks_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(Store(path, create=True)) as first:
        first.get("before")
        Store(path, create=True).close()
        # Another process takes itself for the last one, and takes the journal away.
        script = (
            "import sqlite3, sys; other = sqlite3.connect(sys.argv[1]);"
            "other.execute('SELECT * FROM meta').fetchall(); other.close()"
        )
        subprocess.run([sys.executable, "-S", "-c", script, path], check=True)
        with first.write():
            first.set("after", 1)
        with closing(Store(path)) as other:
            assert other.get("after") == 1


def test_an_index_that_cannot_be_written_to_is_asked_all_the_same(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
    before = {path.name for path in index.folder.iterdir()}
    monkeypatch.setattr("searchkit_index.catalog.connection.os.access", lambda *_: False)
    with open_index(tree) as index:
        assert index.search("open a socket", refresh=False)
        assert {path.name for path in index.folder.iterdir()} == before


def test_pandas_was_loaded_where_it_is_installed_to_make_a_catalog() -> None:
    probe = (
        "import sqlite3, sys\n"
        "from searchkit_index.catalog import schema\n"
        "schema.migrate(sqlite3.connect(':memory:', isolation_level=None))\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", probe], check=True)
