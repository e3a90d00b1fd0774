"""The pipeline over real files, with a real catalog and real FAISS files."""

import io
import os
import shutil
import sqlite3
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from searchkit.index_dir import cache_path, catalog_of, forget
from searchkit_index import changes, embedding, fingerprint, intake, pace
from searchkit_index.catalog.lock import writing
from searchkit_index.errors import CatalogBusyError
from searchkit_index.process import reader
from searchkit_index.report import Progress

CONTENT = (
    "SELECT path, start_line, end_line, symbol, kind, text, hex(data)"
    " FROM file JOIN chunk ON file_id = file.id JOIN passage ON passage.id = passage_id"
    " LEFT JOIN vector USING (passage_id) ORDER BY path, start_line, end_line"
)


def content(root: Path) -> list[tuple]:
    """All that an index answers from, however it came about."""
    with sqlite3.connect(catalog_of(root)) as connection:
        rows = connection.execute(CONTENT).fetchall()
        connection.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")
        terms = connection.execute("SELECT term, doc, cnt FROM vocabulary ORDER BY term").fetchall()
    connection.close()
    return rows + terms


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

        monkeypatch.setattr("searchkit.runs.scan", overtaken)
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


def test_what_is_skipped_is_kept_with_its_reason(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_FRESH_NS", 0)
    (tree / "photo.png").write_bytes(b"\x89PNG\0\0\0" * 40)
    os.utime(tree / "photo.png", (1, 1))
    (tree / "huge.txt").write_text("word " * 300_000)
    with open_index(tree) as index:
        index.build()
        assert index.status().skipped == {"binary": 1, "larger than 1 MB": 1}
        assert index.path_status("photo.png").words == "binary"
        assert index.path_status("huge.txt").words == "larger than 1 MB"
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


def a_pdf(*pages: str) -> bytes:
    """A small PDF with one line of text on each page."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 300)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_a_pdf_answers_with_its_page_and_a_broken_one_is_skipped(tree: Path, open_index) -> None:
    pytest.importorskip("pypdf")
    (tree / "paper.pdf").write_bytes(a_pdf("Nothing of note", "The quokka is a marsupial"))
    (tree / "broken.pdf").write_bytes(b"%PDF-1.7 rubbish")
    with open_index(tree) as index:
        index.build()
        hit = index.search("quokka", mode="lexical")[0]
        assert (hit.path, hit.symbol.split(", ")[-1]) == ("paper.pdf", "page 2")
        assert "no readable PDF" in index.path_status("broken.pdf").words
