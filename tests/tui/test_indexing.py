"""Folders are indexed from the interface, and asked meanwhile."""

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from waiting import Waiting, in_a_run

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit_tui.examples import examples
from searchkit_tui.worker_thread import WorkerThread

pytestmark = pytest.mark.integration


async def test_a_first_person_is_offered_to_index_and_then_asks(run, tree: Path) -> None:
    async with run(tree, size=(80, 24)) as user:
        assert "There is no index of" in user.text()
        await user.until(lambda: "f1 Help" in user.text())
        await user.until(lambda: "Ask, for example" in user.text())
        await user.press("enter")
        await user.until(lambda: user.screen.index.state.indexed and not user.app.engine.building)
        await user.ask("sopa")
        assert user.paths[0] == "notes/receta.md"
        await user.until(lambda: user.is_fresh)


async def ask_why(user, path: str) -> None:
    """Type a path where the state of the index tells why a file is indexed or not."""
    user.app.screen.query_one("#why").focus()
    await user.pilot.pause(0)
    await user.type(path)
    await user.press("enter")


def stage(user) -> str | None:
    """What the run is at, as the status line shows it."""
    progress = user.screen.index.state.progress
    return progress.stage if progress else None


async def test_search_works_while_an_index_runs_and_the_run_can_be_stopped(
    run, tree: Path, open_index, embedder
) -> None:
    go = threading.Event()
    stalling = Waiting(embedder, go, in_a_run)
    async with run(tree, opener=lambda root: open_index(root, stalling)) as user:
        await user.press("f5")
        await user.until(lambda: stage(user) == "embed")
        await user.ask("socket")
        assert user.paths[0] == "net/sockets.py"
        assert "f5 stops" in user.text()
        await user.ask("quokka")
        assert "still being made" in user.text()
        await user.press("f5")
        go.set()
        await user.until(lambda: not user.app.engine.building)
        assert "stopped" in user.text()
        await user.press("f5")
        await user.until(lambda: user.is_fresh)


async def test_the_best_answer_comes_to_the_top_while_indexing_unless_one_has_moved(
    run, tree: Path, open_index, embedder
) -> None:
    with open_index(tree) as index:
        index.build()
    async with run(tree) as user:
        await user.ask("quokka host")
        early = user.results.selected
        (tree / "zoo.txt").write_text("a quokka and a host\n")
        await user.press("f5")
        await user.until(lambda: user.paths[0] == "zoo.txt")
        assert user.results.cursor == 0
        assert user.results.selected.path == "zoo.txt" != early.path
        await user.until(lambda: "zoo.txt" in user.said("#heading"))
        await user.press("down")
        held = user.results.selected
        (tree / "den.txt").write_text("quokka quokka host\n")
        await user.press("f5")
        await user.until(lambda: user.search.outdated)
        assert user.results.selected == held
        assert "the index has changed" in user.text()
        await user.press("slash", "enter")
        await user.until(lambda: "den.txt" in user.paths)
        assert not user.search.outdated


async def test_a_run_that_changed_nothing_was_said_to_have_changed_the_index(
    run, indexed: Path
) -> None:
    async with run(indexed) as user:
        await user.ask("host")
        await user.press("down")
        await user.press("f5")
        await user.until(lambda: "0 files indexed in" in user.text() and user.is_fresh)
        await user.app.workers.wait_for_complete()
        assert user.results.cursor == 1
        assert not user.search.outdated


