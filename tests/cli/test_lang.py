"""Prose is asked for by its natural language, and `status` counts it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from searchkit.indexes.home import catalog_of


def test_prose_is_asked_for_by_its_natural_language(indexed: Path, searchkit) -> None:
    for name in ("ja", "Japanese"):
        done = searchkit("query", "a walk in the park", indexed, "--lang", name, "--json")
        hits = json.loads(done.stdout)["hits"]
        assert [(hit["path"], hit["natural_language"]) for hit in hits] == [
            ("notes/日記.txt", "ja")
        ]
    done = searchkit("query", "walk", indexed, "--lang", "klingon")
    assert done.returncode == 2
    assert "there is no language `klingon`" in done.stderr
    assert "kotlin" not in done.stderr
    assert "did you mean `python`?" in searchkit("query", "x", indexed, "--lang", "pyhton").stderr


def test_status_tells_what_prose_is_written_in(indexed: Path, searchkit) -> None:
    shown = searchkit("status", indexed).stdout
    assert "prose in japanese (ja): 1 file, 1 chunk\n" in shown
    held = json.loads(searchkit("status", indexed, "--json").stdout)["natural_languages"]
    assert held == {"en": [1, 1], "es": [1, 1], "ja": [1, 1]}


def test_a_language_of_an_index_that_has_no_name_here_ended_status(
    indexed: Path, searchkit
) -> None:
    with closing(sqlite3.connect(catalog_of(indexed))) as catalog, catalog:
        catalog.execute("UPDATE chunk SET natural_language = 'xx' WHERE natural_language = 'ja'")
    assert "prose in xx (xx): 1 file, 1 chunk\n" in searchkit("status", indexed).stdout
    assert "`xx`" in searchkit("query", "walk", indexed, "--lang", "klingon").stderr
