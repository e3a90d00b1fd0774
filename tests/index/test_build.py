"""The pipeline over real files, with a real catalog and real FAISS files."""

import os
import shutil
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from small_tree import content

from searchkit.indexes.erasure import forget
from searchkit.indexes.home import cache_path
from searchkit_index.pipeline import embedding, intake, pace
from searchkit_index.pipeline.report import Progress


def test_every_chunk_has_its_vector_after_a_run(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        report = index.build()
        status = index.status()
    assert report.changed == status.files == 5
    assert report.embedded == status.passages > 0
    assert status.pending == 0
    assert set(status.languages) == {"python", "go", "markdown", "text"}


def test_the_progress_of_a_small_folder_stood_still_until_its_end(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_TELL_SECONDS", 0)
    monkeypatch.setattr(embedding, "SMALL", pace.Batch(files=1, passages=1))
    told: list[Progress] = []
    with open_index(tree) as index:
        passages = index.build(progress=told.append).embedded
    assert [each.done for each in told if each.stage == "read"][:6] == [0, 1, 2, 3, 4, 5]
    assert [each.done for each in told if each.stage == "embed"] == [0, 1, 3, passages]
    assert {each.total for each in told} == {0, 5, passages}


def test_a_second_run_reads_nothing_and_embeds_nothing(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_FRESH_NS", 0)
    with open_index(tree) as index:
        index.build()
        embedder.documents.clear()
        monkeypatch.setattr(intake.text, "read", lambda *_: pytest.fail("a file was read"))
        report = index.build()
    assert (report.changed, report.gone, report.unchanged) == (0, 0, 5)
    assert embedder.documents == []


def test_a_moved_and_a_copied_file_cost_no_embedding(tree: Path, open_index, embedder) -> None:
    with open_index(tree) as index:
        index.build()
        embedder.documents.clear()
        (tree / "net/sockets.py").rename(tree / "plugs.py")
        shutil.copy(tree / "parse.go", tree / "copy.go")
        index.build()
        hits = index.search("ParseConfig", mode="lexical")
        found = {path for hit in hits for path in (hit.path, *hit.copies)}
        assert index.search("open_socket", mode="lexical")[0].path == "plugs.py"
    assert embedder.documents == []
    assert found == {"parse.go", "copy.go"}


def test_a_deleted_file_is_gone_from_answers_and_from_the_catalog(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
        (tree / "parse.go").unlink()
        index.refresh()
        for mode in ("hybrid", "semantic", "lexical"):
            assert "parse.go" not in {hit.path for hit in index.search("ParseConfig", mode=mode)}
    assert not any("ParseConfig" in str(row) for row in content(tree))


def test_only_the_changed_passage_is_embedded_again(tree: Path, open_index, embedder) -> None:
    with open_index(tree) as index:
        index.build()
        embedder.documents.clear()
        notes = tree / "README.md"
        notes.write_text(notes.read_text() + "\n## Use\n\nAsk it something.\n")
        index.build()
    assert 0 < len(embedder.documents) <= 2
    assert any("Ask it something." in text for text in embedder.documents)


def test_a_file_touched_without_change_is_read_but_not_chunked_again(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_FRESH_NS", 0)
    with open_index(tree) as index:
        index.build()
        os.utime(tree / "parse.go", ns=(1, 1))
        monkeypatch.setattr(intake.reader.Reader, "_ask", lambda *_: pytest.fail("it was chunked"))
        assert index.build().changed == 1
        assert index.build().changed == 0


def test_a_file_changed_within_the_same_clock_tick_is_noticed(tree: Path, open_index) -> None:
    path = tree / "tick.txt"
    with open_index(tree) as index:
        index.build()
        path.write_text("apples")
        index.build()
        state = path.stat()
        path.write_text("cherry")
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        index.build()
        assert index.search("cherry", mode="lexical")
        assert not index.search("apples", mode="lexical")


def test_a_run_that_is_cut_short_is_finished_by_the_next(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        (tree / f"note{number}.txt").write_text(f"note number {number} of many\n")
    shutil.copytree(tree, tree.parent / "twin")
    with open_index(tree.parent / "twin") as twin:
        twin.build()
    embedder.documents.clear()
    cache_path().unlink()

    calls = count()

    def interrupted(texts, role):
        if next(calls) >= 2:
            raise KeyboardInterrupt
        return type(embedder).encode(embedder, texts, role)

    monkeypatch.setattr(pace, "LARGE", pace.Batch(files=7, passages=10))
    with open_index(tree) as index:
        with monkeypatch.context() as patch:
            patch.setattr(embedder, "encode", interrupted)
            with pytest.raises(KeyboardInterrupt):
                index.build()
        assert len(embedder.documents) == 20
        assert 0 < index.status().pending < index.status().passages
        index.build()
    assert len(embedder.documents) == len(set(embedder.documents))
    assert content(tree) == content(tree.parent / "twin")


def test_a_batch_is_with_the_embedder_while_another_is_prepared(
    tree: Path, open_index, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, both = count(), Barrier(2, timeout=20)

    def together(texts, role):
        if next(calls) < 2:
            both.wait()
        return type(embedder).encode(embedder, texts, role)

    monkeypatch.setattr(pace, "LARGE", pace.Batch(files=7, passages=2))
    with open_index(tree) as index:
        monkeypatch.setattr(embedder, "encode", together)
        report = index.build()
    assert report.embedded > 2


def test_what_is_skipped_is_kept_with_its_reason(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_FRESH_NS", 0)
    (tree / "photo.png").write_bytes(b"\x89PNG\0\0\0" * 40)
    os.utime(tree / "photo.png", (1, 1))
    (tree / "huge.go").write_text("word " * 300_000)
    with open_index(tree) as index:
        index.build()
        assert index.status().skipped == {"binary": 1, "larger than 1 MB": 1}
        assert index.path_status("photo.png").words == "binary"
        assert index.path_status("huge.go").words == "larger than 1 MB"
        assert index.path_status("README.md").indexed
        assert index.build().changed == 0


def test_include_and_exclude_are_remembered(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build(exclude=["notes/"])
        assert index.status().files == 3
        (tree / "notes/new.txt").write_text("new")
        index.build()
        assert index.status().files == 3
        index.build(exclude=[])
        assert index.status().files == 6


def test_an_empty_folder_is_indexed_as_empty(tmp_path: Path, open_index) -> None:
    (tmp_path / "empty").mkdir()
    with open_index(tmp_path / "empty") as index:
        assert index.build().changed == 0
        assert index.search("anything") == []
        assert index.status().files == 0


def test_any_file_name_is_indexed_and_found(tmp_path: Path, open_index) -> None:
    names = [b"new\nline.txt", b"broken-\xff.txt", "größe-数.txt".encode(), b"-x.txt", b"'\"%.txt"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("treasure chest")
    with open_index(tmp_path) as index:
        index.build()
        index.build()
        [hit] = index.search("treasure", limit=20)
        assert {os.fsencode(path) for path in (hit.path, *hit.copies)} == set(names)
        (tmp_path / "-x.txt").unlink()
        index.build()
        [hit] = index.search("treasure", limit=20)
        assert len(hit.copies) == 3


def test_the_catalog_is_readable_by_its_owner_only(tree: Path, open_index) -> None:
    with open_index(tree) as index:
        index.build()
        modes = {path.name: path.stat().st_mode & 0o077 for path in index.folder.iterdir()}
    assert set(modes.values()) == {0}, modes


def test_forgetting_erases_everything(tree: Path, open_index, home: Path) -> None:
    with open_index(tree) as index:
        index.build()
    forget(tree)
    assert list((home / "indexes").iterdir()) == []