async def test_what_changed_is_indexed_and_the_answer_follows(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("quokka")
        (indexed / "zoo.txt").write_text("a quokka\n")
        user.screen.refresh_index()
        await user.until(lambda: "zoo.txt" in user.paths)


async def test_the_status_line_tells_what_is_held_and_what_is_stale(
    run, indexed: Path, embedder
) -> None:
    (indexed / "zoo.txt").write_text("a quokka\n")

    def hurried(root: Path) -> Index:
        return Index(root.resolve(), embedder, Settings(refresh_seconds=0))

    async with run(indexed, opener=hurried) as user:
        await user.until(lambda: "1 file changed; f5 indexes them" in user.text())
        assert "5 files · 5 chunks · hashing" in user.text()
        await user.click("#status")
        await user.until(lambda: "english 1, spanish 1, japanese 1" in user.text())
        await user.press("f5")
        await user.until(lambda: "6 files · 6 chunks" in user.text())
        await user.until(lambda: user.is_fresh)


async def test_a_folder_with_a_large_log_was_said_to_be_up_to_date_and_no_more(
    run, indexed: Path
) -> None:
    (indexed / "all.log").write_text("a quokka was seen\n" * 100_000)
    async with run(indexed) as user:
        await user.press("f5")
        await user.until(lambda: "up to date, 1 only in part" in user.text())
        await user.press("f8")
        await user.until(lambda: "6 indexed (1 only in part), 0 skipped" in user.text())
        await ask_why(user, "all.log")
        await user.until(lambda: "all.log: larger than 1 MB: indexed up to" in user.text())


async def test_one_types_before_the_model_is_there(run, indexed: Path, embedder) -> None:
    go = threading.Event()

    def opener(root: Path) -> Index:
        return Index(root.resolve(), Waiting(embedder, go), Settings())

    async with run(indexed, opener=opener) as user:
        await user.press(*"sopa")
        assert user.screen.query_one("#query").value == "sopa"
        go.set()
        await user.answered("sopa")
        assert user.paths[0] == "notes/receta.md"


def test_the_first_questions_come_from_the_files_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('def f():\n    """Measure the height of a tree."""\n')
    (tmp_path / "b.go").write_text("// Sort the apples by their colour.\nfunc Sort() {\n}\n")
    (tmp_path / "c.md").write_text("# 1. Introduction of things\n\n## How to water the garden\n")
    (tmp_path / "d.rst").write_text("# -------------- rules --------------\n")
    assert examples(tmp_path) == [
        "measure the height of a tree",
        "sort the apples by their colour",
        "How to water the garden",
    ]
    assert examples(tmp_path / "nowhere") == []


def test_a_name_at_the_beginning_of_a_heading_was_offered_in_small_letters(tmp_path: Path) -> None:
    (tmp_path / "2024-03-05.md").write_text("# Dienstag auf dem Markt\n")
    assert examples(tmp_path) == ["Dienstag auf dem Markt"]


async def test_what_was_skipped_is_listed_with_its_reason(run, indexed: Path, open_index) -> None:
    (indexed / "image.bin").write_bytes(b"\0\1\2" * 99)
    with open_index(indexed) as index:
        index.build()
    async with run(indexed) as user:
        await user.press("f8")
        await user.until(lambda: "image.bin  binary" in user.text())
        await ask_why(user, "parse.go")
        await user.until(lambda: "parse.go: indexed" in user.text())


async def test_to_ask_why_a_link_in_a_loop_is_not_indexed_ended_the_interface(
    run, indexed: Path
) -> None:
    (indexed / "loop").symlink_to("loop")
    (indexed / "link").symlink_to("parse.go")
    async with run(indexed) as user:
        await user.press("f8")
        await user.until(lambda: "files" in user.text())
        await ask_why(user, "loop")
        await user.until(lambda: "loop: symbolic link" in user.text())
        user.app.screen.query_one("#why").value = ""
        await ask_why(user, "link")
        await user.until(lambda: "link: symbolic link" in user.text())
        user.app.screen.query_one("#why").value = ""
        await ask_why(user, "..")
        await user.until(lambda: "not below the root" in user.text())


def test_the_app_loads_nothing_heavy_before_the_first_screen() -> None:
    heavy = {"torch", "transformers", "onnxruntime", "faiss", "numpy", "tokenizers", "tree_sitter"}
    probe = f"import sys, searchkit_tui.app; print(*{heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


async def test_leaving_does_not_wait_for_a_search(run, indexed: Path, open_index) -> None:
    go = threading.Event()

    def opener(root: Path):
        index = open_index(root)
        asking = index.sessions.asking
        index.sessions.asking = lambda: go.wait(20) and asking()
        return index

    async with run(indexed, opener=opener) as user:
        user.screen.query_one("#query").value = "socket"
        await user.pilot.pause(0.1)
        left = time.monotonic()
    assert time.monotonic() - left < 5
    assert user.app.engine.busy
    go.set()


async def test_a_lane_skips_what_was_cancelled_before_its_turn() -> None:
    thread, go, done = WorkerThread("test"), threading.Event(), []
    first = thread.run(go.wait, 10)
    second = thread.run(done.append, 2)
    third = thread.run(done.append, 3)
    second.cancel()
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(first, third)
    assert done == [3]
    thread.end()


async def test_an_error_in_a_lane_reaches_who_awaits_it() -> None:
    thread = WorkerThread("test")
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)
    assert not thread.busy
    thread.end()
