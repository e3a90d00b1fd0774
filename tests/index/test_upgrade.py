"""Other rules or packages than before: what they read otherwise is read anew, and nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from documents import a_pdf
from small_tree import content

from searchkit import Index
from searchkit_index import words
from searchkit_index.catalog import files
from searchkit_index.pipeline import fingerprint
from searchkit_index.process import reader


def _reversed(*columns: str) -> tuple[str, ...]:
    """Give other terms than this version does."""
    return tuple(" ".join(term[::-1] for term in words.terms(column)) for column in columns)


def test_other_terms_are_renewed_and_no_file_is_read(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        with monkeypatch.context() as earlier:
            earlier.setattr(files, "_term_columns", _reversed)
            earlier.setattr(fingerprint, "of_terms", lambda: "another")
            index.build()
        embedder.documents.clear()
        looked = index.refresh(0)
        assert (looked.stale, looked.older) == (5, 5)
        assert index.search("sopa", mode="lexical", refresh=False) == []
        report = index.build()
        assert (report.changed, report.unchanged) == (0, 5)
        assert index.search("sopa", mode="lexical", refresh=False)
    assert embedder.documents == []
    renewed = content(tree)
    with open_index(tree) as index:
        for path in tree.rglob("*.*"):
            path.unlink()
        index.build()
        assert _vocabulary(index) == []  # each term was removed as it had been written
    assert renewed != content(tree)


def _vocabulary(index: Index) -> list[str]:
    with closing(sqlite3.connect(index.folder / "catalog.sqlite")) as sql:
        return [term for (term,) in sql.execute("SELECT term FROM vocabulary")]


def test_a_question_empties_no_index_that_an_earlier_version_wrote(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        before = content(tree)
        found = index.search("sopa de tomate", mode="lexical")
        (tree / "late.md").write_text("# Late\n\nA word that came since: wombat.\n")
        monkeypatch.setattr(fingerprint, "of_terms", lambda: "another")
        monkeypatch.setattr(files, "_RENEWED", 1)
        left = index.refresh(1e-9)  # no time to renew anything
        assert (left.stale, left.older) == (6, 5)
        assert content(tree) == before
        assert index.search("sopa de tomate", mode="lexical", refresh=False) == found
        assert not index.refresh(60).stale
        assert index.search("wombat", mode="lexical", refresh=False)[0].path == "late.md"


def paths_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the paths of the files that are read from now on."""
    asked: list[str] = []
    ask = reader.Reader._ask
    monkeypatch.setattr(
        reader.Reader,
        "_ask",
        lambda self, source, **how: (asked.append(source.path), ask(self, source, **how)),
    )
    return asked


def test_what_changed_is_indexed_before_what_an_upgrade_reads_otherwise(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_file = fingerprint.of_file
    with open_index(tree) as index:
        index.build()
        (tree / "parse.go").write_text("package parse\n\nfunc Wombat() {}\n")
        monkeypatch.setattr(fingerprint, "of_file", lambda *file: of_file(*file) + "!")
        looked = index.refresh(0)
        assert (looked.stale, looked.older) == (5, 4)
        asked = paths_read(monkeypatch)
        assert index.build().changed == 5
    assert asked[0] == "parse.go"


def test_only_files_whose_fingerprint_differs_are_read_again(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        before = content(tree)
        embedder.documents.clear()
        of_language = fingerprint._of_language
        monkeypatch.setattr(
            fingerprint,
            "_of_language",
            lambda language: of_language(language) + "!" * (language.name == "go"),
        )
        fingerprint._of_languages.cache_clear()
        asked = paths_read(monkeypatch)
        assert index.build().changed == 3
        assert asked == ["README.md", "notes/receta.md", "parse.go"]  # Markdown may hold Go
        assert index.build().changed == 0
    fingerprint._of_languages.cache_clear()
    assert embedder.documents == []
    assert content(tree) == before


def test_a_pdf_is_indexed_once_the_package_that_its_reason_names_is_installed(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("pypdf")
    (tree / "paper.pdf").write_bytes(a_pdf("The quokka is a marsupial"))
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for name in ("pypdf.py", "pypdfium2.py"):
        (hidden / name).write_text("raise ImportError")
    with open_index(tree) as index:
        with monkeypatch.context() as patch:
            patch.setenv("PYTHONPATH", str(hidden))
            installed = dict(fingerprint._installed(), pypdf="", pypdfium2="")
            patch.setattr(fingerprint, "_installed", lambda: installed)
            fingerprint.forget()
            index.build()
        fingerprint.forget()
        assert "pip install" in index.path_status("paper.pdf").words
        assert index.build().changed == 1
        assert index.search("quokka", mode="lexical")[0].path == "paper.pdf"
