"""Runs within a budget of time, beside another writer, and searches before a run has ended."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from searchkit_index.catalog.files import Files
from searchkit_index.catalog.lock import writing
from searchkit_index.errors import CatalogBusyError
from searchkit_index.pipeline import changes
from searchkit_index.pipeline.embedding import Embedding
from searchkit_index.process import reader


def test_a_file_that_takes_longer_than_there_is_time_keeps_no_small_one_out(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(tree) as index:
        index.build()
        (tree / "a.md").write_text("# Title\n\nsome *words* to read\n" * 30_000)
        (tree / "z.md").write_text("A small wombat.\n")
        asked = []
        ask = reader.Reader._ask

        def noted(self, source, **how):
            asked.append(source.path)
            ask(self, source, **how)

        monkeypatch.setattr(reader.Reader, "_ask", noted)
        index.refresh(60)
    assert asked == ["z.md", "a.md"]


def test_words_answer_before_the_vectors_are_there(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(texts, role):
        raise KeyboardInterrupt

    with open_index(tree) as index, monkeypatch.context() as patch:
        patch.setattr(embedder, "encode", unavailable)
        with pytest.raises(KeyboardInterrupt):
            index.build()
        hits = index.search("ParseConfig", mode="lexical", refresh=False)
        assert hits[0].path == "parse.go"
        assert index.status().pending == index.status().passages


def test_a_refresh_looks_at_the_tree_once_unless_another_wrote_meanwhile(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks = []
    walk = changes.walker.walk
    monkeypatch.setattr(changes.walker, "walk", lambda *of: walks.append(of) or walk(*of))
    with open_index(tree) as index, open_index(tree) as other:
        index.build()
        (tree / "new.txt").write_text("something new")
        walks.clear()
        assert index.refresh().stale == 0
        assert len(walks) == 1
        (tree / "newer.txt").write_text("something newer")
        scan = changes.scan

        def overtaken(*of):
            found = scan(*of)
            other.build()
            return found

        monkeypatch.setattr("searchkit.indexes.runs.scan", overtaken)
        walks.clear()
        assert index.refresh().stale == 0
        assert len(walks) == 3
        assert index.search("newer", mode="lexical")


def test_a_second_writer_is_told_and_writes_nothing(tree: Path, open_index) -> None:
    with open_index(tree) as index, open_index(tree) as other:
        index.build()
        with writing(index.folder, wait=False):
            with pytest.raises(CatalogBusyError):
                other.build(wait=False)
            (tree / "new.txt").write_text("something new")
            assert other.refresh().busy
        assert not other.refresh().busy


def test_of_two_questions_at_once_one_was_told_that_the_folder_is_being_indexed(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    embeds, never = threading.Event(), threading.Event()
    encode = embedder.encode

    def slow(*asked: object) -> object:
        embeds.set()
        never.wait(0.5)
        return encode(*asked)

    with open_index(tree) as index, ThreadPoolExecutor() as threads:
        index.build()
        (tree / "new.txt").write_text("something new")
        monkeypatch.setattr(embedder, "encode", slow)
        first = threads.submit(index.refresh, 60)
        assert embeds.wait(60)
        second = index.refresh(60)
        assert (second.stale, second.busy) == (0, False)
        assert not first.result().busy


def test_what_no_file_holds_any_more_was_embedded_before_pictures_were_read(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tree / "shot.png"
    picture.write_bytes(b"\x89PNG")
    with open_index(tree) as index:
        with monkeypatch.context() as killed:
            killed.setattr(Embedding, "run", lambda self: (0, 0))
            index.build()
        (tree / "README.md").write_text("# Tree\n\nOf wombats.\n")
        picture.write_bytes(b"\x89PNG\r\n")
        index.build()
    assert any("wombats" in text for text in embedder.documents)
    assert not any("Run the installer" in text for text in embedder.documents)


def test_a_question_waited_minutes_after_a_hundred_thousand_files_were_removed(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        (tree / f"old{number}.txt").write_text(f"walrus {number}\n")
    remove = Files.remove

    def slow(files, paths):
        time.sleep(0.05)
        remove(files, paths)

    with open_index(tree) as index:
        index.build()
        for number in range(60):
            (tree / f"old{number}.txt").unlink()
        with monkeypatch.context() as patch:
            patch.setattr(Files, "remove", slow)
            left = index.refresh(1).stale
        assert left > 0
        assert index.refresh(60).stale == 0
        assert index.search("walrus", mode="lexical", refresh=False) == []
        status = index.status()
        assert status.passages == status.chunks  # what was erased is not kept, nor embedded
