"""Other rules or packages than before: what they read otherwise is read anew, and nothing else."""

from pathlib import Path

import pytest
from documents import a_pdf
from small_tree import content

from searchkit_index import fingerprint
from searchkit_index.process import reader


def test_other_terms_read_all_anew_and_embed_nothing(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        before = content(tree)
        embedder.documents.clear()
        monkeypatch.setattr(fingerprint, "of_terms", lambda: "another")
        assert index.refresh(0).stale == 5
        assert index.build().changed == 5
    assert embedder.documents == []
    assert content(tree) == before


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
        fingerprint._of.cache_clear()
        asked = []
        ask = reader.Reader._ask
        monkeypatch.setattr(
            reader.Reader,
            "_ask",
            lambda self, source, **how: (asked.append(source.path), ask(self, source, **how)),
        )
        assert index.build().changed == 3
        assert asked == ["README.md", "notes/receta.md", "parse.go"]  # Markdown may hold Go
        assert index.build().changed == 0
    fingerprint._of.cache_clear()
    assert embedder.documents == []
    assert content(tree) == before


def test_a_pdf_is_taken_in_once_the_package_that_its_reason_names_is_installed(
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
